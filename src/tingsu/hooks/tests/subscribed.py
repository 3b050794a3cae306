"""What the tests of event hooks begin with: another system that listens, a subscription of its own, events of a case."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.complaints.models import Complaint
from tingsu.hooks import actions
from tingsu.hooks.models import Subscription
from tingsu.hooks.tests.receiver import Receiver, receiving
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain

KINDS = ("complaint.*",)


@pytest.fixture
def other(cast: Cast) -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def made(cast: Cast, other: Receiver, **more: Any) -> tuple[Subscription, str]:
    asked = {"name": "shop", "address": other.address, "kinds": KINDS, **more}
    return actions.subscribe(actor=asked.pop("actor", cast.mgmt_rep.actor), **asked)


def happens(case: Complaint, who: Person, *kinds: str) -> None:
    """Events of a case, recorded as actions record them."""
    chain = lock_chain(case.pk)
    for kind in kinds or ("complaint.note_added",):
        chain.record(kind, actor=who.actor, at=now(), data={"note": 1}, texts={"note": "陈小满 13800002210"})
    chain.flush()

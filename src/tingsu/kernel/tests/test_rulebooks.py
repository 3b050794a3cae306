"""What is in force is asked for once for all rulebooks, seen at once after a publication here, and soon after one elsewhere."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tingsu.kernel import rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Organisation, Rulebook
from tingsu.kernel.tenancy import acting_for

pytestmark = pytest.mark.req("OG-09")
LIMITS, OTHER = "time_limits", "remedies"


def published_elsewhere(kind: str, person: Any) -> None:
    """The row that another process of the same organisation has written."""
    Rulebook(
        id=new_id(), kind=kind, version=1, valid_from=now(), body={"from": "elsewhere"}, note="", published_at=now(),
        published_by=person.id,
    ).save(force_insert=True)  # fmt: skip


def test_one_question_answers_for_all_that_nobody_has_published(cast: Any, other_organisation: Organisation) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = {kind: rulebooks.in_force(kind).version for kind in rulebooks.kinds()}
    assert set(found.values()) == {0}
    assert len(found) > 15
    assert len(asked) == 1
    body = rulebooks.in_force(LIMITS).body
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=LIMITS, body=body)
    assert rulebooks.in_force(LIMITS).version == 1
    assert [rules.version for rules in rulebooks.versions(LIMITS)] == [1, 0]
    assert sum(rulebooks.in_force(kind).version for kind in rulebooks.kinds()) == 1
    with acting_for(other_organisation.pk):
        assert rulebooks.in_force(LIMITS).version == 0


@pytest.mark.parametrize("first", [LIMITS, OTHER])
def test_what_another_process_published_is_in_force_here_after_five_seconds(
    cast: Any, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    at = [1000.0]
    monkeypatch.setattr(rulebooks, "time", SimpleNamespace(monotonic=lambda: at[0]))
    assert rulebooks.in_force(first).version == 0
    at[0] += 4
    assert rulebooks.in_force(LIMITS).version == 0
    published_elsewhere(LIMITS, cast.top_mgmt)
    assert rulebooks.in_force(LIMITS).version == 0
    at[0] += 1.5
    assert rulebooks.in_force(LIMITS).body == {"from": "elsewhere"}

"""What a second person decides about partners' accounts: a lost second factor is taken away (CA-59, IG-10)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.approvals import Approval, Matter, declare_matter
from tingsu.partners import accounts
from tingsu.people import second_person
from tingsu.people.roles import RANK, Role


def _deciders(seen: second_person.Standing, proposer: uuid.UUID, payload: Mapping[str, Any]) -> frozenset[uuid.UUID]:
    """Whoever leads; partners hold no rank of ours that could be compared."""
    return seen.second_persons(RANK[Role.SUPERVISOR], proposer)


def _nobody(payload: Mapping[str, Any]) -> frozenset[uuid.UUID]:
    return frozenset()


def _carry_out(approval: Approval, payload: Mapping[str, Any]) -> Any:
    return accounts.reset_partner_factor(
        actor=approval.actor, approval=approval, account_id=uuid.UUID(payload["account_id"])
    )


declare_matter(
    Matter(
        name=accounts.FACTOR,
        label=_("A partner's lost second factor is taken away"),
        needed=second_person.always_needed,
        standing=second_person.standing,
        deciders=_deciders,
        alone=second_person.alone,
        concerned=_nobody,
        carry_out=_carry_out,
    )
)

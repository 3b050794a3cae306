"""Complaints that a partner took in for us: handed over once, followed by stage and number (IG-10, IN-03).

The partner reads back what it knows already, the number and the stage; never what was found, written or decided.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import PUBLIC_STAGE, State
from tingsu.intake.actions import Registered, register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TooMany
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.partners.models import HandedOver, PartnerAccount

MOST_A_DAY = 200
"""Handed over by one firm in 24 hours; whoever has more sends a list, which is imported (docs/outside.md)."""
OF_PERSON = ("name", "phone", "email")


def hand_over(*, actor: Actor, account: PartnerAccount, given: Mapping[str, Any], key: str) -> Registered:
    """Register what a customer told the partner. `given`: description, problem_type, reference, order_number, product, name, phone,
    email, told (the customer knows that it is passed on). `key` makes it idempotent. Raises InvalidInput, TooMany.
    """
    at = now()
    if HandedOver.objects.filter(code=account.code, handed_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMany
    person = {name: given.get(name, "") for name in OF_PERSON if given.get(name)}
    if person and not given.get("told"):
        raise InvalidInput(
            {"told": InvalidValue(_("Pass on who it is only if the customer knows it."), code="required")}
        )
    with override(current_organisation().language):
        firm, mode = in_language(account.firm), _("Partner")
    reference = given.get("reference", "")
    raw = {
        "kind": "complaint", "problem_type": given.get("problem_type", ""), "mode": "other", "mode_other": mode, "channel": "other",
        "transferred_by": firm, "outside_reference": reference, "description": given.get("description", ""),
        "order_number": given.get("order_number", ""), "product": given.get("product", ""), **person,
    }  # fmt: skip
    if not person:
        raw["anonymous"] = "yes"
    elif not (person.get("phone") or person.get("email")):
        raw["withheld"] = ["phone", "email"]
    intake = read_intake({name: value for name, value in raw.items() if value}, zone=current_organisation().time_zone)

    def keep(complaint_id: uuid.UUID, when: datetime) -> None:
        complaint = Complaint.objects.select_related("stream").get(pk=complaint_id)
        row = HandedOver(complaint=complaint, code=account.code, account=account.pk, handed_at=when)
        row.seal("reference", reference)
        row.save(force_insert=True)

    return register_complaint(actor=actor, intake=intake, key=f"partner:{account.pk}:{key}"[:80], also=keep)


@dataclass(frozen=True)
class Followed:
    """One of them as the partner reads it."""

    number: str
    reference: str
    handed_at: datetime
    stage: str


def handed_by(code: str) -> QuerySet[HandedOver]:
    """What a firm handed over, the newest first."""
    return HandedOver.objects.filter(code=code).select_related("complaint__stream")


def followed(row: HandedOver) -> Followed:
    stage = str(PUBLIC_STAGE[State(row.complaint.state)].label)
    return Followed(row.complaint.number, row.shown("reference"), row.handed_at, stage)

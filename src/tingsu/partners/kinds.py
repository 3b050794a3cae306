"""Accounts of partners as a kind of thing: who opened one, who was bound to secrecy until when, and each sign-in stand in the ledger."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, declare
from tingsu.kernel.models import Event
from tingsu.kernel.verify import facts_told
from tingsu.partners.models import PartnerAccount
from tingsu.people.access import Can, may


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever manages people sees them."""
    return rows if may(actor, Can.PEOPLE) else rows.none()


def told(event: Event) -> dict[str, Any]:
    """What an event says of the row."""
    match event.kind:
        case "partner_account.opened":
            names = ("code", "firm", "contract", "bound_on", "bound_until")
            return {**{name: event.body[name] for name in names}, "account_id": event.body["account"], "active": True}
        case "partner_account.commitment_renewed":
            return {name: event.body[name] for name in ("contract", "bound_on", "bound_until")}
        case "partner_account.account_moved":
            return {"account_id": event.body["account"][1]}
        case "partner_account.closed":
            return {"active": False}
    return {}


declare(
    Kind(
        name="partner_account",
        model="partners.PartnerAccount",
        one=_("Partner account"),
        many=_("Partner accounts"),
        number="",
        series=_("none"),
        address=lambda account: reverse("partner_accounts:one", args=[account.pk]),
        visible=visible,
        place=None,
        clocks=None,
        notices={},
        letters=(),
        opens_file=None,
        personal=("partner",),
        erasure=Erasure.STREAM_KEY,
        held=(),
        rebuild=facts_told(PartnerAccount, told),
    )
)

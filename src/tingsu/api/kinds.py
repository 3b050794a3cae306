"""The access of a program as a kind of thing."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.api.models import ApiToken
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Erasure, Kind, declare
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event
from tingsu.kernel.verify import facts_told
from tingsu.people.access import Can, may


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Whoever manages programs' access sees it."""
    return rows if may(actor, Can.TOKENS) else rows.none()


def told(event: Event) -> dict[str, Any]:
    """What an event says of a token's row."""
    if event.kind == "token.revoked":
        return {"revoked_at": plain(event.at), "why": event.body.get("why", "")}
    if event.kind == "token.agreed":
        return {"agreed_at": plain(event.at)}
    if event.kind == "token.approved":
        return {"approved_at": plain(event.at), "approved_by_id": str(event.actor_id)}
    told = {name: value for name, value in event.body.items() if name != "texts"}
    return {(f"{name}_id" if name in {"acts_for", "made_by"} else name): value for name, value in told.items()}


declare(
    Kind(
        name="token",
        model="api.ApiToken",
        one=_("Access of a program"),
        many=_("Access of programs"),
        number="name",
        series=_("name, given when it is issued"),
        address=lambda token: "",
        visible=visible,
        place=None,
        clocks=None,
        notices={},
        letters=(),
        opens_file=None,
        personal=(),
        erasure=Erasure.STREAM_KEY,
        held=(),
        rebuild=facts_told(ApiToken, told),
    )
)

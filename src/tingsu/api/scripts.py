"""Emergency scripts in force, as assistants and other programs read them before they answer anybody (TR-16)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from tingsu.api.api import actor_of, api
from tingsu.complaints.access import get_complaint
from tingsu.complaints.case_rows import reading
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed
from tingsu.people.access import Can, may
from tingsu.privacy.log import log_access
from tingsu.triage import major_events
from tingsu.triage.models import PrePlan
from tingsu.triage.panels import script_of

LONGEST = 8000


class ScriptOut(Schema):
    """The words to use, and no others, from the instant named on (UTC); "product" is what they are about."""

    product: str
    script: str
    version: int
    since: datetime


def outline(plan: PrePlan) -> dict[str, Any]:
    """Nothing of the complaint that the script stands with, but its product."""
    return {
        "product": plan.complaint.product,
        "script": plan.covered("script"),
        "version": plan.version,
        "since": plan.adopted_at,
    }


@api.get(
    "/scripts",
    response={200: list[ScriptOut]},
    summary="Emergency scripts that govern what somebody tells, or a complaint",
    operation_id="scripts_in_force",
)
def in_force(request: HttpRequest, about: str = "", complaint: str = "") -> Any:
    """Give the words of whoever asks ("about") or the number of a complaint. While a script is in force an assistant says
    nothing else about its matter; an empty list says that none is.
    """
    actor = actor_of(request)
    if not (may(actor, Can.SEE_QUEUE) or may(actor, Can.REGISTER)):
        raise NotAllowed
    if bool(about.strip()) == bool(complaint):
        words = _("Give either what somebody tells or the number of a complaint.")
        raise InvalidInput({"about": InvalidValue(words, code="one_of")})
    if len(about) > LONGEST:
        raise InvalidInput({"about": InvalidValue(_("At most %(most)s characters."), most=LONGEST)})
    if not complaint:
        log_access(actor, "listed", field="scripts", door="api")
        return [outline(one) for one in major_events.governing(about)]
    found = get_complaint(actor, complaint)
    log_access(actor, "opened", stream_id=found.pk, field="scripts", door="api")
    with reading(found):
        plan = script_of(found)
        return [outline(plan)] if plan else []

"""Process checks for programs: what complaints do not meet, a page at a time, by check, handler and unit (QC-04)."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api.api import actor_of, api
from tingsu.api.schemas import Answer
from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed
from tingsu.pages.pager import page_of
from tingsu.people import queries as people
from tingsu.people.access import Can, behind, require
from tingsu.privacy.log import log_access
from tingsu.quality.access import reads
from tingsu.quality.process_checks import CHECKS
from tingsu.quality.views import ORDER, chosen


class ViolationsQuery(Schema):
    """Narrowed to a check by its code, to whoever handles the complaint, to a unit; ``after`` is the key of the next page."""

    code: str = Limit("", max_length=16)
    handler: uuid.UUID | None = None
    unit: uuid.UUID | None = None
    after: str = Limit("", max_length=200)
    limit: int = Limit(50, ge=1, le=200)


class ViolationOut(Answer):
    """One check that a complaint does not meet now. The handler by work identity, never by name."""

    number: str
    code: str
    check: str
    found_on: date
    handler: str
    unit: str


class ViolationsOut(Answer):
    """A page of them, the newest first, and the key of the next one."""

    items: list[ViolationOut]
    next: str | None


@api.get(
    "/process-checks", response={200: ViolationsOut}, operation_id="list_process_checks",
    summary="Process checks that complaints do not meet now",
)  # fmt: skip
def list_process_checks(request: HttpRequest, query: Query[ViolationsQuery]) -> Any:
    """For whoever leads, controls quality or audits. Complaints that the program may not see are left out of a page."""
    actor = actor_of(request)
    require(actor, Can.SEE_QUEUE)
    if not reads(behind(actor)):
        raise NotAllowed(_("Process checks are for whoever leads, controls quality or audits."))
    if query.code and query.code not in CHECKS:
        raise InvalidInput({"code": InvalidValue(_("There is no such check."), code="choice")})
    asked = {"code": query.code, "handler": str(query.handler or ""), "unit": str(query.unit or "")}
    page = page_of(chosen({name: value for name, value in asked.items() if value}), ORDER, query.after, query.limit)
    ids = [one.complaint_id for one in page.rows]
    seen = dict(visible_to(actor, Complaint.objects.filter(pk__in=ids)).values_list("pk", "number"))
    log_access(actor, "listed", field="process_checks", door="api")
    return {
        "items": [
            {
                "number": seen[one.complaint_id], "code": one.code, "check": str(CHECKS.get(one.code, one.code)), "found_on": one.found_on,
                "handler": people.staff_identity(one.handler_id), "unit": people.unit_name(one.unit_id),
            }
            for one in page.rows
            if one.complaint_id in seen
        ],
        "next": page.following or None,
    }  # fmt: skip

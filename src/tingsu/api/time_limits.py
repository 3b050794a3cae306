"""What another policy of time limits would have done, for programs: reads only, over a bounded number of complaints (SL-01)."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api.api import actor_of, api
from tingsu.clocks import whatif
from tingsu.clocks.policy import faults_of
from tingsu.clocks.profiles import PROFILES, completed, profile_body
from tingsu.clocks.queries import KIND
from tingsu.complaints.access import sees_everything
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed
from tingsu.people.access import Can, behind, may
from tingsu.privacy.log import log_access


class WhatIfQuery(Schema):
    """A profile that ships, or another length for one limit: its timer, number and unit, for the line without conditions."""

    profile: str = Limit("", max_length=20)
    timer: str = Limit("", max_length=40)
    amount: int = 0
    unit: str = Limit("working_day", max_length=20)
    quarter: str = Limit("", max_length=7)


class WhatIfLineOut(Schema):
    """One limit and grade: how many were counted, missed in fact, missed by the draft, and the difference."""

    timer: str
    label: str
    grade: str
    counted: int
    missed: int
    would_miss: int
    newly: int
    no_longer: int


class WhatIfOut(Schema):
    quarter: str
    complaints: int
    sampled: bool
    sentence: str
    lines: list[WhatIfLineOut]


@api.get(
    "/time-limits/what-if", response={200: WhatIfOut}, operation_id="time_limits_what_if",
    summary="What another profile, or another length of one limit, would have done to the complaints of a quarter",
)  # fmt: skip
def time_limits_what_if(request: HttpRequest, query: Query[WhatIfQuery]) -> Any:
    """Counted over at most 1,000 complaints, spread over the quarter where there were more. Changes nothing. Without a quarter, the last whole one."""
    actor = actor_of(request)
    if not sees_everything(actor) or not may(behind(actor), Can.RULEBOOKS):
        raise NotAllowed(_("Your role does not include “%(right)s”."), right=Can.RULEBOOKS.label)
    quarter = whatif.quarter_named(query.quarter)
    if quarter is None:
        raise InvalidInput(
            {"quarter": InvalidValue(_("Choose one of the last five quarters, such as 2026-Q1."), code="choice")}
        )
    newest = rulebooks.versions(KIND)[0]
    body = _drafted(query, newest.body)
    log_access(actor, "listed", field="time_limits", door="api")
    found = whatif.what_if(newest.body, body, quarter)
    return {
        "quarter": quarter.written, "complaints": found.cases, "sampled": found.sampled, "sentence": found.sentence,
        "lines": [
            {
                "timer": one.timer, "label": str(one.label), "grade": one.grade, "counted": one.counted, "missed": one.missed,
                "would_miss": one.would_miss, "newly": one.newly, "no_longer": one.no_longer,
            }
            for one in found.lines
        ],
    }  # fmt: skip


def _drafted(query: WhatIfQuery, body: dict[str, Any]) -> dict[str, Any]:
    """The policy that is asked about. Raises InvalidInput for what could not be published."""
    if query.profile:
        if query.profile not in PROFILES:
            raise InvalidInput({"profile": InvalidValue(_("Choose one of the profiles that ship."), code="choice")})
        return profile_body(query.profile)
    rules = [dict(row) for row in completed(body)["rules"]]
    chosen = [row for row in rules if row["timer"] == query.timer and not row["when"]]
    if not chosen:
        raise InvalidInput({"timer": InvalidValue(_("Name a profile, or a limit of the policy."), code="choice")})
    chosen[0] |= {"amount": query.amount, "unit": query.unit}
    drafted = {**body, "rules": rules}
    faults = faults_of(drafted)
    if faults:
        raise InvalidInput({fault.field or "timer": InvalidValue(fault.text, code="policy") for fault in faults})
    return drafted

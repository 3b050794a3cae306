"""What another policy of time limits would have done, for programs: reads only, over a bounded number of complaints (SL-01)."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field as Limit

from tingsu.api.api import actor_of, api
from tingsu.clocks import whatif
from tingsu.clocks.packs import packs, with_pack
from tingsu.clocks.policy import faults_of
from tingsu.clocks.profiles import PROFILES, completed, profile_body
from tingsu.clocks.queries import KIND
from tingsu.complaints.access import sees_everything
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, NotAllowed
from tingsu.kernel.organisations import current_organisation
from tingsu.people.access import Can, behind, may
from tingsu.privacy.log import log_access


class WhatIfQuery(Schema):
    """A profile that ships, the confirmed lines of a rule pack, or another length for one limit: timer, number and unit of its line
    without conditions.
    """

    profile: str = Limit("", max_length=20)
    pack: str = Limit("", max_length=40)
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


class PackLineOut(Schema):
    """One limit of a rule pack: on which timer, in which cases, how long, and whether its number was read in the official text."""

    timer: str
    when: dict[str, list[str]]
    amount: int
    unit: str
    extensions: list[int]
    basis: str
    confirmed: bool
    note: str


class PackOut(Schema):
    """A rule pack: whom it binds, from when to when it holds (empty where that is not known, or has no end), its lines."""

    code: str
    name: str
    document: str
    market: str
    hint: str
    standing: str
    since: date | None
    until: date | None
    followed_by: str
    lines: list[PackLineOut]


@api.get(
    "/time-limits/packs", response={200: list[PackOut]}, operation_id="time_limits_packs",
    summary="The rule packs that ship, with dates of effect and sources; nothing of them holds by itself",
)  # fmt: skip
def time_limits_packs(request: HttpRequest) -> Any:
    """For whoever publishes rules. They are taken into the time limits on the page of the settings."""
    actor = actor_of(request)
    if not may(behind(actor), Can.RULEBOOKS):
        raise NotAllowed(_("Your role does not include “%(right)s”."), right=Can.RULEBOOKS.label)
    log_access(actor, "listed", field="time_limits", door="api")
    on = local_date(now(), current_organisation().time_zone)
    return [
        {
            "code": pack.code, "name": str(pack.label), "document": str(pack.document), "market": str(pack.market), "hint": str(pack.hint),
            "standing": pack.standing(on), "since": pack.since, "until": pack.until, "followed_by": pack.followed_by,
            "lines": [
                {
                    "timer": line.timer, "when": {name: list(values) for name, values in line.when.items()}, "amount": line.amount,
                    "unit": line.unit.value, "extensions": list(line.extensions), "basis": line.basis, "confirmed": line.confirmed,
                    "note": str(line.note),
                }
                for line in pack.lines
            ],
        }
        for pack in packs().values()
    ]  # fmt: skip


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
    if query.pack:
        pack = packs().get(query.pack)
        chosen = [place for place, line in enumerate(pack.lines) if line.confirmed] if pack else []
        if pack is None or not chosen:
            raise InvalidInput(
                {"pack": InvalidValue(_("Choose one of the rule packs with confirmed lines."), code="choice")}
            )
        return with_pack(completed(body), pack, chosen)
    rules = [dict(row) for row in completed(body)["rules"]]
    named = [row for row in rules if row["timer"] == query.timer and not row["when"]]
    if not named:
        raise InvalidInput({"timer": InvalidValue(_("Name a profile, or a limit of the policy."), code="choice")})
    named[0] |= {"amount": query.amount, "unit": query.unit}
    drafted = {**body, "rules": rules}
    faults = faults_of(drafted)
    if faults:
        raise InvalidInput({fault.field or "timer": InvalidValue(fault.text, code="policy") for fault in faults})
    return drafted

"""The team: load of each person, next limits, late departments; sharing somebody's cases out anew (AS-06, AS-16, QC-06)."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tingsu.complaints.options import RECEIVING_KINDS, RECEIVING_ROLES
from tingsu.complaints.sharing import able, shared_out, to_move
from tingsu.complaints.steps.ownership import ASSIGN
from tingsu.desk import team
from tingsu.desk.access import staff
from tingsu.desk.narrowing import options_drawn
from tingsu.desk.rows import rows_of
from tingsu.desk.views.queue import MOST_AT_ONCE, assign_several
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.typed import page_number
from tingsu.people import queries as people
from tingsu.people.access import Can

OFFERED = 6
"""Colleagues to choose from for one case."""


@require_GET
def team_page(request: HttpRequest) -> HttpResponse:
    """Everybody who owns cases, or one group, a page at a time."""
    actor = staff(request, Can.ASSIGN)
    at = now()
    asked = request.GET.get("unit", "")
    groups = [(str(unit.pk), people.unit_name(unit.pk)) for unit in people.units(kind=RECEIVING_KINDS)]
    unit = uuid.UUID(asked) if asked in dict(groups) else None
    page = page_number(request.GET.get("page", ""), most=1000) or 1
    context = {
        "at": at,
        "team": team.team_of(actor, at, unit, page),
        "unit": unit or "",
        "may_share": actor.has_role(*ASSIGN.who),
        "groups": options_drawn(groups, asked),
        "page_before": page - 1,
        "page_after": page + 1,
    }
    return render(request, "desk/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def share_page(request: HttpRequest, member_id: uuid.UUID) -> HttpResponse:
    """Somebody's cases, each with a colleague who may take it and has least to do; one click assigns what is ticked."""
    actor = staff(request, Can.ASSIGN)
    if not actor.has_role(*ASSIGN.who):
        raise NotAllowed
    if member_id not in {one.pk for one in people.active_members(roles=RECEIVING_ROLES)}:
        raise NotFound
    if request.method == "POST":
        return _share(request, actor, member_id)
    at = now()
    loads = team.loads_of(actor, at, member_id)
    owner = next(one for one in loads if one.member.pk == member_id)
    colleagues = [one.colleague for one in loads]
    by_id = {one.member.pk: one for one in loads}
    cases = team.cases_to_share(actor, member_id)
    chosen = shared_out(cases, colleagues, team.stands_between)
    many = to_move(owner.colleague, colleagues)
    lines: list[dict[str, Any]] = []
    for case, row in zip(cases, rows_of(actor, cases), strict=True):
        fitting = able(case, colleagues, team.stands_between)
        best = chosen.get(case.pk)
        offered = [best, *(one for one in fitting if one != best)][:OFFERED] if best else []
        ticked = best is not None and sum(1 for one in lines if one["ticked"]) < many
        lines.append({"row": row, "offered": [by_id[one.id].offered(case) for one in offered], "ticked": ticked})
    context = {
        "at": at,
        "owner": owner,
        "lines": lines,
        "many": min(many, len(cases)),
        "absent": not owner.member.on_duty,
        "once": once.fresh_key(),
    }
    return render(request, "desk/team_share.html", context)


def _share(request: HttpRequest, actor: Actor, member_id: uuid.UUID) -> HttpResponse:
    numbers = request.POST.getlist("case")[:MOST_AT_ONCE]
    wanted = [(number, request.POST.get(f"to-{number}", "")) for number in numbers]
    assign_several(request, actor, wanted, _reasons(actor, member_id, dict(wanted)))
    return HttpResponseRedirect(reverse("desk:team"), status=303)


def _reasons(actor: Actor, member_id: uuid.UUID, wanted: dict[str, str]) -> dict[str, str]:
    """For each case what spoke for the person chosen: level, load and results of those who could take it."""
    loads = team.loads_of(actor, now(), member_id)
    by_id = {str(one.member.pk): one for one in loads}
    found = {}
    for case in team.cases_to_share(actor, member_id):
        chosen = by_id.get(wanted.get(case.number, ""))
        if chosen is not None:
            fitting = able(case, [one.colleague for one in loads], team.stands_between)[:OFFERED]
            others = [by_id[str(one.id)] for one in fitting if one.id != chosen.member.pk]
            found[case.number] = team.choice_words(case, chosen, others)
    return found

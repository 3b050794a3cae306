"""The pages of competence beside its registers: My file, the matrix, the written exam."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.competence import bank, exams, mine, queries, required, sitting
from tingsu.competence.access import check_reads
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.pages.refusal import told
from tingsu.people import queries as people
from tingsu.people.access import Can, actor_for
from tingsu.people.roles import Role
from tingsu.registers.declaration import LEADERS
from tingsu.registers.models import Entry

PREFIX = "q-"


@never_cache
@require_GET
def my_file(request: HttpRequest) -> HttpResponse:
    """The own personnel file, what is asked of me, and whom I guide."""
    actor = actor_for(request, needs=Can.DESK)
    return render(request, "competence/mine.html", mine.told_of(actor))


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """I know the points in force."""
    actor = actor_for(request, needs=Can.DESK)
    with told(request, _("Thank you. Your confirmation is noted.")):
        mine.confirm(actor)
    return HttpResponseRedirect(reverse("competence:mine"), status=303)


@never_cache
@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """Required per post, present, gap, what is done about it. Four queries, however many people there are."""
    actor = actor_for(request, needs=Can.DESK)
    check_reads(actor)
    role = request.GET.get("role", "")
    role = role if role in Role.values else ""
    lines = queries.matrix([role] if role else [])
    shown = [
        one
        for one in required.competences()
        if any(cell.competence.code == one.code for line in lines for cell in line.cells)
    ]
    rows = []
    for line in lines:
        by_code = {cell.competence.code: cell for cell in line.cells}
        if line.cells:
            rows.append(
                {
                    "name": people.staff_identity(line.member.pk), "file": line.file, "gaps": len(line.gaps),
                    "readiness": line.member.get_readiness_display() if line.member.readiness else "",
                    "cells": [(one.name, by_code.get(one.code)) for one in shown], "member": line.member.pk,
                }
            )  # fmt: skip
    roles = [(code, label) for code, label in required.ROLES.items() if code != required.EVERYBODY]
    context = {
        "rows": rows, "columns": shown, "roles": roles, "role": role, "gaps": sum(row["gaps"] for row in rows),
        "may_act": actor.has_role(*LEADERS, Role.COACH), "opens_files": actor.has_role(*LEADERS, Role.AUDITOR),
        "open": sum(cell.action is not None for line in lines for cell in line.gaps),
    }  # fmt: skip
    return render(request, "competence/matrix.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exam(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a written exam, answer it, save it as often as one likes, hand it in once."""
    actor = actor_for(request, needs=Can.DESK)
    entry = _exam(actor, number)
    error: TingsuError | None = None
    if request.method == "POST":
        do, given = request.POST.get("do", ""), _answers(request)
        try:
            if do == "begin":
                sitting.begin(actor=actor, entry_id=entry.pk)
            elif do == "save":
                sitting.keep(actor=actor, entry_id=entry.pk, answers=given)
                messages.success(request, _("Saved. The time runs on."))
            else:
                decided = sitting.hand_in(actor=actor, entry_id=entry.pk, answers=given)
                messages.success(
                    request, _("Handed in. Your result: %(total)s %%.") % {"total": decided.codes["total"]}
                )
        except TingsuError as refused:
            error = refused
        else:
            return HttpResponseRedirect(reverse("competence:exam", args=[entry.number]), status=303)
    entry = _exam(actor, number)
    return render(
        request, "competence/paper.html", _paper(request, entry, error), status=error.status if error else 200
    )


def _exam(actor: Actor, number: str) -> Entry:
    """Raises NotFound for what is no written exam of this person."""
    entry = Entry.objects.filter(register=exams.NAME, number=number).select_related("stream").first()
    if entry is None:
        raise NotFound
    try:
        sitting.check_taker(actor, entry)
    except TingsuError as refused:
        raise NotFound from refused
    return entry


def _answers(request: HttpRequest) -> dict[str, list[str]]:
    """Code → letters, from the fields of the form."""
    return {
        name.removeprefix(PREFIX): request.POST.getlist(name) for name in request.POST if name.startswith(PREFIX)
    }  # fmt: skip


def _paper(request: HttpRequest, entry: Entry, error: TingsuError | None) -> dict[str, Any]:
    paper = sitting.paper_of(entry)
    opened = paper is not None and paper.handed_at is None and entry.state in exams.WAITING
    typed = _answers(request) if request.method == "POST" else {}
    questions = []
    if paper is not None and opened:
        for place, one in enumerate(sitting.questions_of(paper), 1):
            chosen = "".join(typed.get(one.code, [])) or paper.answers.get(one.code, "")
            questions.append(
                {
                    "place": place, "name": f"{PREFIX}{one.code}", "text": one.text, "several": one.several,
                    "answers": [(letter, words, letter in chosen) for letter, words in bank.mixed(paper.seed, one)],
                }
            )  # fmt: skip
    codes = entry.codes
    return {
        "entry": entry, "title": (entry.written_or_none() or {}).get("title", entry.number), "paper": paper, "questions": questions,
        "opened": opened, "waits": entry.state in exams.WAITING and paper is None, "error": str(error) if error else "",
        "codes": codes, "passed": entry.state == exams.PASSED, "tries": codes.get("tries", ()), "resit": codes.get("attempt") == 2,
    }  # fmt: skip

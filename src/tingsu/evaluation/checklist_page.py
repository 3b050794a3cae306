"""The checklist of an audit as one page to walk through with a tablet: each line with verdict, note and what it rests on (MS-25).

What is typed is kept on the device every few seconds, network or not, and forgotten once it stands here. Only lines that were
answered anew are sent on, so that two auditors of one team do not undo each other's work.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.evaluation import auditing
from tingsu.evaluation.audit_register import ANSWER
from tingsu.evaluation.auditing import NAME
from tingsu.evaluation.clauses import CLAUSES
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, NotAllowed, TingsuError
from tingsu.pages.refusal import first_of
from tingsu.people.access import Can, actor_for
from tingsu.process.controls import controls_of
from tingsu.process.values import RowsInvalid, fields_from_post
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of, steps_for
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

ASKED = tuple(one for one in ANSWER if one.name != "line")
NAMES = tuple(one.name for one in ASKED)
SENT = "audit-sent"
"""Of the session: the number of the audit whose lines were just kept, so that the page may forget its draft, once."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Show the checklist, or keep the lines that were answered."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(NAME)
    entry = get_entry(actor, register, number)
    if not any(step.name == "answer" for step, _unmet in steps_for(actor, register, entry)):
        raise NotAllowed(_("Only the team of an audit that is under way answers its checklist."))
    kept = _kept(actor, entry)
    if request.method != "POST":
        return _page(request, entry, kept, {}, None)
    typed = {line: fields_from_post(ASKED, request.POST, _prefix(line)) for line in auditing.lines_of(entry.codes)}
    changed = {line: raw for line, raw in typed.items() if raw != kept[line]}
    given = [{"line": line, **raw} for line, raw in changed.items()]
    error: TingsuError | None = None
    try:
        with once.sent(request, actor) as first:
            if first and given:
                take_step(actor=actor, entry=entry, register=register, step="answer", values={"given": given})
    except TingsuError as refused:
        error = refused
    else:
        request.session[SENT] = entry.number
        said = ngettext("%(n)s line is kept.", "%(n)s lines are kept.", len(given)) % {"n": len(given)}
        messages.success(request, said if given else _("Nothing was changed."))
        return HttpResponseRedirect(reverse("evaluation:checklist", args=[entry.number]), status=303)
    return _page(request, entry, typed, dict(_wrong(error, list(changed))), error)


def _prefix(line: str) -> str:
    return f"l{line.replace(':', '-')}-"


def _kept(actor: Actor, entry: Entry) -> dict[str, dict[str, Any]]:
    """What stands in each line now, as the form holds it."""
    texts = reading.texts_seen(actor, registers()[NAME], entry, "page")
    known = auditing.answers_of(entry.codes)
    found = {}
    for line in auditing.lines_of(entry.codes):
        place, one = known.get(line, (-1, {}))
        said = {name: texts.get(f"answers.{place}.{name}", "") for name in ("note", "evidence")}
        found[line] = {"verdict": one.get("verdict", ""), **said}
    return found


def _wrong(error: TingsuError, lines: list[str]) -> Iterator[tuple[str, dict[str, TingsuError]]]:
    """The refusals by line; a refusal that speaks of no line is said above all of them."""
    rows = error.fields.get("given") if isinstance(error, InvalidInput) else None
    if isinstance(rows, RowsInvalid):
        for index, fields in rows.rows.items():
            yield lines[index], fields


def _page(
    request: HttpRequest,
    entry: Entry,
    typed: dict[str, dict[str, Any]],
    wrong: dict[str, dict[str, TingsuError]],
    error: TingsuError | None,
) -> HttpResponse:
    clauses: dict[str, list[dict[str, Any]]] = {}
    for line, raw in typed.items():
        problem = InvalidInput(wrong[line]) if line in wrong else None
        controls = controls_of(ASKED, raw=raw, problem=problem, subject=entry, prefix=_prefix(line))
        for one in controls:
            one.height = 2
        problems = [{"id": one.id, "label": one.label, "error": one.error} for one in controls if one.error]
        told = {
            "line": line,
            "question": auditing.question_of(line),
            "controls": controls,
            "problems": problems,
            "open": not raw["verdict"],
        }
        clauses.setdefault(auditing.clause_of(line), []).append(told)
    context = {
        "entry": entry, "clauses": [{"clause": CLAUSES[number], "lines": lines} for number, lines in clauses.items()],
        "left": sum(not raw["verdict"] for raw in typed.values()), "all": len(typed), "error": first_of(error) if error and not wrong else "",
        "wrong": [one for lines in clauses.values() for one in lines if one["problems"]], "once": once.fresh_key(),
        "kept": request.method != "POST" and request.session.pop(SENT, "") == entry.number,
    }  # fmt: skip
    return render(request, "evaluation/checklist.html", context, status=error.status if error else 200)

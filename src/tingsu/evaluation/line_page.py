"""Lines that are judged one by one on one page, with a tablet too: the checklist of an audit, the obligations of an evaluation (MS-22, MS-25).

What is typed is kept on the device every few seconds, network or not, and forgotten once it stands here. Only lines that were
answered anew are sent on, so that two people who share the work do not undo each other's: each line brings back what it was shown as.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ChangedMeanwhile, InvalidInput, NotAllowed, TingsuError
from tingsu.pages.refusal import first_of
from tingsu.people.access import Can, actor_for
from tingsu.process.controls import controls_of
from tingsu.process.steps import Field
from tingsu.process.values import RowsInvalid, fields_from_post
from tingsu.registers import reading
from tingsu.registers.access import get_entry, register_of, steps_for
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

SENT = "lines-sent"
"""Of the session: the entry whose lines were just kept, so that the page may forget its draft, once."""
WAS = "was"
"""The end of the name under which a line says what it was shown as."""
Answers = dict[str, tuple[int, dict[str, Any]]]
"""Line → its place among the answers, and the answer."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Lines that stand together: a clause, a kind of obligation."""

    title: str | Promise
    words: str | Promise = ""
    lines: list[tuple[str, str]] = field(default_factory=list)
    """Code and words of each line."""


@dataclass(frozen=True, kw_only=True)
class LinePage:
    """How the lines of one register are judged: by its step `step`, into its table `table`."""

    register: str
    step: str
    table: str
    url_name: str
    title: str | Promise
    refusal: str | Promise
    """What is said to whoever may not."""
    asked: tuple[Field, ...]
    """The fields of a line, as a field of rows has them; `line` among them is the line itself."""
    groups: Callable[[Entry], Sequence[Group]]

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one for one in self.asked if one.name != "line")

    def answers(self, codes: Mapping[str, Any]) -> Answers:
        """What was answered so far."""
        return {str(one["line"]): (place, one) for place, one in enumerate(codes.get(self.table) or ())}

    def kept(self, actor: Actor, entry: Entry) -> dict[str, dict[str, Any]]:
        """What stands in each line now, as the form holds it."""
        texts = reading.texts_seen(actor, registers()[self.register], entry, "page")
        known, found = self.answers(entry.codes), {}
        for group in self.groups(entry):
            for line, _words in group.lines:
                place, one = known.get(line, (-1, {}))
                found[line] = {
                    asked.name: texts.get(f"{self.table}.{place}.{asked.name}", "")
                    if asked.kind in {"text", "longtext"}
                    else one.get(asked.name, "")
                    for asked in self.fields
                }
        return found

    def view(self) -> Callable[..., HttpResponse]:
        """The page as an address answers it."""

        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request: HttpRequest, number: str) -> HttpResponse:
            return _answer(self, request, number)

        return page


def _answer(sheet: LinePage, request: HttpRequest, number: str) -> HttpResponse:
    """Show the lines, or keep those that were answered."""
    actor, register = actor_for(request, needs=Can.DESK), register_of(sheet.register)
    entry = get_entry(actor, register, number)
    if not any(step.name == sheet.step for step, _unmet in steps_for(actor, register, entry)):
        raise NotAllowed(sheet.refusal)
    kept = sheet.kept(actor, entry)
    if request.method != "POST":
        return _page(sheet, request, entry, kept, {}, None)
    typed = {line: fields_from_post(sheet.fields, request.POST, _prefix(line)) for line in kept}
    shown = {line: request.POST.get(f"{_prefix(line)}{WAS}") or said_in(kept[line]) for line in kept}
    changed = {line: raw for line, raw in typed.items() if said_in(raw) != shown[line] and raw != kept[line]}
    given = [{"line": line, **raw} for line, raw in changed.items()]
    error: TingsuError | None = None
    try:
        if any(shown[line] != said_in(kept[line]) for line in changed):
            raise ChangedMeanwhile
        with once.sent(request, actor) as first:
            if first and given:
                take_step(actor=actor, entry=entry, register=register, step=sheet.step, values={"given": given})
    except TingsuError as refused:
        error = refused
    else:
        request.session[SENT] = entry.number
        said = ngettext("%(n)s line is kept.", "%(n)s lines are kept.", len(given)) % {"n": len(given)}
        messages.success(request, said if given else _("Nothing was changed."))
        return HttpResponseRedirect(reverse(sheet.url_name, args=[entry.number]), status=303)
    typed = {line: raw if line in changed else kept[line] for line, raw in typed.items()}
    return _page(sheet, request, entry, typed, dict(_wrong(error, list(changed))), error, kept)


def said_in(raw: Mapping[str, Any]) -> str:
    """What a line says, as one short word that a form brings back."""
    return sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _prefix(line: str) -> str:
    return f"l{line.replace(':', '-')}-"


def _wrong(error: TingsuError, lines: list[str]) -> Iterator[tuple[str, dict[str, TingsuError]]]:
    """The refusals by line; a refusal that speaks of no line is said above all of them."""
    rows = error.fields.get("given") if isinstance(error, InvalidInput) else None
    if isinstance(rows, RowsInvalid):
        for index, fields in rows.rows.items():
            yield lines[index], fields


def _page(
    sheet: LinePage, request: HttpRequest, entry: Entry, typed: dict[str, dict[str, Any]], wrong: dict[str, dict[str, TingsuError]],
    error: TingsuError | None, kept: dict[str, dict[str, Any]] | None = None,
) -> HttpResponse:  # fmt: skip
    groups: list[dict[str, Any]] = []
    for group in sheet.groups(entry):
        lines = []
        for line, words in group.lines:
            raw, problem = typed[line], InvalidInput(wrong[line]) if line in wrong else None
            controls = controls_of(sheet.fields, raw=raw, problem=problem, subject=entry, prefix=_prefix(line))
            for one in controls:
                one.height = 2
            problems = [{"id": one.id, "label": one.label, "error": one.error} for one in controls if one.error]
            was = {"name": f"{_prefix(line)}{WAS}", "value": said_in((kept or typed)[line])}
            lines.append(
                {"was": was, "words": words, "controls": controls, "problems": problems, "open": not raw["verdict"]}
            )
        groups.append({"group": group, "lines": lines})
    context = {
        "entry": entry, "register": registers()[sheet.register], "title": sheet.title, "groups": groups,
        "left": sum(not raw["verdict"] for raw in typed.values()), "error": first_of(error) if error and not wrong else "",
        "wrong": [one for group in groups for one in group["lines"] if one["problems"]], "once": once.fresh_key(),
        "kept": request.method != "POST" and request.session.pop(SENT, "") == entry.number,
    }  # fmt: skip
    return render(request, "evaluation/lines.html", context, status=error.status if error else 200)

"""The composer of the case page: every step that is taken by writing, with what each asks beside the text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tingsu.clocks.models import Promise
from tingsu.complaints.access import may_take
from tingsu.complaints.case import Case
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.rehearsal import Rehearsed
from tingsu.complaints.replies import replies_for
from tingsu.desk import cases, uploads
from tingsu.desk.timeline import Entry
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, TingsuError
from tingsu.knowledge import queries as knowledge
from tingsu.pages.controls import shown
from tingsu.pages.refusal import sentences_of
from tingsu.process.steps import Composed, Field, Step, options_of
from tingsu.triage.panels import script_of


@cache
def composed_steps() -> dict[str, Step]:
    """The ways of the composer and the step behind each."""
    return {step.composed.mode: step for step in PROCESS.values() if step.composed}


def step_that_sends() -> Step:
    """The way of the composer that writes to the complainant."""
    return next(step for step in composed_steps().values() if step.composed and step.composed.sends)


def chosen_step(post: Mapping[str, str]) -> Step:
    """The step that a form chose; one that sends nothing where it chose none."""
    ways = composed_steps()
    found = ways.get(post.get("mode", ""))
    return found or next(one for one in ways.values() if one.composed and not one.composed.sends)


def values_of(step: Step, post: QueryDict) -> dict[str, Any]:
    """What the composer holds, as the raw values of its step."""
    way = step.composed
    if way is None:
        return {}
    values: dict[str, Any] = {way.text: post.get("text", ""), **dict(way.fixed)}
    for one in step.fields:
        name = f"{way.mode}-{one.name}"
        if name in post:
            values[one.name] = post.getlist(name) if one.kind == "files" else post[name]
    return values


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A form that came back: everything that was typed, and why it was not sent or how its letter would read."""

    step: Step
    typed: Mapping[str, str]
    error: TingsuError | None = None
    letters: list[Rehearsed] | None = None
    files: list[str] = field(default_factory=list)
    """Files that were chosen or brought already."""
    theirs: list[Entry] = field(default_factory=list)


@dataclass(kw_only=True)
class Composer:
    """What the composer shows, and after a refusal what was typed."""

    url: str
    once: str
    modes: list[dict[str, Any]]
    mode: str
    text: str = ""
    problem: str = ""
    theirs: list[Entry] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    placeholder: Any = ""
    files: dict[str, Any] = field(default_factory=dict)
    """The files that the way which sends can take along: its field, and what is there to choose from."""
    replies: list[dict[str, str]] = field(default_factory=list)
    """Ready-made words for the way that sends, filled in from the case."""
    script: bool = False
    """An emergency script is in force: it takes the place of all ready-made words."""
    sends: str = ""
    """The way that sends."""
    letters: list[Rehearsed] | None = None
    """What it would write, once that was asked for; None before."""


def open_ways(actor: Actor, complaint: Complaint) -> dict[str, Step]:
    """The ways of writing that this person has on this case now."""
    return {
        mode: step
        for mode, step in composed_steps().items()
        if complaint.state in step.sources and may_take(actor, complaint, step)
    }


def composer_of(
    actor: Actor,
    complaint: Complaint,
    at: datetime,
    promises: list[Promise],
    back: Refused | None = None,
    reply: str = "",
) -> Composer | None:
    """The composer for this person now; None when there is no way of writing. ``reply``: ready-made words to begin with."""
    ways = open_ways(actor, complaint)
    if not ways:
        return None
    mode = back.step.composed.mode if back and back.step.composed else ""
    made = Composer(
        url=reverse("desk:case", args=[complaint.number]),
        once=once.fresh_key(),
        modes=[
            {"key": way.mode, "label": way.label, "icon": way.icon, "letter": way.key}
            for step in ways.values()
            if (way := step.composed)
        ],
        mode=mode if mode in ways else next(iter(ways)),
        fields=_fields(cases.looked_at(actor, complaint, at, promises), back.typed if back else {}),
        placeholder=pgettext("composer", "Who does what by when, in plain words"),
        sends=next((mode for mode, step in ways.items() if step.composed and step.composed.sends), ""),
        files=_files(actor, complaint, ways, back.files if back else []),
    )
    if made.sends:
        made.script = script_of(complaint) is not None
        made.replies = [{**one, "url": f"?reply={one['code']}#composer"} for one in _ready(complaint)]
    ready = next((one["text"] for one in made.replies if one["code"] == reply), "")
    if begun := ready or ("" if made.script else _wording(complaint, reply)):
        made.mode, made.text = made.sends or made.mode, begun
    if back is not None:
        made.text, made.theirs = back.typed.get("text", ""), back.theirs
        made.letters = back.letters
        made.problem = _problem_words(back.error, back.step) if back.error else ""
        wrong = sentences_of(back.error) if isinstance(back.error, InvalidInput) else {}
        missing = _reasons_missing(back)
        for one in made.fields:
            if one["modes"] == mode:
                one["error"] = wrong.get(one["field"], "") or missing.get(one["field"], "")
    return made


SCRIPT = "script"


def _ready(complaint: Complaint) -> list[dict[str, str]]:
    """Words to begin with; while an emergency script governs the case, that script and no others (TR-16)."""
    if (plan := script_of(complaint)) is None:
        return replies_for(complaint)
    return [{"code": SCRIPT, "name": str(_("Emergency reply script")), "text": plan.covered("script")}]


def _wording(complaint: Complaint, number: str) -> str:
    """The wording of a knowledge entry, filled in from the case; empty for anything else."""
    piece = knowledge.numbered(number) if number else None
    return knowledge.wording_for(piece, complaint, known_in(complaint)) if piece else ""


def _files(actor: Actor, complaint: Complaint, ways: Mapping[str, Step], chosen: list[str]) -> dict[str, Any]:
    """The files of the case to send along, and those that a refused form has brought already."""
    for way, step in ((step.composed, step) for step in ways.values()):
        if way is not None and way.files:
            one = step.field(way.files)
            offered = uploads.source(actor, complaint, {one.name: chosen})(one)
            return {
                "name": f"{way.mode}-{one.name}",
                "modes": way.mode,
                "label": one.label,
                "limit": one.limit,
                "options": [(code, label, code in chosen) for code, label in offered],
                "open": bool(chosen),
            }
    return {}


def _reasons_missing(back: Refused) -> dict[str, str]:
    """A condition that asks for a reason is told at the reason's field too."""
    if not isinstance(back.error, ConditionsUnmet) or back.step.composed is None:
        return {}
    fields = {code: reason.field for reason in back.step.composed.reasons for code in reason.codes}
    return {fields[one.code]: str(one) for one in back.error.unmet if one.code in fields}


def _fields(case: Case, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for step in composed_steps().values():
        if (way := step.composed) is None:
            continue
        for name, first in way.asks:
            found.append(_one(case, way, step.field(name), first, typed))
        for reason in way.reasons:
            owed, after = reason.now(case), reason.after(case)
            if owed or after is not None:
                one = _one(case, way, step.field(reason.field), "", typed)
                limit = {"of": f"{way.mode}-{reason.of}", "after": shown(after) if after else "", "owed": owed}
                found.append({**one, "reason": limit})
    return found


def _one(case: Case, way: Composed, one: Field, first: Any, typed: Mapping[str, str]) -> dict[str, Any]:
    name = f"{way.mode}-{one.name}"
    value = typed.get(name, first(case.complaint) if callable(first) else first)
    offered = options_of(one, case.complaint) if one.options else ()
    return {
        "id": f"composer-{name}",
        "name": name,
        "field": one.name,
        "modes": way.mode,
        "label": one.label,
        "kind": one.kind,
        "type": "datetime-local" if one.kind == "datetime" else "text",
        "value": value,
        "options": [(code, label, code == value) for code, label in offered],
    }


def _problem_words(error: TingsuError, step: Step) -> str:
    """What is wrong, each with the name of its field: the box above them is the only place that says it."""
    labels = {one.name: one.label for one in step.fields}
    return " ".join(
        pgettext("field", "%(label)s: %(problem)s") % {"label": labels[name], "problem": problem}
        if name in labels
        else problem
        for name, problem in sentences_of(error).items()
    )

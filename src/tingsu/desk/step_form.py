"""The form of a step: its fields, those of a step that it takes first, and what its thing says beside it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from tingsu.complaints.actions import Following, step_named, take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.rehearsal import Rehearsed, letters_of_step
from tingsu.complaints.step_guides import beside, guides_for
from tingsu.complaints.waiting import shown_text
from tingsu.desk import cases, timeline, uploads
from tingsu.desk.conflicts import version_of
from tingsu.kernel import once
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ChangedMeanwhile, ConditionsUnmet, InvalidInput, TingsuError
from tingsu.pages.controls import Control
from tingsu.process.controls import controls_of
from tingsu.process.registry import posted, starting_values
from tingsu.process.steps import Step
from tingsu.process.values import fields_from_post, from_post

EARLIER = "before-"
"""Stands before the names of the fields of the step that is taken first."""


@dataclass
class Typed:
    """What the form of a step holds, and of the step that it takes first, if it takes one."""

    step: Step
    raw: dict[str, Any]
    earlier: Step | None
    earlier_raw: dict[str, Any]


def earlier_step(step: Step, complaint: Complaint) -> Step | None:
    """The step that this one takes first on this case; None once it has been taken."""
    if step.before is None or not step.before.needed(complaint):
        return None
    return step_named(step.before.step)


def fresh(step: Step, actor: Actor, complaint: Complaint, given: dict[str, Any]) -> Typed:
    """The form before anybody typed; an address may name values of the step's own fields."""
    earlier = earlier_step(step, complaint)
    named = {one.name: given[one.name] for one in step.fields if one.name in given}
    raw = {**starting_values(step, actor, complaint), **named}
    return Typed(step, raw, earlier, starting_values(earlier, actor, complaint) if earlier else {})


def sent(request: HttpRequest, step: Step, actor: Actor, complaint: Complaint) -> Typed:
    """The form as it came back. A step that was to be taken first and has been taken meanwhile is left out."""
    raw = posted(step, from_post(step, request.POST), actor, complaint)
    earlier = earlier_step(step, complaint)
    if earlier is None:
        return Typed(step, raw, None, {})
    typed = fields_from_post(earlier.fields, request.POST, EARLIER)
    return Typed(step, raw, earlier, posted(earlier, typed, actor, complaint))


def take(request: HttpRequest, actor: Actor, complaint: Complaint, typed: Typed) -> None:
    """Take the step, or both in one transaction. Raises what `take_step` raises; new files are stored before."""
    take_step(actor=actor, complaint_id=complaint.pk, **_asked(request, actor, complaint, typed))


def rehearse(request: HttpRequest, actor: Actor, complaint: Complaint, typed: Typed) -> list[Rehearsed]:
    """The letters that taking it would write. Raises what `take` raises; new files are stored and stay with the form."""
    return letters_of_step(actor=actor, complaint_id=complaint.pk, **_asked(request, actor, complaint, typed))


def _asked(request: HttpRequest, actor: Actor, complaint: Complaint, typed: Typed) -> dict[str, Any]:
    """What the form asks the process for: one step, or two in one transaction, as the case was looked at."""
    uploads.take_in(request, actor, typed.step, typed.raw)
    version = version_of(request, complaint)
    if typed.earlier is None:
        return {"step": typed.step.name, "values": typed.raw, "version": version}
    then = Following(step=typed.step.name, values=typed.raw)
    return {"step": typed.earlier.name, "values": typed.earlier_raw, "version": version, "then": then}


def _lacks(view: Control) -> bool:
    """Is something to be done about this field before the form can be sent?"""
    return bool(view.error) or (view.required and view.value in ("", []))


def context_of(
    request: HttpRequest,
    actor: Actor,
    complaint: Complaint,
    typed: Typed,
    error: TingsuError | None = None,
    letters: list[Rehearsed] | None = None,
) -> dict[str, Any]:
    """What the template of a step's form needs."""
    step = typed.step
    problem = error if isinstance(error, InvalidInput) else None
    early = problem if problem and typed.earlier and problem.of == typed.earlier.name else None
    fields = controls_of(
        step.fields, raw=typed.raw, problem=None if early else problem, subject=complaint,
        people=uploads.source(actor, complaint, typed.raw),
    )  # fmt: skip
    earlier: list[Control] = []
    if typed.earlier is not None:
        earlier = controls_of(
            typed.earlier.fields, raw=typed.earlier_raw, problem=early, subject=complaint, prefix=EARLIER
        )
    hints = [one.hint(actor, complaint) for one in (typed.earlier, step) if one is not None and one.hint is not None]
    return {
        "case": {
            "number": complaint.number,
            "title": shown_text(actor, complaint, "summary"),
            "version": complaint.version,
        },
        "seen": complaint.stream.last_seq,
        "once": once.fresh_key(),
        "step": step,
        "fields": fields,
        "earlier": {"step": typed.earlier, "fields": earlier, "open": any(_lacks(view) for view in earlier)},
        "wrong": [view for view in (*earlier, *fields) if view.error],
        "multipart": any(one.kind == "files" for one in step.fields),
        "letters": letters,
        "reasons": cases.reasons_of(actor, complaint, step, now()) if error is None else [],
        "hints": [hint for hint in hints if hint],
        "guides": guides_for(actor, [step.name]),
        "knowledge": beside(actor, complaint, step.name),
        "beside": cases.panels_beside(actor, complaint, request, step) if step.fields else [],
        "error": error,
        "unmet": [str(one) for one in error.unmet] if isinstance(error, ConditionsUnmet) else [],
        "theirs": timeline.entries_since(actor, complaint, request.POST.get("seen", ""))
        if isinstance(error, ChangedMeanwhile)
        else [],
    }

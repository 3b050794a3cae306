"""Objections to a published result, for awards and innovations alike (PE-22, PE-29): anybody may object while it is open to objections, each
objection is answered, and one that is upheld sends the result back to the jury.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit, is_working_day
from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.people import alone
from tingsu.process.steps import Field, Step, asks_who
from tingsu.registers.declaration import EVERYBODY, LEADERS, OWNER, Do
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.lines import Lines
from tingsu.registers.options import members

DAYS = 5
"""Working days within which an objection is answered, a jury judges anew, and an award is given: ours."""
PUBLISHED, UPHELD, REJECTED = "published", "upheld", "rejected"
OUTCOMES = (
    (REJECTED, pgettext_lazy("objection", "Rejected: the result stands")),
    (UPHELD, pgettext_lazy("objection", "Upheld: back to the jury")),
)
LINES = Lines(table="objections", called=("objection",))
waiting = LINES.waiting("objections_waiting", before="outcome")

FIELDS = (
    Field(name="published_on", label=pgettext_lazy("award", "Published on"), kind="date"),
    Field(name="objections_until", label=_("Open to objections until"), kind="date"),
    Field(
        name="objections", label=_("Objections"), kind="rows", limit=100,
        rows=(
            Field(name="objection", label=pgettext_lazy("award", "Objection"), kind="longtext", limit=2000),
            Field(name="by", label=pgettext_lazy("award", "Who objects"), kind="member", options=members),
            Field(name="on", label=pgettext_lazy("award", "On"), kind="date"),
            Field(name="outcome", label=pgettext_lazy("award", "Outcome"), kind="choice", options=OUTCOMES),
            Field(name="answer", label=pgettext_lazy("award", "Answer"), kind="longtext", limit=2000),
            Field(name="answered_by", label=pgettext_lazy("award", "Answered by"), kind="member", options=members),
        ),
    ),
    Field(
        name="objection", label=pgettext_lazy("award", "Objection"), kind="longtext", limit=2000,
        help=_("To what, and why: everybody reads it, with its answer."),
    ),
    Field(name="which", label=_("Which objection"), kind="choice", options=waiting),
    Field(name="outcome", label=pgettext_lazy("award", "Outcome"), kind="choice", options=OUTCOMES),
    Field(name="answer", label=pgettext_lazy("award", "Answer"), kind="longtext", limit=2000),
)  # fmt: skip
PASSING = ("objection", "which", "outcome", "answer")


def today(opened: OpenedEntry | None = None) -> date:
    return local_date(opened.at if opened else now(), current_organisation().time_zone)


def working_days_on(day: date, number: int) -> date:
    """The day so many working days later."""
    calendar = calendar_in_force()
    while number:
        day = date.fromordinal(day.toordinal() + 1)
        number -= is_working_day(day, calendar)
    return day


def published(opened: OpenedEntry, days: int) -> None:
    """From today anybody may object, for so many working days."""
    opened.put("published_on", today(opened))
    opened.put("objections_until", working_days_on(today(opened), days))


def still_open(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The time for objections runs."""
    until = opened.entry.codes.get("objections_until", "")
    if today(opened).isoformat() <= until:
        return []
    return [Unmet("objections_over", _("the time for objections is over"))]


def time_is_over(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The result stands: nobody can object any more, and every objection has its answer."""
    found = []
    if today(opened).isoformat() <= opened.entry.codes.get("objections_until", ""):
        found.append(Unmet("objections_open", _("anybody may still object to the result")))
    if waiting(opened.entry):
        found.append(Unmet("objection_unanswered", _("an objection waits for its answer")))
    return found


@asks_who
def answers_for_others(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever judged, objected, or is to get the award does not answer an objection."""
    who = str(opened.actor.id)
    concerned = {*opened.register.involves(opened.entry.codes), *concerned_by(opened.entry)}
    raised = {line.get("by") for line in LINES.of(opened.entry) if "outcome" not in line}
    if who not in concerned | raised or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_objection", _("somebody who neither judged nor objected nor is concerned answers it"), guard="")]


def concerned_by(entry: Any) -> set[str]:
    """Members whom the result is about: nominated, or applicants."""
    codes = entry.codes
    return {str(pk) for line in codes.get("nominations", ()) for pk in line.get("who", ())} | {
        str(pk) for pk in codes.get("applicants", ())
    }


def objected(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One more objection, owed an answer."""
    lines = LINES.of(opened.entry)
    opened.write(f"objections.{len(lines)}.objection", values["objection"])
    opened.put("objections", [*lines, {"by": opened.actor.id, "on": today(opened)}])
    if opened.running(timer(opened.register.name)) is None:
        opened.start(timer(opened.register.name))  # of several, the limit of the first one runs


def answered(back_to: str, clear: Callable[[OpenedEntry], None]) -> Callable[[OpenedEntry, dict[str, Any]], None]:
    """An objection has its answer; an upheld one sends the result back."""

    def effect(opened: OpenedEntry, values: dict[str, Any]) -> None:
        lines, place = LINES.of(opened.entry), int(values["which"])
        own = lines[place].get("by")
        lines[place] = lines[place] | {"outcome": values["outcome"], "answered_by": opened.actor.id}
        opened.write(f"objections.{place}.answer", values["answer"])
        opened.put("objections", lines)
        opened.tell([own] if own else [], "objection_answered")
        if values["outcome"] == UPHELD:
            opened.put("published_on", None)
            opened.put("objections_until", None)
            clear(opened)
            opened.move_to(back_to)
            opened.tell(list(opened.entry.codes.get("jury", ())), "called")
        if not waiting(opened.entry) or values["outcome"] == UPHELD:
            opened.end(timer(opened.register.name))

    return effect


def timer(register: str) -> str:
    return f"{register}_objection"


def timer_kind(register: str) -> TimerKind:
    """An answer to an objection is owed within five working days, which is ours."""
    return TimerKind(
        name=timer(register), of=register, label=_("Answer to an objection"), starts=_("objection raised"), stops=_("objection answered"),
        source="ISC 5.4.4.1", limits=(Limit(amount=DAYS, unit=Unit.WORKING_DAY, basis="ISC 5.4.4.1", ours=True),),
    )  # fmt: skip


def steps(
    register: str, back_to: str, clear: Callable[[OpenedEntry], None], clause: str, again: tuple[str, ...] = ()
) -> tuple[Do, Do]:
    """The two steps of objections; `again`: limits that begin or end when a result goes back."""
    return (
        Do(
            name="object", label=pgettext_lazy("award", "Object"), event="objected_to", did=_("objected to the result"), sources=(PUBLISHED,),
            who=EVERYBODY, asks=("objection*",), guards=(still_open,), effect=objected, may_start=(timer(register),), tells=(OWNER, *LEADERS), main=False,
            icon="scale", clause=clause,
        ),
        Do(
            name="answer", label=_("Answer an objection"), event="objection_answered", did=_("answered an objection"), sources=(PUBLISHED,),
            who=LEADERS, asks=("which*", "outcome*", "answer*"), guards=(some_wait, answers_for_others), effect=answered(back_to, clear),
            may_start=again, may_stop=(timer(register), *again), tells=(OWNER,), icon="message-circle", clause=clause,
        ),
    )  # fmt: skip


def some_wait(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """There is an objection without an answer."""
    return [] if waiting(opened.entry) else [Unmet("nothing_waits", _("no objection waits for an answer"))]


def due(opened: OpenedEntry, field: str, timer_name: str, day: date) -> None:
    """A day that follows from a step, kept in a field, with its promise."""
    opened.put(field, day)
    opened.start(timer_name, due_at=end_of(day))


def refuse(field: str, sentence: Any, **values: Any) -> InvalidInput:
    return InvalidInput({field: InvalidValue(sentence, code="choice", **values)})

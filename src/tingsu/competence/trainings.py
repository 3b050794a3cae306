"""Trainings from plan to attendance: by post, the leader's programme, renewal, retraining, new functions (PE-08, PE-10, PE-11, PE-18,
PE-21, PE-27, PE-28). What the register adds to the kit.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import files, required, terms, trainers
from tingsu.competence.courses import course_numbered
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people.actions.readiness import add_trained
from tingsu.process.steps import Step
from tingsu.registers.actions import follow
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry

NAME, HELD_TIMER, REVIEW = "training", "training_held", "training_review"
POST, PROGRAMME, RENEWAL, SUPPORT, RETRAINING, FUNCTION = (
    "post",
    "programme",
    "renewal",
    "support",
    "retraining",
    "function",
)
KINDS: terms.Choices = (
    (POST, _("Training of a post")),
    (PROGRAMME, _("The leader's programme")),
    (RENEWAL, _("Knowledge renewal")),
    (SUPPORT, _("Psychological support")),
    (RETRAINING, _("Retraining after a finding")),
    (FUNCTION, _("New or changed function")),
)
PLANNED, APPROVED, SCHEDULED, HELD, RUNNING = "planned", "approved", "scheduled", "held", "running"
REACHED: terms.Choices = (
    ("reached", pgettext_lazy("target", "Reached")),
    ("partly", pgettext_lazy("target", "Reached in part")),
    ("missed", pgettext_lazy("target", "Missed")),
)
YEARS = Lines(table="reviews", called=("on",))
MOST_PEOPLE = 200


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Whoever takes part, and a colleague who trains."""
    return tuple(dict.fromkeys([*codes.get("participants", ()), *codes.get("attended", ())]))


def a_plan(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A programme is reviewed by its targets; it is not one day with a trainer."""
    if opened.entry.codes.get("kind") != PROGRAMME:
        return []
    return [Unmet("a_programme", _("a programme is reviewed each year; plan its trainings one by one"))]


def a_programme(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    if opened.entry.codes.get("kind") == PROGRAMME:
        return []
    return [Unmet("no_programme", _("this is a single training: schedule it and record who was there"))]


def trainer_approved(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody but an approved trainer holds it, on the day itself too (PE-07)."""
    number = (values or {}).get("trainer") or opened.entry.codes.get("trainer")
    if values is None or not number:
        return []
    day = values.get("planned_on") or values.get("held_on") or files.today()
    if any(one.number == number for one in trainers.approved(day)):
        return []
    return [
        Unmet("trainer_not_approved", _("this trainer is not approved on that day: schedule it with an approved one"))
    ]


def has_trainer(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Without an approved trainer nothing can be scheduled: said before the form is opened."""
    if trainers.approved():
        return []
    return [
        Unmet(
            "no_trainer",
            _("no trainer is approved yet: propose one in the register of trainers and let it be approved"),
        )
    ]


def scheduled(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Those who take part hear of it."""
    if values["planned_on"] < files.today():
        raise InvalidInput({"planned_on": InvalidValue(_("A training is scheduled for today or later."), code="past")})
    if values["taught"]:
        opened.put("course", values["taught"])
    people = [uuid.UUID(one) for one in opened.entry.codes["participants"]]
    opened.tell([one for one in people if one != opened.actor.id], "scheduled")


def held(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Attendance becomes part of each person's file; a function opens for those who were there (PE-17, PE-27)."""
    there = [uuid.UUID(str(one)) for one in values["attended"]]
    topic = topic_of(opened.entry)
    opened.end(HELD_TIMER)
    if function := opened.entry.codes.get("function"):
        mark = required.gated().get(function)
        if mark is not None:
            add_trained(actor=opened.actor, member_ids=there, function=mark, record=opened.entry.pk, at=opened.at)
    if topic:
        for file in sorted(files.files_of(there).values(), key=lambda one: one.pk):
            note_in_file(opened, file, topic, values["held_on"])


def topic_of(entry: Entry) -> str:
    """The topic that its course teaches, as files know it; empty for none."""
    course = course_numbered(entry.codes.get("course"))
    topic = course.codes.get("topic", "") if course else ""
    return topic if topic in dict(terms.TAUGHT) else ""


def note_in_file(opened: OpenedEntry, file: Entry, topic: str, on: date) -> None:
    """One line in somebody's file, by the system, with the training as its evidence."""
    if file.state in {files.TRAINEE, files.INDEPENDENT, files.HELD_BACK}:
        values = {"topic": topic, "on": on.isoformat(), "evidence": opened.entry.number}
        follow(
            actor=files.actor(), entry_id=file.pk, register=registers()[files.NAME], step="note_topic", values=values
        )


def reviewed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Targets against what was reached, once a year; the next review is set ahead (ISC 4.2.6)."""
    next_on = values["next_on"]
    if next_on <= files.today():
        raise InvalidInput({"next_on": InvalidValue(_("The next review lies ahead."), code="past")})
    opened.end(REVIEW)
    opened.put("review_on", next_on)
    opened.start(REVIEW, due_at=end_of(next_on))
    line = {"on": files.today(), "reached": values["reached"], "finding": values["finding"]}
    YEARS.add(("on", "reached", "finding"), files.marks)(opened, line)


def stopped(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Nothing is owed of it any more."""
    for kind in (HELD_TIMER, REVIEW):
        opened.end(kind, "cancelled")


def running(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """An approved programme runs; an approved training waits for its day."""
    if opened.entry.codes.get("kind") == PROGRAMME:
        opened.move_to(RUNNING)

"""The register of trainings, as a declaration (PE-08, PE-10, PE-11, PE-18, PE-21, PE-27, PE-28)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import required, shown, terms, trainings
from tingsu.competence.courses import course_options
from tingsu.competence.required import ROLES
from tingsu.competence.trainers import trainer_options
from tingsu.competence.trainings import (
    APPROVED,
    FUNCTION,
    HELD,
    HELD_TIMER,
    NAME,
    PLANNED,
    PROGRAMME,
    REVIEW,
    RUNNING,
    SCHEDULED,
)
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members

PLANNERS = (*LEADERS, Role.COACH, Role.QA)
WORKERS = (OWNER, *LEADERS, Role.COACH)
SINGLE = "|".join(code for code, _label in trainings.KINDS if code != PROGRAMME)
REVIEWS = (
    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
    Field(name="reached", label=pgettext_lazy("training", "Targets"), kind="choice", options=trainings.REACHED),
    Field(name="finding", label=_("What the review found"), kind="longtext"),
    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
)

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Training"),
        many=pgettext_lazy("records", "Trainings"),
        hint=_(
            "The training plan by post and every training of it: objective, method, date, trainer, budget; who was there and how it was held. "
            "Of psychological support only the participation is kept, never anything about anybody's health."
        ),
        prefix="PP",
        icon="book",
        chapter="people",
        order=43,
        title="title",
        readers=(*LEADERS, Role.COACH, Role.QA, Role.AUDITOR),
        openers=PLANNERS,
        owner="owner",
        involves=trainings.involved,
        fields=(
            Field(name="title", label=pgettext_lazy("training", "Title"), limit=120),
            Field(name="kind", label=pgettext_lazy("training", "What"), kind="choice", options=trainings.KINDS),
            Field(name="role", label=pgettext_lazy("training", "For the post"), kind="choice", options=tuple(ROLES.items())),
            Field(name="audience", label=_("Target group"), kind="longtext", limit=300),
            Field(name="objective", label=pgettext_lazy("training", "Objective"), kind="longtext", limit=1000),
            Field(name="targets", label=pgettext_lazy("training", "Targets"), kind="longtext", limit=1000, when=("kind", PROGRAMME)),
            Field(name="review_on", label=_("Yearly review on"), kind="date", when=("kind", PROGRAMME)),
            Field(
                name="function", label=pgettext_lazy("training", "Function"), kind="choice", options=required.function_options, when=("kind", FUNCTION),
                help=_("Opens for those who attended, where the rules let it wait for a training."),
            ),
            Field(name="form", label=pgettext_lazy("training", "Form"), kind="choice", options=terms.FORMS, when=("kind", SINGLE)),
            Field(name="course", label=pgettext_lazy("record", "Course"), kind="choice", options=course_options),
            Field(
                name="taught", label=pgettext_lazy("record", "Course"), kind="choice", options=course_options,
                help=_("Only where it is another one than planned."),
            ),
            Field(name="budget", label=_("Budget"), kind="money"),
            Field(name="wanted_on", label=pgettext_lazy("training", "Planned for"), kind="date"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="planned_on", label=pgettext_lazy("training", "Scheduled for"), kind="date"),
            Field(name="trainer", label=pgettext_lazy("record", "Trainer"), kind="choice", options=trainer_options),
            Field(name="participants", label=_("Participants"), kind="choices", options=members),
            Field(name="held_on", label=_("Held on"), kind="date", past=True),
            Field(name="attended", label=pgettext_lazy("training", "Were there"), kind="choices", options=members),
            Field(name="interaction", label=_("Interaction used"), kind="choices", options=terms.INTERACTION),
            Field(name="minutes", label=_("Length in minutes"), kind="number", limit=2000),
            Field(name="cost", label=pgettext_lazy("training", "What it cost"), kind="money"),
            Field(name="outcome", label=pgettext_lazy("training", "How it went"), kind="longtext", limit=1000),
            Field(name="papers", label=pgettext_lazy("training", "Attendance list, pictures, material"), kind="files"),
            Field(name="reviews", label=_("Yearly reviews"), kind="rows", rows=REVIEWS),
            Field(name="reached", label=pgettext_lazy("training", "Targets"), kind="choice", options=trainings.REACHED),
            Field(name="finding", label=_("What the review found"), kind="longtext", limit=1000),
            Field(name="next_on", label=_("Next review on"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(
            "title*", "kind*", "role*", "audience*", "objective*", "targets*", "review_on*", "function*", "form*", "course", "budget*",
            "wanted_on*", "owner",
        ),
        passing=("taught", "reached", "finding", "next_on", "reason"),
        columns=("kind", "role", "form", "planned_on", "held_on"),
        filters=("kind", "role", "form", "trainer", "course"),
        speaks_of="held_on",
        states=(
            State(PLANNED, pgettext_lazy("training", "Waits for approval"), "soon"),
            State(APPROVED, pgettext_lazy("training", "Approved, to be scheduled")),
            State(SCHEDULED, pgettext_lazy("training", "Scheduled")),
            State(RUNNING, pgettext_lazy("training", "Programme runs")),
            State(HELD, pgettext_lazy("training", "Held"), "done", open=False),
            State("cancelled", pgettext_lazy("training", "Cancelled"), open=False, final=True),
        ),
        steps=(
            Do(
                name="approve", label=pgettext_lazy("training", "Approve plan and budget"), event="approved", did=_("approved plan and budget"),
                sources=(PLANNED,), target=APPROVED, who=LEADERS, not_by=("open", "change"), effect=trainings.running, tells=(OWNER,), tone="done",
                icon="checks", clause="ISC 5.4.2.1; ISC 4.2.6",
            ),
            Do(
                name="schedule", label=pgettext_lazy("training", "Schedule it"), event="scheduled", did=_("scheduled it"),
                sources=(APPROVED, SCHEDULED), target=SCHEDULED, who=WORKERS, asks=("planned_on*", "trainer*", "participants*", "taught"),
                guards=(trainings.a_plan, trainings.has_trainer, trainings.trainer_approved), effect=trainings.scheduled, icon="calendar",
                clause="ISC 5.4.2.1",
            ),
            Do(
                name="hold", label=pgettext_lazy("training", "Record attendance"), event="held", did=_("recorded who was there"), sources=(SCHEDULED,),
                target=HELD, who=WORKERS, asks=("held_on*", "attended*", "interaction*", "minutes*", "cost", "outcome*", "papers"),
                guards=(trainings.trainer_approved,), effect=trainings.held, may_stop=(HELD_TIMER,), tone="done",
                icon="circle-check", clause="ISC 5.4.2.2; SZ 4(3).2; SZ 10.3",
            ),
            Do(
                name="review", label=_("Review the programme"), event="reviewed", did=_("reviewed the programme"), sources=(RUNNING,), who=LEADERS,
                asks=("reached*", "finding*", "next_on*"), guards=(trainings.a_programme,), effect=trainings.reviewed, may_start=(REVIEW,),
                may_stop=(REVIEW,), icon="refresh", clause="ISC 4.2.6",
            ),
            Do(
                name="finish", label=pgettext_lazy("training", "End the programme"),
                event="finished", did=pgettext_lazy("training", "ended the programme"), sources=(RUNNING,), target=HELD,
                who=LEADERS, asks=("reason*",), effect=trainings.stopped, may_stop=(REVIEW,), main=False, icon="archive", clause="ISC 4.2.6",
            ),
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), sources=(PLANNED,), who=WORKERS,
                asks=("title*", "audience*", "objective*", "course", "budget*", "wanted_on*", "owner"), main=False, icon="edit",
            ),
            Do(
                name="cancel", label=pgettext_lazy("training", "Cancel it"), event="cancelled", did=_("cancelled it"),
                sources=(PLANNED, APPROVED, SCHEDULED), target="cancelled", who=WORKERS, asks=("reason*",), effect=trainings.stopped,
                may_stop=(HELD_TIMER, REVIEW), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(
            Due(field="planned_on", timer=HELD_TIMER, label=_("A training is held"), stops=_("attendance recorded"), source="ISC 5.4.2.1"),
            Due(field="review_on", timer=REVIEW, label=_("Yearly review of a programme"), stops=_("reviewed"), source="ISC 4.2.6"),
        ),
        entry_template="competence/training.html",
        entry_context=shown.training_told,
    )
)  # fmt: skip

"""The catalogue of courses, courseware and cases for training, revised at intervals (PE-09, PE-16)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import files, terms
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options
from tingsu.registers.declaration import EVERYBODY, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME, REVIEW = "course", "course_review"
KEEPERS = (OWNER, *LEADERS, Role.COACH, Role.QA)
KINDS = (
    ("course", pgettext_lazy("course", "Course")),
    ("courseware", _("Courseware")),
    ("case", _("Case for training")),
)
REVISIONS = Lines(table="revisions", called=("on",))


def in_use() -> list[Entry]:
    """Courses that may be held now, by number. One query."""
    return list(
        Entry.objects.filter(register=NAME, state="in_use", facets__name="kind", facets__value="course")
        .select_related("stream")
        .order_by("number")
    )


def course_options(entry: Any) -> Options:
    """Courses by number and title."""
    return tuple((one.number, f"{(one.written_or_none() or {}).get('title', '')} · {one.number}") for one in in_use())


def course_numbered(number: str | None) -> Entry | None:
    return Entry.objects.filter(register=NAME, number=number).select_related("stream").first() if number else None


def revised(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What was bettered in content and method, one line for each revision; the next one is set ahead."""
    next_on = values["next_on"]
    if next_on <= files.today():
        raise InvalidInput({"next_on": InvalidValue(_("The next revision lies ahead."), code="past")})
    opened.end(REVIEW)
    opened.put("review_on", next_on)
    opened.start(REVIEW, due_at=end_of(next_on))
    line = {"on": files.today(), "content": values["content_note"], "method": values["method_note"]}
    REVISIONS.add(("on", "content", "method"), files.marks)(opened, line)


def retired(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.end(REVIEW, "cancelled")


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Course"),
        many=pgettext_lazy("records", "Courses and courseware"),
        hint=_(
            "What is taught: courses, courseware and cases, built from knowledge, processes and handled complaints. Link the cases and records "
            "it comes from; names of people stay in the case."
        ),
        prefix="PX",
        icon="book",
        chapter="people",
        order=45,
        title="title",
        readers=EVERYBODY,
        openers=(*LEADERS, Role.COACH, Role.QA, Role.SPECIALIST),
        owner="owner",
        fields=(
            Field(name="title", label=pgettext_lazy("course", "Title"), limit=120),
            Field(name="kind", label=pgettext_lazy("course", "What"), kind="choice", options=KINDS),
            Field(name="topic", label=_("Topic"), kind="choice", options=(*terms.TAUGHT, ("other", pgettext_lazy("topic", "Other")))),
            Field(name="objective", label=pgettext_lazy("training", "Objective"), kind="longtext", limit=600),
            Field(name="content", label=pgettext_lazy("course", "Content"), kind="longtext", limit=6000),
            Field(
                name="knowledge", label=_("Built from"), kind="longtext", limit=1000,
                help=_("Knowledge entries, rules and process steps, by name or number. Complaints and records are linked below the entry."),
            ),
            Field(name="minutes", label=_("Length in minutes"), kind="number", limit=2000),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="review_on", label=_("Next revision on"), kind="date"),
            Field(name="next_on", label=_("Next revision on"), kind="date"),
            Field(name="papers", label=pgettext_lazy("course", "Courseware files"), kind="files"),
            Field(name="content_note", label=_("What was bettered in the content"), kind="longtext", limit=1000),
            Field(name="method_note", label=_("What was bettered in the method"), kind="longtext", limit=1000),
            Field(
                name="revisions", label=pgettext_lazy("course", "Revisions"), kind="rows",
                rows=(
                    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
                    Field(name="content", label=pgettext_lazy("course", "Content"), kind="longtext"),
                    Field(name="method", label=pgettext_lazy("course", "Method"), kind="longtext"),
                    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
                ),
            ),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("title*", "kind*", "topic*", "objective*", "content*", "knowledge", "minutes", "owner", "review_on*", "papers"),
        passing=("content_note", "method_note", "next_on", "reason"),
        columns=("kind", "topic", "minutes", "review_on"),
        filters=("kind", "topic"),
        states=(
            State("in_use", pgettext_lazy("course", "In use"), "done"),
            State("retired", pgettext_lazy("course", "No longer used"), open=False),
        ),
        steps=(
            Do(
                name="revise", label=pgettext_lazy("course", "Revise"), event="revised", did=_("revised content and method"), sources=("in_use",),
                who=KEEPERS, asks=("content", "content_note*", "method_note*", "next_on*", "papers"), effect=revised, icon="refresh",
                may_start=(REVIEW,), may_stop=(REVIEW,), clause="ISC 5.4.2.4",
            ),
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), sources=("in_use",), who=KEEPERS,
                asks=("title*", "topic*", "objective*", "knowledge", "minutes", "owner"), main=False, icon="edit",
            ),
            Do(
                name="retire", label=_("Take out of use"), event="retired", did=_("took it out of use"), sources=("in_use",), target="retired",
                who=KEEPERS, asks=("reason*",), may_stop=(REVIEW,), effect=retired,
                main=False, icon="archive",
            ),
        ),
        dues=(Due(field="review_on", timer=REVIEW, label=_("Revision of a course"), stops=_("revised"), source="ISC 5.4.2.4"),),
    )
)  # fmt: skip

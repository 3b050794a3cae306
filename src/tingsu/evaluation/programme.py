"""The audit programme of a year: how often, by which methods, who, how each audit is planned and reported (MS-24)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation.clauses import CLAUSES
from tingsu.figures.values import today
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.sql import take_turns
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step, guard
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members

NAME = "audit_programme"
METHODS = (
    ("records", pgettext_lazy("audit", "Records and documents")),
    ("interviews", pgettext_lazy("audit", "Interviews")),
    ("observation", pgettext_lazy("audit", "Watching the work")),
    ("sampling", pgettext_lazy("audit", "Samples of complaints")),
    ("remote", pgettext_lazy("audit", "At a distance")),
)
CLAUSE_OPTIONS: Options = tuple((one.number, one.title) for one in CLAUSES.values())
PLANNED = (
    Field(name="on", label=pgettext_lazy("audit", "Planned for"), kind="date", required=True),
    Field(name="what", label=pgettext_lazy("audit", "Scope"), limit=200, required=True),
    Field(name="unit", label=_("Audited unit"), kind="unit", options=departments),
    Field(name="lead", label=_("Lead auditor"), kind="member", options=members, required=True),
)
WRITTEN = (
    "about*", "year*", "every*", "methods*", "responsibilities*", "planning*", "reporting*", "audits", "owner",
)  # fmt: skip


def years(thing: Any) -> Options:
    """The year that runs, those around it, and the one of this programme."""
    year = today().year
    known = [year, year + 1, year - 1]
    own = str(thing.codes.get("year", "")) if isinstance(thing, Entry) else ""
    return tuple((one, one) for one in dict.fromkeys([*map(str, known), *([own] if own else [])]))


@guard("one_a_year")
def one_a_year(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """One programme is in force for a year: the older one ends first."""
    rows = Entry.objects.filter(register=NAME, state="approved", codes__year=opened.entry.codes.get("year"))
    other = rows.exclude(pk=opened.entry.pk).first()
    if other is None:
        return []
    return [Unmet("second", _("%(number)s is in force for the same year: end it first"), guard="", number=other.number)]


def approved(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Of two that are approved at once the second waits for the first, and sees it."""
    take_turns(f"{NAME}:{opened.entry.organisation_id}")
    if unmet := one_a_year(opened, opened.register.process["approve"], values):
        raise InvalidInput({"year": InvalidValue(str(unmet[0]), code="second")})


def programmes(thing: Any) -> Options:
    """Programmes in force, the newest first."""
    rows = Entry.objects.filter(register=NAME, state="approved").order_by("-opened_at", "-pk")
    return tuple((str(one.pk), f"{one.number} · {one.codes.get('year', '')}") for one in rows[:20])


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Audit programme"),
        many=pgettext_lazy("record", "Audit programmes"),
        hint=_(
            "What is audited in a year: how often, by which methods, who is responsible, how each audit is planned and reported. Approved by "
            "somebody else than its author, before the first audit of the year."
        ),
        prefix="SF",
        icon="calendar",
        chapter="review",
        order=13,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("audit", "Aim of the programme"), kind="longtext", limit=500),
            Field(name="year", label=pgettext_lazy("audit", "Year"), kind="choice", options=years),
            Field(name="every", label=pgettext_lazy("audit", "How often"), kind="choice", options=INTERVALS),
            Field(name="methods", label=pgettext_lazy("audit", "Methods"), kind="choices", options=METHODS),
            Field(name="responsibilities", label=pgettext_lazy("audit", "Responsibilities"), kind="longtext", limit=2000),
            Field(name="planning", label=_("How each audit is planned"), kind="longtext", limit=2000),
            Field(name="reporting", label=_("How it is reported, to whom and when"), kind="longtext", limit=2000),
            Field(name="audits", label=_("Audits planned"), kind="rows", rows=PLANNED),
            Field(name="owner", label=_("Responsible"), kind="member", options=members),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=WRITTEN,
        passing=("reason",),
        columns=("year", "every"),
        filters=("year",),
        owner="owner",
        openers=(Role.AUDITOR, *LEADERS, Role.QA),
        readers=(*LEADERS, *CHECKERS),
        clauses=lambda codes: ("CTS 9.2 a",),
        states=(
            State("draft", pgettext_lazy("audit", "Draft"), "soon"),
            State("approved", pgettext_lazy("audit", "In force"), "done", open=False),
            State("ended", pgettext_lazy("audit", "Ended"), open=False, final=True),
        ),
        steps=(
            Do(
                name="write", label=_("Change the programme"), event="written", did=_("changed the programme"), sources=("draft",),
                who=(OWNER, Role.AUDITOR, *LEADERS), asks=WRITTEN, icon="edit", main=False,
            ),
            Do(
                name="approve", label=pgettext_lazy("audit", "Approve"), event="approved", did=_("approved the programme"), sources=("draft",),
                target="approved", who=LEADERS, not_by=("open", "write"), guards=(one_a_year,), effect=approved, tells=(OWNER, Role.AUDITOR),
                tone="done", icon="checks", clause="CTS 9.2 a",
            ),
            Do(
                name="revise", label=_("Open it for changes"), event="revised", did=_("opened the programme for changes"), sources=("approved",),
                target="draft", who=(OWNER, Role.AUDITOR, *LEADERS), asks=("reason*",), tells=(OWNER, Role.MGMT_REP), icon="refresh", main=False,
            ),
            Do(
                name="end", label=pgettext_lazy("audit", "End"), event="ended", did=_("ended the programme"), sources=("draft", "approved"),
                target="ended", who=LEADERS, asks=("reason*",), tells=(OWNER,), icon="archive", main=False,
            ),
        ),
    )
)  # fmt: skip

"""Assessment for a staff level: evidence for every criterion, given by another person, in force on the posts at once (PE-05, PE-30)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import criteria, files, shown
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.people.actions.readiness import put_level
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step, asks_who
from tingsu.registers.actions import follow
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.options import members

NAME = "grading"
LEVEL = Field(name="level", label=_("Staff level"), kind="choice", options=criteria.levels)
PROOFS = Lines(table="proofs", called=("criterion",))


def criteria_options(entry: Any) -> Options:
    """What the level asks for; without an entry every criterion, so that an old line keeps its words."""
    level = entry.codes.get("level") if entry is not None else None
    if level:
        return tuple(criteria.criteria_of(level).items())
    return tuple(
        (code, words) for level, _name in criteria.levels() for code, words in criteria.criteria_of(level).items()
    )


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(codes["person"]),) if codes.get("person") else ()


@asks_who
def not_own_level(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody decides on the own level, nor says of oneself that a criterion is met."""
    own = opened.actor.id is not None and opened.entry.codes.get("person") == str(opened.actor.id)
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_level", _("this assessment is about you: somebody else does this"), guard="")]


def every_criterion(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A level is not given while a criterion has no evidence (PE-30)."""
    proved = {line["criterion"] for line in PROOFS.of(opened.entry)}
    wanted = criteria.criteria_of(opened.entry.codes.get("level", ""))
    if not wanted:
        return [Unmet("unknown_level", _("this level no longer stands among the staff levels"))]
    return [
        Unmet("no_evidence", _("no evidence yet for: %(criterion)s"), criterion=words)
        for code, words in wanted.items()
        if code not in proved
    ]


def given(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The level holds on the posts from now on, where G4 and the authority matrix read it (AS-02); the file tells it."""
    person, level = uuid.UUID(opened.entry.codes["person"]), opened.entry.codes["level"]
    opened.put("version", criteria.version())
    put_level(actor=opened.actor, member_id=person, level=criteria.work_of(level), record=opened.entry.pk, at=opened.at)
    if (file := files.file_of(person)) is not None and file.state != files.ENDED:
        follow(
            actor=files.actor(),
            entry_id=file.pk,
            register=registers()[files.NAME],
            step="grade",
            values={"level": level},
        )
    opened.tell([person], "level_given")


def declined(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.tell([uuid.UUID(opened.entry.codes["person"])], "declined")


declare(
    Register(
        name=NAME,
        one=_("Level assessment"),
        many=_("Level assessments"),
        hint=_("For which staff level somebody is assessed: evidence for each criterion, given by another person than who assessed."),
        prefix="PJ",
        icon="certificate",
        chapter="people",
        order=41,
        title="about",
        readers=(*LEADERS, Role.AUDITOR),
        openers=(*LEADERS, Role.COACH),
        owner="owner",
        involves=involved,
        fields=(
            Field(name="about", label=pgettext_lazy("grading", "Occasion"), kind="longtext", limit=200),
            Field(name="person", label=pgettext_lazy("grading", "Who is assessed"), kind="member", options=members),
            LEVEL,
            Field(name="owner", label=pgettext_lazy("grading", "Assessed by"), kind="member", options=members),
            Field(
                name="proofs", label=pgettext_lazy("grading", "Criteria and evidence"), kind="rows",
                rows=(
                    Field(name="criterion", label=pgettext_lazy("grading", "Criterion"), kind="choice", options=criteria_options),
                    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
                    Field(name="proof", label=pgettext_lazy("line", "Evidence"), kind="longtext"),
                ),
            ),
            Field(name="criterion", label=pgettext_lazy("grading", "Criterion"), kind="choice", options=criteria_options),
            Field(name="on", label=pgettext_lazy("line", "On"), kind="date", past=True),
            Field(name="proof", label=pgettext_lazy("line", "Evidence"), kind="longtext", limit=1000),
            Field(name="papers", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("about*", "person*", "level*", "owner"),
        passing=("criterion", "on", "proof", "reason"),
        personal={"proofs": "personnel.history", "proof": "personnel.history"},
        columns=("person", "level"),
        filters=("person", "level"),
        states=(
            State("assessing", pgettext_lazy("grading", "Being assessed"), "soon"),
            State("given", pgettext_lazy("grading", "Level given"), "done", open=False, final=True),
            State("declined", pgettext_lazy("grading", "Not given"), open=False, final=True),
        ),
        steps=(
            Do(
                name="prove", label=_("Record evidence for a criterion"), event="proved", did=_("recorded evidence for a criterion"),
                sources=("assessing",), who=(OWNER, *LEADERS, Role.COACH), asks=("criterion*", "on*", "proof*", "papers"),
                guards=(not_own_level,), effect=PROOFS.add(("criterion", "on", "proof"), files.marks), icon="file-check",
                clause="ISC 5.4.3",
            ),
            Do(
                name="approve", label=_("Give the level"), event="level_given", did=_("gave the level"), sources=("assessing",), target="given",
                who=LEADERS, not_by=("prove",), guards=(not_own_level, every_criterion), effect=given, tells=(OWNER,), tone="done",
                icon="certificate", clause="ISC 5.4.3",
            ),
            Do(
                name="decline", label=pgettext_lazy("grading", "Do not give it"), event="declined", did=_("did not give the level"),
                sources=("assessing",), target="declined", who=LEADERS, asks=("reason*",), guards=(not_own_level,), effect=declined, tells=(OWNER,),
                main=False, icon="x", clause="ISC 5.4.3",
            ),
        ),
        entry_template="competence/level.html",
        entry_context=shown.level_told,
    )
)  # fmt: skip

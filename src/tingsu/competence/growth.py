"""Actions on gaps in competence, and mentoring of experts by coaches (PE-06, PE-19): goals, talks, result, effect."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.competence import files, required
from tingsu.competence.terms import Choices
from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role, StaffLevel
from tingsu.process.steps import Field, Options, Step, asks_who
from tingsu.registers.declaration import INVOLVED, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME, TIMER = "competence_action", "competence_action_done"
TRAIN, GUIDE, REASSIGN, HIRE, OUTSOURCE = "train", "guide", "reassign", "hire", "outsource"
ACTIONS: Choices = (
    (TRAIN, pgettext_lazy("competence action", "Train")),
    (GUIDE, pgettext_lazy("competence action", "Guide: a coach develops the person")),
    (REASSIGN, pgettext_lazy("competence action", "Reassign")),
    (HIRE, pgettext_lazy("competence action", "Hire")),
    (OUTSOURCE, pgettext_lazy("competence action", "Outsource")),
)
EFFECTS: Choices = (
    ("effective", pgettext_lazy("effect", "Effective")),
    ("partly", pgettext_lazy("effect", "Effective in part")),
    ("not", pgettext_lazy("effect", "Not effective")),
)
OPEN = ("open", "done")
TALKS = Lines(table="talks", called=("on",))
WORKERS = (OWNER, *LEADERS, Role.COACH)


def coaches(entry: Any) -> Options:
    """Service coaches who work independently."""
    return tuple(
        (str(one.pk), people.staff_identity(one.pk))
        for one in people.active_members()
        if not one.readiness and people.has_level(one.pk, StaffLevel.COACH)
    )


def involved(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """The person, and the coach who develops them."""
    return tuple(dict.fromkeys(str(codes[name]) for name in ("person", "coach") if codes.get(name)))


def of_another(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody is the own coach."""
    if values is None or not values.get("coach") or values.get("coach") != values.get("person"):
        return []
    return [Unmet("own_coach", _("nobody coaches themselves: choose another coach"))]


@asks_who
def not_own_gap(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whether it helped is judged by somebody else than the person, or the coach, whose work it was."""
    own = opened.actor.id is not None and str(opened.actor.id) in involved(opened.entry.codes)
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_gap", _("this was about you, or your own guidance: somebody else judges the effect"), guard="")]


def judged(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What had no effect is open again, for another action."""
    if values["effect"] == "not":
        opened.move_to("open")
        opened.put("round", opened.entry.codes.get("round", 1) + 1)


def open_actions() -> list[Entry]:
    """Actions that are not judged yet. One query."""
    return list(Entry.objects.filter(register=NAME, state__in=OPEN).order_by("opened_at", "pk"))


def talk(opened: OpenedEntry, values: dict[str, Any]) -> None:
    TALKS.add(("on", "note"), files.marks)(opened, {"on": values["on"], "note": values["note"]})


declare(
    Register(
        name=NAME,
        one=_("Action on a gap in competence"),
        many=_("Actions on gaps in competence"),
        hint=_(
            "What is done where a post asks for more than somebody can do yet: train, guide, reassign, hire or outsource; with goals, and "
            "whether it helped. Coaches keep their mentoring here."
        ),
        prefix="NC",
        icon="trending-up",
        chapter="people",
        order=46,
        title="gap",
        readers=(*LEADERS, Role.COACH, Role.AUDITOR),
        openers=(*LEADERS, Role.COACH),
        owner="owner",
        involves=involved,
        fields=(
            Field(name="gap", label=pgettext_lazy("competence", "What is missing"), kind="longtext", limit=600),
            Field(name="action", label=pgettext_lazy("competence", "What is done"), kind="choice", options=ACTIONS),
            Field(
                name="person", label=pgettext_lazy("competence", "Who"), kind="member", options=members,
                when=("action", f"{TRAIN}|{GUIDE}|{REASSIGN}"),
            ),
            Field(
                name="role", label=pgettext_lazy("competence", "For the post"), kind="choice", options=tuple(required.ROLES.items()),
                when=("action", f"{HIRE}|{OUTSOURCE}"),
            ),
            Field(name="competence", label=_("Competence"), kind="choice", options=required.competence_options),
            Field(name="coach", label=pgettext_lazy("competence", "Coach"), kind="member", options=coaches, when=("action", GUIDE)),
            Field(name="goals", label=pgettext_lazy("competence", "Goals"), kind="longtext", limit=1000),
            Field(name="until", label=pgettext_lazy("competence", "Until"), kind="date"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(
                name="talks", label=_("Talks and guidance"), kind="rows",
                rows=(
                    Field(name="on", label=pgettext_lazy("line", "On"), kind="date"),
                    Field(name="note", label=pgettext_lazy("competence", "What was worked on"), kind="longtext"),
                    Field(name="by", label=pgettext_lazy("line", "Written by"), kind="member"),
                ),
            ),
            Field(name="on", label=pgettext_lazy("line", "On"), kind="date", past=True),
            Field(name="note", label=pgettext_lazy("competence", "What was worked on"), kind="longtext", limit=1000),
            Field(name="outcome", label=pgettext_lazy("competence", "Result"), kind="longtext", limit=1000),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="effect", label=pgettext_lazy("competence", "Effectiveness"), kind="choice", options=EFFECTS),
            Field(name="evidence", label=pgettext_lazy("competence", "How the effect shows"), kind="longtext", limit=1000),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("gap*", "action*", "person*", "role*", "competence", "coach*", "goals*", "until*", "owner"),
        passing=("on", "note", "reason"),
        personal=dict.fromkeys(("talks", "note", "outcome", "evidence"), "personnel.history"),
        columns=("action", "person", "role", "until", "effect"),
        filters=("action", "person", "competence", "effect"),
        opening={"guards": (of_another,)},
        states=(
            State("open", pgettext_lazy("competence action", "Under way"), "soon"),
            State("done", pgettext_lazy("competence action", "Done, effect to be judged"), "soon"),
            State("judged", pgettext_lazy("competence action", "Judged"), "done", open=False),
            State("dropped", pgettext_lazy("competence action", "Dropped"), open=False),
        ),
        steps=(
            Do(
                name="talk", label=_("Record a talk or guidance"), event="talked", did=_("recorded a talk"), sources=("open",),
                who=(*WORKERS, INVOLVED), asks=("on*", "note*"), effect=talk, icon="message-2", clause="ISC 5.4.3",
            ),
            Do(
                name="finish", label=pgettext_lazy("competence action", "Report it as done"),
                event="finished", did=pgettext_lazy("competence action", "reported it as done"), sources=("open",), target="done",
                who=(*WORKERS, INVOLVED), asks=("outcome*", "proof"), stops=(TIMER,), tells=(OWNER,), icon="check", clause="CTS 7.2",
            ),
            Do(
                name="judge", label=_("Judge the effect"), event="judged", did=_("judged the effect"), sources=("done",), target="judged",
                who=(OWNER, *LEADERS), guards=(not_own_gap,), asks=("effect*", "evidence*", "proof"), effect=judged, tells=(OWNER,), tone="done",
                icon="circle-check", clause="CTS 7.2",
            ),
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), sources=("open",), who=WORKERS,
                asks=("gap*", "goals*", "until*", "owner"), main=False, icon="edit",
            ),
            Do(
                name="drop", label=pgettext_lazy("competence action", "Drop it"),
                event="dropped", did=pgettext_lazy("competence action", "dropped it"), sources=("open", "done"),
                target="dropped", who=(OWNER, *LEADERS), asks=("reason*",), may_stop=(TIMER,),
                effect=lambda opened, values: opened.end(TIMER, "cancelled"), main=False, icon="x",
            ),
        ),
        dues=(Due(field="until", timer=TIMER, label=_("An action on a gap is done"), stops=_("action done"), source="CTS 7.2"),),
    )
)  # fmt: skip

"""How the values are carried out, asked at an interval of users, employees and other interested parties; each evaluation is kept (VL-08)."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotAllowed, TingsuError, Unmet
from tingsu.leadership import queries, spans, terms
from tingsu.leadership.parties import versions
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Step
from tingsu.registers.actions import Opening, begin_entry, follow, link_opened
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Due, Register, State, declare, registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME, TIMER = "values_feedback", "values_feedback"
COLLECTING, EVALUATED, DROPPED = "collecting", "evaluated", "dropped"
EMPLOYEES = "employees"
GROUPS = (
    ("users", _("Users")),
    (EMPLOYEES, _("Employees")),
    ("parties", pgettext_lazy("feedback", "Other interested parties")),
)
WAYS = (
    ("survey", pgettext_lazy("feedback", "Survey")), ("interview", _("Interview")), ("meeting", pgettext_lazy("feedback", "Meeting")),
    ("complaints", _("Complaints and praise")),
    ("desk", _("Written here")), ("other", pgettext_lazy("feedback", "Other")),
)  # fmt: skip
SCORES = (
    ("1", _("1: not at all")), ("2", _("2: seldom")), ("3", _("3: in part")), ("4", _("4: mostly")), ("5", _("5: always")),
)  # fmt: skip
ANSWER = (
    Field(name="asked_group", label=pgettext_lazy("feedback", "Group"), kind="choice", options=GROUPS),
    Field(name="way", label=_("How it was asked"), kind="choice", options=WAYS),
    Field(name="respondents", label=_("Respondents"), kind="number"),
    Field(name="score", label=_("How well the values are carried out (1 to 5)"), kind="choice", options=SCORES),
    Field(name="said", label=pgettext_lazy("feedback", "What they said"), kind="longtext", limit=3000),
)
ASKS = tuple(one.name for one in ANSWER)
ANSWERS = Lines(table="answers", called=("asked_group", "way"))
CHANGES = (
    ("none", _("They stay as they are")),
    ("practice", _("Practice changes")),
    ("values", _("A new version of the values is begun")),
)
ASKERS = (OWNER, *LEADERS, Role.QA, Role.ANALYST)
MOST = 400


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A round is about the values in force. Raises InvalidInput."""
    row = queries.in_force(terms.VALUES)
    if not opened.entry.codes.get("values_version") and row is not None:
        opened.put("values_version", row.pk)
    if values["until"] < values["begins_on"]:
        raise InvalidInput({"until": InvalidValue(_("The end lies before the beginning."), code="order")})


def somebody_answered(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """At least one respondent. Raises InvalidInput."""
    if values["respondents"] < 1:
        raise InvalidInput({"respondents": InvalidValue(_("At least one."), code="too_few")})
    _add(opened, values)


_add = ANSWERS.add(ASKS, lambda opened: {})


def each_group(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """Users, employees and other parties have all been asked (ISC 4.1.9)."""
    there = {line.get("asked_group") for line in opened.entry.codes.get("answers", [])}
    return [
        Unmet("group_missing", _("nothing was heard from: %(group)s"), group=str(words))
        for code, words in GROUPS
        if code not in there
    ]


def evaluated(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The evaluation stays with its round; the next round begins by itself, one interval later."""
    codes, texts = opened.entry.codes, opened.texts_now()
    opened.put("evaluated_on", spans.today(opened))
    first, until = spans.following_span(codes["begins_on"], codes["until"], codes["every"], spans.today(opened))
    given = {
        "round": texts.get("round", ""), "begins_on": first.isoformat(), "until": until.isoformat(), "every": codes["every"],
        "owner": str(opened.entry.owner_id or ""),
    }  # fmt: skip
    given = {name: value for name, value in given.items() if value}
    opening = Opening(id=uuid.uuid5(opened.entry.pk, "next"), values=given, allowed=True)
    made = begin_entry(actor=opened.actor, register=opened.register, opening=opening)
    link_opened(opened, made.entry.pk, "became")


def open_round() -> Entry | None:
    """The round that collects now: the one that began first."""
    rows = Entry.objects.filter(register=NAME, state=COLLECTING)
    today = spans.today().isoformat()
    return next((row for row in rows.order_by("opened_at")[:MOST] if row.codes.get("begins_on", "") <= today), None)


def tell(*, actor: Actor, score: str, said: str) -> None:
    """What an employee says of how the values are lived, in the round that collects now. Raises InvalidInput, ConditionsUnmet, NotAllowed."""
    if actor.kind != "member":
        raise NotAllowed
    wrong: dict[str, TingsuError] = {}
    if score not in dict(SCORES):
        wrong["score"] = InvalidValue(code="required")
    if not said.strip():
        wrong["said"] = InvalidValue(code="required")
    if wrong:
        raise InvalidInput(wrong)
    found = open_round()
    if found is None:
        raise ConditionsUnmet([Unmet("no_round", _("no round of feedback is open"))])
    values = {"asked_group": EMPLOYEES, "way": "desk", "respondents": 1, "score": score, "said": said}
    with transaction.atomic(durable=True):
        follow(actor=actor, entry_id=found.pk, register=registers()[NAME], step="add", values=values)


def told_by_group(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Respondents and average of each group, weighted by respondents."""
    found = []
    for code, words in GROUPS:
        lines = [line for line in entry.codes.get("answers", []) if line.get("asked_group") == code]
        number = sum(int(line["respondents"]) for line in lines)
        total = sum(int(line["respondents"]) * int(line["score"]) for line in lines)
        found.append({"words": words, "number": number, "average": f"{total / number:.1f}" if number else ""})
    return {"groups": found}


def standing(actor: Actor) -> dict[str, Any]:
    """Is a round planned or open at all, while values are in force?"""
    return {
        "no_round": queries.in_force(terms.VALUES) is not None
        and not Entry.objects.filter(register=NAME, state=COLLECTING).exists()
    }


declare(
    Register(
        name=NAME,
        one=_("Feedback on the core values"),
        many=_("Feedback on the core values"),
        hint=_("Users, employees and other interested parties say, at an interval, how the values are carried out; each evaluation is kept."),
        prefix="JF",
        icon="message",
        group="",
        title="round",
        readers=(*LEADERS, *CHECKERS),
        openers=(*LEADERS, Role.QA),
        fields=(
            Field(name="round", label=_("Round"), kind="longtext", limit=120),
            Field(name="begins_on", label=_("Begins on"), kind="date"),
            Field(name="until", label=_("Evaluated by"), kind="date"),
            Field(name="every", label=_("Returns"), kind="choice", options=INTERVALS),
            Field(
                name="values_version", label=_("Version of the core values"), kind="choice", options=versions, help=_("Left empty, the version in force."),
            ),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="answers", label=pgettext_lazy("feedback", "Feedback"), kind="rows", rows=ANSWER, limit=500),
            *ANSWER,
            Field(name="evaluation", label=_("Evaluation"), kind="longtext", limit=4000),
            Field(name="change", label=_("What follows for the values"), kind="choice", options=CHANGES),
            Field(name="measures", label=_("Measures"), kind="longtext", limit=2000),
            Field(name="evaluated_on", label=_("Evaluated on"), kind="date"),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("round*", "begins_on*", "until*", "every*", "values_version", "owner"),
        passing=(*ASKS, "reason"),
        columns=("until", "values_version", "evaluated_on"),
        filters=("every", "values_version", "change"),
        owner="owner",
        speaks_of="evaluated_on",
        clauses=lambda codes: ("ISC 4.1.9",) if codes.get("evaluated_on") else (),
        states=(
            State(COLLECTING, pgettext_lazy("feedback", "Being collected"), "soon"),
            State(EVALUATED, pgettext_lazy("feedback", "Evaluated"), "done", open=False),
            State(DROPPED, pgettext_lazy("feedback", "Dropped"), open=False, final=True),
        ),
        on_open=begun,
        steps=(
            Do(
                name="add", label=_("Add feedback"), event="answered", did=_("added feedback"), sources=(COLLECTING,), who=ASKERS,
                asks=tuple(f"{name}*" for name in ASKS), effect=somebody_answered, icon="message", clause="ISC 4.1.9",
            ),
            Do(
                name="evaluate", label=_("Evaluate the round"), event="evaluated", did=_("evaluated the round"), sources=(COLLECTING,),
                target=EVALUATED, who=ASKERS, asks=("evaluation*", "change*", "measures", "proof"), guards=(each_group,), effect=evaluated,
                stops=(TIMER,), tells=(Role.TOP_MGMT, Role.MGMT_REP), tone="done", icon="chart-bar", clause="ISC 4.1.9",
            ),
            Do(
                name="drop", label=pgettext_lazy("feedback", "Drop"), event="dropped", did=_("dropped the round"), sources=(COLLECTING,),
                target=DROPPED, who=(OWNER, *LEADERS), asks=("reason*",), stops=(TIMER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="until", timer=TIMER, label=_("Feedback on the core values"), stops=_("round evaluated")),),
        list_template="leadership/rounds.html",
        list_context=standing,
        entry_template="leadership/round.html",
        entry_context=told_by_group,
    )
)  # fmt: skip

"""Suggestions of staff (PE-25): each answered within a limit, what is adopted goes on in the pool of improvements, and whoever contributes steadily
is commended.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.appraisal.objecting import today
from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.improvement import pool
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.actions import Opening, begin_entry, link_opened
from tingsu.registers.declaration import (
    CHECKERS,
    EVERYBODY,
    LEADERS,
    OPENER,
    OWNER,
    UNIT,
    Do,
    Register,
    State,
    declare,
    registers,
)
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members

NAME, TIMER = "suggestion", "suggestion_answer"
GIVEN, ANSWERED, COMMENDED = "given", "answered", "commended"
ADOPTED, PARTLY, LATER, KNOWN, DECLINED = "adopted", "partly", "later", "known", "declined"
ABOUT = (
    ("process", pgettext_lazy("suggestion", "Process of complaint handling")), ("product", pgettext_lazy("suggestion", "Product")),
    ("service", pgettext_lazy("suggestion", "Service")), ("tools", pgettext_lazy("suggestion", "System and tools")),
    ("people", pgettext_lazy("suggestion", "Working conditions and training")), ("other", pgettext_lazy("suggestion", "Other")),
)  # fmt: skip
DECISIONS = (
    (ADOPTED, pgettext_lazy("suggestion", "Adopted")), (PARTLY, pgettext_lazy("suggestion", "Adopted in part")),
    (LATER, pgettext_lazy("suggestion", "Looked at later")), (KNOWN, pgettext_lazy("suggestion", "Already under way")),
    (DECLINED, pgettext_lazy("suggestion", "Not adopted")),
)  # fmt: skip
FORMS = (
    ("praise", pgettext_lazy("suggestion", "Praise before colleagues")), ("letter", pgettext_lazy("suggestion", "Letter of commendation")),
    ("bonus", pgettext_lazy("suggestion", "Bonus or gift")), ("points", pgettext_lazy("suggestion", "Counts in the appraisal")),
)  # fmt: skip
STEADY = 2
"""So many adopted suggestions in a year are a continuous contribution."""
YEAR = timedelta(days=365)
MOST = 2000
ANSWERERS = (OWNER, UNIT, *LEADERS, Role.QA)


def given(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The head of the department named answers, else a supervisor, else whoever represents management; never whoever gave it."""
    heads = (
        [one.pk for one in people.heads_of(uuid.UUID(str(values["department"])))] if values.get("department") else []
    )
    others = [
        one.pk
        for role in (Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT)
        for one in people.active_members(roles=(role,))
    ]
    for pk in [*heads, *others]:
        if pk != opened.actor.id:
            opened.give(pk)
            return


def answered(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What is adopted becomes an improvement in the pool, linked with the suggestion, and runs there to its effect."""
    opened.put("answered_on", today(opened))
    if values["decision"] not in {ADOPTED, PARTLY}:
        return
    texts = opened.texts_now()
    about = opened.entry.codes["about"]
    given_ = {
        "about": about if about in {"product", "service"} else "mechanism",
        "source": "suggestion", "what": texts["words"], "benefit": texts.get("benefit", ""), "source_number": opened.entry.number,
        "department": opened.entry.codes.get("department", ""),
    }  # fmt: skip
    made = begin_entry(
        actor=opened.actor, register=registers()[pool.NAME],
        opening=Opening(id=uuid.uuid5(opened.entry.pk, "improvement"), values={name: one for name, one in given_.items() if one}, allowed=True),
    )  # fmt: skip
    link_opened(opened, made.entry.pk, "became")


def commended(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("commended_on", today(opened))


def standing(actor: Actor) -> dict[str, Any]:
    """Above the list: who contributed in the last twelve months, whose contribution is continuous, and who waits to be commended. One query."""
    rows = Entry.objects.filter(register=NAME, opened_at__gte=now() - YEAR).order_by("-opened_at", "-pk")
    if not registers()[NAME].sees_all(actor):
        return {"people": [], "steady": STEADY}
    found: dict[Any, dict[str, Any]] = {}
    for who, codes in rows.values_list("opened_by", "codes")[:MOST]:
        if who is None:
            continue
        line = found.setdefault(who, {"who": people.staff_identity(who), "given": 0, "adopted": 0, "commended": ""})
        line["given"] += 1
        line["adopted"] += codes.get("decision") in {ADOPTED, PARTLY}
        line["commended"] = max(line["commended"], codes.get("commended_on", ""))
    lines = sorted(found.values(), key=lambda one: (-one["adopted"], -one["given"], one["who"]))
    for line in lines:
        line["waits"] = line["adopted"] >= STEADY and not line["commended"]
    return {"people": lines[:20], "steady": STEADY}


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Suggestion"),
        many=_("Suggestions of staff"),
        hint=_(
            "What specialists and front-line staff would do better: each suggestion gets an answer, what is adopted is carried out, and steady "
            "contributions are commended."
        ),
        prefix="JY",
        icon="message-circle",
        group="improve",
        order=64,
        title="words",
        readers=(*LEADERS, *CHECKERS, Role.COACH),
        openers=EVERYBODY,
        fields=(
            Field(name="about", label=pgettext_lazy("suggestion", "About"), kind="choice", options=ABOUT),
            Field(name="words", label=pgettext_lazy("suggestion", "What you suggest"), kind="longtext", limit=3000),
            Field(name="benefit", label=_("What it is good for"), kind="longtext", limit=2000),
            Field(name="department", label=_("Department it concerns"), kind="unit", options=departments),
            Field(name="proof", label=pgettext_lazy("suggestion", "Examples"), kind="files"),
            Field(name="owner", label=pgettext_lazy("suggestion", "Answers"), kind="member", options=members),
            Field(name="decision", label=pgettext_lazy("suggestion", "Decision"), kind="choice", options=DECISIONS),
            Field(name="answer", label=pgettext_lazy("suggestion", "Answer"), kind="longtext", limit=2000),
            Field(name="answered_on", label=_("Answered on"), kind="date"),
            Field(name="commended_as", label=pgettext_lazy("suggestion", "Commended by"), kind="choice", options=FORMS),
            Field(name="commendation", label=pgettext_lazy("award", "What for"), kind="longtext", limit=1000),
            Field(name="commended_on", label=_("Commended on"), kind="date"),
        ),
        form=("about*", "words*", "benefit", "department", "proof"),
        columns=("about", "decision", "answered_on", "commended_on"),
        filters=("about", "decision", "department"),
        owner="owner",
        unit="department",
        speaks_of="answered_on",
        clauses=lambda codes: ("SZ 4(3).3",) if codes.get("answered_on") else (),
        states=(
            State(GIVEN, pgettext_lazy("suggestion", "Waits for an answer"), "soon"),
            State(ANSWERED, pgettext_lazy("suggestion", "Answered"), "done", open=False),
            State(COMMENDED, pgettext_lazy("suggestion", "Commended"), "done", open=False),
        ),
        opening={"starts": (TIMER,)},
        on_open=given,
        steps=(
            Do(
                name="answer", label=pgettext_lazy("suggestion", "Answer"), event="answered", did=_("answered the suggestion"), sources=(GIVEN,),
                target=ANSWERED, who=ANSWERERS, not_by=("open",), asks=("decision*", "answer*"), effect=answered, stops=(TIMER,), tells=(OPENER,),
                tone="done", icon="check", clause="SZ 4(3).3",
            ),
            Do(
                name="forward", label=_("Give to whoever can answer"), event="forwarded", did=_("gave it to whoever can answer"), sources=(GIVEN,),
                who=ANSWERERS, asks=("owner*", "department"), main=False, icon="arrow-right", clause="SZ 4(3).3",
            ),
            Do(
                name="commend", label=pgettext_lazy("suggestion", "Commend"), event="commended", did=_("commended it"), sources=(ANSWERED,),
                target=COMMENDED, who=LEADERS, not_by=("open",), asks=("commended_as*", "commendation*"), effect=commended, tells=(OPENER,), tone="done",
                icon="sparkles", clause="SZ 4(3).3",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=NAME, label=_("Answer to a suggestion"), starts=_("suggestion given"), stops=_("suggestion answered"),
                source="SZ 4(3).3", limits=(Limit(amount=10, unit=Unit.WORKING_DAY, basis="SZ 4(3).3", ours=True),),
            ),
        ),
        list_template="appraisal/contributors.html",
        list_context=standing,
    )
)  # fmt: skip

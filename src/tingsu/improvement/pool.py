"""The pool of improvements (IM-10): what analyses, reviews, audits, suggestions, lessons and benchmarks propose; each is decided, and what changes
the system goes through change management.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import kinds
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.people.roles import Role
from tingsu.process.steps import Effect, Field, Step
from tingsu.registers.actions import link_opened
from tingsu.registers.declaration import CHECKERS, EVERYBODY, LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.options import departments, members

NAME, TIMER, CHANGE = "improvement", "improvement_done", "system_change"
PROPOSED, LATER, ADOPTED, DONE, EFFECTIVE, DECLINED = "proposed", "later", "adopted", "done", "effective", "declined"
SOURCES = (
    ("analysis", _("Analysis of complaints")), ("review", _("Management review")), ("audit", pgettext_lazy("improvement", "Audit")),
    ("suggestion", pgettext_lazy("improvement", "Suggestion")), ("lesson", _("Lesson learned")), ("benchmark", pgettext_lazy("improvement", "Benchmark")),
    ("other", pgettext_lazy("improvement", "Other")),
)  # fmt: skip
ABOUT = (
    ("mechanism", pgettext_lazy("improvement", "Mechanism of complaint handling")), ("product", pgettext_lazy("improvement", "Product")),
    ("service", pgettext_lazy("improvement", "Service")),
)  # fmt: skip
DECISIONS = (
    (ADOPTED, pgettext_lazy("improvement", "Adopted")), (LATER, pgettext_lazy("improvement", "Decided later")),
    (DECLINED, pgettext_lazy("improvement", "Not adopted")),
)  # fmt: skip
DECIDERS = (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR)
DOERS = (OWNER, *LEADERS, Role.QA)


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The record that it comes from is linked. Raises InvalidInput where there is none of this number."""
    if typed := values.get("source_number"):
        link_opened(opened, _found(opened, typed, "source_number"), "follows")


def _found(opened: OpenedEntry, typed: str, field: str, only: str = "") -> Any:
    found = kinds.find_number(opened.actor, typed)
    if found is None or found.id == opened.entry.pk or (only and found.kind.name != only):
        sentence = (
            _("No change of the system has this number.") if only else _("Nothing that you may see has this number.")
        )
        raise InvalidInput({field: InvalidValue(sentence, code="choice")})
    return found.id


def decided(decision: str) -> Effect:
    """Adopted with somebody who does it by a day, put off, or declined: who decided stays with it."""

    def effect(opened: OpenedEntry, values: dict[str, Any]) -> None:
        opened.put("decision", decision)
        opened.put("decided_by", opened.actor.id)

    return effect


def without_effect(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """It waits for a new decision."""
    opened.put("decision", LATER)


def change_linked(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """The record of the change by which it is carried out. Raises InvalidInput."""
    link_opened(opened, _found(opened, values["change_number"], "change_number", CHANGE), "became")
    opened.write("change_number", values["change_number"])


def change_recorded(opened: OpenedEntry, step: Step, values: Any) -> list[Unmet]:
    """What changes the system is carried out through a change record (MS-19)."""
    if not opened.entry.codes.get("changes_system") or opened.texts_now().get("change_number"):
        return []
    return [Unmet("no_change", _("it changes the system: link the record of the change first"))]


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("improvement", "Improvement"),
        many=_("Pool of improvements"),
        hint=_("What could become better, wherever it was seen: decided with a reason, carried out by a day, and its effect checked by somebody else."),
        prefix="TS",
        icon="adjustments",
        group="improve",
        order=12,
        title="what",
        readers=(*LEADERS, *CHECKERS, Role.ANALYST, Role.COACH),
        openers=EVERYBODY,
        fields=(
            Field(name="source", label=pgettext_lazy("improvement", "Source"), kind="choice", options=SOURCES),
            Field(name="source_number", label=_("Number of the record it comes from"), limit=40),
            Field(name="what", label=_("What could become better, and how"), kind="longtext", limit=3000),
            Field(name="about", label=pgettext_lazy("improvement", "About"), kind="choice", options=ABOUT),
            Field(name="benefit", label=_("What it is good for"), kind="longtext", limit=2000),
            Field(name="department", label=pgettext_lazy("improvement", "Department"), kind="unit", options=departments),
            Field(name="decision", label=pgettext_lazy("improvement", "Decision"), kind="choice", options=DECISIONS),
            Field(name="reason", label=pgettext_lazy("improvement", "Reason of the decision"), kind="longtext", limit=1000),
            Field(name="decided_by", label=pgettext_lazy("improvement", "Decided by"), kind="member"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="until", label=pgettext_lazy("improvement", "Carried out by"), kind="date", future=True),
            Field(name="criterion", label=_("How we will know that it worked"), kind="longtext", limit=1000),
            Field(
                name="changes_system", label=_("It changes the management system"), kind="bool",
                help=_("Process, rules, responsibilities or resources: then a change record belongs to it."),
            ),
            Field(name="change_number", label=_("Number of the change record"), limit=40),
            Field(name="done_on", label=_("Done on"), kind="date", past=True),
            Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext", limit=2000),
            Field(name="proof", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="effect", label=_("What the check found"), kind="longtext", limit=2000),
        ),
        form=("source*", "about", "what*", "benefit", "source_number", "department"),
        columns=("source", "about", "decision", "until"),
        filters=("source", "about", "decision", "department"),
        owner="owner",
        unit="department",
        clauses=lambda codes: ("CTS 10.2", "SZ 8(5)") if codes.get("decision") else (),
        states=(
            State(PROPOSED, pgettext_lazy("improvement", "Waits for a decision"), "soon"),
            State(LATER, pgettext_lazy("improvement", "Decided later")),
            State(ADOPTED, pgettext_lazy("improvement", "Adopted")),
            State(DONE, pgettext_lazy("improvement", "Carried out, effect to be checked"), "soon"),
            State(EFFECTIVE, pgettext_lazy("improvement", "Effective"), "done", open=False),
            State(DECLINED, pgettext_lazy("improvement", "Not adopted"), open=False),
        ),
        on_open=begun,
        steps=(
            Do(
                name="adopt", label=pgettext_lazy("improvement", "Adopt"), event="adopted", did=_("adopted the improvement"),
                sources=(PROPOSED, LATER), target=ADOPTED, who=DECIDERS, not_by=("open",), effect=decided(ADOPTED), tells=(OPENER, OWNER),
                asks=("reason*", "owner*", "until*", "criterion*", "changes_system"), icon="checks", clause="CTS 10.2",
            ),
            Do(
                name="put_off", label=_("Decide later"), event="put_off", did=_("put the decision off"), sources=(PROPOSED,), target=LATER,
                who=DECIDERS, not_by=("open",), effect=decided(LATER), tells=(OPENER,), asks=("reason*",), main=False, icon="clock",
            ),
            Do(
                name="decline", label=_("Do not adopt"), event="declined", did=_("did not adopt the improvement"), sources=(PROPOSED, LATER),
                target=DECLINED, who=DECIDERS, not_by=("open",), effect=decided(DECLINED), tells=(OPENER,), asks=("reason*",), main=False, icon="x",
            ),
            Do(
                name="link_change", label=_("Link the change record"), event="change_linked", did=_("linked the change record"), sources=(ADOPTED,),
                who=DOERS, asks=("change_number*",), effect=change_linked, main=False, icon="link", clause="CTS 6.3",
            ),
            Do(
                name="finish", label=_("Report as carried out"), event="finished", did=_("reported it as carried out"), sources=(ADOPTED,),
                target=DONE, who=DOERS, asks=("done_on*", "result*", "proof"), guards=(change_recorded,), stops=(TIMER,),
                tells=(OPENER, Role.QA), icon="check",
            ),
            Do(
                name="confirm", label=_("Confirm the effect"), event="confirmed", did=_("found it effective"), sources=(DONE,), target=EFFECTIVE,
                who=(*LEADERS, *CHECKERS), not_by=("finish",), asks=("effect*",), tells=(OWNER, OPENER), tone="done", icon="circle-check",
            ),
            Do(
                name="reopen", label=_("No effect: once more"), event="reopened", did=_("found no effect"), sources=(DONE,), target=LATER,
                who=(*LEADERS, *CHECKERS), not_by=("finish",), asks=("effect*",), effect=without_effect, tells=(OWNER,), main=False,
                tone="late", icon="repeat",
            ),
        ),
        dues=(Due(field="until", timer=TIMER, label=pgettext_lazy("improvement", "Improvement"), stops=_("reported as carried out")),),
    )
)  # fmt: skip

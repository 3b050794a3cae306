"""What an occurrence of a recurring duty is, as a register (MS-34)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation import calendar_page, occurrences
from tingsu.evaluation.duties import duty_of
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members


def clauses_of(codes: Any) -> tuple[str, ...]:
    """The clauses that a duty proves, once it is done."""
    duty = duty_of(str(codes.get("duty")), int(codes.get("version", 0))) if codes.get("done_on") else None
    return duty.clauses if duty else ()


declare(
    Register(
        name=occurrences.NAME,
        one=pgettext_lazy("record", "Recurring duty"),
        many=pgettext_lazy("record", "Recurring duties"),
        hint=_(
            "What returns by a clause: owed by a day, with somebody who answers for it and the proof that it was done. Reports, meetings, surveys "
            "and publications prove their own duty; the rest is entered here."
        ),
        prefix="ZZ",
        icon="calendar",
        chapter="review",
        order=12,
        title="what",
        fields=(
            Field(name="what", label=pgettext_lazy("duty", "Duty and period"), kind="longtext", limit=300),
            Field(name="duty", label=pgettext_lazy("duty", "Duty"), kind="choice", options=occurrences.known),
            Field(name="version", label=_("Version of the rules"), kind="number"),
            Field(name="first_on", label=pgettext_lazy("duty", "Period from"), kind="date",
                  help=_("Any day of the week, month, quarter or year: the whole of it counts.")),
            Field(name="last_on", label=pgettext_lazy("duty", "Period until"), kind="date"),
            Field(name="due_on", label=pgettext_lazy("duty", "Due on"), kind="date"),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="leader", label=pgettext_lazy("duty", "Leader concerned"), kind="member", options=members),
            Field(name="done_on", label=_("Done on"), kind="date", past=True),
            Field(name="by_itself", label=_("Proved by the record itself"), kind="bool"),
            Field(name="number", label=_("Number of the record that proves it"), limit=40,
                  help=_("Of a complaint, an entry of any register, or a document.")),
            Field(name="place", label=_("Where the proof lies"), limit=300, help=_("An address on the web, or a shelf and folder.")),
            Field(name="files", label=pgettext_lazy("entry", "Proof"), kind="files"),
            Field(name="note", label=_("What was done"), kind="longtext", limit=2000),
            Field(name="warned_on", label=_("Leaders warned on"), kind="date"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("what*", "duty*", "first_on*", "due_on*", "owner", "leader"),
        passing=("reason",),
        columns=("due_on", "done_on"),
        filters=("duty",),
        owner="owner",
        speaks_of="first_on",
        openers=LEADERS,
        readers=(*LEADERS, *CHECKERS, Role.ANALYST, Role.DSO),
        clauses=clauses_of,
        on_open=occurrences.begun,
        states=(
            State(occurrences.OPEN, pgettext_lazy("duty", "Due"), "soon"),
            State(occurrences.DONE, pgettext_lazy("duty", "Done"), "done", open=False),
            State(occurrences.WAIVED, pgettext_lazy("duty", "Does not apply this time"), open=False),
        ),
        steps=(
            Do(
                name="do", label=_("Report it as done"), event="finished", did=_("reported the duty as done"), sources=(occurrences.OPEN,),
                target=occurrences.DONE, who=(OWNER, *LEADERS, Role.QA), asks=("done_on*", "number", "place", "files", "note*"),
                guards=(occurrences.proof_given,), effect=occurrences.done, stops=(occurrences.TIMER,), tone="done", icon="check",
                clause="SVC 2.2.1; CTS 9.3",
            ),
            Do(
                name="prove", label=_("Proved by the record itself"), event="proved", did=_("found the record that proves the duty"),
                sources=(occurrences.OPEN,), target=occurrences.DONE, who=(), asks=("done_on*", "number*"), effect=occurrences.proved,
                stops=(occurrences.TIMER,), tone="done", icon="check", main=False,
            ),
            Do(
                name="waive", label=_("It does not apply this time"), event="waived", did=_("decided that the duty does not apply this time"),
                sources=(occurrences.OPEN,), target=occurrences.WAIVED, who=LEADERS, guards=(occurrences.not_the_owner,), asks=("reason*",),
                stops=(occurrences.TIMER,), tells=(OWNER,), icon="x", main=False,
            ),
            Do(
                name="give_back", label=_("The proof does not hold"), event="given_back", did=_("found that the proof does not hold"),
                sources=(occurrences.DONE, occurrences.WAIVED), target=occurrences.OPEN, who=(*LEADERS, *CHECKERS), asks=("due_on*", "reason*"),
                effect=occurrences.given_back, tells=(OWNER,), tone="late", icon="arrow-back-up", main=False,
            ),
            Do(
                name="pass_on", label=_("Pass it on"), event="passed_on", did=_("passed the duty on"), sources=(occurrences.OPEN,),
                who=LEADERS, asks=("owner*",), icon="user-plus", main=False,
            ),
            Do(
                name="warn", label=_("Leaders warned"), event="warned", did=_("warned whoever leads: its day comes near"),
                sources=(occurrences.OPEN,), who=(), effect=occurrences.warned, tells=(OWNER, Role.MGMT_REP, Role.SUPERVISOR, Role.TOP_MGMT),
                tone="soon", icon="alert-triangle", main=False,
            ),
        ),
        dues=(
            Due(field="due_on", timer=occurrences.TIMER, label=pgettext_lazy("duty", "Recurring duty"), stops=_("done with proof"), source="RL-6"),
        ),
        list_template="evaluation/duties_above.html",
        list_context=calendar_page.above,
        entry_template="evaluation/duty.html",
        entry_context=calendar_page.beside,
    )
)  # fmt: skip

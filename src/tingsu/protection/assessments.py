"""Periodic assessments of the risks to data (PS-08): scope, findings by likelihood and effect, measures with owner and day."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.timers import TimerKind
from tingsu.people.roles import Role
from tingsu.planning.asked import DONE_ON, PROOF, REASON, RESULT
from tingsu.process.steps import Field
from tingsu.protection.asked import KEEPERS, LEADING, MEASURES, OWNER_FIELD, PROCESSING, READERS, WORKERS
from tingsu.registers.declaration import INVOLVED, OWNER, Do, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.owed import Owed

NAME, TIMER = "data_risk", "data_risk_measure"
DRAFT, TAKING, DONE = "draft", "taking", "closed"
GRADES = (
    ("low", pgettext_lazy("risk", "Low")),
    ("medium", pgettext_lazy("risk", "Medium")),
    ("high", pgettext_lazy("risk", "High")),
)
OWED = Owed(table="measures", timer=TIMER, called="what")


def approved(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Each measure is a promise of whoever it names; without any the assessment is done."""
    if opened.entry.codes.get("measures"):
        OWED.begin(opened)
    else:
        opened.move_to(DONE)


def taken(opened: OpenedEntry, values: dict[str, Any]) -> None:
    if OWED.finish(opened, values["measure"]):
        opened.move_to(DONE)


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Assessment of data risks"),
        many=pgettext_lazy("records", "Assessments of data risks"),
        hint=_(
            "Once a year at least, and before something new is done with personal data: scope, what was found and how grave it is, measures with "
            "who takes them and until when. Somebody else approves it."
        ),
        prefix="PG",
        icon="checks",
        group="",
        order=71,
        title="scope",
        owner="owner",
        openers=KEEPERS,
        readers=READERS,
        involves=OWED.doers,
        fields=(
            Field(name="scope", label=pgettext_lazy("assessment", "Scope"), limit=300, help=_("Which processing of which data, in which systems.")),
            Field(name="steps_of", label=_("Steps of processing looked at"), kind="choices", options=PROCESSING),
            Field(name="assessed_on", label=pgettext_lazy("assessment", "Assessed on"), kind="date", past=True),
            Field(name="method", label=_("How it was assessed, and by whom"), kind="longtext", limit=1000),
            Field(
                name="findings", label=pgettext_lazy("assessment", "Findings"), kind="rows", limit=60,
                rows=(
                    Field(name="risk", label=_("What could happen to the data"), limit=500, required=True),
                    Field(name="likelihood", label=_("Likelihood"), kind="choice", options=GRADES, required=True),
                    Field(name="impact", label=pgettext_lazy("risk", "Effect"), kind="choice", options=GRADES, required=True),
                    Field(name="now", label=_("What protects it now"), limit=500),
                ),
            ),
            Field(name="conclusion", label=pgettext_lazy("assessment", "Conclusion"), kind="longtext", limit=2000),
            Field(name="measures", label=pgettext_lazy("protection", "Measures"), kind="rows", rows=MEASURES, limit=30),
            Field(name="measure", label=pgettext_lazy("protection", "Measure"), kind="choice", options=OWED.open),
            DONE_ON,
            RESULT,
            OWNER_FIELD,
            PROOF,
            REASON,
        ),
        form=("scope*", "steps_of*", "assessed_on*", "method*", "findings*", "conclusion*", "measures", "owner", "proof"),
        passing=("measure", "done_on", "result", "reason"),
        columns=("assessed_on",),
        speaks_of="assessed_on",
        clauses=lambda codes: ("ISC 9.7.2.3",),
        states=(
            State(DRAFT, _("Waits for approval"), "soon"),
            State(TAKING, _("Measures under way"), "soon"),
            State(DONE, pgettext_lazy("assessment", "Done"), "done", open=False),
        ),
        steps=(
            Do(
                name="change", label=pgettext_lazy("planning", "Change"), event="changed", did=_("changed it"), sources=(DRAFT,), who=WORKERS,
                asks=("scope*", "steps_of*", "assessed_on*", "method*", "findings*", "conclusion*", "measures", "proof"), icon="edit", main=False,
            ),
            Do(
                name="approve", label=pgettext_lazy("assessment", "Approve"), event="approved", did=_("approved the assessment"), sources=(DRAFT,),
                target=TAKING, who=LEADING, not_by=("open", "change"), may_start=(TIMER,), effect=approved, tells=(OWNER,), tone="done", icon="checks",
                clause="ISC 9.7.2.3",
            ),
            Do(
                name="finish", label=_("Report a measure as taken"), event="measure_taken", did=_("reported a measure as taken"), sources=(TAKING,),
                who=(INVOLVED,), asks=("measure*", "done_on*", "result*", "proof"), may_stop=(TIMER,), effect=taken, tells=(OWNER, Role.DSO),
                icon="check", clause="ISC 9.7.2.3",
            ),
        ),
        timers=(
            TimerKind(
                name=TIMER, of=NAME, label=_("Measure after an assessment of data risks"), starts=_("the assessment was approved"),
                stops=_("reported as taken"), source="ISC 9.7.2.3", dated=True,
            ),
        ),
    )
)  # fmt: skip

"""The register of evaluations of compliance: one a year, with every obligation, its evidence and the report (MS-22)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation import compliance_shown, complying
from tingsu.evaluation.complying import CLOSED, DROPPED, JUDGING, MOST, NAME, SUBMITTED, TIMER, VERDICTS
from tingsu.evaluation.line_page import LinePage
from tingsu.evaluation.programme import years
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import members

WORKERS = (OWNER, *LEADERS, Role.QA)
PLAN = ("about*", "year*", "procedure*", "until*", "owner")
JUDGMENT: tuple[Field, ...] = (
    Field(name="line", label=pgettext_lazy("compliance", "Obligation"), kind="choice", options=complying.line_options, required=True),
    Field(name="verdict", label=pgettext_lazy("compliance", "Verdict"), kind="choice", options=VERDICTS, required=True),
    Field(name="note", label=_("What was seen, and where"), kind="longtext", limit=1000),
    Field(name="evidence", label=_("Number of what it rests on"), limit=40),
)  # fmt: skip

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Evaluation of compliance"),
        many=pgettext_lazy("record", "Evaluations of compliance"),
        hint=_(
            "At least once a year: is every law, standard and requirement that binds us kept? Each obligation in force is judged with its evidence; "
            "what is not kept is corrected as a nonconformity. The report is approved by another person and kept."
        ),
        prefix="HP",
        icon="scale",
        chapter="review",
        order=16,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("compliance", "Subject"), kind="longtext", limit=300),
            Field(name="year", label=pgettext_lazy("audit", "Year"), kind="choice", options=years),
            Field(name="procedure", label=_("Procedure it follows"), limit=200, help=_("Number and title of the document in force.")),
            Field(name="until", label=_("To be finished by"), kind="date"),
            Field(name="owner", label=_("Responsible"), kind="member", options=members),
            Field(name="given", label=_("Judgments"), kind="rows", rows=JUDGMENT, limit=MOST),
            Field(
                name="judged", label=_("Judgments"), kind="rows", limit=MOST,
                rows=(
                    *JUDGMENT, Field(name="what", label=pgettext_lazy("compliance", "Obligation"), limit=500),
                    Field(name="by", label=pgettext_lazy("compliance", "Judged by"), kind="member", options=members),
                    Field(name="on", label=pgettext_lazy("audit", "On"), kind="date"),
                ),
            ),
            Field(name="conclusion", label=pgettext_lazy("compliance", "Conclusion"), kind="longtext", limit=4000),
            Field(name="closed_on", label=pgettext_lazy("compliance", "Approved on"), kind="date"),
            Field(name="files", label=_("Papers of the evaluation"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=PLAN,
        passing=("given", "reason"),
        columns=("year", "closed_on"),
        filters=("year",),
        owner="owner",
        openers=(*LEADERS, Role.QA, Role.FUNCTION),
        readers=(*LEADERS, *CHECKERS),
        speaks_of="closed_on",
        clauses=lambda codes: ("CTS 9.1.2",) if codes.get("closed_on") else (),
        states=(
            State(JUDGING, _("Being judged"), "soon"),
            State(SUBMITTED, pgettext_lazy("compliance", "Report waits for approval"), "soon"),
            State(CLOSED, pgettext_lazy("compliance", "Report approved"), "done", open=False),
            State(DROPPED, pgettext_lazy("compliance", "Cancelled"), open=False, final=True),
        ),
        steps=(
            Do(
                name="change", label=_("Change details"), event="changed", did=_("changed the details"), sources=(JUDGING,), who=WORKERS, asks=PLAN,
                icon="edit", main=False,
            ),
            Do(
                name="judge", label=_("Judge obligations"), event="judged", did=_("judged obligations"), sources=(JUDGING,), who=WORKERS,
                asks=("given*",), effect=complying.judged, icon="forms", main=False, clause="CTS 9.1.2",
            ),
            Do(
                name="submit", label=_("Conclude and submit the report"), event="submitted", did=_("concluded the evaluation"), sources=(JUDGING,),
                target=SUBMITTED, who=WORKERS, guards=(complying.all_judged,), asks=("conclusion*", "files"), effect=complying.submitted,
                stops=(TIMER,), tells=LEADERS, icon="send", clause="CTS 9.1.2",
            ),
            Do(
                name="approve", label=pgettext_lazy("compliance", "Approve the report"), event="approved", did=_("approved the report"),
                sources=(SUBMITTED,), target=CLOSED, who=LEADERS, not_by=("judge", "submit"), guards=(complying.all_judged,),
                effect=complying.closed, tells=(OWNER,), tone="done", icon="checks", clause="CTS 9.1.2",
            ),
            Do(
                name="give_back", label=pgettext_lazy("audit", "Give back"), event="given_back", did=_("gave the report back"),
                sources=(SUBMITTED,), target=JUDGING, who=LEADERS, not_by=("submit",), asks=("until*", "reason*"), tells=(OWNER,),
                icon="arrow-back-up", main=False,
            ),
            Do(
                name="drop", label=pgettext_lazy("compliance", "Cancel the evaluation"), event="dropped", did=_("cancelled the evaluation"),
                sources=(JUDGING,), target=DROPPED, who=LEADERS, asks=("reason*",), stops=(TIMER,), tells=(OWNER,), icon="x", main=False,
            ),
        ),
        dues=(Due(field="until", timer=TIMER, label=pgettext_lazy("compliance", "Evaluation of compliance"), stops=_("report submitted"),
                  source="CTS 9.1.2"),),
        list_template="evaluation/compliance_above.html",
        list_context=compliance_shown.above,
        entry_template="evaluation/compliance.html",
        entry_context=compliance_shown.told,
        own_part=frozenset({"judged"}),
        offers=compliance_shown.offered,
    )
)  # fmt: skip

JUDGMENTS = LinePage(
    register=NAME,
    step="judge",
    table="judged",
    url_name="evaluation:judgments",
    title=_("Obligations in force"),
    refusal=_("Only who works on an evaluation that is not submitted yet judges its obligations."),
    asked=JUDGMENT,
    groups=complying.groups,
)

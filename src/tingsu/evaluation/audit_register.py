"""The register of internal audits: scope, criteria, team, checklist, findings, conclusion, report (MS-25)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation import audit_shown, auditing, independence
from tingsu.evaluation.auditing import (
    CLOSED,
    DROPPED,
    GRADES,
    MOST_LINES,
    NAME,
    PLANNED,
    REPORTED,
    RUNNING,
    TIMER,
    VERDICTS,
)
from tingsu.evaluation.clauses import CLAUSES
from tingsu.evaluation.line_page import Group, LinePage
from tingsu.evaluation.programme import CLAUSE_OPTIONS, METHODS, programmes
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import CHECKERS, INVOLVED, LEADERS, OWNER, Do, Due, Register, State, declare
from tingsu.registers.models import Entry
from tingsu.registers.options import departments, members

TEAM = (OWNER, INVOLVED)
PLAN = (
    "about*",
    "programme",
    "scope*",
    "clauses",
    "units",
    "answerable",
    "methods",
    "lead*",
    "team",
    "first_on*",
    "last_on*",
)
CONFORMITY = (
    ("conforms", _("The system conforms to the standard")),
    ("except", _("It conforms, except for the nonconformities found")),
    ("not", _("It does not conform")),
)
EFFECTIVENESS = (
    ("effective", _("It is implemented and kept up effectively")),
    ("partly", _("It is implemented in part, or not everywhere effective")),
    ("not", _("It is not implemented effectively")),
)
AGAIN = (("effective", _("It is gone, and stays away")), ("not", _("It is still there, or has come back")))
ANSWER: tuple[Field, ...] = (
    Field(name="line", label=_("Line of the checklist"), kind="choice", options=auditing.line_options, required=True),
    Field(name="verdict", label=pgettext_lazy("audit", "Verdict"), kind="choice", options=VERDICTS, required=True),
    Field(name="note", label=pgettext_lazy("audit", "What was seen"), kind="longtext", limit=1000),
    Field(name="evidence", label=_("Number of what it rests on"), limit=40),
)

declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Internal audit"),
        many=pgettext_lazy("record", "Internal audits"),
        hint=_(
            "Does the system conform to the standard, and is it carried out? Looked at line by line by people who neither work in what is audited "
            "nor answer for it. Nonconformities are corrected in their own register and looked at again until they are gone."
        ),
        prefix="NS",
        icon="checks",
        chapter="review",
        order=14,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("audit", "Subject"), kind="longtext", limit=300),
            Field(name="programme", label=pgettext_lazy("record", "Audit programme"), kind="choice", options=programmes),
            Field(name="scope", label=pgettext_lazy("audit", "Scope"), kind="longtext", limit=1000),
            Field(name="clauses", label=_("Criteria: clauses of CTS"), kind="choices", options=CLAUSE_OPTIONS, help=_("None chosen: all of them.")),
            Field(name="units", label=_("Audited units"), kind="choices", options=departments),
            Field(name="answerable", label=_("Who answers for what is audited"), kind="choices", options=members),
            Field(name="methods", label=pgettext_lazy("audit", "Methods"), kind="choices", options=METHODS),
            Field(name="lead", label=_("Lead auditor"), kind="member", options=members),
            Field(name="team", label=pgettext_lazy("audit", "Team"), kind="choices", options=members),
            Field(name="first_on", label=pgettext_lazy("audit", "From"), kind="date"),
            Field(name="last_on", label=pgettext_lazy("audit", "Until"), kind="date"),
            Field(name="checklist", label=_("Checklist"), kind="choices", options=auditing.line_options),
            Field(name="given", label=pgettext_lazy("audit", "Answers"), kind="rows", rows=ANSWER, limit=MOST_LINES),
            Field(
                name="answers", label=pgettext_lazy("audit", "Answers"), kind="rows", limit=MOST_LINES,
                rows=(
                    *ANSWER, Field(name="by", label=_("Auditor"), kind="member", options=members),
                    Field(name="on", label=pgettext_lazy("audit", "On"), kind="date"),
                ),
            ),
            Field(name="grade", label=pgettext_lazy("audit", "Grade"), kind="choice", options=GRADES),
            Field(name="clause", label=_("Clause"), kind="choice", options=CLAUSE_OPTIONS),
            Field(name="what", label=pgettext_lazy("audit", "What was found"), kind="longtext", limit=1000),
            Field(name="rests_on", label=pgettext_lazy("audit", "Evidence"), kind="longtext", limit=500,
                  help=_("What was seen where: the record, the place, the words.")),
            Field(name="department", label=_("Unit concerned"), kind="unit", options=departments),
            Field(name="finding", label=pgettext_lazy("audit", "Finding"), kind="choice", options=auditing.finding_options),
            Field(name="corrected", label=_("Finding looked at again"), kind="choice", options=auditing.corrected_options),
            Field(name="again", label=_("Result of looking again"), kind="choice", options=AGAIN),
            Field(name="again_on", label=_("Looked at again on"), kind="date", past=True),
            Field(name="seen_again", label=_("What was seen then"), kind="longtext", limit=1000),
            Field(
                name="findings", label=_("Findings"), kind="rows", limit=MOST_LINES,
                rows=(
                    Field(name="grade", label=pgettext_lazy("audit", "Grade"), kind="choice", options=GRADES),
                    Field(name="clause", label=_("Clause"), kind="choice", options=CLAUSE_OPTIONS),
                    Field(name="what", label=pgettext_lazy("audit", "What was found"), kind="longtext"),
                    Field(name="evidence", label=pgettext_lazy("audit", "Evidence"), kind="longtext"),
                    Field(name="unit", label=_("Unit concerned"), kind="unit", options=departments),
                    Field(name="again", label=_("Result of looking again"), kind="choice", options=AGAIN),
                    Field(name="again_on", label=_("Looked at again on"), kind="date"),
                    Field(name="seen_again", label=_("What was seen then"), kind="longtext"),
                ),
            ),
            Field(name="conforms", label=_("Conformity"), kind="choice", options=CONFORMITY),
            Field(name="effective", label=_("Effective implementation"), kind="choice", options=EFFECTIVENESS),
            Field(name="conclusion", label=pgettext_lazy("audit", "Conclusion"), kind="longtext", limit=4000),
            Field(name="closed_on", label=pgettext_lazy("audit", "Closed on"), kind="date"),
            Field(name="files", label=pgettext_lazy("audit", "Papers of the audit"), kind="files"),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=PLAN,
        passing=("given", "grade", "clause", "what", "rests_on", "department", "finding", "corrected", "again", "again_on", "seen_again", "reason"),
        columns=("first_on", "last_on", "conforms"),
        filters=("lead", "conforms"),
        owner="lead",
        openers=(Role.AUDITOR, *LEADERS, Role.QA),
        readers=(*LEADERS, *CHECKERS),
        involves=lambda codes: tuple(independence.team_of(codes)),
        speaks_of="last_on",
        clauses=lambda codes: ("CTS 9.2",) if codes.get("closed_on") else (),
        on_open=auditing.planned,
        states=(
            State(PLANNED, pgettext_lazy("audit", "Planned"), "soon"),
            State(RUNNING, pgettext_lazy("audit", "Under way")),
            State(REPORTED, _("Reported, to be closed"), "soon"),
            State(CLOSED, pgettext_lazy("audit", "Closed"), "done", open=False),
            State(DROPPED, pgettext_lazy("audit", "Cancelled"), open=False, final=True),
        ),
        steps=(
            Do(
                name="plan", label=_("Change the plan"), event="replanned", did=_("changed the plan of the audit"), sources=(PLANNED,),
                who=(OWNER, *LEADERS), asks=PLAN, effect=auditing.planned, icon="edit", main=False,
            ),
            Do(
                name="start", label=_("Begin the audit"), event="started", did=_("began the audit"), sources=(PLANNED,), target=RUNNING, who=TEAM,
                guards=(independence.independent,), effect=auditing.started, tells=LEADERS, icon="checks", clause="CTS 9.2 b; CTS 9.2 c",
            ),
            Do(
                name="answer", label=_("Answer lines of the checklist"), event="answered", did=_("answered lines of the checklist"),
                sources=(RUNNING,), who=TEAM, guards=(independence.independent,), asks=("given*",), effect=auditing.answered, icon="forms",
                main=False, clause="CTS 9.2 c",
            ),
            Do(
                name="find", label=_("Record a finding"), event="finding_recorded", did=_("recorded a finding"), sources=(RUNNING,), who=TEAM,
                guards=(independence.independent,), asks=("grade*", "clause*", "what*", "rests_on", "department"), effect=auditing.found,
                icon="plus", clause="CTS 9.2 c; CTS 9.2 e",
            ),
            Do(
                name="regrade", label=_("Grade a finding anew"), event="regraded", did=_("graded a finding anew"), sources=(RUNNING, REPORTED),
                who=(OWNER,), asks=("finding*", "grade*", "reason*"), effect=auditing.regraded, icon="edit", main=False,
            ),
            Do(
                name="conclude", label=_("Conclude and report"), event="concluded", did=_("concluded the audit and reported it"),
                sources=(RUNNING,), target=REPORTED, who=(OWNER,), guards=(independence.independent, auditing.all_answered),
                asks=("conforms*", "effective*", "conclusion*", "files"), effect=auditing.concluded, stops=(TIMER,), tells=LEADERS, icon="send",
                clause="CTS 9.2; CTS 9.2 d",
            ),
            Do(
                name="audit_again", label=_("Look at a finding again"), event="audited_again", did=_("looked at a finding again"),
                sources=(REPORTED, CLOSED), who=TEAM, guards=(independence.independent,), asks=("corrected*", "again*", "again_on*", "seen_again*"),
                effect=auditing.audited_again, tells=(Role.MGMT_REP,), icon="repeat", clause="CTS 9.2 e",
            ),
            Do(
                name="close", label=_("Close the audit"), event="closed", did=_("closed the audit"), sources=(REPORTED,), target=CLOSED, who=LEADERS,
                not_by=("conclude",), guards=(auditing.all_answered, auditing.all_corrected), effect=auditing.closed, tells=(OWNER,), tone="done",
                icon="circle-check", clause="CTS 9.2 d; CTS 9.2 e",
            ),
            Do(
                name="give_back", label=pgettext_lazy("audit", "Give back"), event="given_back", did=_("gave the report back"),
                sources=(REPORTED,), target=RUNNING, who=LEADERS, not_by=("conclude",), asks=("last_on*", "reason*"), tells=(OWNER,),
                icon="arrow-back-up", main=False,
            ),
            Do(
                name="drop", label=pgettext_lazy("audit", "Cancel the audit"), event="dropped", did=_("cancelled the audit"),
                sources=(PLANNED, RUNNING), target=DROPPED, who=LEADERS, asks=("reason*",), stops=(TIMER,), tells=(OWNER,), icon="x", main=False,
            ),
        ),
        dues=(Due(field="last_on", timer=TIMER, label=pgettext_lazy("audit", "Internal audit"), stops=_("concluded and reported"), source="CTS 9.2"),),
        entry_template="evaluation/audit.html",
        entry_context=audit_shown.told,
        own_part=frozenset({"checklist", "answers", "findings"}),
        offers=audit_shown.offered,
    )
)  # fmt: skip


def groups(entry: Entry) -> list[Group]:
    """The checklist by clause, with what each asks."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in auditing.lines_of(entry.codes):
        found.setdefault(auditing.clause_of(line), []).append((line, auditing.question_of(line)))
    return [
        Group(title=f"{number} {CLAUSES[number].title}", words=CLAUSES[number].requirement, lines=lines) for number, lines in found.items()
    ]  # fmt: skip


CHECKLIST = LinePage(
    register=NAME,
    step="answer",
    table="answers",
    url_name="evaluation:checklist",
    title=_("Checklist"),
    refusal=_("Only the team of an audit that is under way answers its checklist."),
    asked=ANSWER,
    groups=groups,
)

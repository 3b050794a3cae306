"""Receipt, grading, routing: P01–P06, P26, E04, E05 (process.md §3, §4)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.steps import Field, Step
from tingsu.complaints.terms import State

YES_NO = (("yes", _("Yes")), ("no", _("No")))
STAFF = ("frontline", "specialist", "coach", "supervisor", "mgmt_rep")
BASES = Field(
    name="bases",
    label=_("Handling basis"),
    kind="choices",
    options="bases",
    help=_("Law, standard, company rule, contract, public promise or trade practice."),
)

EVENT_FIELDS = (
    Field(name="event", label=_("Event record"), kind="choice", options="major_events",
          help=_("For a major complaint or mass complaints: open a record, or join one that is open.")),
    Field(name="event_kind", label=_("Kind of event"), kind="choice", when=("event", "new"), required=True, options=(
        ("major", _("Major complaint")), ("mass", _("Mass complaints")))),
    Field(name="event_name", label=_("Name of the event"), when=("event", "new"), required=True, limit=120),
)  # fmt: skip
REPORT_FIELDS = (
    Field(name="facts", label=_("What is known"), kind="longtext", required=True),
    Field(name="source", label=_("Where it comes from"), required=True),
    Field(name="spread", label=_("How far it has spread"), required=True),
    Field(name="recipients", label=_("Report to"), kind="choices", options="report_recipients", required=True),
    *EVENT_FIELDS,
)

OPENING: tuple[Step, ...] = (
    Step(
        id="P01", name="register", label=_("Register"), sources=(), target=State.REGISTERED,
        who=("complainant", "agent", *STAFF, "ai_agent", "token", "system"),
        starts=("T01", "T03", "T07"), may_start=("T02", "T04", "T06", "T18"), door=False,
        clause="ISC 8.1; SVC 3.1.2; CTS 8.2",
    ),
    Step(
        id="E04", name="assess_and_grade", label=_("Assess and grade"),
        sources=(State.REGISTERED, State.PRE_PLAN, State.ROUTING, State.INVESTIGATING, State.ANSWERING, State.HANDLING,
                 State.FEEDBACK, State.EXTERNAL_ROUTE),
        who=STAFF, guards=("may_lower_grade", "high_risk_by_upgrade"), may_start=("T02", "T04", "T09"), main=True,
        clause="ISC 8.1, 8.2; SZ 6(5); CTS 8.3",
        fields=(
            Field(name="problem_type", label=_("Problem type"), kind="choice", options=tuple(terms.ProblemType.choices), required=True),
            Field(name="object_type", label=_("Complaint about"), kind="choice", options=tuple(terms.ObjectType.choices), required=True),
            Field(name="severity", label=_("Nature and severity"), kind="choice", options="assessment_severity", required=True),
            Field(name="safety", label=_("Safety hazard"), kind="choice", options="assessment_safety", required=True),
            Field(name="complexity", label=_("Complexity"), kind="choice", options="assessment_complexity", required=True),
            Field(name="impact", label=_("Impact"), kind="choice", options="assessment_impact", required=True),
            Field(name="immediacy", label=_("Need for immediate action"), kind="choice", options="assessment_immediacy", required=True),
            Field(name="impact_text", label=_("Actual and possible extent"), kind="longtext"),
            Field(name="safety_issue", label=_("Is safety concerned?"), kind="bool"),
            Field(name="immediate_action", label=_("Is immediate action needed?"), kind="bool"),
            Field(name="compensation_possible", label=_("Can it be compensated?"), kind="bool"),
            Field(name="grade", label=_("Grade"), kind="choice", options=tuple(terms.Grade.choices), required=True),
            Field(name="urgency", label=_("Urgency"), kind="choice", options=tuple(terms.Urgency.choices), required=True),
            Field(name="urgent_topics", label=_("Urgent topics"), kind="choices", options="urgent_topics"),
            Field(name="high_risk_reasons", label=_("High-risk facts"), kind="choices", options="high_risk_reasons"),
            Field(name="risk_marks", label=_("Escalation risks"), kind="choices", options="risk_marks"),
            Field(name="major", label=_("Major complaint"), kind="bool"),
            Field(name="crisis", label=_("Public-opinion crisis"), kind="bool"),
            Field(name="difficult", label=_("Difficult"), kind="bool"),
            Field(name="categories", label=_("Problem categories"), kind="choices", options="categories"),
            Field(name="category_text", label=_("Description for categories 6 and 35"), kind="longtext", limit=500),
            Field(name="delay_days", label=_("Length of the delay in days, for categories 3 and 4"), kind="number", limit=3650),
            Field(name="reason", label=_("Reason for the grade"), kind="longtext"),
        ),
    ),
    Step(
        id="E05", name="immediate_measure", label=_("Record immediate measure"), sources=terms.OPEN_STATES, who=STAFF,
        stops=("T02",), clause="SZ 6(5), C.4; CTS 8.3 e",
        fields=(
            Field(name="measure", label=_("Measure"), kind="longtext", required=True),
            Field(name="effective", label=_("Was it effective?"), kind="choice", options=YES_NO, required=True),
            Field(name="next_measure", label=_("Next measure, or why none"), kind="longtext", required=True, when=("effective", "no")),
        ),
    ),
    Step(
        id="P02", name="report_high_risk", label=_("Report high risk upward"), sources=(State.REGISTERED,),
        target=State.PRE_PLAN, who=(*STAFF, "system"), guards=("G1", "grade_high_risk"), fields=REPORT_FIELDS,
        starts=("T10",), may_start=("T02", "T09"), may_stop=("T09",), main=True, clause="ISC 8.2.2; CTS 8.2 b",
    ),
    Step(
        id="P03", name="pass_on", label=_("Pass on"), sources=(State.REGISTERED,), target=State.ROUTING,
        who=("frontline", "specialist", "supervisor"), guards=("G1", "grade_general"), main=True,
        clause="ISC 8.3; SVC 3.2.1; SZ 4(2).5",
        fields=(
            Field(name="unit", label=_("Department or group"), kind="unit", options="receiving_units", required=True),
            Field(name="member", label=_("Person"), kind="member", options="receiving_members"),
            Field(name="note", label=_("Handover note"), kind="longtext"),
        ),
    ),
    Step(
        id="P04", name="solve_directly", label=_("Solve directly"), sources=(State.REGISTERED,), target=State.EVALUATING,
        who=("frontline", "specialist"), guards=("G1", "grade_general", "not_difficult", "G2", "G3", "G7", "G8"),
        stops=("T02", "T03", "T04", "T05", "T06", "T07", "T08", "T11"), starts=("T07", "T20"), clause="ISC 8.3.1, 9.6.4; SZ 4(2).5",
        fields=(
            Field(name="solution", label=_("Solution"), kind="longtext", required=True),
            Field(name="remedies", label=_("Remedies"), kind="rows", rows=(
                Field(name="code", label=_("Remedy"), kind="choice", options="remedies", required=True),
                Field(name="amount", label=_("Amount (yuan)"), kind="money"),
                Field(name="text", label=_("Details")),
            )),
            BASES,
            Field(name="accepted_by", label=_("How the complainant accepted"), required=True),
            Field(name="proof", label=_("Proof that it is done"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="P05", name="answer_not_ours", label=_("Answer: not our responsibility"), sources=(State.REGISTERED,),
        target=State.ANSWERING, who=("specialist", "supervisor"), guards=("G1", "grade_general", "G2", "G3", "G7"),
        stops=("T04", "T05", "T11"), starts=("T15",), clause="SVC 3.1.3; ISC 7.2",
        fields=(
            Field(name="reason", label=_("Reason"), kind="longtext", required=True),
            Field(name="out_of_scope", label=_("Out of scope"), kind="bool"),
            BASES,
            Field(name="transfer_name", label=_("Responsible party"), when=("out_of_scope", "no"), required=True),
            Field(name="transfer_contact", label=_("Its contact"), when=("out_of_scope", "no"), required=True),
        ),
    ),
    Step(
        id="P06", name="adopt_pre_plan", label=_("Adopt pre-handling plan"), sources=(State.PRE_PLAN,), target=State.ROUTING,
        who=("supervisor", "mgmt_rep"), guards=("report_delivered", "pre_plan_complete"), stops=("T09", "T10"), main=True,
        clause="ISC 8.2.2, 8.3.3",
        fields=(
            Field(name="unit", label=_("Department or group"), kind="unit", options="receiving_units", required=True),
            Field(name="member", label=_("Person"), kind="member", options="receiving_members"),
            Field(name="note", label=_("Note"), kind="longtext"),
        ),
    ),
    Step(
        id="E18", name="draft_pre_plan", label=_("Write pre-handling plan"), sources=(State.PRE_PLAN,),
        who=("supervisor", "mgmt_rep", "specialist", "coach", "owner"), clause="ISC 8.2.2", main=True,
        fields=(
            Field(name="plan", label=_("Pre-handling plan"), kind="longtext", required=True),
            Field(name="script", label=_("Emergency reply script"), kind="longtext", required=True),
            Field(name="containment", label=_("Containment measures"), kind="longtext", required=True),
            Field(name="containment_effect", label=_("Effect of the measures"), kind="longtext"),
            Field(name="required_level", label=_("Required level"), kind="choice", required=True,
                  options=(("expert", _("Service expert")), ("coach", _("Service coach")))),
        ),
    ),
    Step(
        id="P26", name="upgrade", label=_("Raise to high risk"),
        sources=(State.ROUTING, State.INVESTIGATING, State.ANSWERING, State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
        target=State.PRE_PLAN, who=(*STAFF, "system"), guards=("still_general",), starts=("T10",), may_start=("T02", "T09"), may_stop=("T09",),
        cancels=("T13", "T14", "T15", "T16", "T19"), clause="ISC 9.2.2, 8.2.2",
        fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True), *REPORT_FIELDS),
    ),
)  # fmt: skip

"""Acceptance, investigation, verdict, answer: P07–P12, P14, E10–E12 (process.md §3, §4)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.process.opening import BASES
from tingsu.complaints.steps import Field, Step
from tingsu.complaints.terms import State

WORKING = (
    State.ROUTING,
    State.INVESTIGATING,
    State.ANSWERING,
    State.HANDLING,
    State.FEEDBACK,
    State.EXECUTING,
    State.EXTERNAL_ROUTE,
)
ANSWERABLE = (*WORKING, State.EVALUATING, State.CLOSED)
"""A department still answers when the case goes on without it: rectification outlives the complaint (CO-09)."""
OBJECTIVITY = (
    Field(name="complainant_heard", label=_("Complainant heard"), kind="choice", required=True,
          options=(("heard", _("Statement present")), ("refused", _("Refused or not reached")))),
    Field(name="respondent_heard", label=_("Respondent heard"), kind="choice", required=True,
          options=(("heard", _("Statement present")), ("refused", _("Refused or not reached")), ("none", _("No separate respondent")))),
    Field(name="facts_tied", label=_("Every fact is tied to evidence"), kind="bool", required=True),
    Field(name="no_exclusion", label=_("Nothing was decided by identity or channel"), kind="bool", required=True),
)  # fmt: skip
REPORT = (
    Field(name="background", label=_("Background"), kind="longtext", required=True),
    Field(name="cause", label=_("Verified cause"), kind="longtext", required=True),
    Field(name="damage", label=_("Degree of damage"), kind="longtext", required=True),
    Field(name="demand", label=_("What the user asks for"), kind="longtext", required=True),
    Field(name="responsibility", label=_("Responsible parties"), kind="rows", required=True, rows=(
        Field(name="party", label=_("Party"), kind="choice", required=True, options=(
            ("enterprise", _("Enterprise")), ("department", _("Department")), ("partner", _("Partner")),
            ("customer", _("Customer")), ("third_party", _("Third party")))),
        Field(name="share", label=_("Share in %"), kind="number", limit=100, required=True),
        Field(name="basis", label=_("Basis")),
    )),
    Field(name="evidence", label=_("Evidence list"), kind="longtext", required=True),
    Field(name="sources", label=_("Sources looked for"), kind="rows", limit=16, rows=(
        Field(name="source", label=_("Source"), kind="choice", required=True, options=(
            ("service", _("Service records")), ("video", _("Surveillance video")), ("contacts", _("Records of contacts with the customer")),
            ("orders", _("Orders")), ("contracts", _("Contracts")), ("logs", _("System logs")), ("statements", _("Statements")),
            ("other", _("Other")))),
        Field(name="state", label=_("State"), kind="choice", required=True, options=(
            ("collected", _("Collected")), ("not_available", _("Not available")), ("not_needed", _("Not needed")))),
        Field(name="reason", label=_("Why not collected")),
    )),
    *OBJECTIVITY,
)  # fmt: skip

FINDING: tuple[Step, ...] = (
    Step(
        id="P07", name="accept", label=_("Accept for investigation"), sources=(State.ROUTING,), target=State.INVESTIGATING,
        who=("offered",), guards=("G2", "G3", "G4", "G5"), stops=("T04",), starts=("T13",), main=True,
        clause="ISC 4.1.4, 9.2.2; SVC 3.2.1; SZ 6(6)",
        fields=(
            Field(name="mode", label=_("Investigation mode"), kind="choice", options=tuple(terms.InvestigationMode.choices), required=True),
            Field(name="units", label=_("Departments taking part"), kind="choices", options="departments", when=("mode", "joint"), required=True),
            Field(name="depth", label=_("Depth"), kind="choice", required=True, options=(
                ("basic", _("Basic")), ("standard", _("Standard")), ("in_depth", _("In depth")))),
            Field(name="depth_reason", label=_("Why less depth than proposed is enough"), kind="longtext", limit=1000),
            Field(name="plan", label=_("Investigation plan"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="P08", name="find_founded", label=_("Conclude: founded"), sources=(State.INVESTIGATING,), target=State.HANDLING,
        who=("investigator",), guards=("G5", "G6", "G7", "categorised", "objective"), stops=("T13",), starts=("T14",), main=True,
        clause="ISC 9.2.3; SZ 6(6); CTS 8.3",
        fields=(*REPORT, BASES, Field(name="loss", label=_("Loss claimed and assessed"), kind="rows", rows=(
            Field(name="item", label=_("Item"), required=True),
            Field(name="claimed", label=_("Claimed (yuan)"), kind="money", required=True),
            Field(name="assessed", label=_("Assessed (yuan)"), kind="money", required=True),
        ))),
    ),
    Step(
        id="P09", name="find_unfounded", label=_("Conclude: not founded"), sources=(State.INVESTIGATING,), target=State.ANSWERING,
        who=("investigator", "supervisor"), guards=("G5", "G6", "G7", "objective", "supervisor_if_high_risk"),
        stops=("T13", "T11"), starts=("T15",), clause="ISC 9.2.3; SVC 3.1.3",
        fields=(
            Field(name="verdict", label=_("Conclusion"), kind="choice", required=True,
                  options=(("unfounded", _("Unfounded")), ("not_ours", _("Not our responsibility")))),
            *REPORT, BASES,
            Field(name="reasons", label=_("Reasons, in words for the complainant"), kind="longtext", required=True),
            Field(name="transfer_name", label=_("Responsible party"), when=("verdict", "not_ours"), required=True),
            Field(name="transfer_contact", label=_("Its contact"), when=("verdict", "not_ours"), required=True),
        ),
    ),
    Step(
        id="E22", name="deliver_answer", label=_("Deliver the answer"), sources=(State.ANSWERING,), who=("owner",),
        guards=("answer_not_delivered",), stops=("T15", "T02", "T03", "T06", "T07", "T08"), starts=("T07",), may_start=("T16",), main=True,
        reaches_complainant=True, clause="ISC 9.2.3; SVC 3.1.3",
        fields=(
            Field(name="answer", label=_("Answer to the complainant"), kind="longtext", required=True),
            Field(name="tone", label=_("Tone"), kind="choice", required=True,
                  options=(("normal", _("Normal")), ("tactful", _("Tactful and calming")))),
        ),
    ),
    Step(
        id="P10", name="answer_settled", label=_("Answer settled"), sources=(State.ANSWERING,), target=State.EVALUATING,
        who=("owner", "system", "complainant", "agent"), guards=("answer_delivered", "answer_accepted_or_silent"),
        stops=("T15", "T16"), starts=("T20",), clause="ISC 9.2.3; SVC 3.1.3",
        fields=(
            Field(name="reaction", label=_("Reaction"), kind="choice", required=True, options=(
                ("accepted", _("Accepted")), ("silent", _("No objection within the period")))),
            Field(name="calming", label=_("Result of calming"), kind="longtext", limit=1000),
        ),
    ),
    Step(
        id="P11", name="contest", label=_("Contest with new facts"), sources=(State.ANSWERING,), target=State.INVESTIGATING,
        who=("complainant", "agent", "owner"), stops=("T16",), cancels=("T15",), starts=("T13",), clause="SZ 6(6); ISC 9.2.2",
        fields=(
            Field(name="new_facts", label=_("New facts"), kind="longtext", required=True),
            Field(name="files", label=_("Files"), kind="files"),
        ),
    ),
    Step(
        id="P12", name="reject_answer", label=_("Reject the answer"), sources=(State.ANSWERING,), target=State.EXTERNAL_ROUTE,
        who=("owner", "complainant", "agent"), guards=("answer_delivered",), stops=("T16",), starts=("T19",),
        clause="SZ 6(9); CTS 8.6 d",
        fields=(Field(name="reason", label=_("Reason of the refusal"), kind="longtext", required=True),),
    ),
    Step(
        id="P14", name="reinvestigate", label=_("Investigate again"), sources=(State.HANDLING,), target=State.INVESTIGATING,
        who=("owner", "supervisor"), cancels=("T14",), starts=("T13",), clause="SZ 6(6)",
        fields=(Field(name="open_questions", label=_("Open questions"), kind="longtext", required=True),),
    ),
    Step(
        id="E10", name="department_task", label=_("Ask a department"), sources=WORKING, who=("owner", "investigator", "supervisor"),
        starts=(), may_start=("T12",), clause="ISC 8.3.2; SVC 2.2.3",
        fields=(
            Field(name="unit", label=_("Department"), kind="unit", options="departments", required=True),
            Field(name="request", label=_("What is needed"), kind="longtext", required=True),
            Field(name="kind", label=_("Kind of task"), kind="choice", required=True, options=(
                ("facts", _("Facts and material")), ("technical", _("Technical check")), ("measure", _("Carry out a measure")),
                ("rectify", _("Rectification")))),
            Field(name="necessary", label=_("Nothing may be concluded before the answer"), kind="bool"),
            Field(name="due_at", label=_("Answer by (default: by the policy)"), kind="datetime", future=True),
        ),
    ),
    Step(
        id="E10", name="accept_task", label=_("Accept the task"), sources=ANSWERABLE, who=("task_unit",), guards=("task_open",),
        clause="ISC 8.3.2", fields=(Field(name="task", label=_("Task"), kind="choice", options="tasks", required=True),),
    ),
    Step(
        id="E10", name="answer_task", label=_("Answer the task"), sources=ANSWERABLE, who=("task_unit",), guards=("task_open",),
        may_stop=("T12",), clause="ISC 8.3.2",
        fields=(
            Field(name="task", label=_("Task"), kind="choice", options="tasks", required=True),
            Field(name="answer", label=_("Answer"), kind="longtext", required=True),
            Field(name="conclusion", label=_("Conclusion"), kind="longtext", required=True),
            Field(name="evidence", label=_("Evidence"), kind="longtext"),
            Field(name="improvement", label=_("What changes against recurrence"), kind="longtext",
                  help=_("Needed for reports and infringements.")),
            Field(name="files", label=_("Files"), kind="files"),
        ),
    ),
    Step(
        id="E10", name="return_task", label=_("Return the task"), sources=ANSWERABLE, who=("owner", "investigator", "supervisor"),
        guards=("task_answered",), may_start=("T12",), clause="ISC 8.3.2",
        fields=(
            Field(name="task", label=_("Task"), kind="choice", options="tasks", required=True),
            Field(name="reason", label=_("What is missing"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E11", name="ask_opinion", label=_("Ask a function or outside expert"), sources=WORKING,
        who=("owner", "supervisor"), clause="ISC 8.3.3, 9.2.5, 9.2.6",
        fields=(
            Field(name="kind", label=_("Kind"), kind="choice", required=True, options=(
                ("function", _("Functional department")), ("outside", _("Outside expert or authority")))),
            Field(name="unit", label=_("Function"), kind="unit", options="functions", when=("kind", "function"), required=True),
            Field(name="body", label=_("Outside body"), when=("kind", "outside"), required=True),
            Field(name="question", label=_("Question"), kind="longtext", required=True),
            Field(name="necessary", label=_("Nothing may be concluded before the answer"), kind="bool"),
        ),
    ),
    Step(
        id="E11", name="give_opinion", label=_("Give the opinion"), sources=WORKING, who=("opinion_unit", "owner"),
        guards=("opinion_open",), clause="ISC 9.2.5",
        fields=(
            Field(name="opinion", label=_("Request"), kind="choice", options="opinions", required=True),
            Field(name="declined", label=_("Declined"), kind="bool"),
            Field(name="content", label=_("Opinion or reason"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E11", name="assess_risk", label=_("Joint risk assessment"), sources=WORKING, who=("owner", "supervisor", "function"),
        clause="ISC 8.3.3",
        fields=(
            Field(name="law", label=_("Law concerned"), kind="longtext", required=True),
            Field(name="severity", label=_("Severity"), kind="longtext", required=True),
            Field(name="choices", label=_("Options weighed"), kind="longtext", required=True),
            Field(name="decision", label=_("Decision"), kind="longtext", required=True),
            Field(name="participants", label=_("Taking part"), kind="choices", options="assessors", required=True),
        ),
    ),
    Step(
        id="E12", name="appoint_mediator", label=_("Ask for mediation"), sources=(State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
        who=("owner", "supervisor"), guards=("no_mediation_open", "mediator_competent", "mediator_independent"), clause="ISC 9.3.1",
        fields=(Field(name="member", label=_("Mediator"), kind="member", options="mediators", required=True),),
    ),
    Step(
        id="E12", name="mediate", label=_("Record mediation"), sources=(State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE),
        who=("case_mediator",), guards=("mediation_open",), clause="ISC 9.3.1",
        fields=(
            Field(name="means", label=_("Means"), required=True),
            Field(name="content", label=_("Course of the mediation"), kind="longtext", required=True),
            Field(name="proposals", label=_("Proposals of each side"), kind="longtext", required=True),
            Field(name="result", label=_("Result"), kind="choice", required=True, options=(
                ("agreed", _("Agreed")), ("not_agreed", _("Not agreed")), ("refused", _("Refused by a party")), ("open", _("To be continued")))),
            Field(name="agreement", label=_("Text of the agreement"), kind="longtext", when=("result", "agreed"), required=True),
        ),
    ),
    Step(
        id="E27", name="rule_on_mediator", label=_("Rule on an objection to the mediator"),
        sources=(State.HANDLING, State.FEEDBACK, State.EXTERNAL_ROUTE), who=("supervisor",), guards=("mediation_open",), clause="SVC 1.3.3; MD-07",
        fields=(
            Field(name="objection", label=_("Who objects, and why"), kind="longtext", required=True),
            Field(name="upheld", label=_("Is another mediator needed?"), kind="choice", options=(("yes", _("Yes")), ("no", _("No"))), required=True),
            Field(name="reason", label=_("Reason"), kind="longtext", required=True),
        ),
    ),
)  # fmt: skip

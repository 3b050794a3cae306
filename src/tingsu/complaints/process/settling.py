"""Solution, opinions, execution, other ways, evaluation, closing: P13, P15–P25, E13–E16 (process.md §3, §4)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.process.opening import BASES
from tingsu.complaints.process.tracking import MEANS
from tingsu.complaints.steps import Field, Step
from tingsu.complaints.terms import OPEN_STATES, State

REMEDIES = Field(name="remedies", label=_("Remedies"), kind="rows", rows=(
    Field(name="code", label=_("Remedy"), kind="choice", options="remedies", required=True),
    Field(name="amount", label=_("Amount (yuan)"), kind="money"),
    Field(name="text", label=_("Details")),
    Field(name="executor", label=_("Carried out by"), kind="member", options="executors"),
    Field(name="due_on", label=_("To be done by"), kind="date", future=True),
))  # fmt: skip
ITEM = Field(name="item", label=_("Execution item"), kind="choice", options="execution_items", required=True)
WAYS = Field(name="ways", label=_("Ways of redress"), kind="rows", required=True, rows=(
    Field(name="way", label=_("Way"), kind="choice", options="ways", required=True),
    Field(name="result", label=_("Result"), kind="choice", required=True, options=(
        ("used", _("Used")), ("declined", _("Offered and declined")), ("unanswered", _("Offered and unanswered")),
        ("not_applicable", _("Not applicable")))),
    Field(name="remark", label=_("Remark, or reason why not applicable")),
))  # fmt: skip
REVIEW = (
    Field(name="review_cause", label=_("Cause found"), kind="longtext", required=True),
    Field(name="lesson", label=_("What was learned"), kind="longtext", required=True),
    Field(name="action_proposed", label=_("Propose corrective action"), kind="choice", required=True,
          options=(("yes", _("Yes")), ("no", _("No")))),
    Field(name="action", label=_("Proposed action"), kind="longtext", when=("action_proposed", "yes"), required=True),
    Field(name="stage_remarks", label=_("Stages that did not apply"), kind="rows", limit=8, rows=(
        Field(name="stage", label=_("Stage"), kind="choice", options="annex_c_stages", required=True),
        Field(name="reason", label=_("Reason"), required=True),
    )),
)  # fmt: skip
"""The closing review (FB-11): cause, what was learned, action proposed, stages without a date."""
LAST_WORD = (
    Field(
        name="close_after",
        label=_("Close with the review below once all attempts are used"),
        kind="bool",
        when=("reached", "no"),
    ),
    *(one if one.when else replace(one, when=("close_after", "yes")) for one in REVIEW),
)
"""With it the system may close after the last attempt (P23): what it closes with, a person wrote."""

SETTLING: tuple[Step, ...] = (
    Step(
        id="E13", name="draft_solution", label=_("Write a solution"), sources=(State.HANDLING,), who=("owner",),
        guards=("no_solution_waiting",), main=True, clause="SVC 2.2.1, 2.2.2; ISC 9.3.1",
        fields=(
            Field(name="opinion", label=_("Handling opinion"), kind="longtext", required=True),
            Field(name="remedy_required", label=_("Remedy required"), kind="bool"),
            REMEDIES,
            Field(name="answers", label=_("Answer to each demand"), kind="rows", rows=(
                Field(name="demand", label=_("Demand"), kind="choice", options="demands", required=True),
                Field(name="reasonable", label=_("Reasonable"), kind="bool"),
                Field(name="decision", label=_("Decision"), kind="choice", required=True, options=(
                    ("granted", _("Granted")), ("partly", _("Partly granted")), ("refused", _("Refused")))),
                Field(name="reason", label=_("Reason")),
            )),
            BASES,
            Field(name="prevention", label=_("Against recurrence, or why nothing"), kind="longtext", required=True),
            Field(name="wording", label=_("Words to the complainant"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E13", name="submit_solution", label=_("Submit for approval"), sources=(State.HANDLING,), who=("owner",),
        guards=("solution_draft", "solution_complete"), main=True, clause="SVC 2.2.2",
    ),
    Step(
        id="E13", name="approve", label=_("Approve"), sources=(State.HANDLING,), who=("approver",),
        guards=("approval_open", "not_own_solution", "within_authority", "G5"), main=True, clause="SVC 2.2.1, 2.2.2; ISC 4.2.7",
        fields=(Field(name="reason", label=_("Remark"), limit=1000),),
    ),
    Step(
        id="E13", name="return_solution", label=_("Return"), sources=(State.HANDLING,), who=("approver",),
        guards=("approval_open", "not_own_solution", "G5"), clause="SVC 2.2.2",
        fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
    ),
    Step(
        id="P13", name="send_solution", label=_("Send the solution"), sources=(State.HANDLING,), target=State.FEEDBACK,
        who=("owner",), guards=("solution_ready", "G5", "G6", "G7", "G8", "mediated_if_difficult", "risk_assessed", "crisis_mediated"),
        stops=("T14", "T11", "T02", "T03", "T06", "T07", "T08"), starts=("T07",), may_start=("T16",), main=True, reaches_complainant=True,
        clause="ISC 9.3.1, 9.4.1; SZ 6(7), 6(8); CTS 8.5; SVC 2.2.2",
    ),
    Step(
        id="E23", name="record_opinion", label=_("Record an opinion"), sources=(State.FEEDBACK,),
        who=("owner", "complainant", "agent", "respondent"), main=True, clause="ISC 9.4.1",
        fields=(
            Field(name="party", label=_("Whose opinion"), kind="choice", options="opinion_parties", required=True),
            Field(name="agrees", label=_("Opinion"), kind="choice", required=True, options=(
                ("agree", _("Agrees")), ("disagree", _("Does not agree")))),
            Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
            Field(name="negotiable", label=_("Ready to negotiate"), kind="bool"),
            Field(name="text", label=_("In their words"), kind="longtext", limit=2000),
        ),
    ),
    Step(
        id="P15", name="agree", label=_("Agreement reached"), sources=(State.FEEDBACK,), target=State.EXECUTING,
        who=("owner", "complainant", "agent", "respondent"), guards=("all_agree",), stops=("T16",), may_start=("T17",), main=True,
        clause="ISC 9.4.2; SZ 6(9)",
    ),
    Step(
        id="P16", name="revise", label=_("Revise the solution"), sources=(State.FEEDBACK,), target=State.HANDLING,
        who=("owner",), guards=("somebody_disagrees",), stops=("T16",), starts=("T14",), clause="SZ 6(8), 7; ISC 9.3.1",
        fields=(
            Field(name="counter_proposal", label=_("Counter-proposal"), kind="longtext", required=True),
            Field(name="refusal_reason", label=_("Reason of the refusal"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="P17", name="no_agreement", label=_("No agreement"), sources=(State.FEEDBACK,), target=State.EXTERNAL_ROUTE,
        who=("owner", "complainant", "agent", "respondent"), guards=("refused_after_negotiation_or_silent",), stops=("T16",), starts=("T19",),
        clause="ISC 9.4.3; SZ 6(9), 7; CTS 8.6 d",
        fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
    ),
    Step(
        id="E14", name="finish_item", label=_("Item done"), sources=(State.EXECUTING,), who=("executor", "owner"),
        guards=("item_open",), main=True, clause="SZ C.6; ISC 9.3.2",
        fields=(ITEM, Field(name="proof", label=_("Proof"), kind="longtext", required=True),
                Field(name="paid", label=_("Paid (yuan)"), kind="money"), Field(name="files", label=_("Files"), kind="files")),
    ),
    Step(
        id="E14", name="verify_item", label=_("Verify item"), sources=(State.EXECUTING,), who=("specialist", "supervisor", "qa"),
        guards=("item_done", "verifier_not_executor", "G5"), may_stop=("T17",), main=True, clause="SZ C.6",
        fields=(ITEM, Field(name="remark", label=_("What was checked"), kind="longtext", required=True)),
    ),
    Step(
        id="E14", name="open_recourse", label=_("Advance payment: take recourse"), sources=(State.EXECUTING, State.EVALUATING),
        who=("owner", "supervisor"), guards=("item_paid",), clause="ISC 9.3.2; RM-07",
        fields=(
            Field(name="item", label=_("What was paid"), kind="choice", options="paid_items", required=True),
            Field(name="rule", label=_("Rule of advance compensation"), kind="choice", options="advance_rules", required=True),
            Field(name="against", label=_("Recourse against"), required=True),
            Field(name="ground", label=_("Why they are liable"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E14", name="close_recourse", label=_("Close the recourse"), sources=(State.EXECUTING, State.EVALUATING, State.CLOSED),
        who=("owner", "supervisor"), guards=("recourse_open",), clause="ISC 9.3.2; RM-07",
        fields=(
            Field(name="recourse", label=_("Recourse"), kind="choice", options="recourses", required=True),
            Field(name="recovered", label=_("Recovered (yuan)"), kind="money"),
            Field(name="result", label=_("Result, or why nothing came back"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E27", name="record_cost", label=_("Record a cost"), sources=OPEN_STATES, who=("owner", "specialist", "supervisor"),
        clause="SZ 8(2); RM-13",
        fields=(
            Field(name="kind", label=_("Kind of cost"), kind="choice", required=True, options=(
                ("goods", _("Goods")), ("time", _("Working time")), ("fees", _("Outside fees")), ("other", _("Other costs")))),
            Field(name="amount", label=_("Amount (yuan)"), kind="money"),
            Field(name="minutes", label=_("Minutes spent"), kind="number", limit=100000),
            Field(name="note", label=_("What for"), required=True),
        ),
    ),
    Step(
        id="P18", name="verify_execution", label=_("Execution verified"), sources=(State.EXECUTING,), target=State.EVALUATING,
        who=("specialist", "supervisor", "qa"), guards=("all_items_verified", "verifier_not_executor", "G5"), stops=("T17",), starts=("T20",), main=True,
        clause="ISC 9.4.2; SZ 6(9), C.6; SVC 2.2.3",
        fields=(Field(name="remark", label=_("Remark"), kind="longtext"),),
    ),
    Step(
        id="P19", name="execution_failed", label=_("Execution failed"), sources=(State.EXECUTING,), target=State.HANDLING,
        who=("executor", "owner", "specialist", "supervisor", "qa"), guards=("something_unverified",), cancels=("T17",), starts=("T14",),
        clause="SZ C.6; CTS 10.1",
        fields=(Field(name="item", label=_("Execution item"), kind="choice", options="execution_items"),
                Field(name="reason", label=_("Reason"), kind="longtext", required=True)),
    ),
    Step(
        id="E24", name="file_outside_case", label=_("Record an outside case"), sources=(State.EXTERNAL_ROUTE,), who=("owner", "supervisor"),
        may_start=("T18",), clause="SZ 7; XR-05",
        fields=(
            Field(name="way", label=_("Way"), kind="choice", options="ways", required=True),
            Field(name="body", label=_("Body"), required=True),
            Field(name="reference", label=_("Its reference number"), limit=80),
            Field(name="state", label=_("State"), kind="choice", required=True, options=(
                ("offered", _("Offered")), ("filed", _("Filed")), ("ended", _("Ended without decision")))),
            Field(name="agreement", label=_("Arbitration agreement: date, text, signatures"), kind="longtext", when=("way", "arbitration")),
            Field(name="deadline", label=_("Its deadline"), kind="datetime", future=True),
            Field(name="note", label=_("Remark"), kind="longtext"),
        ),
    ),
    Step(
        id="E24", name="end_outside_case", label=_("End an outside case"), sources=(State.EXTERNAL_ROUTE,), who=("owner", "supervisor"),
        may_stop=("T18",), clause="SZ 7; XR-05",
        fields=(Field(name="outside_case", label=_("Outside case"), kind="choice", options="outside_cases", required=True),
                Field(name="result", label=_("Result"), kind="longtext", required=True)),
    ),
    Step(
        id="E24", name="reply_outside", label=_("Record the reply to an outside body"), sources=OPEN_STATES, who=("owner", "supervisor"),
        guards=("outside_deadline_runs",), may_stop=("T18",), clause="ISC 7.1.2.4; SL-19",
        fields=(
            Field(name="outside_case", label=_("Outside case; leave empty for the body that passed the complaint on"), kind="choice", options="outside_cases"),
            Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
            Field(name="content", label=_("What was answered"), kind="longtext", required=True),
        ),
    ),
    Step(
        id="E24", name="review_refusal", label=_("Review the open refusal"), sources=(State.EXTERNAL_ROUTE,), who=("owner", "supervisor"),
        stops=("T19",), starts=("T19",), clause="SZ 6(9); FB-08",
        fields=(Field(name="finding", label=_("What was found"), kind="longtext", required=True),
                Field(name="next_step", label=_("Next step"), kind="longtext", required=True)),
    ),
    Step(
        id="P20", name="renegotiate", label=_("Negotiate again"), sources=(State.EXTERNAL_ROUTE,), target=State.HANDLING,
        who=("owner", "supervisor", "complainant", "agent"), stops=("T19",), starts=("T14",), main=True, clause="SZ 7, 6(9)",
        fields=(Field(name="new_position", label=_("New position"), kind="longtext", required=True),),
    ),
    Step(
        id="P21", name="outside_decision", label=_("Enter an outside decision"), sources=(State.EXTERNAL_ROUTE,), target=State.EXECUTING,
        who=("owner",), stops=("T19", "T02", "T03", "T06", "T07", "T08"), starts=("T07",), may_start=("T17",), may_stop=("T18",), clause="SZ 7, 6(9)",
        fields=(
            Field(name="outside_case", label=_("Outside case"), kind="choice", options="outside_cases", required=True),
            Field(name="document", label=_("Document"), required=True),
            Field(name="duties", label=_("Duties"), kind="rows", required=True, rows=(
                Field(name="text", label=_("Duty"), required=True),
                Field(name="amount", label=_("Amount (yuan)"), kind="money"),
                Field(name="executor", label=_("Carried out by"), kind="member", options="executors", required=True),
                Field(name="due_on", label=_("To be done by"), kind="date", future=True, required=True),
            )),
        ),
    ),
    Step(
        id="P22", name="exhaust", label=_("All ways are used"), sources=(State.EXTERNAL_ROUTE,), target=State.EVALUATING,
        who=("supervisor",), guards=("ways_informed", "no_outside_case_pending", "every_way_answered"), stops=("T19",), starts=("T20",),
        clause="SZ 6(9), F.7; CTS 3.5",
        fields=(WAYS, Field(name="alternatives", label=_("Alternative measures offered, and the answer"), kind="longtext", required=True)),
    ),
    Step(
        id="E25", name="notify_result", label=_("Send the formal notice"), sources=(State.EVALUATING,), who=("owner", "specialist", "supervisor"),
        guards=("not_notified",), stops=("T02", "T03", "T06", "T07", "T08"), starts=("T07",), main=True, reaches_complainant=True, clause="CTS 8.6 a; SZ F.7",
        fields=(Field(name="notice", label=_("Result, in words for the complainant"), kind="longtext", required=True),),
    ),
    Step(
        id="E16", name="rate", label=_("Rate"), sources=(State.EVALUATING, State.CLOSED), who=("complainant", "agent"),
        guards=("notified", "not_rated"), clause="ISC 9.5",
        fields=(
            Field(name="score", label=_("Overall"), kind="choice", required=True, options=tuple((str(n), str(n)) for n in range(1, 6))),
            *(Field(name=name, label=label, kind="choice", options=tuple((str(n), str(n)) for n in range(1, 6))) for name, label in (
                ("timeliness", _("Timeliness")), ("effectiveness", _("Effectiveness of the solution")),
                ("attitude", _("Attitude and manner")), ("redress", _("Compensation and return")))),
            Field(name="comment", label=_("What we should know"), kind="longtext", limit=1000),
        ),
    ),
    Step(
        id="E16", name="callback", label=_("Record a callback"), sources=(State.EVALUATING,), who=("specialist", "supervisor", "frontline", "qa"),
        guards=("notified", "callback_by_other_if_low"), main=True, clause="ISC 9.5; CTS 8.6 b",
        fields=(
            Field(name="reached", label=_("Reached"), kind="choice", required=True, options=(("yes", _("Yes")), ("no", _("No")))),
            Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
            Field(name="recording", label=_("Recording reference"), limit=80),
            Field(name="process_answer", label=_("On the process"), kind="longtext", when=("reached", "yes"), required=True),
            Field(name="result_answer", label=_("On the result"), kind="longtext", when=("reached", "yes"), required=True),
            Field(name="score", label=_("Rating given"), kind="choice", options=tuple((str(n), str(n)) for n in range(1, 6)), when=("reached", "yes")),
            Field(name="cause", label=_("Cause of a low rating, and follow-up"), kind="longtext"),
            *LAST_WORD,
        ),
    ),
    Step(
        id="P23", name="close", label=_("Close the case"), sources=(State.EVALUATING,), target=State.CLOSED,
        who=("specialist", "supervisor", "system"),
        guards=("notified", "rating_asked", "callback_done", "low_rating_followed", "G10", "outcome_set", "stages_complete"),
        stops=("T20",), may_stop=("T07",), starts=("T21",), main=True, reaches_complainant=True, clause="CTS 8.6 a–c; SZ 6(9); ISC 9.5; SVC 1.3.4",
        fields=(
            *REVIEW,
        ),
    ),
    Step(
        id="P24", name="reject_result", label=_("Complainant refuses the result"), sources=(State.EVALUATING,), target=State.EXTERNAL_ROUTE,
        who=("specialist", "supervisor", "frontline", "qa"), guards=("not_exhausted",), stops=("T20",), starts=("T19",), clause="CTS 8.6 d; SZ 6(9)",
        fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
    ),
    Step(
        id="P25", name="archive", label=_("Archive"), sources=(State.CLOSED,), target=State.ARCHIVED, who=("owner", "supervisor", "specialist"),
        guards=("contents_complete",), stops=("T21",), main=True, clause="ISC 9.6.5; SZ 8(1); CTS 7.5.3",
        fields=(
            Field(name="retention_class", label=_("Record class"), kind="choice", options="retention_classes", required=True),
            Field(name="keeper", label=_("Keeper"), kind="member", options="keepers", required=True),
            Field(name="paper_place", label=_("Place of paper originals")),
        ),
    ),
    Step(
        id="E26", name="withdraw", label=_("Complainant withdraws"), sources=tuple(s for s in OPEN_STATES if s not in {State.EVALUATING, State.EXECUTING}),
        who=("complainant", "agent", "owner"), guards=("not_withdrawn",), clause="process.md §8.6",
        fields=(Field(name="statement", label=_("Statement"), kind="longtext", required=True, limit=1000),),
    ),
)  # fmt: skip

"""The registers of quality control: rounds of checks, and each check of a case (QC-01 to QC-05, QC-10)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints.terms import Verdict
from tingsu.people.roles import Role
from tingsu.process.steps import Field
from tingsu.quality import checking, monitoring, rounds, shown  # noqa: F401 a register of its own
from tingsu.quality.cases import happenings, has_case, independent
from tingsu.quality.owed import OWN_CORRECTION
from tingsu.quality.plans import CALIBRATION, KINDS, REVIEW, SAMPLE
from tingsu.quality.scorecards import CARDS, MARKS
from tingsu.registers.declaration import INVOLVED, LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.options import departments, members

WHO = (Role.QA, Role.SUPERVISOR, Role.MGMT_REP)
READERS = (*LEADERS, Role.QA, Role.AUDITOR)
SCORED = f"{SAMPLE}|{CALIBRATION}|{REVIEW}"
KIND = Field(
    name="kind", label=pgettext_lazy("quality check", "Kind of check"), kind="choice", options=tuple(KINDS.items())
)
PLAN = Field(name="plan", label=_("Sampling plan"), kind="choice", options=checking.of_plans)
REASON = Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000)
DONE_ON = Field(name="done_on", label=_("Done on"), kind="date", past=True)
RESULT = Field(name="result", label=pgettext_lazy("action", "Result"), kind="longtext")
SEVERITIES = (
    ("minor", pgettext_lazy("severity", "Minor")),
    (checking.SERIOUS, pgettext_lazy("severity", "Serious")),
)
STANCES = (("accepts", _("I accept it")), ("objects", _("I object")))
STANDS = (("stands", _("It stands all the same")), ("falls", _("It does not stand")))


def _owed_lines(what: Field, *more: Field) -> tuple[Field, ...]:
    return (
        what,
        *more,
        Field(
            name="who", label=pgettext_lazy("corrective action", "Who"), kind="member", options=members, required=True
        ),
        Field(name="until", label=pgettext_lazy("corrective action", "Until"), kind="date", required=True),
    )


SCORES = (
    Field(name="item", label=_("Item"), kind="choice", options=checking.of_items, required=True),
    Field(name="mark", label=pgettext_lazy("scorecard", "Mark"), kind="choice", options=MARKS, required=True),
    Field(name="event", label=_("Rests on"), kind="choice", options=happenings),
    Field(name="remark", label=_("What was seen"), kind="text", limit=500),
)
FINDINGS = _owed_lines(
    Field(name="what", label=_("Finding"), kind="text", limit=500, required=True),
    Field(name="severity", label=_("Severity"), kind="choice", options=SEVERITIES, required=True),
    Field(name="correction", label=_("What is to be put right"), kind="text", limit=500, required=True),
)
ACTIONS = _owed_lines(Field(name="what", label=_("Action"), required=True))

declare(
    Register(
        name=rounds.NAME,
        one=_("Quality round"),
        many=_("Quality rounds"),
        hint=_(
            "Samples, patrols, calibrations, verdicts examined anew and internal reviews. The system draws the cases; seed and frame stay, so "
            "that each draw can be proved. When every case has been looked at, the round is concluded with what it shows and what becomes better."
        ),
        prefix="ZL",
        icon="stack-2",
        group="improve",
        order=20,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("quality", "Subject"), kind="longtext", limit=300),
            PLAN,
            KIND,
            Field(name="since", label=pgettext_lazy("quality", "Closed from"), kind="date", past=True,
                  help=_("A patrol goes through the cases that are open now.")),
            Field(name="until", label=pgettext_lazy("quality", "Closed until"), kind="date", past=True),
            Field(name="owner", label=_("Responsible"), kind="member", options=members),
            Field(name="framed", label=_("Cases that could be drawn"), kind="number"),
            Field(name="drawn", label=_("Cases drawn"), kind="number"),
            Field(name="seed", label=_("Seed"), limit=40),
            Field(name="digest", label=_("Fingerprint of the frame"), limit=80),
            Field(name="checked", label=_("Cases checked"), kind="number"),
            Field(name="passed", label=pgettext_lazy("quality", "Passed"), kind="number"),
            Field(name="percent", label=_("Average result in per cent"), kind="number"),
            Field(name="findings", label=pgettext_lazy("quality", "What it shows"), kind="longtext", limit=4000),
            Field(name="actions", label=_("What becomes better"), kind="rows", rows=ACTIONS),
            Field(name="action", label=_("Action"), kind="choice", options=rounds.ACTIONS.open),
            DONE_ON,
            RESULT,
            REASON,
        ),
        form=("about*", "plan*", "since*", "until*", "owner"),
        passing=("action", "done_on", "result", "reason"),
        columns=("kind", "until", "drawn", "percent"),
        filters=("kind", "plan"),
        owner="owner",
        openers=WHO,
        readers=READERS,
        involves=rounds.ACTIONS.doers,
        opening={"starts": (rounds.CONCLUDING,)},
        states=(
            State("running", _("Cases are being looked at"), "soon"),
            State("concluded", _("Waits for whoever leads"), "soon"),
            State(rounds.ACTING, _("Actions are being taken")),
            State(rounds.CLOSED, pgettext_lazy("quality", "Closed"), "done", open=False),
            State("dropped", pgettext_lazy("quality", "Given up"), open=False),
        ),
        on_open=rounds.opened,
        steps=(
            Do(
                name="conclude", label=_("Conclude the round"), event="concluded", did=_("concluded the round"), sources=("running",),
                target="concluded", who=(OWNER, *WHO), guards=(rounds.all_checked,), asks=("findings*", "actions"),
                effect=rounds.concluded, stops=(rounds.CONCLUDING,), tells=(Role.SUPERVISOR,), icon="edit", clause="ISC 5.3.1",
            ),
            Do(
                name="accept", label=pgettext_lazy("quality", "Agree"), event="accepted", did=_("agreed with what becomes better"),
                sources=("concluded",), who=LEADERS, not_by=("conclude",), effect=rounds.accepted, may_start=(rounds.ACTION,),
                tells=(OWNER,), tone="done", icon="checks", clause="ISC 5.3.1",
            ),
            Do(
                name="give_back", label=pgettext_lazy("quality", "Give back"), event="given_back", did=_("gave the round back"),
                sources=("concluded",), target="running", who=LEADERS, not_by=("conclude",), asks=("reason*",), tells=(OWNER,),
                starts=(rounds.CONCLUDING,), icon="arrow-back-up", main=False,
            ),
            Do(
                name="finish_action", label=_("Report an action as done"), event="action_finished", did=_("reported an action as done"),
                sources=(rounds.ACTING,), who=(*WHO, OWNER, INVOLVED), asks=("action*", "done_on*", "result*"), effect=rounds.acted,
                may_stop=(rounds.ACTION,), icon="check",
            ),
            Do(
                name="drop", label=_("Give the round up"), event="dropped", did=_("gave the round up"), sources=("running",), target="dropped",
                who=LEADERS, asks=("reason*",), stops=(rounds.CONCLUDING,), tells=(OWNER,), main=False, icon="x",
            ),
        ),
        timers=(
            TimerKind(
                name=rounds.CONCLUDING, of=rounds.NAME, label=_("Quality round"), starts=_("cases drawn"), stops=_("round concluded"),
                source="ISC 9.8", limits=(Limit(amount=15, unit=Unit.WORKING_DAY, basis="ISC 9.8", ours=True),),
            ),
            TimerKind(
                name=rounds.ACTION, of=rounds.NAME, label=_("Action after a quality round"), starts=_("agreed"), stops=_("action done"),
                source="ISC 5.3.1", dated=True,
            ),
        ),
        list_template="quality/plans.html",
        list_context=shown.plans_told,
        entry_template="quality/round.html",
        entry_context=shown.round_told,
    )
)  # fmt: skip

declare(
    Register(
        name=checking.NAME,
        one=_("Quality check"),
        many=_("Quality checks"),
        hint=_(
            "One case looked at by somebody who had no part in it: marked item by item with what each mark rests on, told to whoever handled "
            "the case, corrected by a day, looked at again by somebody else."
        ),
        prefix="JC",
        icon="checks",
        group="improve",
        order=21,
        title="about",
        fields=(
            Field(name="about", label=pgettext_lazy("quality", "Subject"), kind="longtext", limit=300),
            KIND,
            PLAN,
            Field(name="card", label=_("Scorecard"), kind="choice", options=tuple(CARDS.items()), when=("kind", SCORED)),
            Field(name="number", label=_("Complaint"), limit=40),
            Field(name="handler", label=_("Whose work"), kind="member", options=members),
            Field(name="department", label=pgettext_lazy("quality", "Unit"), kind="unit", options=departments),
            Field(name="owner", label=_("Reviewer"), kind="member", options=members),
            Field(name="due_on", label=_("Checked by (day)"), kind="date"),
            Field(name="scores", label=_("Marks"), kind="rows", rows=SCORES, limit=60),
            Field(name="percent", label=_("Result in per cent"), kind="number"),
            Field(name="passed", label=pgettext_lazy("quality check", "Passed"), kind="bool"),
            Field(name="seen", label=_("What was seen"), kind="longtext", limit=2000),
            Field(name="findings", label=_("Findings"), kind="rows", rows=FINDINGS),
            Field(name="own_verdict", label=_("Verdict from the evidence alone"), kind="choice", options=tuple(Verdict.choices)),
            Field(name="own_reason", label=_("On what it rests"), kind="longtext", limit=3000),
            Field(name="blind", label=_("Judged before reading the verdict"), kind="bool"),
            Field(name="recorded", label=_("Verdict that stands"), kind="choice", options=tuple(Verdict.choices)),
            Field(name="stands", label=_("Does the verdict stand?"), kind="choice", options=STANDS),
            Field(name="worse_off", label=_("The complainant is worse off by it"), kind="bool", when=("stands", "falls"),
                  help=_("Then it is handled anew: a linked complaint is registered.")),
            Field(name="ruling", label=pgettext_lazy("quality check", "Ruling"), kind="longtext", limit=2000),
            Field(name="stance", label=pgettext_lazy("quality check", "Your answer"), kind="choice", options=STANCES),
            Field(name="answer", label=_("Answer of whoever handled it"), kind="longtext", limit=2000),
            Field(name="withdrawn", label=_("The findings do not stand"), kind="bool"),
            Field(name="finding", label=_("Finding"), kind="choice", options=checking.FINDINGS.open),
            DONE_ON,
            RESULT,
            Field(name="again", label=_("What looking again showed"), kind="longtext", limit=2000),
            Field(name="again_by", label=_("To be put right by"), kind="date", future=True),
            REASON,
        ),
        form=("about*", "kind*", "plan", "card*", "number", "owner", "due_on*"),
        passing=("number", "finding", "done_on", "result", "again_by", "stance", "reason"),
        columns=("kind", "handler", "percent", "passed"),
        filters=("kind", "plan", "card", "passed", "handler", "department"),
        owner="owner",
        openers=WHO,
        readers=READERS,
        involves=checking.involved,
        alone_in=(checking.BLIND,),
        on_open=checking.opened,
        one_by_one=checking.SEEING,
        at_once=checking.nothing_found,
        states=(
            State(checking.OPEN, _("To be looked at"), "soon"),
            State(checking.SEEING, _("To be seen"), "soon"),
            State(checking.JUDGING, _("To be judged from the evidence"), "soon"),
            State(checking.BLIND, _("Waits for the second reviewer")),
            State(checking.DIFFERS, _("Differs from the verdict"), "late"),
            State(checking.DISPUTED, _("Objected to"), "soon"),
            State(checking.CORRECTING, pgettext_lazy("quality check", "Being corrected")),
            State(checking.AGAIN, _("To be looked at again"), "soon"),
            State(checking.DONE, pgettext_lazy("quality check", "Done"), "done", open=False),
            State("dropped", pgettext_lazy("quality", "Given up"), open=False),
        ),
        steps=(
            Do(
                name="score", label=_("Mark the case"), event="scored", did=_("marked the case"), sources=(checking.OPEN,),
                who=(OWNER, *WHO), guards=(has_case, independent, checking.second_reviewer), asks=("scores*", "seen", "findings"),
                effect=checking.scored, stops=(checking.DUE,), may_start=(checking.CORRECTION,), tells=(OPENER,), icon="checks",
                clause="ISC 9.1.2",
            ),
            Do(
                name="look", label=_("Record what was seen"), event="looked", did=_("looked at the case"), sources=(checking.SEEING,),
                who=(OWNER, *WHO), guards=(has_case, independent), asks=("seen", "findings"), effect=checking.looked,
                stops=(checking.DUE,), may_start=(checking.CORRECTION,), icon="eye", clause="ISC 9.8",
            ),
            Do(
                name="judge", label=_("Judge from the evidence"), event="judged", did=_("judged from the evidence alone"),
                sources=(checking.JUDGING,), who=(OWNER, *WHO), guards=(has_case, independent),
                asks=("own_verdict*", "own_reason*"), effect=checking.judged, stops=(checking.DUE,), may_start=(checking.RULING,),
                tells=(Role.SUPERVISOR,), icon="scale", clause="SVC 1.3.3",
            ),
            Do(
                name="decide", label=_("Say whether the verdict stands"), event="decided", did=_("said whether the verdict stands"),
                sources=(checking.DIFFERS,), target=checking.DONE, who=LEADERS, not_by=("judge",), guards=(independent,),
                asks=("stands*", "worse_off", "ruling*"), effect=checking.decided, stops=(checking.RULING,), tells=(OWNER,), icon="gavel",
                clause="SVC 1.3.3",
            ),
            Do(
                name="open_up", label=_("Open the marks of both"), event="opened_up", did=_("opened the marks of both reviewers"),
                sources=(checking.BLIND,), target=checking.DONE, who=(), main=False, icon="eye",
            ),
            Do(
                name="answer", label=_("Answer to the result"), event="answered", did=_("answered to the result"),
                sources=(checking.DONE, checking.CORRECTING, checking.AGAIN), who=(INVOLVED,), guards=(checking.only_handler,),
                asks=("stance*", "answer*"), effect=checking.answered, may_start=(checking.RULING,), tells=(OWNER,), icon="message-circle",
            ),
            Do(
                name="rule", label=_("Rule on the objection"), event="ruled", did=_("ruled on the objection"), sources=(checking.DISPUTED,),
                who=(*LEADERS, Role.QA), not_by=("score", "look", "answer"), guards=(independent,), asks=("scores", "withdrawn", "ruling*"),
                effect=checking.ruled, stops=(checking.RULING,), may_stop=(checking.CORRECTION, checking.RECHECK), tells=(OWNER,),
                icon="gavel",
            ),
            Do(
                name="correct", label=_("Report a correction"), event="corrected", did=_("put a finding right"),
                sources=(checking.CORRECTING,), who=(*WHO, OWNER, INVOLVED), asks=("finding*", "done_on*", "result*"),
                effect=checking.corrected, may_start=(checking.RECHECK,), may_stop=(checking.CORRECTION,), icon="check", clause="ISC 9.8",
            ),
            Do(
                name="confirm", label=_("Confirm the correction"), event="confirmed", did=_("looked again and confirmed the correction"),
                sources=(checking.AGAIN,), target=checking.DONE, who=(*WHO, OWNER), not_by=("correct",),
                guards=(checking.FINDINGS.none_of_own(OWN_CORRECTION), independent), asks=("again*",), stops=(checking.RECHECK,),
                tone="done", icon="circle-check", clause="ISC 9.8",
            ),
            Do(
                name="insist", label=_("Not corrected"), event="insisted", did=_("looked again: not corrected"), sources=(checking.AGAIN,),
                who=(*WHO, OWNER), not_by=("correct",), guards=(checking.FINDINGS.none_of_own(OWN_CORRECTION), independent),
                asks=("again*", "again_by*"), effect=checking.found_again, stops=(checking.RECHECK,), may_start=(checking.CORRECTION,),
                tone="late", icon="repeat", main=False,
            ),
            Do(
                name="give", label=pgettext_lazy("quality check", "Hand over"), event="given_over", did=_("handed the check over"),
                sources=checking.WAITING, who=WHO, asks=("owner*", "due_on*", "number"), effect=checking.given, main=False, icon="user",
            ),
            Do(
                name="drop", label=_("Give the check up"), event="dropped", did=_("gave the check up"), sources=checking.WAITING,
                target="dropped", who=LEADERS, guards=(independent,), asks=("reason*",), effect=checking.dropped, stops=(checking.DUE,),
                tells=(OWNER,), main=False, icon="x",
            ),
        ),
        dues=(Due(field="due_on", timer=checking.DUE, label=_("Check of a case"), stops=_("looked at")),),
        timers=(
            TimerKind(
                name=checking.CORRECTION, of=checking.NAME, label=_("Correction of a finding"), starts=_("result told"),
                stops=_("put right"), source="ISC 9.8", dated=True,
            ),
            TimerKind(
                name=checking.RECHECK, of=checking.NAME, label=_("Look again at a correction"), starts=_("all put right"),
                stops=_("looked at again"), source="ISC 9.8", limits=(Limit(amount=5, unit=Unit.WORKING_DAY, basis="ISC 9.8", ours=True),),
            ),
            TimerKind(
                name=checking.RULING, of=checking.NAME, label=_("Ruling after a check"), starts=_("objected, or differs from the verdict"),
                stops=_("ruled"), source="SVC 1.3.3", limits=(Limit(amount=5, unit=Unit.WORKING_DAY, basis="SVC 1.3.3", ours=True),),
            ),
        ),
        list_template="quality/results.html",
        list_context=shown.results_told,
        entry_template="quality/check.html",
        entry_context=shown.check_told,
    )
)  # fmt: skip

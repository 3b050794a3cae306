"""Writing, approving and sending a solution: E13, P13, P04."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter, Notice
from tingsu.people.authority import within_authority
from tingsu.settlement import queries
from tingsu.settlement.models import Approval, DemandAnswer, ExecutionItem, PartyOpinion, Remedy, Solution
from tingsu.settlement.panels import opinions_context
from tingsu.settlement.tests.journey import RESPONDENT, handled, marked, registered


@pytest.mark.req("RM-01", "RM-05", "RM-12")
def test_a_solution_keeps_opinion_remedies_answers_basis_and_prevention(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution())
    solution = queries.latest_solution(journey.complaint)
    assert solution is not None
    assert (solution.version, solution.state, solution.total_fen, solution.bases) == (
        1,
        "draft",
        100_00,
        ["law.consumer"],
    )
    assert solution.text("prevention") == "退款指令失败时自动告警。"
    remedy = Remedy.of(journey.complaint)[0]
    assert (remedy.code, remedy.amount_fen, remedy.executor_id, remedy.text("detail")) == (
        "47",
        100_00,
        journey.owner.id,
        "原路退回",
    )
    assert DemandAnswer.of(journey.complaint)[0].decision == "granted"
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.solution_drafted")
    assert event.data["total_fen"] == 100_00
    assert "原路退回" not in str(event.data)


@pytest.mark.req("RM-02", "RM-03")
@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"code": "47"}, "amount"),
        ({"code": "48"}, "amount"),
        ({"code": "49"}, "amount"),
        ({"code": "50"}, "amount"),
        ({"code": "53"}, "text"),
        ({"code": "guidance"}, "text"),
        ({"code": "47", "amount": 0}, "amount"),
    ],
)
def test_a_measure_asks_for_its_amount_or_text(cast: Cast, row: dict, field: str) -> None:
    journey = handled(cast)
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "draft_solution", **journey.solution(remedies=[row]))
    assert field in refused.value.fields["remedies"].rows[0]
    assert not Solution.objects.exists()
    journey.step(journey.owner, "draft_solution", **journey.solution(remedies=[{"code": "52"}, {"code": "39"}]))
    assert Remedy.objects.count() == 2


@pytest.mark.req("RM-02")
def test_an_unknown_measure_is_refused(cast: Cast) -> None:
    journey = handled(cast)
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "draft_solution", **journey.solution(remedies=[{"code": "54"}]))


@pytest.mark.req("RM-05")
def test_what_is_not_granted_needs_a_reason(cast: Cast) -> None:
    journey = handled(cast)
    values = journey.solution()
    values["answers"][0] |= {"decision": "partly"}
    with pytest.raises(InvalidInput) as refused:
        journey.step(journey.owner, "draft_solution", **values)
    assert "reason" in refused.value.fields["answers"].rows[0]
    values["answers"][0] |= {"reason": "运费不在退款范围内。"}
    journey.step(journey.owner, "draft_solution", **values)


@pytest.mark.req("RM-01", "RM-05", "IV-10")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"answers": []}, "demand_unanswered"),
        ({"bases": []}, "no_basis"),
        ({"remedies": []}, "no_remedy"),
        ({"remedies": [{"code": "52"}]}, "no_executor"),
        ({"wording": "款项〔日期〕到账。"}, "placeholder"),
    ],
)
def test_an_incomplete_draft_is_kept_but_not_submitted(cast: Cast, changes: dict, code: str) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(**changes))
    assert journey.refusal(journey.owner, "submit_solution") == {code}
    journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")
    assert [solution.state for solution in Solution.objects.order_by("version")] == ["replaced", "approved"]


@pytest.mark.req("OG-09", "RM-10", "FB-02")
def test_within_the_own_authority_it_is_approved_at_once_and_sending_is_due_in_an_hour(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")
    approval = Approval.objects.get()
    assert (approval.own_authority, approval.decision, approval.committed_fen) == (True, "approved", 100_00)
    assert Event.objects.filter(
        kind="complaint.solution_approved_within_authority", stream_id=journey.complaint.pk
    ).exists()
    due = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution", ended_at__isnull=True)
    assert due.due_at == journey.at + timedelta(hours=1)
    # It is the promise that began with the verdict: none was cancelled beside it (T14).
    assert Promise.objects.filter(stream_id=journey.complaint.pk, kind="solution").count() == 1
    assert [one.sentence for one in verify_organisation(Tally())] == []


@pytest.mark.req("FB-02", "T14")
def test_a_solution_that_was_due_sooner_than_in_an_hour_stays_due_then(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution())
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution")
    journey.at = promise.due_at - timedelta(minutes=20)
    journey.step(journey.owner, "submit_solution")
    after = Promise.objects.get(stream_id=journey.complaint.pk, kind="solution")
    assert (after.due_at, after.started_at, after.ended_at) == (promise.due_at, promise.started_at, None)


AUTHORITY = [
    # who owns the case, yuan, marks, approved alone, roles asked
    ("frontline", 200, {}, True, []),
    ("frontline", 201, {}, False, ["specialist", "coach", "supervisor", "mgmt_rep", "top_mgmt"]),
    ("specialist2", 5000, {}, True, []),
    ("specialist2", 5001, {}, False, ["specialist", "coach", "supervisor", "mgmt_rep", "top_mgmt"]),
    ("specialist2", 20001, {}, False, ["mgmt_rep", "top_mgmt"]),
    ("specialist2", 100, {"major": True}, False, ["top_mgmt"]),
    ("specialist2", 100, {"crisis": True}, False, ["mgmt_rep", "top_mgmt"]),
]


@pytest.mark.req("OG-09", "RM-10", "AS-11", "CA-26")
@pytest.mark.parametrize(("who", "amount", "marks", "alone", "roles"), AUTHORITY)
def test_the_total_and_the_marks_decide_who_approves(
    cast: Cast, who: str, amount: int, marks: dict, alone: bool, roles: list[str]
) -> None:
    journey = handled(cast, by=getattr(cast, who))
    if marks:
        journey = marked(journey, **marks)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=amount * 100)).step(
        journey.owner, "submit_solution"
    )
    approval = Approval.objects.get()
    assert (approval.own_authority, approval.roles) == (alone, roles)
    assert queries.latest_solution(journey.complaint).state == ("approved" if alone else "submitted")
    if not alone:
        asked = set(Notice.objects.filter(kind="approval.asked").values_list("member_id", flat=True))
        total = amount * 100  # whom the role fits but not the amount is not asked either
        able = {p.id for p in cast._people.values() if within_authority(p.actor, "approve", ["47"], total)}
        competent = able & {p.id for p in cast._people.values() if p.actor.roles & set(roles)} - {journey.owner.id}
        assert asked == ({cast.mgmt_rep.id, cast.top_mgmt.id} if "major" in marks else competent)
        assert journey.refusal(journey.owner, "send_solution") >= {"no_solution"}


@pytest.mark.req("RM-10", "SVC 2.2.2")
def test_who_wrote_it_does_not_approve_it_and_the_competent_level_does(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6000_00)).step(
        journey.owner, "submit_solution"
    )
    assert journey.refusal(journey.owner, "approve") == {"own_solution", "beyond_authority"}
    assert journey.refusal(cast.specialist, "approve") == {"beyond_authority"}
    with pytest.raises(NotAllowed):
        journey.step(cast.frontline, "approve")
    journey.step(cast.supervisor, "approve", reason="同意")
    approval = Approval.objects.get()
    assert (approval.decision, approval.decided_by, approval.text("reason")) == ("approved", cast.supervisor.id, "同意")
    journey.step(journey.owner, "send_solution")
    assert journey.complaint.state == "feedback"


@pytest.mark.req("RM-10")
def test_a_returned_solution_says_why_and_is_written_again(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6000_00)).step(
        journey.owner, "submit_solution"
    )
    assert journey.refusal(journey.owner, "draft_solution", **journey.solution()) == {"waits_for_approval"}
    with pytest.raises(InvalidInput):
        journey.step(cast.supervisor, "return_solution", reason=" ")
    journey.step(cast.supervisor, "return_solution", reason="金额依据不足")
    assert Notice.objects.filter(kind="approval.returned", member_id=journey.owner.id).exists()
    assert journey.refusal(journey.owner, "submit_solution") == {"no_draft"}
    journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")
    assert [s.state for s in Solution.objects.order_by("version")] == ["returned", "approved"]


@pytest.mark.req("AS-11", "SVC 2.2.1")
def test_a_major_case_is_not_sent_before_the_committee_approved(cast: Cast) -> None:
    journey = marked(handled(cast), major=True)
    journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")
    with pytest.raises(NotAllowed):
        journey.step(cast.supervisor, "approve")
    assert "no_solution" in journey.refusal(journey.owner, "send_solution")
    journey.committee().step(journey.owner, "send_solution")
    assert journey.complaint.state == "feedback"


@pytest.mark.req("AS-11", "OG-09")
def test_an_approval_does_not_outlive_a_new_mark(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")
    journey = marked(journey, major=True)
    assert journey.refusal(journey.owner, "send_solution") == {"not_approved"}
    journey.step(journey.owner, "submit_solution").committee().step(journey.owner, "send_solution")
    assert journey.complaint.state == "feedback"


@pytest.mark.req("OG-09", "RM-10")
def test_splitting_a_payment_over_versions_does_not_dodge_the_authority(cast: Cast) -> None:
    journey = handled(cast, by=cast.frontline).offered(amount=150_00).opinion().step(cast.frontline, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(cast.frontline, "finish_item", item=item, proof="回单", paid=150_00, means="original")
    journey.step(cast.frontline, "execution_failed", reason="付错账户")
    assert queries.committed_fen(journey.complaint) == 150_00
    journey.step(cast.frontline, "draft_solution", **journey.solution(amount=51_00)).step(
        cast.frontline, "submit_solution"
    )
    asked = Approval.objects.latest("asked_at")
    assert (asked.own_authority, asked.committed_fen) == (False, 201_00)


@pytest.mark.req("FB-03")
def test_a_refused_offer_binds_nobody(cast: Cast) -> None:
    journey = handled(cast, by=cast.frontline).offered(amount=150_00).opinion("disagree", negotiable=True)
    journey.step(cast.frontline, "revise", counter_proposal="希望二百", refusal_reason="太少")
    assert queries.committed_fen(journey.complaint) == 0
    journey.step(cast.frontline, "draft_solution", **journey.solution(amount=200_00)).step(
        cast.frontline, "submit_solution"
    )
    assert Approval.objects.latest("asked_at").own_authority


@pytest.mark.req("FB-01", "FB-02", "RM-16")
def test_the_solution_goes_to_complainant_respondent_and_staff_and_the_list_is_kept(cast: Cast) -> None:
    journey = handled(cast, respondent_name="速达快运", respondent_phone="13900133456")
    values = journey.solution()
    values["remedies"][0]["executor"] = str(cast.dept2.id)
    journey.step(journey.owner, "draft_solution", **values).step(journey.owner, "submit_solution").step(
        journey.owner, "send_solution"
    )
    sent = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.solution_sent")
    assert len([one for one in sent.data["informed"] if "party" in one]) == 2
    assert {"member": str(cast.dept2.id)} in sent.data["informed"]
    assert Notice.objects.filter(kind="solution.sent", member_id=cast.dept2.id).count() == 1
    assert not Notice.objects.filter(kind="solution.sent", member_id=cast.frontline2.id).exists()
    written = Letter.objects.filter(stream_id=journey.complaint.pk, intent__startswith="solution:")
    assert {letter.party_id: letter.template for letter in written} == {
        party.pk: "respondent_notice" if party.role == "respondent" else "solution"
        for party in queries.parties_concerned(journey.complaint)
    }
    shown = opinions_context(cast.supervisor.actor, journey.complaint)
    assert shown is not None
    assert [(str(one["who"]), str(one.get("means", ""))) for one in shown["informed"]] == [
        ("投诉人", "进度页面"),
        ("被投诉方", "进度页面"),
        ("工号 4002", ""),
    ]
    assert journey.complaint.waiting_on == "complainant"
    open_promises = {p.kind for p in Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True)}
    assert "parties_opinion" in open_promises
    assert not open_promises & {"solution", "first_reply"}


@pytest.mark.req("RM-05", "RM-16")
def test_the_letter_says_measures_and_the_answer_to_each_demand_in_the_complainants_language(cast: Cast) -> None:
    from tingsu.settlement.wording import letter_text

    chinese, english = handled(cast), handled(cast, language="en")
    for journey, words in (
        (chinese, ("支付补偿", "¥100.00", "退款", "同意")),
        (english, ("Pay compensation", "¥100.00", "Refund: Granted")),
    ):
        journey.step(journey.owner, "draft_solution", **journey.solution())
        text = letter_text(queries.latest_solution(journey.complaint))
        assert all(word in text for word in words), text


@pytest.mark.req("FB-01", "PS-11")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_respondent_reads_the_measures_and_no_word_meant_for_the_complainant(cast: Cast, language: str) -> None:
    journey = handled(cast, language=language, **RESPONDENT).offered()
    wording = queries.latest_solution(journey.complaint).text("wording")
    bodies = {}
    for letter in Letter.objects.filter(stream_id=journey.complaint.pk, intent__startswith="solution:"):
        message, _version = compose(letter)
        bodies[letter.party_id] = f"{message.subject} {message.body}"
    mine, theirs = bodies[journey.party().id], bodies[journey.party("respondent").id]
    assert wording in mine
    assert "¥100.00" in mine
    assert "¥100.00" in theirs
    for word in (wording, "您的投诉", "Your complaint", "您的要求", "your requests", "陈"):
        assert word not in theirs, word


@pytest.mark.req("RM-09", "OG-09", "AS-03")
def test_the_front_line_solves_at_once_within_its_limit_only(cast: Cast) -> None:
    solved = {
        "solution": "当场补发优惠", "remedies": [{"code": "47", "amount": 200_01}], "bases": ["rule.compensation"],
        "accepted_by": "电话中同意", "proof": "钱包流水", "means": "wallet",
    }  # fmt: skip
    journey = registered(cast)
    assert journey.refusal(cast.frontline, "solve_directly", **solved) == {"beyond_authority"}
    with pytest.raises(ConditionsUnmet) as refused:
        journey.step(cast.frontline, "solve_directly", **solved)
    assert all(amount in str(refused.value) for amount in ("¥200.01", "¥200.00")), "what it is, and how far one may go"
    assert journey.refusal(
        cast.frontline, "solve_directly", **{**solved, "remedies": [], "bases": [], "means": ""}
    ) == {"no_basis"}
    journey.step(cast.frontline, "solve_directly", **{**solved, "remedies": [{"code": "47", "amount": 200_00}]})
    assert (journey.complaint.state, journey.complaint.outcome, journey.complaint.verdict) == (
        "evaluating",
        "accepted",
        "founded",
    )
    solution, item = Solution.objects.get(), ExecutionItem.objects.get()
    assert (solution.origin, solution.state, solution.total_fen) == ("direct", "agreed", 200_00)
    assert (item.state, item.paid_fen, item.text("proof")) == ("done", 200_00, "钱包流水")
    assert PartyOpinion.objects.get().agrees
    running = {p.kind for p in Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True)}
    assert "callback" in running
    assert not running & {"handling_start", "push_to_investigation"}


@pytest.mark.req("AS-03")
def test_what_is_beyond_the_front_line_goes_to_a_specialist_with_all_data_in_one_action(
    cast: Cast, sign_in: Callable
) -> None:
    journey = registered(cast, additional_info="有录音", **RESPONDENT)
    beyond = {"solution": "补偿", "remedies": [{"code": "47", "amount": 200_01}], "bases": ["rule.compensation"]}
    said = {"accepted_by": "电话中同意", "proof": "流水"}
    assert journey.refusal(cast.frontline, "solve_directly", **beyond, **said) == {"beyond_authority"}
    before = Event.objects.filter(stream_id=journey.complaint.pk, kind__startswith="complaint.").count()
    journey.step(cast.frontline, "pass_on", unit=str(cast.specialist.unit_id), member=str(cast.specialist.id))
    told = Event.objects.filter(stream_id=journey.complaint.pk, kind__startswith="complaint.").count() - before
    assert (told, journey.complaint.offered_member_id) == (1, cast.specialist.id)
    page = sign_in(cast.specialist).get(reverse("desk:case", args=[journey.complaint.number])).content.decode()
    for words in ("七天了一直没有到账", "空气炸锅", "有录音", "1,299.00"):
        assert words in page, words


@pytest.mark.req("RM-09")
def test_quick_compensation_has_a_daily_cap_per_person(cast: Cast) -> None:
    solved = {
        "solution": "补发",
        "bases": ["rule.compensation"],
        "accepted_by": "同意",
        "proof": "流水",
        "means": "wallet",
    }
    for number in range(10):
        registered(cast, phone=f"1380000440{number}").step(
            cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": 200_00}], **solved
        )
    journey = registered(cast)
    assert journey.refusal(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": 1}], **solved) == {
        "daily_cap"
    }
    journey.wait(hours=24).step(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": 1}], **solved)
    assert journey.complaint.state == "evaluating"


@pytest.mark.req("process.md §8.6")
def test_a_withdrawal_walks_the_usual_path_without_remedies(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.party(), "withdraw", statement="已经收到退款，不再投诉。")
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=None, answers=[]))
    journey.step(journey.owner, "submit_solution").step(journey.owner, "send_solution").step(journey.owner, "agree")
    assert journey.complaint.state == "executing"
    journey.step(cast.supervisor, "verify_execution")
    assert (journey.complaint.state, journey.complaint.outcome, journey.complaint.withdrawn) == (
        "evaluating",
        "accepted",
        True,
    )


@pytest.mark.req("VL-13", "CA-56")
@pytest.mark.parametrize(
    ("reasonable", "marked"), [((True, False), True), ((False, True), True), ((False, False), False)]
)
def test_one_reasonable_demand_among_several_marks_the_case(
    cast: Cast, reasonable: tuple[bool, bool], marked: bool
) -> None:
    journey = handled(cast, demands=[{"kind": "refund", "amount": 100_00}, {"kind": "apology"}])
    values = journey.solution()
    for answer, fair in zip(values["answers"], reasonable, strict=True):
        answer |= {"reasonable": fair, "reason": "依据订单记录。"}
    journey.step(journey.owner, "draft_solution", **values)
    assert journey.complaint.reasonable_open is marked

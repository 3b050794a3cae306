"""What the parties say and what follows: E23, P15–P17."""

from datetime import timedelta

import pytest

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Party
from tingsu.complaints.process import PROCESS
from tingsu.kernel.errors import InvalidInput, NotAllowed, TingsuError
from tingsu.kernel.models import Event
from tingsu.letters.models import Letter, Notice
from tingsu.settlement import queries
from tingsu.settlement.models import Approval, ExecutionItem, PartyOpinion, Payment, Solution
from tingsu.settlement.tests.journey import REPORT, RESPONDENT, Journey, handled, registered
from tingsu.settlement.waiting import approvals_for
from tingsu.settlement.workplace import end_of_day


def attempts(journey: Journey, purpose: str, count: int) -> Journey:
    for _number in range(count):
        journey.step(
            journey.owner, "log_contact", direction="attempt", means="phone", purpose=purpose, content="未接通"
        )
    return journey


@pytest.mark.req("FB-15")
@pytest.mark.parametrize(("who", "advised"), [("respondent", True), ("complainant", False)])
def test_a_respondent_who_does_not_accept_gets_advice_of_its_own(cast: Cast, who: str, advised: bool) -> None:
    """Non-acceptance by the respondent is handled as a refusal: the case stays open, each side is told its own ways."""
    journey = handled(cast, **RESPONDENT).offered()
    journey.opinion("disagree", role=who, negotiable="no").step(journey.owner, "no_agreement", reason="不同意")
    assert journey.complaint.is_open
    assert journey.complaint.state == "external_route"
    respondent = Party.objects.get(complaint=journey.complaint, role="respondent")
    letters = Letter.objects.filter(stream_id=journey.complaint.pk)
    told = [letter.party_id for letter in letters.filter(template="respondent_ways")]
    assert told == ([respondent.pk] if advised else [])
    assert letters.filter(template="ways").exclude(party_id=respondent.pk).count() == 1
    data = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.agreement_failed").data
    assert data.get("advised", []) == [str(pk) for pk in told]


@pytest.mark.req("FB-01")
def test_an_opinion_keeps_words_time_means_and_who_recorded_it(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("disagree", negotiable=True, text="希望再补一百。")
    row = PartyOpinion.of(journey.complaint)[0]
    assert (row.agrees, row.negotiable, row.means, row.given_at, row.recorded_by_kind) == (
        False,
        True,
        "portal",
        journey.at,
        "complainant",
    )
    assert row.text("words") == "希望再补一百。"
    assert journey.complaint.waiting_on == "us"
    assert Notice.objects.filter(member_id=journey.owner.id, kind="opinion.given").exists()


@pytest.mark.req("FB-01")
def test_a_party_speaks_for_itself_only(cast: Cast) -> None:
    journey = handled(cast, **RESPONDENT).offered()
    complainant, respondent = journey.party(), journey.party("respondent")
    for actor, other in ((complainant, respondent), (respondent, complainant)):
        with pytest.raises(NotAllowed):
            journey.step(actor, "record_opinion", party=str(other.id), agrees="agree", means="portal")
    assert not PartyOpinion.objects.exists()
    journey.opinion().opinion(role="respondent")
    assert PartyOpinion.objects.count() == 2


@pytest.mark.req("FB-01")
def test_an_opinion_of_nobody_is_refused(cast: Cast) -> None:
    journey = handled(cast).offered()
    with pytest.raises(InvalidInput):
        journey.step(journey.owner, "record_opinion", party=str(journey.owner.id), agrees="agree", means="phone")


@pytest.mark.req("FB-04", "FB-05", "ISC 9.4.2")
def test_agreement_needs_every_party_and_silence_is_none(cast: Cast) -> None:
    journey = handled(cast, **RESPONDENT).offered()
    assert journey.refusal(journey.owner, "agree") == {"no_agreement"}
    journey.opinion()
    assert journey.refusal(journey.owner, "agree") == {"no_agreement"}
    journey.wait(days=30)
    assert journey.refusal(journey.owner, "agree") == {"no_agreement"}
    journey.opinion(role="respondent").step(journey.owner, "agree")
    assert journey.complaint.state == "executing"
    assert queries.latest_solution(journey.complaint).state == "agreed"


@pytest.mark.req("FB-16")
def test_nothing_is_carried_out_before_the_reaction_to_it_is_on_record(cast: Cast) -> None:
    """The customer is told first, says something to it, and once satisfied the measures begin in the same minute."""
    journey = handled(cast).offered()
    values = {"item": "", "proof": "回单", "paid": 100_00, "means": "original", "remark": "核对"}
    for step in ("finish_item", "ask_payment", "verify_item", "verify_execution"):
        asked = {one.name for one in PROCESS[step].fields}
        with pytest.raises(TingsuError):
            journey.step(journey.owner, step, **{name: value for name, value in values.items() if name in asked})
    assert journey.refusal(journey.owner, "agree") == {"no_agreement"}
    assert (journey.complaint_items(), Payment.objects.count()) == ([], 0)
    journey.opinion(text="可以，谢谢").step(journey.owner, "agree")
    (said,), (item,) = PartyOpinion.of(journey.complaint), journey.complaint_items()
    assert (said.agrees, said.text("words"), said.given_at < item.opened_at) == (True, "可以，谢谢", True)
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="execution")
    assert promise.started_at == item.opened_at == journey.at
    at_once = {"solution": "补发", "remedies": [], "bases": ["law.consumer"], "proof": "已补发"}
    with pytest.raises(InvalidInput) as refused:
        registered(cast).step(cast.frontline, "solve_directly", **at_once)
    assert set(refused.value.fields) == {"accepted_by"}


@pytest.mark.req("P15", "T17")
def test_agreement_opens_an_item_with_its_own_limit_for_each_remedy(cast: Cast) -> None:
    journey = handled(cast)
    remedies = [
        {"code": "47", "amount": 100_00, "executor": str(cast.dept2.id), "due_on": journey.day(2)},
        {"code": "52", "text": "书面道歉", "executor": str(journey.owner.id), "due_on": journey.day(5)},
    ]
    journey.offered(remedies=remedies).opinion().step(journey.party(), "agree")
    items = ExecutionItem.of(journey.complaint)
    assert [(item.remedy, item.amount_fen, item.executor_id, item.state) for item in items] == [
        ("47", 100_00, cast.dept2.id, "open"),
        ("52", None, journey.owner.id, "open"),
    ]
    promises = Promise.objects.filter(stream_id=journey.complaint.pk, kind="execution").order_by("due_at")
    assert [(p.subject_id, p.owner_id) for p in promises] == [(item.pk, item.executor_id) for item in items]
    assert [promise.due_at for promise in promises] == [end_of_day(item.due_on, "Asia/Shanghai") for item in items]
    assert [item.due_on.isoformat() for item in items] == [remedies[0]["due_on"], remedies[1]["due_on"]]
    assert journey.complaint.members.filter(member_id=cast.dept2.id, role="executor").exists()
    assert Notice.objects.filter(member_id=cast.dept2.id, kind="execution.asked").exists()


@pytest.mark.req("FB-04")
def test_what_was_accepted_is_carried_out_by_its_owner_in_time_with_proof_and_checked_by_another(cast: Cast) -> None:
    journey = handled(cast)
    remedies = [{"code": "47", "amount": 100_00, "executor": str(cast.dept2.id), "due_on": journey.day(2)}]
    journey.offered(remedies=remedies).opinion().step(journey.owner, "agree")
    (item,) = ExecutionItem.of(journey.complaint)
    assert (item.executor_id, item.due_on.isoformat(), item.state) == (cast.dept2.id, remedies[0]["due_on"], "open")
    chosen = {"item": str(item.pk)}
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.dept2, "finish_item", **chosen, proof=" ", paid=100_00, means="original")
    assert set(refused.value.fields) == {"proof"}
    journey.step(cast.dept2, "finish_item", **chosen, proof="银行回单", paid=100_00, means="original")
    (item,) = ExecutionItem.of(journey.complaint)
    assert (item.state, item.text("proof"), item.done_by, item.done_at) == (
        "done",
        "银行回单",
        cast.dept2.id,
        journey.at,
    )
    with pytest.raises(NotAllowed):
        journey.step(cast.dept2, "verify_item", **chosen, remark="自查")
    journey.step(cast.qa, "verify_item", **chosen, remark="核对回单")
    (item,) = ExecutionItem.of(journey.complaint)
    assert (item.state, item.verified_by, item.verified_at, item.text("remark")) == (
        "verified",
        cast.qa.id,
        journey.at,
        "核对回单",
    )
    kinds = list(Event.objects.filter(stream_id=journey.complaint.pk).order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == ["complaint.agreed", "complaint.item_finished", "complaint.item_verified"]


def test_days_that_passed_while_the_parties_thought_are_given_again(cast: Cast) -> None:
    journey = handled(cast).offered().wait(days=6)
    journey.opinion().step(journey.owner, "agree")
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="execution")
    assert promise.due_at - journey.at > timedelta(days=2)


@pytest.mark.req("FB-03", "SZ 6(8)")
def test_a_refusal_that_is_open_to_talk_leads_to_a_new_version(cast: Cast) -> None:
    journey = handled(cast).offered()
    counter = {"counter_proposal": "补一百五", "refusal_reason": "金额不足"}
    assert journey.refusal(journey.owner, "revise", **counter) == {"nobody_disagrees"}
    journey.opinion("disagree", negotiable=True).step(journey.owner, "revise", **counter)
    assert journey.complaint.state == "handling"
    journey.offered(amount=150_00)
    assert [(s.version, s.state) for s in Solution.objects.order_by("version")] == [(1, "refused"), (2, "sent")]
    running = {p.kind for p in Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True)}
    assert "parties_opinion" in running
    assert "solution" not in running


@pytest.mark.req("FB-06", "FB-07", "FB-15", "XR-03", "XR-08")
def test_no_agreement_needs_an_attempt_to_negotiate_and_tells_the_other_ways(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("disagree", negotiable=True)
    assert journey.refusal(journey.owner, "no_agreement", reason="不接受") == {"not_negotiated"}
    journey.step(
        journey.owner, "log_contact", direction="out", means="phone", purpose="negotiation", content="再次协商未果"
    )
    journey.step(journey.owner, "no_agreement", reason="坚持原诉求")
    assert journey.complaint.state == "external_route"
    assert journey.complaint.ways_informed_at == journey.at
    assert journey.complaint.is_open
    letter = Letter.objects.select_related("stream").get(stream_id=journey.complaint.pk, template="ways")
    from tingsu.letters.composing import compose

    body = compose(letter)[0].body
    assert (
        body.index("双方进一步协商和解")
        < body.index("向本企业申诉")
        < body.index("https://www.12315.cn")
        < body.index("人民法院")
    )
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.agreement_failed")
    assert event.data["refused_by"] == ["complainant"]
    running = {p.kind for p in Promise.objects.filter(stream_id=journey.complaint.pk, ended_at__isnull=True)}
    assert "refusal_review" in running


@pytest.mark.req("FB-06")
def test_a_complainant_who_does_not_want_to_talk_ends_the_offer_alone(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("disagree")
    journey.step(journey.party(), "no_agreement", reason="不再协商")
    assert journey.complaint.state == "external_route"


@pytest.mark.req("SZ 6(8)", "FB-06")
def test_silence_leads_out_only_after_the_period_and_three_attempts(cast: Cast) -> None:
    journey = handled(cast).offered()
    assert journey.refusal(journey.owner, "no_agreement", reason="无回复") == {"period_runs", "attempts_missing"}
    attempts(journey, "opinion", 2).wait(days=8)
    assert journey.refusal(journey.owner, "no_agreement", reason="无回复") == {"attempts_missing"}
    attempts(journey, "opinion", 1).step(journey.owner, "no_agreement", reason="无回复")
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.agreement_failed")
    assert event.data["refused_by"] == []
    assert journey.complaint.state == "external_route"


@pytest.mark.req("SZ 6(8)", "FB-06")
def test_what_was_tried_before_the_solution_left_counts_for_no_answer_to_it(cast: Cast) -> None:
    journey = attempts(attempts(handled(cast), "opinion", 3), "negotiation", 1).offered().wait(days=8)
    assert journey.refusal(journey.owner, "no_agreement", reason="无回复") == {"attempts_missing"}
    journey.opinion("disagree", negotiable=True)
    assert journey.refusal(journey.owner, "no_agreement", reason="谈不拢") == {"not_negotiated"}
    attempts(journey, "negotiation", 1).step(journey.owner, "no_agreement", reason="谈不拢")
    assert journey.complaint.state == "external_route"


@pytest.mark.req("FB-01")
def test_of_what_a_party_said_the_last_word_counts(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("agree").opinion("disagree", negotiable=True)
    assert journey.refusal(journey.owner, "agree") == {"no_agreement"}
    assert journey.refusal(journey.owner, "no_agreement", reason="x") == {"not_negotiated"}
    journey.opinion("agree").step(journey.owner, "agree")
    assert journey.complaint.state == "executing"


@pytest.mark.req("P26")
def test_after_an_upgrade_the_same_solution_is_reconfirmed_by_the_higher_level(cast: Cast) -> None:
    journey = handled(cast).offered()
    solution = queries.latest_solution(journey.complaint)
    assert solution is not None
    assert solution.state == "sent"
    journey.step(
        journey.owner, "upgrade", reason="媒体关注", facts="短视频传播", source="热搜", spread="十万播放", recipients=_recipients(journey)
    )  # fmt: skip
    assert journey.complaint.state == "pre_plan"
    assert queries.latest_solution(journey.complaint).state == "sent"
    owner = cast.specialist2
    plan = {"plan": "先止损后定责", "script": "统一口径", "containment": "下架", "required_level": "expert"}
    journey.step(cast.specialist, "draft_pre_plan", **plan)
    journey.step(cast.supervisor, "adopt_pre_plan", unit=str(owner.unit_id), member=str(owner.id))
    journey.step(owner, "accept", mode="independent", depth="in_depth", plan="复核").step(
        owner, "find_founded", bases=["law.consumer"], **REPORT
    )
    assert journey.refusal(owner, "send_solution") == {"not_approved"}
    journey.step(owner, "submit_solution")
    journey.step(cast.supervisor, "approve").step(owner, "send_solution")
    assert (journey.complaint.state, Solution.objects.count()) == ("feedback", 1)


def _recipients(journey: Journey) -> list[str]:
    from tingsu.complaints.process import PROCESS
    from tingsu.process.steps import options_of

    return [options_of(PROCESS["upgrade"].field("recipients"), journey.complaint)[0][0]]


@pytest.mark.req("OG-09")
def test_what_one_asked_for_does_not_wait_for_ones_own_approval(cast: Cast) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6_000_00)).step(
        journey.owner, "submit_solution"
    )

    def waits_for(person: Person) -> int:
        return len(approvals_for(person.actor, journey.at).items)

    assert (waits_for(cast.supervisor), waits_for(cast.mgmt_rep), waits_for(cast.frontline)) == (1, 1, 0)
    Approval.objects.filter(complaint=journey.complaint).update(asked_by=cast.supervisor.id)
    assert (waits_for(cast.supervisor), waits_for(cast.mgmt_rep)) == (0, 1)

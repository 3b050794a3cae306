"""Who decides on a solution, on which total, on which day: the edges of authority, payment and time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.kernel.models import Event, Organisation
from tingsu.people.models import Member
from tingsu.settlement import panels, queries
from tingsu.settlement.models import Approval, Cost, ExecutionItem, OutsideCase, Recourse
from tingsu.settlement.rulebooks import advance, ways
from tingsu.settlement.tests.journey import RESPONDENT, Journey, handled, marked, registered
from tingsu.settlement.workplace import end_of_day

SOLVED = {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水", "means": "wallet"}


def paid_before(cast: Cast, fen: int = 150_00) -> Journey:
    """An execution that failed after it had been paid: the money counts for whatever is decided next."""
    journey = handled(cast, by=cast.frontline).offered(amount=fen).opinion().step(cast.frontline, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(cast.frontline, "finish_item", item=item, proof="回单", paid=fen, means="original")
    return journey.step(cast.frontline, "execution_failed", reason="付错账户")


@pytest.mark.req("G8")
def test_who_wrote_a_solution_does_not_approve_it_when_somebody_else_submitted_it(cast: Cast) -> None:
    journey = handled(cast, by=cast.specialist2)
    journey.step(cast.specialist2, "draft_solution", **journey.solution(amount=6000_00))
    journey.step(cast.supervisor, "assign", member=str(cast.specialist.id)).step(cast.specialist, "submit_solution")
    assert "own_solution" in journey.refusal(cast.specialist2, "approve")
    assert "own_solution" in journey.refusal(cast.specialist, "approve")
    assert "own_solution" in journey.refusal(cast.specialist2, "return_solution", reason="自退")
    journey.step(cast.supervisor, "approve")
    assert Approval.objects.get().decided_by == cast.supervisor.id


@pytest.mark.req("G8")
def test_an_approval_is_kept_with_the_whole_total_and_the_marks_it_was_given_for(cast: Cast) -> None:
    journey = paid_before(cast)
    journey = marked(journey, crisis=True)
    journey.step(cast.frontline, "draft_solution", **journey.solution(amount=60_00)).step(
        cast.frontline, "submit_solution"
    )
    asked = Approval.objects.latest("asked_at")
    assert (asked.committed_fen, asked.marks, asked.own_authority, asked.decision) == (
        210_00,
        ["crisis"],
        False,
        "",
    )
    journey = marked(journey, major=True)
    journey.committee()
    given = Approval.objects.latest("asked_at")
    assert (given.committed_fen, sorted(given.marks), given.decision) == (210_00, ["crisis", "major"], "approved")
    assert (given.decided_at, queries.latest_solution(journey.complaint).approved_at) == (journey.at, journey.at)


@pytest.mark.req("G8")
@pytest.mark.parametrize(("amount", "alone"), [(50_00, True), (50_01, False)])
def test_what_was_paid_before_counts_to_the_fen(cast: Cast, amount: int, alone: bool) -> None:
    journey = paid_before(cast)
    journey.step(cast.frontline, "draft_solution", **journey.solution(amount=amount)).step(
        cast.frontline, "submit_solution"
    )
    assert Approval.objects.latest("asked_at").own_authority is alone


@pytest.mark.req("G8")
@pytest.mark.parametrize(
    ("total", "approver", "allowed"),
    [(20_000_00, "supervisor", True), (20_000_01, "supervisor", False), (20_000_01, "mgmt_rep", True), (100_000_00, "mgmt_rep", True),
     (100_000_01, "mgmt_rep", False), (100_000_01, "top_mgmt", True), (10_000_00, "coach", True), (10_000_01, "coach", False),
     (5_000_01, "specialist", False)],
)  # fmt: skip
def test_each_level_approves_up_to_its_limit(cast: Cast, total: int, approver: str, allowed: bool) -> None:
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=max(total, 5_000_01))).step(
        journey.owner, "submit_solution"
    )
    person = getattr(cast, approver)
    if allowed:
        journey.step(person, "approve")
        assert queries.latest_solution(journey.complaint).state == "approved"
    else:
        with pytest.raises((ConditionsUnmet, NotAllowed)):
            journey.step(person, "approve")
        assert queries.latest_solution(journey.complaint).state == "submitted"


@pytest.mark.req("G5")
def test_nobody_checks_or_approves_in_a_case_about_their_own_unit(cast: Cast) -> None:
    journey = handled(cast, unit_concerned=str(cast.units["centre"].pk)).offered().opinion()
    journey.step(journey.owner, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    assert journey.refusal(cast.supervisor, "verify_item", item=item, remark="核对") == {"unit_concerned"}
    assert journey.refusal(cast.qa, "verify_item", item=item, remark="核对") == {"unit_concerned"}
    journey.step(cast.specialist, "verify_item", item=item, remark="核对")
    assert journey.refusal(cast.supervisor, "verify_execution") == {"unit_concerned"}
    journey.step(cast.specialist, "verify_execution")
    asked = handled(cast, unit_concerned=str(cast.units["centre"].pk))
    asked.step(asked.owner, "draft_solution", **asked.solution(amount=6000_00)).step(asked.owner, "submit_solution")
    for name, values in (
        ("approve", {}),
        ("return_solution", {"reason": "退"}),
        ("refuse_solution", {"reason": "不妥"}),
    ):
        assert asked.refusal(cast.supervisor, name, **values) == {"unit_concerned"}


def test_the_days_quick_money_is_counted_from_midnight_in_beijing(cast: Cast) -> None:
    """2 March 23:59 and 3 March 00:01 are two days to the cashier, though one in UTC."""

    def pay(journey: Journey, fen: int) -> Journey:
        return journey.step(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": fen}], **SOLVED)

    before_midnight = datetime(2026, 3, 2, 15, 50, tzinfo=UTC)
    for number in range(10):
        journey = registered(cast, phone=f"1380000440{number}")
        journey.at = before_midnight
        pay(journey, 200_00)
    last = registered(cast)
    last.at = datetime(2026, 3, 2, 15, 58, 59, tzinfo=UTC)
    assert last.refusal(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": 1}], **SOLVED) == {
        "daily_cap"
    }
    other = registered(cast, phone="13800004411")
    other.at = datetime(2026, 3, 2, 15, 50, tzinfo=UTC)
    other.step(cast.frontline2, "solve_directly", remedies=[{"code": "47", "amount": 200_00}], **SOLVED)
    last.at = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # the step is taken a minute later: midnight
    assert pay(last, 200_00).complaint.state == "evaluating"


@pytest.mark.req("T17")
def test_a_day_ends_with_its_last_second_on_the_wall_clock_of_the_organisation() -> None:
    assert end_of_day(date(2026, 3, 2), "Asia/Shanghai") == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert end_of_day(date(2026, 3, 29), "Europe/London") == datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)


@pytest.mark.req("T17")
@pytest.mark.parametrize(("thinking", "due_in"), [(0, 3), (3, 3), (4, 3), (10, 3)])
def test_days_that_passed_while_the_parties_thought_are_given_again_exactly(
    cast: Cast, thinking: int, due_in: int
) -> None:
    journey = handled(cast).offered()
    sent_on, wanted = date.fromisoformat(journey.day(0)), date.fromisoformat(journey.day(3))
    journey.wait(days=thinking).opinion().step(journey.owner, "agree")
    today = date.fromisoformat(journey.day(0))
    item = ExecutionItem.objects.get()
    expected = wanted if wanted >= today else today + (wanted - sent_on)
    assert (item.due_on, item.due_on - today <= timedelta(days=due_in)) == (expected, True)
    promise = Promise.objects.get(stream_id=journey.complaint.pk, kind="execution")
    assert promise.due_at == end_of_day(item.due_on, "Asia/Shanghai")


@pytest.mark.req("P17")
@pytest.mark.parametrize(("early", "refused"), [(1, {"period_runs"}), (0, {"period_runs"}), (-1, set())])
def test_silence_counts_only_after_the_whole_period(cast: Cast, early: int, refused: set[str]) -> None:
    journey = handled(cast).offered()
    for _number in range(3):
        journey.step(
            journey.owner, "log_contact", direction="attempt", means="phone", purpose="opinion", content="未接通"
        )
    due = Promise.objects.get(stream_id=journey.complaint.pk, kind="parties_opinion").due_at
    journey.at = due - timedelta(seconds=early) - timedelta(minutes=1)
    if refused:
        assert journey.refusal(journey.owner, "no_agreement", reason="无回复") == refused
    else:
        journey.step(journey.owner, "no_agreement", reason="无回复")
        assert (
            Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.agreement_failed").data["refused_by"]
            == []
        )


@pytest.mark.req("P17")
def test_attempts_before_the_solution_was_sent_do_not_count(cast: Cast) -> None:
    journey = handled(cast)
    for purpose in ("opinion", "negotiation"):
        for _number in range(3):
            journey.step(
                journey.owner, "log_contact", direction="attempt", means="phone", purpose=purpose, content="未接通"
            )
    journey.offered().wait(days=9)
    assert journey.refusal(journey.owner, "no_agreement", reason="无回复") == {"attempts_missing"}
    journey.opinion("disagree", negotiable=True)
    assert journey.refusal(journey.owner, "no_agreement", reason="无回复") == {"not_negotiated"}


@pytest.mark.req("P15")
def test_the_last_word_of_a_party_counts(cast: Cast) -> None:
    journey = handled(cast, **RESPONDENT).offered().opinion().opinion(role="respondent").opinion("disagree")
    assert journey.refusal(journey.owner, "agree") == {"no_agreement"}
    journey.opinion().step(journey.owner, "agree")
    assert journey.complaint.state == "executing"


def test_recourse_stays_within_the_limit_of_its_rule(cast: Cast) -> None:
    assert [(rule["code"], rule["max_yuan"]) for rule in advance.default()["rules"]] == [
        ("merchant", 5000),
        ("carrier", 2000),
    ]
    lines = ((2000_00, "carrier", True), (2000_01, "carrier", False), (2000_01, "merchant", True))
    for number, (fen, rule, allowed) in enumerate(lines):
        journey = (
            handled(cast, phone=f"1380000440{number}").offered(amount=fen).opinion().step(cast.specialist2, "agree")
        )
        item = str(journey.complaint_items()[0].pk)
        journey.paid(item, fen)
        asked = {"item": item, "rule": rule, "against": "承运公司", "ground": "破损"}
        if allowed:
            journey.step(journey.owner, "open_recourse", **asked)
            assert Recourse.of(journey.complaint)[0].amount_fen == fen
            with pytest.raises(InvalidInput):  # once for each payment
                journey.step(journey.owner, "open_recourse", **asked)
        else:
            with pytest.raises(InvalidInput) as refused:
                journey.step(journey.owner, "open_recourse", **asked)
            assert refused.value.fields["rule"].code == "beyond_rule"


@pytest.mark.parametrize(
    ("recovered", "state", "kept"),
    [(0, "given_up", 0), (None, "given_up", 0), (1, "recovered", 1), (100_00, "recovered", 100_00)],
)
def test_a_recourse_ends_recovered_or_given_up(cast: Cast, recovered: int | None, state: str, kept: int) -> None:
    journey = handled(cast).offered().opinion().step(cast.specialist2, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    journey.step(journey.owner, "open_recourse", item=item, rule="carrier", against="承运公司", ground="破损")
    row = Recourse.of(journey.complaint)[0]
    journey.step(journey.owner, "close_recourse", recourse=str(row.pk), recovered=recovered, result="结果")
    row = Recourse.of(journey.complaint)[0]
    assert (row.state, row.recovered_fen, row.ended_at, row.text("result")) == (state, kept, journey.at, "结果")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"amount": "0.01"}, (1, None)),
        ({"minutes": "1"}, (None, 1)),
        ({"amount": "12.50", "minutes": "45"}, (1250, 45)),
    ],
)
def test_a_cost_keeps_money_and_minutes_as_given(cast: Cast, given: dict, kept: tuple) -> None:
    journey = registered(cast).step(cast.frontline, "record_cost", kind="other", note="邮费", **given)
    row = Cost.objects.get()
    assert (row.amount_fen, row.minutes, row.kind, row.recorded_by, row.recorded_at) == (
        *kept,
        "other",
        cast.frontline.id,
        journey.at,
    )


def test_a_case_waits_outside_until_the_last_way_has_ended(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("disagree")
    journey.step(journey.party(), "no_agreement", reason="不接受")
    for way, body in (("council", "消委会"), ("court", "法院")):
        journey.step(journey.owner, "file_outside_case", way=way, body=body, state="filed")
    first, second = OutsideCase.objects.order_by("pk")
    journey.step(journey.owner, "end_outside_case", outside_case=str(first.pk), result="终止")
    assert journey.complaint.waiting_on == "outside"
    journey.step(journey.owner, "end_outside_case", outside_case=str(second.pk), result="撤诉")
    assert journey.complaint.waiting_on == "us"


@pytest.mark.req("P22")
def test_offered_ways_end_when_all_ways_are_used_and_filed_ones_stand_in_the_way(cast: Cast) -> None:
    journey = handled(cast).offered().opinion("disagree")
    journey.step(journey.party(), "no_agreement", reason="不接受")
    deadline = (journey.at + timedelta(days=30)).isoformat()
    journey.step(journey.owner, "file_outside_case", way="council", body="消委会", state="offered", deadline=deadline)
    answered = [{"way": code, "result": "declined"} for code, _label in ways.options()]
    journey.step(cast.supervisor, "exhaust", ways=answered, alternatives="已拒绝")
    row = OutsideCase.objects.get()
    assert (row.state, row.ended_at) == ("ended", journey.at)
    assert Promise.objects.get(stream_id=journey.complaint.pk, kind="outside_deadline").ending == "cancelled"


def test_the_panel_tells_who_asked_and_who_approved(cast: Cast) -> None:
    journey = paid_before(cast)
    journey.step(cast.frontline, "draft_solution", **journey.solution(amount=60_00)).step(
        cast.frontline, "submit_solution"
    )
    journey.step(cast.supervisor, "approve", reason="同意，电话 13800002210")
    shown = panels.remedies_context(cast.supervisor.actor, journey.complaint)
    (approval,) = shown["approvals"]
    assert (approval["asked_by"], approval["decided_by"]) == ("工号 1001", "工号 3001")
    assert (approval["total"], shown["total"], shown["committed"], shown["author"]) == (
        "¥210.00",
        "¥60.00",
        "¥210.00",
        "工号 1001",
    )
    assert "13800002210" not in approval["reason"]
    assert [older["solution"].version for older in shown["older"]] == [1]


@pytest.mark.req("process.md §8.9")
@pytest.mark.parametrize(("profile", "alone"), [("micro", True), ("micro", False), ("strictest", True)])
def test_only_one_person_alone_in_micro_mode_checks_the_own_work(
    cast: Cast, organisation: Organisation, profile: str, alone: bool
) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(profile=profile)
    journey = handled(cast).offered().opinion().step(cast.specialist2, "agree")
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    if alone:
        Member.objects.exclude(pk=journey.owner.id).update(active=False)
    if profile == "micro" and alone:
        journey.step(journey.owner, "verify_item", item=item, remark="自查")
    else:
        assert journey.refusal(journey.owner, "verify_item", item=item, remark="自查") == {"own_work"}

"""The five commonest flows in a browser, counted: more presses or fields than said here, and the test fails.

Before they were counted for the first time: a refund at first contact took 6 presses and 20 fields, a founded case 40
and 60, a department's answer 4 and 2, an approval 3 and none, a reply 2 and 2.
"""

from datetime import timedelta

import pytest

from tingsu.complaints.models import Complaint
from tingsu.desk.tests.hand import Hand
from tingsu.desk.tests.windows import AT
from tingsu.kernel.clock import travel_to
from tingsu.settlement.tests.journey import handled, registered

pytestmark = pytest.mark.browser
STORY = "商家已同意退款，七天了一直没有到账。"
ALONE = "form[data-step]"
"""The form of a step on a page of its own, not in a dialog."""


@pytest.fixture
def hand(open_desk, sign_in, cast):
    return Hand(open_desk(cast.frontline), sign_in)


def registers(hand, then):
    """A call: the story, who it is, what is asked for; then at once to a step."""
    hand.press("a[href$='/desk/register/']", "register")
    hand.gives("#register", phone="13800002210", name="陈小满", description=STORY, problem_type="consumer")
    hand.gives("#register", demands__1__amount="99", record_confirmed=True)
    hand.press(f"#register [name=then][value={then}]", f"register, then {then}")
    assert hand.page.locator(".error-summary").count() == 0
    hand.post_leaves()
    return Complaint.objects.latest("received_at")


@pytest.mark.req("AS-17")
def test_a_refund_at_first_contact_takes_twelve_presses_and_fields_together(hand, cast):
    hand.sits_down(cast.frontline)
    hand.press("a[href$='/desk/register/']", "register")
    hand.gives("#register", phone="13800002210", name="陈小满", description=STORY, problem_type="consumer")
    hand.gives("#register", demands__1__amount="99", record_confirmed=True, **{"then-proof": "退款流水 0317"})
    hand.press("#register [name=then][value=solve_directly]", "register and solve")
    assert hand.page.locator(".error-summary").count() == 0
    complaint = Complaint.objects.latest("received_at")
    assert complaint.number in hand.page.url
    assert (complaint.state, complaint.grade, complaint.outcome) == ("evaluating", "general", "accepted")
    assert hand.presses <= 3, hand.said  # the way in, the part that unfolds, and one button
    assert hand.presses + hand.fields <= 12, hand.said


def test_a_founded_case_takes_at_most_sixty_presses_and_twenty_five_fields_of_everybody(hand, cast):
    hand.sits_down(cast.frontline)
    complaint = registers(hand, "assess_and_grade")
    number = complaint.number
    hand.gives(ALONE, categories=["24"])
    hand.send(ALONE)
    hand.takes("pass_on", member=str(cast.specialist.id))
    with travel_to(AT + timedelta(hours=1)):
        hand.sits_down(cast.specialist)
        hand.opens_case(number)
        hand.takes("accept", plan="调取退款记录。")
        asked = {f"sources__{place}__state": "collected" for place in range(3)}
        said = {"cause": "退款指令未执行。", "facts_tied": True, "no_exclusion": True, "bases": ["law.consumer"]}
        hand.takes("find_founded", **asked, **said)
        hand.takes("draft_solution", prevention="失败时告警。", wording="款项今天原路退回，让您久等，抱歉。")
        hand.takes("submit_solution")
        hand.takes("send_solution")
        hand.post_leaves()
        hand.takes("record_opinion", agrees="agree")
        hand.takes("agree")
        hand.takes("finish_item", proof="退款回单")
    with travel_to(AT + timedelta(hours=2)):
        hand.sits_down(cast.supervisor)
        hand.opens_case(number)
        hand.takes("verify_item", remark="核对回单")
        hand.takes("verify_execution")
    with travel_to(AT + timedelta(hours=3)):
        hand.sits_down(cast.specialist)
        hand.opens_case(number)
        hand.takes("notify_result")
        hand.post_leaves()
        hand.takes("callback", reached="yes", process_answer="满意", result_answer="已收到退款")
        hand.takes("close", lesson="失败必须告警。", action_proposed="no")
        hand.post_leaves()
    with travel_to(AT + timedelta(days=1)):
        hand.sits_down(cast.specialist)
        hand.opens_case(number)
        hand.takes("archive")
    complaint.refresh_from_db()
    assert complaint.state == "archived"
    assert hand.presses <= 60, hand.said
    assert hand.fields <= 25, (hand.presses, hand.fields, hand.said)


def test_a_department_answers_with_four_presses_and_two_fields(hand, cast):
    journey = handled(cast)
    journey.step(
        journey.owner, "department_task", unit=str(cast.units["logistics"].pk), request="签收记录？", kind="facts"
    )
    with travel_to(journey.at + timedelta(hours=1)):
        hand.sits_down(cast.dept)
        hand.opens_case(journey.complaint.number)
        hand.takes("answer_task", answer="已签收。", conclusion="情况属实。")
    assert hand.presses <= 4, hand.said
    assert hand.fields <= 2, hand.said


def test_an_approval_takes_three_presses(hand, cast):
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=6_000_00))
    journey.step(journey.owner, "submit_solution")
    with travel_to(journey.at + timedelta(hours=1)):
        hand.sits_down(cast.mgmt_rep)
        hand.opens_case(journey.complaint.number)
        hand.takes("approve")
    assert hand.presses <= 3, hand.said
    assert hand.fields == 0, hand.said


def test_a_reply_takes_two_presses_and_two_fields(hand, cast):
    journey = registered(cast)
    with travel_to(journey.at + timedelta(hours=1)):
        hand.sits_down(cast.frontline)
        hand.opens_case(journey.complaint.number)
        hand.gives("#composer", text="已查到，今天 17 点前退回。", **{"reply-query_way": True})
        hand.press("#composer [data-send]", "send")
    journey.refresh()
    assert journey.complaint.last_feedback_at is not None
    assert hand.presses <= 2, hand.said
    assert hand.fields <= 2, hand.said

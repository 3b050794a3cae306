"""Cases after their end: notified, rated, called back, closed."""

from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import Cast
from tests.standing import kept
from tingsu.settlement.tests.journey import Journey, handled

ZONE = ZoneInfo("Asia/Shanghai")
REVIEW = {"review_cause": "退款指令失败未告警。", "lesson": "失败必须告警。", "action_proposed": "no"}
REACHED = {"reached": "yes", "means": "phone", "process_answer": "及时", "result_answer": "满意"}


@kept
def notified(cast: Cast, **changes: Any) -> Journey:
    journey = handled(cast, **changes).evaluated()
    return journey.step(journey.owner, "notify_result", notice="退款已到账，流程已修正。")


def rated(journey: Journey, score: int, **more: Any) -> Journey:
    return journey.step(journey.party(), "rate", score=str(score), **more)


def proved(journey: Journey) -> Journey:
    """The formal notice went by registered letter, and its receipt is on record."""
    return journey.step(journey.cast.specialist, "prove_delivery", **receipt(journey))


def receipt(journey: Journey) -> dict[str, Any]:
    return {
        "receipt_means": "post",
        "receipt": "挂号 XA 1234 5678",
        "delivered_at": journey.at.astimezone(ZONE).isoformat(),
    }


def missed(journey: Journey, times: int) -> Journey:
    for _number in range(times):
        journey.step(journey.cast.specialist, "callback", reached="no", means="phone")
    return journey


@kept
def closed(cast: Cast, **changes: Any) -> Journey:
    journey = notified(cast, **changes).deliver_letters()
    return journey.step(cast.specialist, "callback", **REACHED).step(cast.supervisor, "close", **REVIEW)

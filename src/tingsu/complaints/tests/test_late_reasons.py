"""Whatever ends the limit of the next feedback late says why; every contact stands in the log of the case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.aftercare.tests.rounds import REACHED, REVIEW, notified
from tingsu.clocks.models import Promise
from tingsu.complaints.process import PROCESS
from tingsu.desk import timeline
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.events import Group, kinds_in
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.process.controls import controls_of
from tingsu.settlement.tests.journey import Journey, handled, registered

DIRECT = {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水"}
Situation = Callable[[Cast], Journey]


def submitted(cast: Cast) -> Journey:
    journey = handled(cast)
    return journey.step(journey.owner, "draft_solution", **journey.solution()).step(journey.owner, "submit_solution")


def answering(cast: Cast) -> Journey:
    journey = registered(cast)
    said = {"reason": "不在服务范围", "bases": ["law.consumer"], "transfer_name": "银行", "transfer_contact": "95588"}
    return journey.step(cast.specialist, "answer_not_ours", **said)


def called(cast: Cast) -> Journey:
    return notified(cast).deliver_letters().step(cast.specialist, "callback", **REACHED)


ANSWER = {"answer": "经核查不属于我方责任。", "tone": "normal"}
LATE: list[tuple[str, Situation, str, dict[str, Any]]] = [
    ("solve_directly", registered, "frontline", DIRECT),
    ("deliver_answer", answering, "", ANSWER),
    ("send_solution", submitted, "", {}),
    ("notify_result", lambda cast: handled(cast).evaluated(), "", {"notice": "已退款。"}),
    ("close", called, "supervisor", REVIEW),
]


@pytest.mark.req("SL-07", "CA-60")
@pytest.mark.parametrize(("name", "situation", "who", "values"), LATE, ids=[row[0] for row in LATE])
@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, True)])
def test_what_ends_the_two_days_late_says_why(
    cast: Cast, name: str, situation: Situation, who: str, values: dict[str, Any], minutes: int, late: bool
) -> None:
    journey = situation(cast)
    person = getattr(cast, who) if who else journey.owner
    due = Promise.objects.get(stream_id=journey.complaint.pk, kind="progress_feedback", ended_at=None).due_at
    journey.at = due + timedelta(minutes=minutes - 1)
    with travel_to(due + timedelta(minutes=minutes)):
        shown = [one.name for one in controls_of(PROCESS[name].fields, subject=journey.complaint)]
    assert ("late_reason" in shown) == late
    if late:
        with pytest.raises(InvalidInput) as refused:
            journey.step(person, name, **values, late_reason=" ")
        assert {name: error.code for name, error in refused.value.fields.items()} == {"late_reason": "late_reason"}
        journey.at = due
    journey.step(person, name, **values, **({"late_reason": "等银行回执"} if late else {}))
    event = Event.objects.filter(stream_id=journey.complaint.pk, kind=PROCESS[name].event).latest("seq")
    assert texts_of([event]).get(event.pk, {}).get("late_reason", "") == ("等银行回执" if late else "")


@pytest.mark.req("SL-07", "CA-60")
def test_every_step_that_ends_the_limit_of_feedback_asks_for_the_reason() -> None:
    ending = {one.name for one in PROCESS.values() if "progress_feedback" in {*one.stops, *one.may_stop}}
    assert ending >= {
        "feed_back",
        "send_solution",
        "deliver_answer",
        "solve_directly",
        "notify_result",
        "outside_decision",
        "close",
    }
    for name in ending:
        asks = {"lateness_explained", "G9"} & set(PROCESS[name].guard_names)
        assert asks, name
        assert PROCESS[name].field("late_reason").limit == 500


@pytest.mark.req("AK-13")
def test_a_contact_is_logged_with_time_means_parties_content_and_recording(cast: Cast) -> None:
    journey = registered(cast)
    earlier = (journey.at - timedelta(hours=2)).isoformat()
    with pytest.raises(InvalidInput) as refused:
        ahead = (journey.at + timedelta(days=1)).isoformat()
        journey.step(cast.frontline, "log_contact", direction="in", means="phone", content="来电", contact_at=ahead)
    assert set(refused.value.fields) == {"contact_at"}
    said = {
        "direction": "in",
        "means": "phone",
        "with_whom": "agent",
        "content": "代理人来电补充。",
        "contact_at": earlier,
    }
    journey.step(cast.frontline, "log_contact", **said, recording="https://rec.example/77")
    event = Event.objects.get(stream_id=journey.complaint.pk, kind="complaint.contact_logged")
    values, texts = event.body["values"], texts_of([event])[event.pk]
    assert (values["direction"], values["means"], values["with_whom"]) == ("in", "phone", "agent")
    assert values["contact_at"] is not None
    assert (texts["content"], texts["recording"]) == ("代理人来电补充。", "https://rec.example/77")
    with travel_to(journey.at):
        entries, _earlier = timeline.entries_of(cast.frontline.actor, journey.complaint, show="talk")
    assert "https://rec.example/77" in str(entries[-1])


@pytest.mark.req("AK-13")
def test_the_log_of_contacts_has_whatever_was_told_to_or_by_the_complainant() -> None:
    from tingsu.kernel import events

    told = {name for name, kind in events._catalogue.items() if kind.told is not None}
    letters = {"letter.sent", "letter.failed", "letter.read"}
    assert {*told, *letters, "complaint.contact_logged", "complaint.called_back"} <= set(kinds_in(Group.TALK))
    assert "complaint.note_added" not in kinds_in(Group.TALK)

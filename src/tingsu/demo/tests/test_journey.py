"""The driver of cases brings one to any state of the process by real steps, and the ledger agrees."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.terms import State
from tingsu.demo.journey import STORY, Journey, register, road_to, step
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PLAIN = {**STORY, "demands": []}


@pytest.mark.parametrize("state", State.values)
def test_a_case_is_driven_to_any_state(cast: Cast, state: str) -> None:
    journey = Journey.begin(cast.frontline.actor, PLAIN, MONDAY)
    journey.drive(state, receiver=cast.frontline.actor, handler=cast.specialist.actor, leader=cast.supervisor.actor)
    assert (journey.complaint.state, journey.complaint.number) == (state, "202603-XF-001")
    with travel_to(journey.at):
        assert list(verify_organisation(Tally())) == []


def test_a_road_names_who_takes_each_step_and_there_is_none_to_nowhere(cast: Cast) -> None:
    road = road_to("closed", unit="u", handler="h", leader="l")
    assert {leg.by for leg in road} == {"receiver", "handler", "leader"}
    assert [leg.step for leg in road[:4]] == ["acknowledge", "confirm_record", "assess_and_grade", "pass_on"]
    assert (road[3].values, road[-1].step) == ({"unit": "u", "member": "h"}, "close")
    with pytest.raises(ValueError, match="nowhere"):
        road_to("nowhere", unit="u", handler="h", leader="l")


def test_the_driver_keeps_the_clock_and_lets_letters_and_limits_happen_at_their_minutes(cast: Cast) -> None:
    journey = Journey.begin(cast.frontline.actor, PLAIN, MONDAY).deliver()
    assert journey.at == MONDAY + timedelta(minutes=1)
    assert Letter.objects.get().sent_at == journey.at
    journey.take(cast.frontline.actor, "note", {"note": "一句"}).take(
        cast.frontline.actor, "note", {"note": "又一句"}, at=MONDAY + timedelta(hours=1)
    )
    assert list(Event.objects.filter(kind="complaint.note_added").order_by("seq").values_list("at", flat=True)) == [
        MONDAY + timedelta(minutes=2), MONDAY + timedelta(hours=1),
    ]  # fmt: skip
    journey.sweep(MONDAY + timedelta(days=1))
    assert journey.at == MONDAY + timedelta(days=1)
    warned = Event.objects.filter(kind="promise.warned", data__kind="first_reply").order_by("seq")
    assert [event.at - MONDAY for event in warned] == [timedelta(hours=12), timedelta(hours=19, minutes=12)]
    assert Promise.objects.get(kind="first_reply").breached_at == MONDAY + timedelta(days=1)
    assert journey.complaint.escalation_level > 1
    assert (journey.day(0), journey.day()) == ("2026-03-03", "2026-03-06")


def test_one_step_and_one_registration_need_no_clock(cast: Cast) -> None:
    complaint = register(cast.frontline.actor, PLAIN)
    assert step(cast.frontline.actor, complaint, "note", note="一句").version == complaint.version + 1

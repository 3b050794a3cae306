"""Clocks for anything: a kind of thing that is no complaint is warned, breached, escalated, explained and swept for nothing."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast
from tingsu.calendars.tests.calendars import local
from tingsu.clocks import actions, queries
from tingsu.clocks.forms import lines_of
from tingsu.clocks.ladder_words import escalation_lines
from tingsu.clocks.models import Escalation, EscalationCall, Promise
from tingsu.clocks.policy import problems_of
from tingsu.clocks.profiles import strictest
from tingsu.clocks.tasks import sweep_organisation
from tingsu.clocks.tests.repairs import Repairs, repairs
from tingsu.clocks.verify import promises_nobody_watches, promises_without_policy
from tingsu.clocks.verify_ladder import escalations_and_their_events
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.models import Event, Stream
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters import actions as letters
from tingsu.letters.models import Letter, Notice
from tingsu.process.escalated import escalated_to

__all__ = ["repairs"]
START = local("2026-03-02 10:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def told(member_id: uuid.UUID) -> list[str]:
    return list(Notice.objects.filter(member_id=member_id).order_by("created_at", "id").values_list("kind", flat=True))


def kinds_of(stream_id: uuid.UUID) -> list[str]:
    return list(Event.objects.filter(stream_id=stream_id).order_by("seq").values_list("kind", flat=True))


def at(moment) -> None:
    with travel_to(moment):
        sweep_organisation()


def faults(stream_id: uuid.UUID) -> list[str]:
    checks = (promises_without_policy, promises_nobody_watches, escalations_and_their_events)
    assert Stream.objects.filter(pk=stream_id, last_seq__gt=0).exists()
    whole = [one.sentence for one in verify_organisation(Tally()) if str(stream_id) in (one.row + one.sentence)]
    return [*whole, *(finding.sentence for check in checks for finding in check())]


@pytest.mark.req("SL-15", "AS-07", "AS-08")
def test_a_thing_that_is_no_complaint_is_warned_breached_escalated_taken_up_and_told(
    repairs: Repairs, cast: Cast, settings
) -> None:
    settings.EMAIL_HOST = "smtp.example.com"
    promise = repairs.open(cast.dept.id, START)
    stream = promise.stream_id
    at(START + 5 * HOUR - SECOND)
    assert told(cast.dept.id) == []
    at(START + 5 * HOUR)
    at(START + 8 * HOUR)
    assert told(cast.dept.id) == ["promise.warned", "promise.warned"]
    at(START + 10 * HOUR - SECOND)
    assert told(cast.supervisor.id) == []
    at(START + 10 * HOUR)
    # The owner leads the unit: the next level above is the supervisor, who hears of the breach and is called.
    assert told(cast.dept.id)[2:] == ["promise.breached", "escalation.raised"]
    assert told(cast.supervisor.id) == ["promise.breached", "escalation.called"]
    raised = Event.objects.get(stream_id=stream, kind="escalation.raised")
    said = raised.data["escalation"]
    assert (said["trigger"], said["timer"], said["from"], said["to"]) == (
        "breach", "repair_done", [1, "owner"], [3, "lead"],
    )  # fmt: skip
    assert (said["members"], said["skipped"]) == ([str(cast.supervisor.id)], [["unit_head", "below"]])
    assert raised.at == START + 10 * HOUR
    letter = Letter.objects.select_related("stream").get(template="escalated")
    message, _version = letters.compose(letter)
    assert message.address == "supervisor@example.com"
    assert f"/repairs/{stream}/" in message.body
    repairs.seen_by.add(cast.supervisor.id)
    with travel_to(START + 11 * HOUR):
        (duty,) = escalated_to(cast.supervisor.actor, START + 11 * HOUR).items
        assert (duty.number, duty.url) == ("Repair", f"/repairs/{stream}/")
        assert duty.title.startswith(("第", "Level")), "what has no matter is named by its level"
        assert escalated_to(cast.dept.actor, START + 11 * HOUR).items == []
        actions.take_up(actor=cast.supervisor.actor, stream_id=stream)
        assert escalated_to(cast.supervisor.actor, START + 11 * HOUR).items == []
    assert told(cast.dept.id)[-1] == "escalation.taken_up"
    at(START + timedelta(days=30))
    assert kinds_of(stream) == [
        "promise.warned", "promise.warned", "promise.breached", "promise.escalated", "escalation.raised",
        "escalation.taken_up",
    ]  # fmt: skip
    assert faults(stream) == []


@pytest.mark.req("SL-01")
def test_its_rules_ask_its_own_conditions_and_no_others(repairs: Repairs, cast: Cast) -> None:
    usual, dangerous = repairs.open(cast.dept.id, START), repairs.open(cast.dept.id, START, dangerous=True)
    assert (usual.due_at, dangerous.due_at) == (START + 10 * HOUR, START + HOUR)
    body = strictest()
    assert problems_of(body) == []
    assert [row["amount"] for row in lines_of(body).initial if row.get("timer") == "repair_done"] == [10, 1]
    row = next(row for row in body["rules"] if row["timer"] == "repair_done" and row["when"])
    for when, right in (
        ({"dangerous": ["yes"]}, True),
        ({"grade": ["high_risk"]}, False),
        ({"dangerous": ["maybe"]}, False),
    ):
        row["when"] = when
        assert (problems_of(body) == []) == right


@pytest.mark.req("SL-02", "PS-11")
def test_its_deadline_is_explained_on_a_page_to_those_who_see_it(
    repairs: Repairs, cast: Cast, client: Client, sign_in
) -> None:
    promise = repairs.open(cast.dept.id, START, dangerous=True)
    address = reverse("clocks:explain", args=[promise.pk])
    sign_in(cast.dept)
    assert client.get(address).status_code == 404
    repairs.seen_by.add(cast.dept.id)
    client.cookies["tingsu_language"] = "en"
    page = client.get(address).content.decode()
    for words in ("Repair done", "1 hour", "Dangerous: Yes", "fault found", "repair checked", "§ 2"):
        assert words in page, words


@pytest.mark.req("SL-15", "invariant-4")
def test_a_promise_of_its_owner_elsewhere_is_warned_to_both(repairs: Repairs, cast: Cast) -> None:
    promise = repairs.open(cast.dept.id, START)
    Promise.objects.filter(pk=promise.pk).update(owner_id=cast.function.id)
    at(START + 5 * HOUR)
    assert (told(cast.dept.id), told(cast.function.id)) == (["promise.warned"], ["promise.warned"])


@pytest.mark.req("SL-01", "SL-15")
@pytest.mark.parametrize(
    ("on_breach", "alerted", "escalated"),
    [(["alert", "escalate"], True, True), (["alert"], True, False), (["escalate"], False, True), ([], False, False)],
)
def test_what_follows_a_breach_is_what_the_policy_says(
    repairs: Repairs, cast: Cast, on_breach: list[str], alerted: bool, escalated: bool
) -> None:
    promise = repairs.open(cast.dept.id, START)
    Promise.objects.filter(pk=promise.pk).update(rule={**promise.rule, "on_breach": on_breach})
    at(START + 10 * HOUR)
    assert kinds_of(promise.stream_id).count("promise.breached") == 1
    assert ("promise.breached" in told(cast.supervisor.id)) == ("promise.breached" in told(cast.dept.id)) == alerted
    assert ("escalation.called" in told(cast.supervisor.id)) == escalated
    assert Escalation.objects.exists() == escalated


@pytest.mark.req("AS-07")
def test_what_is_settled_neither_climbs_nor_calls_any_longer(repairs: Repairs, cast: Cast) -> None:
    settled, waiting = repairs.open(cast.dept.id, START), repairs.open(cast.dept.id, START)
    repairs.settle(settled.stream_id)
    at(START + 10 * HOUR)
    assert not Escalation.objects.filter(stream_id=settled.stream_id).exists()
    assert queries.called_for(waiting.stream_id) == [cast.supervisor.id]
    repairs.settle(waiting.stream_id)
    at(START + timedelta(days=9))
    assert kinds_of(waiting.stream_id)[-1] == "escalation.ended"
    assert queries.called_for(waiting.stream_id) == []
    assert faults(waiting.stream_id) == []


@pytest.mark.req("AS-07")
def test_only_those_who_were_told_take_up_and_only_once(repairs: Repairs, cast: Cast) -> None:
    promise = repairs.open(cast.dept.id, START)
    repairs.seen_by |= {cast.supervisor.id, cast.qa.id}
    at(START + 10 * HOUR)
    events = Event.objects.count()
    with travel_to(START + 11 * HOUR):
        with pytest.raises(NotFound):
            actions.take_up(actor=cast.dept.actor, stream_id=promise.stream_id)
        with pytest.raises(NotAllowed):
            actions.take_up(actor=cast.qa.actor, stream_id=promise.stream_id)
        assert Event.objects.count() == events
        assert EscalationCall.objects.filter(ended_at=None).count() == 1
        actions.take_up(actor=cast.supervisor.actor, stream_id=promise.stream_id)
        with pytest.raises(actions.TakenUpAlready):
            actions.take_up(actor=cast.supervisor.actor, stream_id=promise.stream_id)
    assert Event.objects.count() == events + 1
    row = Escalation.objects.get()
    assert (row.taken_by, row.taken_at, row.next_at) == (cast.supervisor.id, START + 11 * HOUR, None)


@pytest.mark.req("AS-08", "invariant-2")
@pytest.mark.parametrize(
    "change",
    [
        {"level": 5},
        {"times": 7},
        {"rung": "top"},
        {"next_at": None},
        {"taken_at": START},
        {"ended_at": START},
        {"turn": 2},
    ],
)
def test_a_changed_escalation_is_named(repairs: Repairs, cast: Cast, change: dict) -> None:
    promise = repairs.open(cast.dept.id, START)
    at(START + 10 * HOUR)
    assert list(escalations_and_their_events()) == []
    Escalation.objects.filter(stream_id=promise.stream_id).update(**change)
    assert len(list(escalations_and_their_events())) == 1
    Escalation.objects.filter(stream_id=promise.stream_id).delete()
    assert ["the row is gone" in finding.sentence for finding in escalations_and_their_events()] == [True]


@pytest.mark.req("AS-08")
def test_a_call_that_was_quietly_ended_is_named(repairs: Repairs, cast: Cast) -> None:
    promise = repairs.open(cast.dept.id, START)
    at(START + 10 * HOUR)
    EscalationCall.objects.filter(stream_id=promise.stream_id).update(ended_at=START)
    assert ["called" in finding.sentence for finding in escalations_and_their_events()] == [True]


@pytest.mark.req("AS-07", "AS-08")
def test_a_history_says_level_reason_and_who_was_told_in_words(repairs: Repairs, cast: Cast) -> None:
    promise = repairs.open(cast.dept.id, START)
    at(START + 10 * HOUR)
    event = Event.objects.get(stream_id=promise.stream_id, kind="escalation.raised")
    with override("en"):
        assert escalation_lines(event.data) == [
            ("Level", "Level 3 · Supervisor"), ("Because", "a limit was missed (Repair done)"), ("Told", "Agent 3001"),
            ("Passed over", "Head of the unit (the owner's own level)"),
        ]  # fmt: skip
    with override("zh-hans"):
        assert dict(escalation_lines(event.data))["层级"] == "第 3 级 · 主管"

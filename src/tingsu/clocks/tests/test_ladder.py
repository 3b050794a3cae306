"""Climbing the ladder: which level is next, who is told, when the one after it."""

import copy
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import Cast
from tingsu.calendars.tests.calendars import local
from tingsu.clocks import escalation, receivers, unanswered
from tingsu.clocks.ladder import KIND
from tingsu.clocks.ladder_rules import shipped
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.clocks.sweep import sweep_due
from tingsu.clocks.tasks import sweep_organisation
from tingsu.clocks.tests.repairs import Repairs, repairs
from tingsu.clocks.verify_ladder import escalations_and_their_events
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.rulebooks import publish
from tingsu.kernel.tenancy import acting_for
from tingsu.letters.models import Letter, Notice
from tingsu.people.models import Member

__all__ = ["repairs"]
START = local("2026-03-02 10:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


# what may be published


# climbing


def climbed(stream_id) -> list[tuple[str, int, str, list[str]]]:
    """Trigger, level, rung and who was told, of each escalation of a thing."""
    names = {str(pk): number for pk, number in Member.objects.values_list("pk", "staff_number")}
    events = Event.objects.filter(stream_id=stream_id, kind="escalation.raised").order_by("seq")
    said = [event.data["escalation"] for event in events]
    return [(one["trigger"], *one["to"], [names[member] for member in one["members"]]) for one in said]


def at(moment) -> None:
    with travel_to(moment):
        sweep_organisation()


def by_hand(stream_id, actor, moment) -> None:
    with travel_to(moment), transaction.atomic():
        chain = lock_chain(stream_id)
        assert escalation.raise_and_record(chain, "hand", actor=actor, at=moment) is not None
        chain.flush()


@pytest.mark.req("AS-07", "AS-08", "CA-57")
def test_each_level_has_its_limit_to_the_second_and_the_last_goes_round_without_end(
    repairs: Repairs, cast: Cast
) -> None:
    stream = repairs.open(cast.frontline.id, START).stream_id
    at(START + 10 * HOUR)  # Monday 20:00; nobody leads the intake group
    assert climbed(stream) == [("breach", 3, "lead", ["3001"])]
    moments = [
        ("2026-03-03 18:00", "representative", 4, ["3002"]), ("2026-03-05 18:00", "top", 5, ["3003"]),
        ("2026-03-09 18:00", "top", 5, ["3002"]), ("2026-03-11 18:00", "top", 5, ["3003"]),
        ("2026-03-13 18:00", "top", 5, ["3002"]),
    ]  # fmt: skip
    for count, (moment, code, level, told) in enumerate(moments, 1):
        at(local(moment) - SECOND)
        assert len(climbed(stream)) == count
        at(local(moment))
        assert climbed(stream)[-1] == ("unanswered", level, code, told)
    event = Event.objects.filter(stream_id=stream, kind="escalation.raised").earliest("seq")
    assert event.data["escalation"]["skipped"] == [["unit_head", "nobody"]]
    assert Escalation.objects.get(stream_id=stream).times == 6
    # Everybody who was told stays called, and whoever had it before hears of each level.
    assert EscalationCall.objects.filter(stream_id=stream, ended_at=None).values("member_id").distinct().count() == 3
    assert Notice.objects.filter(member_id=cast.frontline.id, kind="escalation.raised").count() == 6
    assert list(escalations_and_their_events()) == []


@pytest.mark.req("AS-08")
def test_every_escalation_stores_trigger_from_to_time_and_who(repairs: Repairs, cast: Cast) -> None:
    stream = repairs.open(cast.frontline.id, START).stream_id
    by_hand(stream, cast.frontline.actor, START + HOUR)
    by_hand(stream, cast.frontline.actor, START + 2 * HOUR)
    events = Event.objects.filter(stream_id=stream, kind="escalation.raised").order_by("seq")
    told = [(e.at, e.actor_id, e.data["escalation"]["from"], e.data["escalation"]["to"]) for e in events]
    assert told == [
        (START + HOUR, cast.frontline.id, [1, "owner"], [3, "lead"]),
        (START + 2 * HOUR, cast.frontline.id, [3, "lead"], [4, "representative"]),
    ]
    assert {e.data["escalation"]["trigger"] for e in events} == {"hand"}


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(
    ("away", "told", "skipped"),
    [
        ((), ("unit_head", ["4001"]), []),
        (("dept",), ("lead", ["3001"]), [["unit_head", "nobody"]]),
        (("dept", "supervisor"), ("representative", ["3002"]), [["unit_head", "nobody"], ["lead", "nobody"]]),
        (("dept", "supervisor", "mgmt_rep"), ("top", ["3003"]),
         [["unit_head", "nobody"], ["lead", "nobody"], ["representative", "nobody"]]),
    ],
)  # fmt: skip
def test_a_level_that_nobody_holds_falls_through_to_the_next_and_says_so(
    repairs: Repairs, cast: Cast, away: tuple[str, ...], told: tuple, skipped: list
) -> None:
    from tingsu.people.directory import forget_cached
    from tingsu.people.models import Post

    Post.objects.filter(member_id=cast.qa.id).update(unit_id=cast.units["logistics"].pk)
    Member.objects.filter(pk__in=[getattr(cast, name).id for name in away]).update(active=False)
    forget_cached()
    stream = repairs.open(cast.qa.id, START).stream_id
    by_hand(stream, cast.qa.actor, START + HOUR)
    ((_trigger, _level, code, members),) = climbed(stream)
    assert (code, members) == told
    event = Event.objects.get(stream_id=stream, kind="escalation.raised")
    assert event.data["escalation"]["skipped"] == skipped


@pytest.mark.req("CA-57")
def test_with_nobody_on_any_level_whoever_owns_it_is_told_and_nothing_is_refused(repairs: Repairs, cast: Cast) -> None:
    from tingsu.people.directory import forget_cached

    leaders = [cast.supervisor.id, cast.mgmt_rep.id, cast.top_mgmt.id]
    Member.objects.filter(pk__in=leaders).update(active=False)
    forget_cached()
    stream = repairs.open(cast.frontline.id, START).stream_id
    for hour in range(1, 4):
        by_hand(stream, cast.frontline.actor, START + hour * HOUR)
    assert [members for *_place, members in climbed(stream)] == [["1001"]] * 3


@pytest.mark.req("AS-07")
def test_nobody_escalates_to_their_own_level(repairs: Repairs, cast: Cast) -> None:
    stream = repairs.open(cast.supervisor.id, START).stream_id
    by_hand(stream, cast.supervisor.actor, START + HOUR)
    assert climbed(stream) == [("hand", 4, "representative", ["3002"])]
    other = repairs.open(cast.frontline.id, START).stream_id
    by_hand(other, cast.supervisor.actor, START + HOUR)
    assert climbed(other) == [("hand", 4, "representative", ["3002"])]


@pytest.mark.req("AS-07")
def test_a_leader_of_the_last_level_but_one_still_has_the_last_above_them(repairs: Repairs, cast: Cast) -> None:
    stream = repairs.open(cast.mgmt_rep.id, START).stream_id
    by_hand(stream, cast.mgmt_rep.actor, START + HOUR)
    assert climbed(stream) == [("hand", 5, "top", ["3003"])]


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ({"times": 2}, ["lead", "lead", "representative"]),
        ({"hours": 3}, ["lead", "lead", "representative"]),
        ({}, ["lead", "representative", "representative"]),
    ],
)
def test_count_and_age_of_the_thing_decide_how_far_it_goes(
    repairs: Repairs, cast: Cast, entry: dict, codes: list[str]
) -> None:
    body = copy.deepcopy(shipped())
    body["rungs"][9].update(entry)
    del body["rungs"][10]
    with travel_to(START):
        publish(actor=cast.top_mgmt.actor, kind=KIND, body=body)
    stream = repairs.open(cast.frontline.id, START).stream_id
    for hour in (1, 2, 3):
        by_hand(stream, cast.frontline.actor, START + hour * HOUR)
    assert [code for _trigger, _level, code, _told in climbed(stream)] == codes


@pytest.mark.req("AS-07")
def test_a_new_ladder_holds_from_the_next_escalation_and_those_told_keep_their_limit(
    repairs: Repairs, cast: Cast
) -> None:
    stream = repairs.open(cast.frontline.id, START).stream_id
    at(START + 10 * HOUR)
    before = Escalation.objects.get(stream_id=stream).next_at
    body = copy.deepcopy(shipped())
    body["rungs"][9] = {**body["rungs"][9], "to": {"first": "member:6001"}, "limit": {"amount": 30, "unit": "minute"}}
    body["rungs"][8]["limit"]["amount"] = 900
    with travel_to(START + 11 * HOUR):
        publish(actor=cast.top_mgmt.actor, kind=KIND, body=body)
    assert Escalation.objects.get(stream_id=stream).next_at == before
    at(before)
    assert climbed(stream)[-1] == ("unanswered", 4, "representative", ["6001"])
    row = Escalation.objects.get(stream_id=stream)
    assert (row.next_at, row.ladder_version) == (before + timedelta(minutes=30), 1)
    at(before + timedelta(minutes=30) - SECOND)
    assert len(climbed(stream)) == 2
    at(before + timedelta(minutes=30))
    assert climbed(stream)[-1][2] == "top"


@pytest.mark.req("AS-07")
@pytest.mark.parametrize(("letter", "host", "letters"), [(True, "smtp", 1), (False, "smtp", 0), (True, "", 0)])
def test_a_letter_goes_beside_the_notice_where_the_level_says_so_and_mail_can_leave(
    repairs: Repairs, cast: Cast, settings, letter: bool, host: str, letters: int
) -> None:
    settings.EMAIL_HOST = host
    body = copy.deepcopy(shipped())
    body["rungs"][8]["letter"] = letter
    with travel_to(START):
        publish(actor=cast.top_mgmt.actor, kind=KIND, body=body)
    by_hand(repairs.open(cast.frontline.id, START).stream_id, cast.frontline.actor, START + HOUR)
    assert Notice.objects.filter(member_id=cast.supervisor.id, kind="escalation.called").count() == 1
    assert Letter.objects.filter(member_id=cast.supervisor.id, template="escalated").count() == letters


@pytest.mark.req("AS-07", "invariant-13")
def test_a_batch_of_escalations_costs_no_more_statements_than_one(
    repairs: Repairs, cast: Cast, django_assert_max_num_queries
) -> None:
    for _number in range(12):
        repairs.open(cast.frontline.id, START)
    with travel_to(START + 10 * HOUR), django_assert_max_num_queries(16):
        assert sweep_due().escalated == 12
    with travel_to(START + timedelta(days=2)), django_assert_max_num_queries(11):
        assert unanswered.pass_on_unanswered() == 12
    assert Event.objects.filter(kind="escalation.raised").count() == 24


@pytest.mark.req("AS-08")
def test_one_that_raises_is_tried_later_and_the_others_go_on(
    repairs: Repairs, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (repairs.open(cast.frontline.id, START).stream_id for _number in range(2))
    at(START + 10 * HOUR)
    due = Escalation.objects.get(stream_id=bad).next_at
    really = unanswered.raise_and_record

    def stumble(chain, *args, **kwargs):
        if chain.stream.pk == bad:
            raise LookupError
        return really(chain, *args, **kwargs)

    monkeypatch.setattr(unanswered, "raise_and_record", stumble)
    at(due)
    assert (len(climbed(bad)), len(climbed(good))) == (1, 2)
    assert Escalation.objects.get(stream_id=bad).next_at == due + unanswered.PUSH_BACK
    monkeypatch.setattr(unanswered, "raise_and_record", really)
    at(due + unanswered.PUSH_BACK)
    assert len(climbed(bad)) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("AS-08", "invariant-4")
def test_two_workers_pass_each_escalation_on_once(repairs: Repairs, cast: Cast) -> None:
    streams = [repairs.open(cast.frontline.id, START).stream_id for _number in range(30)]
    at(START + 10 * HOUR)
    late = Escalation.objects.order_by("next_at").last().next_at

    def work(_worker: int) -> int:
        try:
            with acting_for(cast.organisation_id), travel_to(late):
                done = 0
                while found := unanswered.pass_on_unanswered(limit=4):
                    done += found
                return done
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(work, range(2)))
    assert sum(done) == len(streams)
    assert all([level for _trigger, level, *_told in climbed(stream)] == [3, 4] for stream in streams)
    assert list(escalations_and_their_events()) == []


@pytest.mark.req("AS-08", "invariant-4")
@pytest.mark.parametrize(("meanwhile", "passed_on"), [(timedelta(0), 1), (HOUR, 0)])
def test_what_another_worker_passed_on_before_the_lock_came_is_left_alone(
    repairs: Repairs, cast: Cast, monkeypatch: pytest.MonkeyPatch, meanwhile: timedelta, passed_on: int
) -> None:
    stream = repairs.open(cast.frontline.id, START).stream_id
    at(START + 10 * HOUR)
    row, before = Escalation.objects.get(stream_id=stream), len(climbed(stream))
    really = unanswered._take

    def taken(*given: Any) -> list[tuple[uuid.UUID, uuid.UUID]]:
        found = really(*given)
        Escalation.objects.filter(pk=row.pk).update(next_at=row.next_at + meanwhile)
        return found

    monkeypatch.setattr(unanswered, "_take", taken)
    with travel_to(row.next_at):
        assert unanswered.pass_on_unanswered() == passed_on
    assert len(climbed(stream)) == before + passed_on


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("AS-07")
def test_a_thing_that_somebody_holds_is_left_for_the_next_minute(repairs: Repairs, cast: Cast) -> None:
    stream = repairs.open(cast.frontline.id, START).stream_id
    at(START + 10 * HOUR)
    late = Escalation.objects.get(stream_id=stream).next_at

    def work() -> int:
        try:
            with acting_for(cast.organisation_id), travel_to(late):
                return unanswered.pass_on_unanswered()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_chain(stream)
            assert pool.submit(work).result(timeout=20) == 0
        assert pool.submit(work).result(timeout=20) == 1


@pytest.mark.req("AS-07")
def test_one_of_a_level_is_called_among_those_on_duty_and_anybody_if_nobody_is(cast: Cast) -> None:
    from tingsu.people.directory import forget_cached

    both = [cast.specialist.id, cast.specialist2.id]
    Member.objects.filter(pk=cast.specialist.id).update(on_duty=False)
    forget_cached()
    assert {one for n in range(20) for one in receivers.one_of(both, str(n))} == {cast.specialist2.id}
    Member.objects.filter(pk=cast.specialist2.id).update(on_duty=False)
    forget_cached()
    assert {one for n in range(20) for one in receivers.one_of(both, str(n))} == set(both)

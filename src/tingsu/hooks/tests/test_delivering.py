"""Events reach other systems: signed, in order for each case, again until they arrive, and never more than is allowed (IG-01)."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.desk.tests.cases import a_case
from tingsu.hooks import actions, delivering
from tingsu.hooks.delivering import Outcome, deliver_due, real_now, wait_after
from tingsu.hooks.models import Attempt, Delivery, Subscription
from tingsu.hooks.tests.receiver import Receiver, receiving
from tingsu.hooks.tests.subscribed import happens, made
from tingsu.hooks.tests.subscribed import other as other
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ledger import Chain, flush_chains, lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.letters import pauses
from tingsu.letters.models import Notice
from tingsu.people.actions import deactivate_member

pytestmark = pytest.mark.req("IG-01")


def waiting() -> list[int]:
    return list(Delivery.objects.filter(state="waiting").order_by("seq").values_list("seq", flat=True))


def test_what_happens_arrives_signed_in_order_and_tells_codes_only(cast: Cast, other: Receiver) -> None:
    _row, secret = made(cast, other)
    case = a_case(cast.frontline, product="空气炸锅")
    happens(case, cast.frontline)
    assert deliver_due() == 2
    first, second = other.told
    assert [first["type"], second["type"]] == ["complaint.registered", "complaint.note_added"]
    assert [first["sequence"], second["sequence"]] == [1, 2]
    assert first["organisation"] == "test"
    assert first["subject"]["number"] == case.number
    assert first["subject"]["state_words"]["en"]
    assert first["words"]["zh-Hans"]
    assert first["data"]["set"]["problem_type"] == ["", "consumer"]
    headers, body = other.came[0]
    assert headers["webhook-id"] == first["id"] == str(Event.objects.get(stream_id=case.pk, seq=1).pk)
    assert abs(int(headers["webhook-timestamp"]) - real_now().timestamp()) < 60
    signed = f"{first['id']}.{headers['webhook-timestamp']}.".encode() + body
    known = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(known, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    everything = b"".join(body for _headers, body in other.came).decode()
    for personal in ("13800002210", "陈小满", "空气炸锅", case.text("description")):
        assert personal not in everything
    assert deliver_due() == 0, "nothing arrives twice by itself"


def test_two_secrets_sign_while_the_other_side_changes_over(cast: Cast, other: Receiver) -> None:
    row, first = made(cast, other)
    second = actions.turn_secret(actor=cast.mgmt_rep.actor, id=row.pk)
    with pytest.raises(NotAllowed):
        actions.turn_secret(actor=cast.dso.actor, id=row.pk)
    row.refresh_from_db()
    at = real_now()
    assert row.secrets(at) == [second, first]
    assert row.secrets(at + timedelta(days=1, seconds=1)) == [second]
    a_case(cast.frontline)
    deliver_due()
    assert len(other.came[0][0]["webhook-signature"].split(" ")) == 2


def test_a_later_event_waits_for_the_earlier_one_and_other_cases_go_on(cast: Cast, other: Receiver) -> None:
    made(cast, other, kinds=("complaint.note_added",))
    held, free = a_case(cast.frontline), a_case(cast.frontline2)
    other.answers.extend([500])
    happens(held, cast.frontline, "complaint.note_added", "complaint.note_added")
    deliver_due()
    happens(free, cast.frontline2, "complaint.note_added", "complaint.note_added")
    at = real_now()
    deliver_due(at)
    assert [(one["subject"]["number"], one["sequence"]) for one in other.told] == [
        (held.number, 2),
        (free.number, 2),
        (free.number, 3),
    ]
    assert waiting() == [2, 3]
    deliver_due(at + timedelta(seconds=8))
    assert [(one["subject"]["number"], one["sequence"]) for one in other.told[3:]] == [
        (held.number, 2),
        (held.number, 3),
    ]
    assert waiting() == []
    assert list(
        Attempt.objects.filter(delivery__stream_id=held.pk).order_by("at", "id").values_list("status", flat=True)
    ) == [500, 200, 200]


def test_waits_grow_to_a_day_and_never_fall_together() -> None:
    seconds = [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 86_400]
    for tries, expected in enumerate(seconds, 1):
        assert [wait_after(tries, lambda d=dice: d).total_seconds() for dice in (0, 0.5, 1)] == [
            pytest.approx(expected * part) for part in (0.8, 1, 1.2)
        ]


def test_the_other_side_may_ask_for_a_longer_wait(cast: Cast, other: Receiver) -> None:
    made(cast, other)
    a_case(cast.frontline)
    other.answers.append(429)
    at = real_now()
    deliver_due(at)
    assert Delivery.objects.get().due_at == at + timedelta(seconds=900)


def test_after_failures_in_a_row_one_tries_for_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []
    outcome = Outcome(None, "unreachable")
    monkeypatch.setattr(delivering, "send", lambda address, headers, body: tries.append(address) or outcome)
    row = Subscription.objects.none()
    with receiving() as other:
        row, _secret = made(cast, other)
        cases = [a_case(cast.frontline) for _n in range(6)]
        at = real_now()
        assert deliver_due(at) == 6
        row.refresh_from_db()
        assert (row.failures, row.failing_since) == (6, at)
        assert row.rests_until is not None
        assert row.rests_until > at
        happens(cases[0], cast.frontline)
        assert deliver_due(at + timedelta(seconds=9)) == 0, "it rests"
        assert deliver_due(row.rests_until) == 1, "one tries for all"
        outcome = Outcome(200)
        row.refresh_from_db()
        assert row.rests_until is not None
        assert deliver_due(row.rests_until + timedelta(hours=1)) >= 1
        row.refresh_from_db()
        assert (row.failures, row.failing_since, row.rests_until) == (0, None, None)


@pytest.mark.parametrize(
    ("status", "later", "why"),
    [(500, timedelta(days=5), "failing"), (500, timedelta(days=4, hours=23), ""), (410, timedelta(0), "gone")],
    ids=["after-days", "not-before", "gone"],
)
def test_a_subscription_is_paused_by_itself_and_its_owner_told(
    cast: Cast, other: Receiver, status: int, later: timedelta, why: str
) -> None:
    row, _secret = made(cast, other)
    a_case(cast.frontline)
    at = real_now()
    other.answers.extend([status] * 3)
    deliver_due(at)
    Delivery.objects.update(due_at=at)
    deliver_due(at + later)
    row.refresh_from_db()
    assert (row.state, row.why) == (("paused", why) if why else ("active", ""))
    assert Notice.objects.filter(member_id=cast.mgmt_rep.id, kind="webhook.paused").count() == int(bool(why))
    if why:
        sent = len(other.came)
        assert deliver_due(at + timedelta(days=9)) == 0
        actions.resume(actor=cast.mgmt_rep.actor, id=row.pk)
        other.answers.clear()
        assert deliver_due(real_now() + timedelta(seconds=1)) == 1
        assert len(other.came) == sent + 1, "what waited goes out"


def test_one_event_that_is_refused_for_days_lets_its_history_go_on(cast: Cast, other: Receiver) -> None:
    made(cast, other, kinds=("complaint.note_added",))
    case = a_case(cast.frontline)
    happens(case, cast.frontline, "complaint.note_added", "complaint.note_added")
    other.answers.append(400)
    at = real_now() + timedelta(days=5)
    deliver_due(at)
    assert list(Delivery.objects.order_by("seq").values_list("state", flat=True)) == ["given_up", "done"]
    assert Notice.objects.filter(member_id=cast.mgmt_rep.id, kind="webhook.given_up").count() == 1


def test_whoever_leaves_sends_nothing_and_whoever_resumes_answers_for_it(cast: Cast, other: Receiver) -> None:
    row, _secret = made(cast, other, actor=cast.dso.actor)
    a_case(cast.frontline)
    deactivate_member(actor=automation("test", cast.organisation_id), member_id=cast.dso.id)
    row.refresh_from_db()
    assert (row.state, row.why) == ("paused", "owner_left")
    assert deliver_due() == 0
    assert Notice.objects.filter(member_id=cast.mgmt_rep.id, kind="webhook.paused").exists()
    actions.resume(actor=cast.mgmt_rep.actor, id=row.pk)
    row.refresh_from_db()
    assert row.owner_id == cast.mgmt_rep.id
    assert deliver_due(real_now() + timedelta(seconds=1)) == 1


def test_a_post_that_ended_stops_it_at_the_next_event(cast: Cast, other: Receiver) -> None:
    row, _secret = made(cast, other)
    Subscription.objects.filter(pk=row.pk).update(owner_id=cast.frontline.id)
    a_case(cast.frontline)
    assert deliver_due() == 0
    row.refresh_from_db()
    assert (row.state, row.why, other.came) == ("paused", "owner_left", [])


def test_events_are_sent_again_from_a_moment_or_one_by_one(
    cast: Cast, other: Receiver, other_organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _secret = made(cast, other, kinds=("complaint.note_added",))
    case = a_case(cast.frontline)
    happens(case, cast.frontline)
    middle = now()
    happens(case, cast.frontline)
    deliver_due()
    assert actions.replay(actor=cast.mgmt_rep.actor, id=row.pk, since=middle) == 1
    assert actions.replay(actor=cast.mgmt_rep.actor, id=row.pk, since=middle - timedelta(days=1)) == 2
    deliver_due(real_now() + timedelta(seconds=1))
    assert [one["sequence"] for one in other.told] == [2, 3, 2, 3, 3]
    one = Delivery.objects.filter(seq=2).first()
    assert one is not None
    actions.send_again(actor=cast.mgmt_rep.actor, id=row.pk, delivery_id=one.pk)
    deliver_due(real_now() + timedelta(seconds=2))
    assert other.told[-1]["sequence"] == 2
    assert Event.objects.filter(stream_id=row.pk, kind="webhook.replayed").count() == 3
    monkeypatch.setattr(actions, "MOST_AGAIN", 1)
    with pytest.raises(InvalidInput) as refused:
        actions.replay(actor=cast.mgmt_rep.actor, id=row.pk, since=middle - timedelta(days=1))
    assert refused.value.fields["since"].code == "too_many"
    assert actions.replay(actor=cast.mgmt_rep.actor, id=row.pk, since=middle) == 1
    deliver_due(real_now() + timedelta(seconds=3))
    for forged in (cast.frontline, cast.supervisor):
        with pytest.raises(NotAllowed):
            actions.replay(actor=forged.actor, id=row.pk, since=middle)
    with acting_for(other_organisation.pk):
        stranger = replace(cast.mgmt_rep.actor, organisation_id=other_organisation.pk)
        for forge in (
            lambda: actions.replay(actor=stranger, id=row.pk, since=middle),
            lambda: actions.send_again(actor=stranger, id=row.pk, delivery_id=one.pk),
            lambda: actions.try_out(actor=stranger, id=row.pk),
            lambda: actions.turn_secret(actor=stranger, id=row.pk),
        ):
            with pytest.raises(NotFound):
                forge()


def test_nothing_leaves_a_restored_copy_whose_post_is_held(cast: Cast, other: Receiver) -> None:
    made(cast, other)
    a_case(cast.frontline)
    pauses.hold("restored")
    assert deliver_due() == 0
    pauses.end()
    assert deliver_due() == 1


def test_recording_costs_no_statement_and_without_subscriptions_nothing_waits(cast: Cast, other: Receiver) -> None:
    case = a_case(cast.frontline)

    def recorded() -> int:
        with CaptureQueriesContext(connection) as asked:
            happens(case, cast.frontline)
        return len(asked)

    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'hooks.tasks.deliver'")
            return int(cursor.fetchone()[0])

    without = recorded()
    assert (Delivery.objects.count(), jobs()) == (0, 0)
    made(cast, other)
    assert recorded() == without
    assert (Delivery.objects.count(), jobs()) == (1, 1)
    chain: Chain = lock_chain(case.pk)
    for _n in range(3):
        chain.record("complaint.note_added", actor=cast.frontline.actor, at=now(), data={})
    flush_chains([chain])
    assert (Delivery.objects.count(), jobs()) == (4, 1), "events written in bulk are told too, with one job"
    assert deliver_due() == 4
    assert delivering.forget(real_now() + timedelta(days=1)) == 4
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "why", "begins", "state"),
    [
        ("/moved", "moved", "", "waiting"),
        ("/endless", "", "x" * 1000, "done"),
        ("/heavy", "unreachable", "", "waiting"),
        ("/broken", "", "\ufffd\ufffd\ufffd ok", "done"),
    ],
)
def test_answers_are_bounded_and_kept_as_text(
    cast: Cast, other: Receiver, path: str, why: str, begins: str, state: str
) -> None:
    made(cast, other, address=other.address.replace("/hook", path))
    a_case(cast.frontline)
    deliver_due()
    attempt = Attempt.objects.get()
    assert (attempt.why, attempt.answer, attempt.delivery.state) == (why, begins, state)


def test_an_event_of_which_no_message_can_be_made_holds_up_nobody(
    cast: Cast, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _secret = made(cast, other)
    broken, whole = a_case(cast.frontline), a_case(cast.frontline)
    real, failed = delivering.body_of, set[Any]()

    def body_of(subscription: Any, event: Any, owner: Any) -> Any:
        if event.stream_id == broken.pk:
            failed.add(event.pk)
            raise ZeroDivisionError
        return real(subscription, event, owner)

    monkeypatch.setattr(delivering, "body_of", body_of)
    deliver_due()
    assert {one["subject"]["id"] for one in other.told} == {str(whole.pk)}
    assert len(failed) == 1, "the later events of its history wait for it"
    [one] = Delivery.objects.filter(event_id__in=failed)
    assert (one.state, one.tries) == ("waiting", 1)
    assert one.due_at > real_now()
    assert [(each.why, each.status) for each in Attempt.objects.filter(delivery=one)] == [("not_made", None)]
    assert Subscription.objects.get(pk=row.pk).failures == 0
    Delivery.objects.filter(pk=one.pk).update(created_at=real_now() - delivering.GIVES_UP, due_at=real_now())
    deliver_due()
    one.refresh_from_db()
    assert one.state == "given_up"
    assert Notice.objects.filter(member_id=cast.mgmt_rep.id, kind="webhook.given_up").count() == 1

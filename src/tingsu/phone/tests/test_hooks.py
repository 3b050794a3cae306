"""The webhook of a telephone system: signed, bounded, once however often, in any order; the register, the tasks and the rate follow (IG-04)."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.kernel import verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.erasing import erase
from tingsu.kernel.fingerprints import fingerprint
from tingsu.kernel.ledger import lock_chain, plain
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for, current_organisation_id
from tingsu.phone import course, figures, lines, signing, tasks
from tingsu.phone.models import Call, CallEvent, Line, Waiting
from tingsu.phone.taking import settle_forgotten
from tingsu.phone.tests.calls import AT, HOTLINE, NUMBER, connected, event, send, the_call
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.req("IG-04")
NOON = AT + timedelta(hours=2)
WHOLE = [
    event("offered", 0, number=NUMBER), event("queued", 4), event("answered", 30, agent="8001"), event("answered", 70, agent="8002"),
    event("ended", 300), event("recording", 310, recording="https://pbx.example.com/r/1"),
]  # fmt: skip


def findings() -> list[str]:
    return [found.sentence for found in verify.verify_organisation(verify.Tally())]


def told_at(seconds: int) -> str:
    """An instant as the history keeps it."""
    return str(plain(AT + timedelta(seconds=seconds)))


def verdicts(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["verdict"] for one in answer.json()["results"]]


@pytest.mark.req("RG-19")
def test_a_hundred_events_of_one_call_out_of_order_and_doubled_are_one_call(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    told = (WHOLE * 17)[:100]
    random.Random(3).shuffle(told)  # noqa: S311 a test\'s dice
    with travel_to(NOON):
        found = [
            *verdicts(send(client, entry, secret, {"events": told[:4]})),
            *verdicts(send(client, entry, secret, {"events": told[4:]})),
        ]
        assert (found.count("taken"), found.count("known")) == (len(WHOLE), 100 - len(WHOLE))
        assert verdicts(send(client, entry, secret, told[0])) == ["known"]
        call, record = the_call()
        texts = record.written()
        assert Call.objects.count() == Entry.objects.filter(register="call").count() == 1
        assert (record.state, record.codes["outcome"], record.codes["waited"], call.waited) == (
            "answered",
            "answered",
            26,
            26,
        )
        assert (texts["caller"], texts["agent"], texts["recording"]) == (
            NUMBER,
            "8001 → 8002",
            "https://pbx.example.com/r/1",
        )
        assert [record.codes[name] for name in ("started_at", "queued_at", "answered_at", "ended_at")] == [
            told_at(0),
            told_at(4),
            told_at(30),
            told_at(300),
        ]
        assert record.codes["recording_until"] == "2027-03-02"
        assert call.number_index == fingerprint(current_organisation_id(), "phone", "+86 138-0000-5555")
        assert not Entry.objects.filter(register="missed_call").exists()
        kinds = set(Event.objects.filter(stream_id=record.pk).values_list("kind", flat=True))
        assert {"call.opened", "call.reported"} <= kinds
        assert NUMBER not in json.dumps(
            list(Event.objects.filter(stream_id=record.pk).values_list("data", flat=True)), default=str
        )
        assert not findings()


def test_whoever_cannot_sign_is_refused_and_nothing_is_kept(
    cast: Cast, client: Client, other_organisation: Any
) -> None:
    entry, secret = connected(cast)
    with travel_to(NOON):
        second = open_entry(
            actor=cast.qa.actor,
            register=registers()["channel"],
            opening=Opening(values={**HOTLINE, "title": "投诉专线"}),
        )
        of_second = lines.make_secret(cast.supervisor.actor, lines.hotline(second.number)).secret
        body = json.dumps(event("offered", number=NUMBER)).encode()
        good = signing.signature(secret, str(int(NOON.timestamp())), body)
        cases = [
            (send(client, entry, "phone_guess", event("offered")), "forged"), (send(client, entry, of_second, event("offered")), "forged"),
            (send(client, entry, secret, event("offered"), late=301), "too_old"), (send(client, entry, secret, event("offered"), late=-301), "too_old"),
            (send(client, entry, secret, event("offered"), **{signing.SIGNATURE: ""}), "unsigned"),
            (send(client, entry, secret, event("offered"), **{signing.TIME: "soon"}), "no_time"),
            (send(client, entry, secret, event("offered"), **{signing.SIGNATURE: f"v1={good}"}), "forged"),
            (send(client, entry, secret, event("offered"), **{signing.SIGNATURE: good}), "unsigned"),
        ]  # fmt: skip
        for answer, code in cases:
            assert (answer.status_code, answer.json()["code"]) == (401, code)
            assert answer.json()["detail"]
        assert Line.objects.get(channel_id=entry.pk).why == "unsigned"
        assert not Call.objects.exists()
        assert not Entry.objects.filter(register="call").exists()
        with acting_for(other_organisation.pk):
            assert not Line.objects.exists()
        sent = send(client, entry, secret, event("offered"), late=299)
        assert verdicts(sent) == ["taken"]
        assert Line.objects.get(channel_id=entry.pk).why == ""
    with travel_to(NOON + timedelta(seconds=301)):  # the very same request once more, later
        stamp = str(int(NOON.timestamp()))
        again = client.post(
            reverse("phone_events", args=[entry.number]), body, content_type="application/json",
            headers={signing.TIME: stamp, signing.SIGNATURE: f"v1={good}"},
        )  # fmt: skip
        assert (again.status_code, again.json()["code"]) == (401, "too_old")
        assert Call.objects.count() == 1


def test_a_body_is_bounded_and_one_wrong_event_keeps_no_other_out(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    with travel_to(NOON):
        wrong = [
            (b"{", 400), (b"[]", 400), (b'"x"', 400), (b'{"events": []}', 400), (b'{"events": 5}', 400), (b'{"events": [{}], "x": 1}', 400),
            (b"[" * 100_000, 400), (b"\xff\xfe", 400), (json.dumps({"events": [event("offered")] * 101}).encode(), 413), (b" " * 256_001, 413),
            (json.dumps(event("offered", recording="javascript:alert(1)")).encode(), 422), (b"{}", 422), (b'{"at": NaN}', 422),
        ]  # fmt: skip
        for body, status in wrong:
            answer = send(client, entry, secret, body)
            assert answer.status_code == status, body[:60]
            assert answer.json()["detail"]
        assert not CallEvent.objects.exists()
        mixed = [event("offered"), {**event("ended", 5), "kind": "nothing"}, 7, {"kind": "test"}, event("queued", 2)]
        answer = send(client, entry, secret, {"events": mixed})
        assert verdicts(answer) == ["taken", "refused", "refused", "test", "taken"]
        assert answer.json()["results"][1]["problem"]["data"]["fields"]["kind"]
        assert client.get(reverse("phone_events", args=[entry.number])).status_code == 405
        for number in ("TD-2026-999", "x", "%00"):
            gone = client.post(f"/hooks/phone/{number}/", b"{}", content_type="application/json")
            assert gone.status_code == 410, number
        lines.take_away(cast.supervisor.actor, lines.hotline(entry.number))
        assert send(client, entry, secret, event("offered")).status_code == 410
        assert Call.objects.count() == 1


def test_a_secret_is_changed_without_losing_a_call_and_a_closed_hotline_takes_none(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    with travel_to(NOON):
        fresh = lines.make_secret(cast.supervisor.actor, lines.hotline(entry.number)).secret
        assert fresh != secret
        assert verdicts(send(client, entry, secret, event("offered"))) == ["taken"]
        assert verdicts(send(client, entry, fresh, event("queued", 1))) == ["taken"]
        assert Event.objects.filter(stream_id=entry.pk, kind="channel.telephone_connected").count() == 2
        assert secret.encode() not in bytes(Line.objects.get().secret) + bytes(Line.objects.get().former)
    with travel_to(NOON + timedelta(hours=24)):
        assert send(client, entry, secret, {"kind": "test"}).status_code == 401
        assert verdicts(send(client, entry, fresh, {"kind": "test"})) == ["test"]
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        take_step(
            actor=cast.supervisor.actor,
            entry=row,
            register=registers()["channel"],
            step="close",
            values={"reason": "号码停用"},
        )
        assert send(client, entry, fresh, {"kind": "test"}).status_code == 410
        assert not findings()


@pytest.mark.req("IN-06")
def test_whoever_reached_nobody_is_called_back_once_and_the_task_ends_when_they_get_through(
    cast: Cast, client: Client
) -> None:
    entry, secret = connected(cast)

    def missed(call: str, seconds: float, number: str = NUMBER, **more: Any) -> None:
        told = [event("offered", seconds, call, number=number), event("abandoned", seconds + 20, call, **more)]
        assert verdicts(send(client, entry, secret, {"events": told})) == ["taken", "taken"]

    with travel_to(NOON):
        missed("m1", 0)
        missed("m2", 600, "+86 138 0000 5555", **{"while": "closed"})
        missed("m3", 900, "anonymous")
        missed("m4", 950, "8001")
        missed("m5", 960, "13900001111", **{"while": "menu"})
        task = Entry.objects.select_related("stream").get(register="missed_call")
        assert (task.state, task.codes["times"], task.codes["again_at"], task.written()["caller"]) == (
            "open",
            2,
            told_at(600),
            NUMBER,
        )
        assert task.owner_id is not None
        assert task.next_due_kind == "call_back"
        assert EntryLink.objects.filter(entry=task, kind="about").count() == 2
        assert the_call("m4")[1].codes["outcome"] == "internal"
        # told late: they had got through before the second call was missed
        early = [event("offered", 300, "early", number=NUMBER), event("answered", 310, "early")]
        send(client, entry, secret, {"events": early})
        task.refresh_from_db()
        assert task.state == "open"
        send(
            client,
            entry,
            secret,
            {"events": [event("offered", 1200, "g", number=NUMBER), event("answered", 1210, "g", agent="8001")]},
        )
        task.refresh_from_db()
        assert (task.state, task.next_due_at) == ("got_through", None)
        # what is told of an old missed call afterwards begins nothing anew; another missed call does
        send(client, entry, secret, event("recording", 40, "m1", recording="r1"))
        assert Entry.objects.filter(register="missed_call").count() == 1
        missed("m6", 1500)
        assert Entry.objects.filter(register="missed_call").count() == 2
        # answered after all, told out of order: it was no missed call
        send(client, entry, secret, event("answered", 1510, "m6", agent="8003"))
        assert sorted(Entry.objects.filter(register="missed_call").values_list("state", flat=True)) == [
            "got_through",
            "got_through",
        ]
        assert not Waiting.objects.exists()
        assert not findings()


@pytest.mark.req("IN-06")
def test_calling_back_ends_with_its_result_or_after_the_attempts(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    register = registers()["missed_call"]
    with travel_to(NOON):
        told = [
            event("abandoned", seconds, f"n{seconds}", number=number)
            for seconds, number in ((1, NUMBER), (2, "13900001111"), (3, "13700002222"))
        ]
        send(client, entry, secret, {"events": told})
        first, second, third = Entry.objects.filter(register="missed_call").order_by("number")

        def take(row: Entry, step: str, **values: Any) -> Entry:
            fresh = Entry.objects.select_related("stream").get(pk=row.pk)
            return take_step(actor=cast.frontline.actor, entry=fresh, register=register, step=step, values=values)

        assert take(first, "reach", words="解释了发货时间，客户接受").state == "reached"
        for made in (1, 2):
            row = take(second, "try", tried="busy")
            assert (row.state, row.codes["attempts"]) == ("open", made)
        ended = take(second, "try", tried="no_answer", words="语音提示关机")
        assert (ended.state, ended.codes["attempts"], ended.next_due_at) == ("unreachable", 3, None)
        assert take(third, "drop", reason="骚扰电话").state == "dropped"
        assert not Waiting.objects.exists()
        assert not findings()


@pytest.mark.req("KP-03")
def test_the_rate_counts_what_was_offered_to_people_of_one_channel_in_one_period(
    cast: Cast, client: Client, django_assert_num_queries: Any
) -> None:
    entry, secret = connected(cast)
    events = [
        *(event("answered", second, f"a{second}") for second in range(3)), event("abandoned", 5, "q"), event("offered", 6, "going"),
        event("ended", 7, "menu", **{"while": "menu"}), event("answered", 8, "bot", by="machine"), event("ended", 9, "bot", by="machine"),
        event("offered", 10, "out", direction="out", number=NUMBER), event("ended", 12, "odd"), event("offered", 40, "odd"),
        event("answered", 3600, "later"),
    ]  # fmt: skip
    with travel_to(NOON):
        assert set(verdicts(send(client, entry, secret, {"events": events}))) == {"taken"}
        with django_assert_num_queries(1):
            rate = figures.answer_rate(entry.pk, AT, AT + timedelta(hours=1))
        assert rate == figures.AnswerRate(
            answered=3, missed=2, quick=1, going=1, menu=1, machine=1, closed=0, out=1, internal=0, doubtful=1
        )
        assert (rate.per_cent, rate.enough) == (60.0, False)
        assert figures.answer_rate(None, AT, NOON).answered == 4
        assert figures.answer_rate(cast.supervisor.id, AT, NOON).offered == 0
    later = AT + timedelta(hours=5)
    with travel_to(later):
        assert settle_forgotten(later) == 1
        assert the_call("going")[0].outcome == "missed"
        assert not findings()


@pytest.mark.req("PS-17")
def test_a_number_is_erased_with_its_call_and_a_recording_with_its_time(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    with travel_to(NOON):
        send(
            client,
            entry,
            secret,
            {
                "events": [
                    event(
                        "abandoned",
                        1,
                        number=NUMBER,
                        recording="https://pbx.example.com/r/1",
                        recording_until="2026-03-03",
                    )
                ]
            },
        )
        call, record = the_call()
        assert course.today().isoformat() == "2026-03-02"
        assert tasks.forget_recordings() == 0
    with travel_to(NOON + timedelta(days=2)):
        assert tasks.forget_recordings() == 1
        assert tasks.forget_recordings() == 0
        _call, record = the_call()
        assert "recording" not in record.written()
        chain = lock_chain(record.pk, "call")
        erase(chain, actor=cast.dso.actor if hasattr(cast, "dso") else cast.supervisor.actor, at=NOON, data={})
        chain.flush()
        call, record = the_call()
        assert (call.number_index, record.written_or_none()) == (None, None)
        assert verdicts(send(client, entry, secret, event("ended", 30, number=NUMBER))) == ["taken"]
        call, record = the_call()
        assert (call.number_index, call.outcome, record.written_or_none()) == (None, "missed", None)
    with travel_to(NOON + timedelta(days=100)):
        assert tasks.forget_events() == 2
        assert the_call()[0].outcome == "missed"

"""Contacts that are no complaints (IN-24, CA-62): kind, answer, change of kind, and becoming a complaint or a report."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel import verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.registers import queries
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

RECEIVED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CALL: dict[str, Any] = {
    "kind": "consultation",
    "mode": "phone",
    "received_at": RECEIVED.isoformat(),
    "words": "净水器漏水，师傅没有再来，地板泡了。",
    "product": "厨下净水器",
    "caller_name": "邓建国",
    "caller_phone": "13800007710",
}
CONVERTED = {"becomes": "complaint", "problem_type": "product", "confirmed": True, "reason": "要求赔偿地板"}


def register() -> Any:
    return registers()["contact"]


def a_contact(person: Any, **changes: Any) -> Entry:
    with travel_to(RECEIVED + timedelta(hours=3)):
        return open_entry(actor=person.actor, register=register(), opening=Opening(values={**CALL, **changes}))


def take(person: Any, entry: Entry, name: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(RECEIVED + timedelta(hours=5)):
        return take_step(actor=person.actor, entry=row, register=register(), step=name, values=values)


def findings() -> list[str]:
    return [found.sentence for found in verify.verify_organisation(verify.Tally())]


@pytest.mark.req("IN-24", "CA-62")
def test_a_contact_keeps_kind_channel_time_words_and_answer(cast: Cast) -> None:
    entry = a_contact(cast.frontline)
    assert entry.state == "open"
    assert (entry.codes["kind"], entry.codes["mode"]) == ("consultation", "phone")
    assert entry.codes["received_at"] == "2026-03-02T02:00:00.000000Z"
    promise = Promise.objects.get(stream_id=entry.pk)
    assert (promise.kind, promise.started_at) == ("contact_answer", RECEIVED)
    entry = take(cast.frontline, entry, "answer", answer="已安排明日上门")
    assert entry.state == "answered"
    assert entry.written()["answer"] == "已安排明日上门"
    assert Promise.objects.get(stream_id=entry.pk).ending == "met"
    at_once = a_contact(cast.frontline, answer="当场答复")
    assert at_once.state == "answered"
    assert not Promise.objects.filter(stream_id=at_once.pk).exists()
    assert not Complaint.objects.exists()
    assert not findings()


@pytest.mark.req("IN-24")
def test_the_kind_changes_only_with_a_reason_and_every_kind_is_counted(cast: Cast) -> None:
    entry, other = a_contact(cast.frontline), a_contact(cast.frontline, kind="praise")
    with pytest.raises(InvalidInput) as refused:
        take(cast.frontline, entry, "reclassify", kind="feedback")
    assert set(refused.value.fields) == {"reason"}
    entry = take(cast.frontline, entry, "reclassify", kind="feedback", reason="说的是使用感受")
    assert entry.codes["kind"] == "feedback"
    event = Event.objects.get(stream_id=entry.pk, kind="contact.reclassified")
    assert event.data["set"]["codes.kind"] == ["consultation", "feedback"]
    assert texts_of([event])[event.pk] == {"reason": "说的是使用感受"}
    counted = {code: number for code, _words, number in queries.counts_of(cast.supervisor.actor, register(), "kind")}
    assert counted == {"feedback": 1, "praise": 1}
    assert other.codes["kind"] == "praise"
    with pytest.raises(InvalidInput):
        a_contact(cast.frontline, kind="complaint")


@pytest.mark.req("CA-62", "IN-24")
@pytest.mark.parametrize("becomes", ["complaint", "report"])
def test_it_becomes_a_complaint_or_a_report_with_a_reason_and_keeps_its_time(
    cast: Cast, becomes: str, sign_in, client
) -> None:
    entry = a_contact(cast.frontline)
    with pytest.raises(InvalidInput) as refused:
        take(cast.frontline, entry, "convert", **{**CONVERTED, "reason": ""})
    assert set(refused.value.fields) == {"reason"}
    assert not Complaint.objects.exists()
    entry = take(cast.frontline, entry, "convert", **{**CONVERTED, "becomes": becomes})
    complaint = Complaint.objects.select_related("stream").get()
    assert (entry.state, complaint.kind, complaint.received_at) == ("converted", becomes, RECEIVED)
    assert complaint.text("description") == CALL["words"]
    assert Promise.objects.get(stream_id=complaint.pk, kind="first_reply").started_at == RECEIVED
    assert list(EntryLink.objects.values_list("entry_id", "other_id", "kind")) == [(entry.pk, complaint.pk, "became")]
    assert Event.objects.get(kind="contact.converted").data["complaint"] == str(complaint.pk)
    sign_in(cast.frontline)
    assert entry.number in client.get(reverse("desk:case", args=[complaint.number])).content.decode()
    assert complaint.number in client.get(reverse("registers:entry", args=["contact", entry.number])).content.decode()
    assert not findings()


@pytest.mark.req("CA-62", "invariant-4")
def test_a_conversion_that_was_cut_off_registers_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tingsu.registers import actions

    entry = a_contact(cast.frontline)
    with monkeypatch.context() as patched:
        patched.setattr(actions, "_carry", lambda *arguments: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            take(cast.frontline, entry, "convert", **CONVERTED)
    assert Complaint.objects.count() == 1
    take(cast.frontline, entry, "convert", **CONVERTED)
    assert Complaint.objects.count() == 1
    with pytest.raises(NotAllowed):
        open_entry(actor=cast.dept.actor, register=register(), opening=Opening(values=CALL))


@pytest.mark.req("PS-05", "PS-06", "PS-11")
def test_the_callers_name_and_phone_are_masked_on_the_page_and_in_the_file(cast: Cast, sign_in, client) -> None:
    entry = a_contact(cast.frontline)
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:entry", args=["contact", entry.number])).content.decode()
    assert "138 **** 7710" in page
    assert "13800007710" not in page
    assert "邓建国" not in page
    answer = client.get(reverse("registers:export", args=["contact", "csv"]))
    text = b"".join(answer.streaming_content).decode()
    assert entry.number in text
    assert "13800007710" not in text
    assert "邓建国" not in text
    assert not queries.rows_of(cast.supervisor.actor, register(), queries.asked_of(register(), {"q": "邓建国"}))

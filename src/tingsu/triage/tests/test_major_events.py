"""The record of a major or mass complaint event: opened or joined with the report, linked, talked about, closed (MS-23)."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event, EventText, Stream
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.people.models import Account
from tingsu.triage import major_events, panels
from tingsu.triage.models import MajorEvent, MajorEventCase, MajorEventEntry
from tingsu.triage.tests.cases import HIGH, REPORT, graded, last_event, registered, step

pytestmark = pytest.mark.req("MS-23")
NEW = {"event": "new", "event_kind": "mass", "event_name": "空气炸锅漏电"}


def reported(cast: Cast, **event: str) -> Complaint:
    complaint = graded(cast.frontline, registered(cast.frontline), **HIGH)
    return step(cast.frontline, complaint, "report_high_risk", **REPORT, recipients=[str(cast.supervisor.id)], **event)


def opened(cast: Cast) -> MajorEvent:
    return major_events.open_event(actor=cast.frontline.actor, kind="mass", name="空气炸锅漏电", story="三省同类投诉")


def kinds(event: MajorEvent) -> list[str]:
    return list(Event.objects.filter(stream_id=event.pk).order_by("seq").values_list("kind", flat=True))


def findings() -> list[Any]:
    return [one for one in verify_organisation(Tally()) if one.table.startswith("triage_majorevent")]


def signed_in(person: Person) -> Client:
    client = Client()
    account = Account.objects.get(username=person.username)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_report_upward_opens_a_record_and_the_next_one_joins_it(cast: Cast) -> None:
    first = reported(cast, **NEW)
    event = MajorEvent.objects.select_related("stream").get()
    assert (event.kind, event.shown("name"), event.shown("story")) == ("mass", NEW["event_name"], REPORT["facts"])
    assert re.fullmatch(r"SJ-20\d\d-001", event.number)
    second = reported(cast, event=event.number)
    assert set(event.cases.values_list("complaint_id", flat=True)) == {first.pk, second.pk}
    assert kinds(event) == ["major_event.opened", "major_event.joined", "major_event.joined"]
    shown = panels.events_context(cast.specialist.actor, second)
    assert shown is not None
    assert shown["lines"][0]["name"] == NEW["event_name"]
    assert NEW["event_name"] not in str(list(Event.objects.values_list("data", flat=True)))
    assert findings() == []


def test_a_report_needs_no_record_and_names_none_that_is_closed_or_unknown(cast: Cast) -> None:
    reported(cast)
    assert not MajorEvent.objects.exists()
    event = opened(cast)
    major_events.close_event(actor=cast.supervisor.actor, number=event.number, conclusion="召回完成")
    for number in (event.number, "SJ-2026-999", "nonsense"):
        with pytest.raises(InvalidInput) as refused:
            reported(cast, event=number)
        assert set(refused.value.fields) == {"event"}
    with pytest.raises(InvalidInput) as refused:
        reported(cast, event="new")
    assert set(refused.value.fields) == {"event_kind", "event_name"}
    assert MajorEvent.objects.count() == 1


@pytest.mark.req("E17")
def test_a_complaint_is_linked_to_a_record_once_and_unlinked_again(cast: Cast) -> None:
    complaint, event = registered(cast.frontline), opened(cast)
    with pytest.raises(InvalidInput):
        step(cast.frontline, complaint, "leave_event", event=event.number, reason="误关联")
    step(cast.frontline, complaint, "join_event", event=event.number)
    assert last_event(complaint).data["major_event"] == str(event.pk)
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline, complaint, "join_event", event=event.number)
    assert str(refused.value.fields["event"]) != ""
    assert MajorEventCase.objects.count() == 1
    step(cast.frontline, complaint, "leave_event", event=event.number, reason="误关联")
    assert not MajorEventCase.objects.exists()
    step(cast.frontline, complaint, "join_event", **NEW, event_story="另一批次")
    assert MajorEvent.objects.count() == 2
    assert findings() == []


def test_a_statement_goes_out_after_somebody_else_approved_it(cast: Cast) -> None:
    event = opened(cast)
    said = {"number": event.number, "audience": "media", "means": "官方微博", "text": "已停售该批次。"}
    row = major_events.write_statement(actor=cast.supervisor.actor, **said)
    about = {"number": event.number, "entry_id": row.pk}
    with pytest.raises(major_events.NotApproved):
        major_events.note_issued(actor=cast.frontline.actor, **about)
    with pytest.raises(NotAllowed):
        major_events.approve_statement(actor=cast.specialist.actor, **about)
    with pytest.raises(major_events.NotTheAuthor):
        major_events.approve_statement(actor=cast.supervisor.actor, **about)
    assert kinds(event)[1:] == ["major_event.written"]
    major_events.approve_statement(actor=cast.top_mgmt.actor, **about)
    major_events.note_issued(actor=cast.frontline.actor, **about)
    with pytest.raises(major_events.NotApproved):
        major_events.note_issued(actor=cast.frontline.actor, **about)
    row = MajorEventEntry.objects.select_related("event__stream").get()
    assert (row.approver_id, row.issued_by, row.shown("means")) == (cast.top_mgmt.id, cast.frontline.id, "官方微博")
    assert kinds(event)[1:] == ["major_event.written", "major_event.approved", "major_event.issued"]
    with pytest.raises(NotFound):
        major_events.approve_statement(actor=cast.top_mgmt.actor, number=event.number, entry_id=uuid.uuid4())
    assert findings() == []


def test_a_closed_record_takes_nothing_more(cast: Cast) -> None:
    event, complaint = opened(cast), registered(cast.frontline)
    with pytest.raises(NotAllowed):
        major_events.close_event(actor=cast.specialist.actor, number=event.number, conclusion="召回完成")
    major_events.close_event(actor=cast.supervisor.actor, number=event.number, conclusion="召回完成")
    with pytest.raises(major_events.EventClosed):
        major_events.add_note(actor=cast.frontline.actor, number=event.number, text="又一起")
    with pytest.raises(InvalidInput):
        step(cast.frontline, complaint, "join_event", event=event.number)
    assert kinds(event) == ["major_event.opened", "major_event.closed"]


def test_its_words_are_erased_with_its_key_and_the_history_stays(cast: Cast) -> None:
    event = opened(cast)
    major_events.add_note(actor=cast.frontline.actor, number=event.number, text="记者来电 13800002210")
    assert not [text for text in EventText.objects.filter(stream_id=event.pk) if b"13800002210" in bytes(text.body)]
    Stream.objects.filter(pk=event.pk).update(wrapped_key=None)
    event = MajorEvent.objects.select_related("stream").get()
    assert event.shown("name") in {"(erased)", "（已删除）", "（已清除）", "（已擦除）"}
    assert findings() == []


def test_a_record_that_does_not_follow_its_history_is_named(cast: Cast) -> None:
    opened(cast)
    MajorEvent.objects.update(kind="drill")
    assert [finding.table for finding in findings()] == ["triage_majorevent"]


def test_the_pages_lead_from_the_list_to_the_statement(cast: Cast) -> None:
    client = signed_in(cast.specialist)
    made = client.post(reverse("triage:new_event"), {"kind": "drill", "name": "舆情演练", "story": "按预案演练"})
    assert made.status_code == 303
    address = made.headers["Location"]
    assert "舆情演练" in client.get(reverse("triage:events")).content.decode()
    bad = client.post(address, {"do": "statement", "audience": "media", "means": "", "text": "演练口径"})
    assert bad.status_code == 422
    assert "演练口径" in bad.content.decode()
    assert client.post(address, {"do": "note", "text": "九点开始"}).status_code == 303
    said = {"do": "statement", "audience": "employees", "means": "内部群", "text": "演练口径"}
    assert client.post(address, said).status_code == 303
    entry = str(MajorEventEntry.objects.get(kind="statement").pk)
    assert client.post(address, {"do": "approve", "entry": entry}).status_code == 403
    assert client.post(address, {"do": "approve", "entry": "x"}).status_code == 404
    leader = signed_in(cast.supervisor)
    assert leader.post(address, {"do": "approve", "entry": entry}).status_code == 303
    assert client.post(address, {"do": "issue", "entry": entry}).status_code == 303
    page = client.get(address).content.decode()
    assert "内部群" in page
    assert 'value="close"' not in page
    assert leader.post(address, {"do": "close", "conclusion": "演练完成"}).status_code == 303
    assert "演练完成" in client.get(address).content.decode()
    assert signed_in(cast.dept).get(address).status_code == 403

"""The telephone in the pages and for programs: registered while talking, linked, printed, called back, connected, counted (RG-19, RG-24)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.standing import kept
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Wanted, make
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.models import Event
from tingsu.phone import course, importing, papers, rules
from tingsu.phone.calls import call_named, calls_of
from tingsu.phone.models import Call, Line
from tingsu.phone.tests.calls import AT, NUMBER, connected, event, send, the_call
from tingsu.privacy.models import AccessEntry
from tingsu.registers.models import Entry, EntryLink

NOON = AT + timedelta(hours=2)
RECORDING = "https://pbx.example.com/r/1"
TOLD = [
    event("offered", 0, number=NUMBER), event("queued", 4), event("answered", 30, agent="8001"),
    event("recording", 40, recording=RECORDING),
]  # fmt: skip
FORM = {
    "kind": "complaint", "problem_type": "product", "mode": "phone", "channel": "hotline", "language": "zh-hans", "name": "沈玉兰",
    "description": "扫地机充不进电，客服上门两次没有修好。", "reply_expected": "yes", "record_confirmed": "yes",
}  # fmt: skip


def answer_of(client: Client, number: str) -> Any:
    return client.get(reverse("desk:register"), {"call": number})


@pytest.mark.req("RG-19", "RG-24", "IG-04", "PS-06")
def test_a_call_is_registered_while_talking_and_stands_on_page_paper_and_for_programs(
    cast: Cast, client: Client, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, secret = connected(cast)
    with travel_to(NOON):
        send(Client(), entry, secret, {"events": TOLD})
        record = the_call()[1]
        sign_in(cast.frontline)
        opened = answer_of(client, "c1")  # a softphone knows the call by its own name
        page = opened.content.decode()
        assert f'name="call" value="{record.number}"' in page
        assert f'value="{NUMBER}"' in page
        assert 'value="2026-03-02T10:00"' in page
        assert (
            AccessEntry.objects.filter(
                stream_id=record.pk, what="revealed", field="contact.phone", actor_id=cast.frontline.id
            ).count()
            == 1
        )
        assert (
            answer_of(client, record.number.lower()).content.decode().count(f'name="call" value="{record.number}"') == 1
        )
        for nothing in ("TH-2026-999", "%", "x" * 200, "\x00", NUMBER):
            vain = answer_of(client, nothing)
            assert vain.status_code == 200
            assert 'name="call"' not in vain.content.decode()
            assert NUMBER not in vain.content.decode().replace(f"call={NUMBER}", "")
        given = {**FORM, "phone": NUMBER, "call": record.number, "received_at": "2026-03-02T10:00"}
        refused = client.post(reverse("desk:register"), {**given, "description": ""})
        assert refused.status_code == 422
        assert f'name="call" value="{record.number}"' in refused.content.decode()
        assert client.post(reverse("desk:register"), given).status_code == 303
        complaint = Complaint.objects.select_related("stream").get()
        assert complaint.received_at == AT
        assert complaint.record_confirmed_at == NOON
        assert EntryLink.objects.filter(entry=record, other_id=complaint.pk, kind="about").exists()
        told = Event.objects.get(stream_id=complaint.pk, kind="complaint.call_linked")
        assert told.data["call"] == str(record.pk)
        # verification starts without a further release: the record is confirmed and pushed on by its own limit
        assert Event.objects.filter(stream_id=complaint.pk, kind="complaint.registered").exists()
        shown = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
        assert record.number in shown
        assert NUMBER not in shown
        assert "138 **** 5555" in shown
        # the caller rings again: what was said before is there at once
        send(Client(), entry, secret, [event("offered", 7000, "c2", number="+86 13800005555")][0])
        again = answer_of(client, "c2").content.decode()
        assert complaint.number in again
        [one] = calls_of(cast.frontline.actor, complaint)
        assert (one.number, one.caller, one.agent, one.started_at, one.answered_at) == (
            record.number,
            "138 **** 5555",
            "8001",
            AT,
            AT + timedelta(seconds=30),
        )
        assert one.recording_url == ""  # its server is named nowhere yet
        monkeypatch.setattr(rules, "trusted", bool)
        kept = Entry.objects.select_related("stream").get(pk=record.pk)
        links = {
            name: course.recording_link(getattr(cast, name).actor, kept) for name in ("frontline", "auditor", "analyst")
        }
        assert links == {"frontline": RECORDING, "auditor": "", "analyst": ""}, (
            "names of recordings often tell the number"
        )
        for until, link in ((0, RECORDING), (-1, "")):
            kept.codes["recording_until"] = (course.today() + timedelta(days=until)).isoformat()
            assert course.recording_link(cast.frontline.actor, kept) == link, until
        assert one.recording
        assert one.recording in dict(papers._facts(one)).values(), "the form names the recording"
        made = make(cast.frontline.actor, complaint, "telephone_form", Wanted(language="zh-hans"))
        assert made.content.startswith(b"%PDF")


@pytest.mark.req("RG-19")
def test_a_call_is_linked_later_by_whoever_has_the_case_once_and_taken_away_again(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    with travel_to(NOON):
        complaint = a_case(cast)
        send(Client(), entry, secret, {"events": TOLD})
        record = the_call()[1]
        assert calls_of(cast.frontline.actor, complaint) == []

        def take_it(step: str, **values: Any) -> None:
            take_step(actor=cast.frontline.actor, complaint_id=complaint.pk, step=step, values=values)

        with pytest.raises(InvalidInput):
            take_it("link_call", call="TH-2026-777")
        take_it("link_call", call=record.number)
        with pytest.raises(ConditionsUnmet):
            take_it("link_call", call=record.number)
        assert [one.number for one in calls_of(cast.frontline.actor, complaint)] == [record.number]
        take_it("unlink_call", call=record.number, reason="另一位客户的来电")
        assert calls_of(cast.frontline.actor, complaint) == []
        with pytest.raises(ConditionsUnmet):
            take_it("unlink_call", call=record.number, reason="另一位客户的来电")
        assert call_named(cast.dept.actor, record.number) is None


@kept
def a_case(cast: Cast) -> Complaint:
    with travel_to(AT):
        return register_complaint(actor=cast.frontline.actor, intake=read_intake({**FORM, "phone": NUMBER})).complaint


@pytest.mark.req("IG-04", "KP-03", "PS-06")
def test_a_hotline_is_connected_tried_counted_and_dialled_from_the_pages(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    entry, _secret = connected(cast)
    with travel_to(NOON):
        sign_in(cast.mgmt_rep)
        overview, page = reverse("phone:lines"), reverse("phone:line", args=[entry.number])
        assert entry.number in client.get(overview).content.decode()
        first = client.get(page).content.decode()
        assert f"/hooks/phone/{entry.number}/" in first
        assert "&lt;SECRET&gt;" in first
        made = client.post(reverse("phone:secret", args=[entry.number]), {"once": "k1"})
        fresh = made.content.decode().split('<code class="wrap-anywhere">phone_')[1].partition("<")[0]
        assert f"phone_{fresh}" not in client.get(page).content.decode()
        assert client.post(reverse("phone:secret", args=[entry.number]), {"once": "k1"}).status_code == 303
        send(
            Client(),
            entry,
            f"phone_{fresh}",
            {"events": [{"kind": "test"}, event("answered", 5, number=NUMBER), event("abandoned", 6, "c2")]},
        )
        assert Line.objects.get().tested_at == NOON
        shown = client.get(reverse("registers:entry", args=["channel", entry.number])).content.decode()
        assert "50.0%" in shown
        assert "channel-title" not in shown
        assert client.get(reverse("phone:line", args=["TD-2026-999"])).status_code == 404
        assert client.post(reverse("phone:off", args=[entry.number])).status_code == 303
        assert not Line.objects.exists()
    with travel_to(NOON):
        record = the_call()[1]
        body = {**rules.default(), "hosts": ["pbx.example.com"], "dial": "https://pbx.example.com/call?to={number}"}
        for dial, href in (("", f"tel:{NUMBER}"), (body["dial"], f"https://pbx.example.com/call?to={NUMBER}")):
            rulebooks.publish(
                actor=automation("test", entry.organisation_id), kind=rules.KIND, body={**body, "dial": dial}
            )
            sign_in(cast.frontline)
            hidden = client.get(reverse("registers:entry", args=["call", record.number])).content.decode()
            if not dial:
                assert href not in hidden
                client.post(
                    reverse("registers:reveal", args=["call", record.number]), {"field": "caller", "purpose": "contact", "subject": str(record.pk)}
                )  # fmt: skip
            assert href in client.get(reverse("registers:entry", args=["call", record.number])).content.decode()


CSV = (
    "通话编号,呼叫方向,主叫号码,来电时间,接听时间,挂机时间,坐席,通话时长\n"
    f"r1,呼入,{NUMBER},2026-03-01 10:00:00,2026-03-01 10:00:20,2026-03-01 10:05:00,8001,280\n"
    "r2,呼入,13900001111,2026-03-01 11:00:00,,2026-03-01 11:01:00,,\n"
    "r3,呼入,13900001111,2026-03-01 12:00:00,,2026-03-01 11:00:00,,-3600\n"
    "r4,呼出,13900001111,2026-03-01 13:00:00,2026-03-01 13:00:05,2026-03-01 13:01:00,8002,55\n"
    ",呼入,13900001111,2026-03-01 14:00:00,,2026-03-01 14:01:00,,\n"
)


@pytest.mark.req("IG-04")
def test_records_come_as_a_file_once_each_and_every_refused_line_says_why(
    cast: Cast, client: Client, sign_in: Any
) -> None:
    entry, _secret = connected(cast)
    with travel_to(NOON):
        sign_in(cast.mgmt_rep)
        address = reverse("phone:records", args=[entry.number])

        def bring(content: bytes, name: str = "calls.csv") -> Any:
            return client.post(address, {"file": SimpleUploadedFile(name, content)})

        answer = bring(CSV.encode("gb18030"))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "通话时长" in page  # left out, and said so
        assert [row in page for row in ("<td>4</td>", "<td>6</td>", "<td>3</td>")] == [True, True, False]
        assert sorted(Call.objects.values_list("ref", "outcome")) == [
            ("r1", "answered"),
            ("r2", "missed"),
            ("r4", "out"),
        ]
        assert Entry.objects.filter(register="missed_call").count() == 1
        bring(CSV.encode())
        assert Call.objects.count() == 3
        for content in (b"", b"a,b\n1,2\n", b"PK\x03\x04nothing", b"\x00\x01", CSV.splitlines()[0].encode()):
            assert bring(content).status_code == 422
        assert client.post(address, {}).status_code == 422
        assert importing.meanings(("主叫号码", "来电号码", "通话编号：")) == ["number", "", "call"]

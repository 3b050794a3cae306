"""Calls of a day beside what is registered: marked as complaints, linked, or of people who reached nobody (RG-26)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.complaints import coming_in
from tingsu.complaints.actions import take_step as take_case_step
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound
from tingsu.phone import figures, lines
from tingsu.phone.importing import take_records
from tingsu.phone.tests.calls import AT, NUMBER, after, connected, event, send, the_call
from tingsu.registers.actions import Opening, link_entry, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.tests.samples import an_entry

DAY = AT.date()


@pytest.mark.req("RG-26")
def test_calls_marked_as_complaints_are_counted_and_those_in_no_case_are_named(cast: Cast, client: Client) -> None:
    channel, secret = connected(cast)
    told: list[dict[str, Any]] = []
    for place, tag in enumerate(("complaint", "other", "complaint", "", "complaint")):
        call, begins = f"c{place}", place * 60
        told += [
            event("answered", begins + 5, call, number=f"1380000000{place}", agent="a1"),
            event("ended", begins + 40, call, **({"tag": tag} if tag else {})),
        ]
    told.append(event("answered", 86_400, "next-day", tag="complaint"))
    told.append(event("abandoned", 600, "lost", number=NUMBER, **{"while": "queue"}))
    with travel_to(AT + timedelta(hours=26)):
        assert send(client, channel, secret, {"events": told}).status_code == 200
        assert send(client, channel, secret, event("ended", 40, "c9", tag="angry")).status_code == 422
        marked = [the_call(f"c{place}")[1] for place in range(5)]
        assert [one.codes.get("tag") for one in marked] == ["complaint", "other", "complaint", None, "complaint"]
        case = a_case(cast.frontline, channel="hotline", received_at=after(10))
        take_case_step(
            actor=cast.frontline.actor, complaint_id=case.pk, step="link_call", values={"call": marked[0].number}
        )
        take_case_step(
            actor=cast.frontline.actor, complaint_id=case.pk, step="link_call", values={"call": marked[3].number}
        )
        assert coming_in.came(DAY)["hotline"] == 3, "two marked without a case, and one case of two calls"
        waits = Entry.objects.get(register="missed_call")
        assert [one.number for one in coming_in.without_a_case(DAY)] == sorted(
            [marked[2].number, marked[4].number, waits.number]
        )

        def does(entry: Entry, step: str, **values: Any) -> None:
            fresh = Entry.objects.get(pk=entry.pk)
            take_step(
                actor=cast.frontline.actor, entry=fresh, register=registers()[entry.register], step=step, values=values
            )

        does(marked[4], "mark", tag="other")
        send(client, channel, secret, event("recording", 300, "c4", recording="r-4"))
        assert the_call("c4")[1].codes["tag"] == "other", "a later event without a mark leaves what a person said"
        does(waits, "reach", words="问了进度")
        assert [one.number for one in coming_in.without_a_case(DAY)] == [marked[2].number]
        assert coming_in.came(DAY)["hotline"] == 2


@pytest.mark.req("RG-26")
def test_only_what_came_in_on_the_day_counts_as_come_in(cast: Cast, client: Client) -> None:
    channel, secret = connected(cast)
    told: list[dict[str, Any]] = [
        event("answered", 5, "followed", agent="a1", tag="complaint"), event("ended", 40, "followed"),
        event("answered", 65, "noted", agent="a1", tag="complaint"), event("ended", 90, "noted"),
        event("answered", 125, "outward", agent="a1", direction="out", tag="complaint"),
        event("answered", 185, "inside", agent="a1", direction="internal", tag="complaint"),
        event("abandoned", 245, "lost", tag="complaint", **{"while": "queue"}),
    ]  # fmt: skip
    older = a_case(cast.frontline, channel="hotline", received_at=after(-200_000))
    with travel_to(AT + timedelta(hours=26)):
        assert send(client, channel, secret, {"events": told}).status_code == 200
        followed, noted = the_call("followed")[1], the_call("noted")[1]
        assert [one.number for one in coming_in.without_a_case(DAY)] == sorted([followed.number, noted.number])
        assert coming_in.came(DAY)["hotline"] == 2
        take_case_step(
            actor=cast.frontline.actor, complaint_id=older.pk, step="link_call", values={"call": followed.number}
        )
        assert coming_in.came(DAY)["hotline"] == 1, "a case of another day did not come in on this one"
        contact = an_entry(registers()["contact"], cast.frontline)
        link_entry(
            actor=cast.frontline.actor, register=registers()["contact"], entry=contact, number=noted.number, kind="about"
        )  # fmt: skip
        assert coming_in.without_a_case(DAY) == [], "linked from the contact's side"
        assert coming_in.came(DAY)["hotline"] == 1, "a complaint by its mark, registered nowhere"


@pytest.mark.req("IG-04")
def test_a_machine_takes_back_no_mark_of_a_person_and_no_late_event_a_newer_tag(cast: Cast, client: Client) -> None:
    channel, secret = connected(cast)

    def told(seconds: int, tag: str) -> str | None:
        assert send(client, channel, secret, event("ended", seconds, agent="a1", tag=tag)).status_code == 200
        stands: str | None = the_call()[1].codes.get("tag")
        return stands

    with travel_to(AT + timedelta(hours=26)):
        send(client, channel, secret, event("answered", 5, agent="a1"))
        assert told(40, "complaint") == "complaint"
        assert told(20, "other") == "complaint", "what was said earlier came later"
        assert told(50, "other") == "other"
        take_step(
            actor=cast.frontline.actor, entry=the_call()[1], register=registers()["call"], step="mark",
            values={"tag": "complaint"},
        )  # fmt: skip
        assert told(60, "other") == "complaint", "whoever spoke with the caller knows better"


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("客户投诉-质量", "complaint"), ("Complaint", "complaint"), ("售后咨询", "other"), (" ", None), ("投诉", "complaint"), ("投诉建议", "complaint"),
        ("非投诉", "other"), ("无投诉", "other"), ("没有投诉", "other"), ("未投诉", "other"), ("咨询（不是投诉）", "other"), ("不属于投诉", "other"),
        ("投诉进度查询", "other"), ("查询投诉进展", "other"), ("投诉结果咨询", "other"), ("催投诉进度，另投诉物流", "complaint"),
        ("not a complaint", "other"), ("No complaint", "other"), ("non-complaint", "other"), ("complaint status", "other"), ("billing complaint", "complaint"),
        ("不满投诉", "complaint"), ("对处理结果不满，投诉", "complaint"), ("通知投诉", "complaint"),
    ],
)  # fmt: skip
def test_a_list_of_calls_says_in_its_own_words_which_were_complaints(cast: Cast, written: str, tag: str | None) -> None:
    channel, _secret = connected(cast)
    with travel_to(AT + timedelta(days=9)):
        record = {"call": "r1", "started_at": after(0), "answered_at": after(5), "ended_at": after(90), "tag": written}
        assert not take_records(lines.hotline(channel.number), [(1, record)]).refused
        assert the_call("r1")[1].codes.get("tag") == tag
        assert coming_in.came(DAY)["hotline"] == (tag == "complaint"), "a list that came late counts for its day"


CHAT = {
    "title": "App 在线客服", "kind": "app", "mode": "internet", "hours": "每天 9–21 时", "interval": "weekly",
    "tested_on": "2026-03-02", "result": "发消息有人应答",
}  # fmt: skip


@pytest.mark.req("KP-03", "IG-04", "RG-26")
def test_chats_are_counted_by_the_system_as_calls_are_and_apart_by_channel(cast: Cast, client: Client) -> None:
    hotline, ringing = connected(cast)
    with travel_to(AT):
        app = open_entry(actor=cast.qa.actor, register=registers()["channel"], opening=Opening(values=CHAT))
        chatting = lines.make_secret(cast.supervisor.actor, lines.hotline(app.number)).secret
        box = open_entry(
            actor=cast.qa.actor,
            register=registers()["channel"],
            opening=Opening(values={**CHAT, "kind": "suggestion_box"}),
        )
        with pytest.raises(NotFound):
            lines.hotline(box.number)
    told = [
        event("queued", 0, "k1"), event("answered", 5, "k1", agent="a1"), event("ended", 90, "k1", tag="complaint"),
        event("queued", 10, "k2"), event("abandoned", 20, "k2", **{"while": "queue"}),
        event("answered", 30, "k3", by="machine"), event("ended", 60, "k3"),
    ]  # fmt: skip
    with travel_to(AT + timedelta(minutes=5)):
        assert send(client, app, chatting, {"events": told}).status_code == 200
        assert send(client, app, ringing, event("queued", 0, "forged")).status_code == 401
        send(client, hotline, ringing, {"events": [event("answered", 5, "c1", number=NUMBER), event("ended", 9, "c1")]})
        hour = (AT, AT + timedelta(hours=1))
        rate = figures.answer_rate(app.pk, *hour)
        assert (rate.answered, rate.missed, rate.machine, rate.enough) == (1, 1, 1, False)
        assert figures.answer_rate(hotline.pk, *hour).answered == 1
        assert figures.answer_rate(None, *hour).offered == 3, "KP-03 counts both"
        assert coming_in.came(DAY) == {"app": 1}, "marked as a complaint, and no case"
        assert not Entry.objects.filter(register="missed_call").exists(), "whoever left no number cannot be called back"
        case = a_case(cast.frontline, channel="app", mode="internet", received_at=after(10))
        take_case_step(
            actor=cast.frontline.actor,
            complaint_id=case.pk,
            step="link_call",
            values={"call": the_call("k1")[1].number},
        )
        assert coming_in.came(DAY) == {"app": 1}, "once, as the case it became"
        Complaint.objects.filter(pk=case.pk).update(channel="letter")
        assert not coming_in.came(DAY)["letter"], (
            "what came by letter and was chatted about later, the chat did not bring"
        )

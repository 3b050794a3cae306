"""Calls of a day beside what is registered: marked as complaints, linked, or of people who reached nobody (RG-26)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.complaints import coming_in
from tingsu.complaints.actions import take_step as take_case_step
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import travel_to
from tingsu.phone import lines
from tingsu.phone.importing import take_records
from tingsu.phone.tests.calls import AT, NUMBER, after, connected, event, send, the_call
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

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
        case = a_case(cast.frontline)
        take_case_step(
            actor=cast.frontline.actor, complaint_id=case.pk, step="link_call", values={"call": marked[0].number}
        )
        take_case_step(
            actor=cast.frontline.actor, complaint_id=case.pk, step="link_call", values={"call": marked[3].number}
        )
        assert coming_in.came(DAY)["hotline"] == 4, "three marked, and one that is linked without a mark"
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
        assert coming_in.came(DAY)["hotline"] == 3


@pytest.mark.parametrize(
    ("written", "tag"), [("客户投诉-质量", "complaint"), ("Complaint", "complaint"), ("售后咨询", "other"), (" ", None)]
)
def test_a_list_of_calls_says_in_its_own_words_which_were_complaints(cast: Cast, written: str, tag: str | None) -> None:
    channel, _secret = connected(cast)
    with travel_to(AT + timedelta(days=9)):
        record = {"call": "r1", "started_at": after(0), "answered_at": after(5), "ended_at": after(90), "tag": written}
        assert not take_records(lines.hotline(channel.number), [(1, record)]).refused
        assert the_call("r1")[1].codes.get("tag") == tag
        assert coming_in.came(DAY)["hotline"] == (tag == "complaint"), "a list that came late counts for its day"

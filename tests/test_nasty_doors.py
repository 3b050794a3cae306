"""Nasty strings, dates and sizes at the doors of programs, partners, visitors and stores: taken whole or refused in a sentence, never an error."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nasty import NASTY
from tests.test_nasty_strings import CONTROL, harmless
from tingsu.api.tests.test_conversations import program
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_slips import batch, grid, line, sent
from tingsu.kernel.clock import travel_to
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.outside import running, taking
from tingsu.outside.models import ImportLine
from tingsu.outside.tests.test_imports import begun, csv_of, does
from tingsu.partners.tests import test_partners as partner
from tingsu.phone.models import CallEvent
from tingsu.phone.tests.calls import AT, connected, event, send
from tingsu.portal.tests import test_kiosk as visitor
from tingsu.portal.tests import test_signed_handover as app
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-15", "PS-03")]
DATES = (
    "1900-01-01",
    "2100-01-01T00:00:00+08:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30",
    "昨天",
    "1e9",
    "",
)
LONG = "投诉" * 5_000_000
OTHERS = (None, True, 10**30, -1, 1.5, [], {}, [[]], "x" * 10_000)


def told(answer: Any) -> None:
    """Taken, or refused with words; nothing else."""
    assert answer.status_code < 500, answer.content[:300]
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"].startswith("application/"), (answer.status_code, answer.content[:2000])
        assert json.loads(answer.content)["detail"]


def test_a_conversation_of_a_chat(cast: Cast, client: Client) -> None:
    ask = program(cast, client)
    with travel_to(MONDAY):
        at = (MONDAY - timedelta(minutes=5)).isoformat()
        for place, (one, two) in enumerate(zip(NASTY[::2], NASTY[1::2], strict=False)):
            turns = [{"role": "customer", "at": at, "text": one}, {"role": "assistant", "at": at, "text": two}]
            complaint = {"problem_type": "product", "name": two, "order_number": one, "phone": one}
            told(ask({"conversation_id": f"c{place}", "turns": turns, "complaint": complaint}))
        whole = {"role": "customer", "at": at, "text": "外箱压裂"}
        for place, odd in enumerate((*DATES, *OTHERS)):
            for body in (
                {
                    "conversation_id": f"d{place}",
                    "turns": [{**whole, "at": odd}],
                    "complaint": {"problem_type": "product"},
                },
                {"conversation_id": odd, "turns": [{**whole, "text": odd, "role": odd}], "complaint": odd},
                {"conversation_id": f"e{place}", "turns": odd, "complaint": {"problem_type": odd, "received_at": odd}},
                odd,
            ):
                told(ask(body))
        told(
            ask(
                {
                    "conversation_id": "long",
                    "turns": [{**whole, "text": LONG}],
                    "complaint": {"problem_type": "product"},
                }
            )
        )
    assert Complaint.objects.exists(), "the harmless ones were taken"


def test_events_of_a_telephone_system(cast: Cast, client: Client) -> None:
    entry, secret = connected(cast)
    with travel_to(AT + timedelta(hours=2)):
        for first in range(0, len(NASTY), 40):
            told_events = [
                event("answered", place, call=one or "x", number=one, agent=one, recording=one)
                for place, one in enumerate(NASTY[first : first + 40])
            ]
            told(send(client, entry, secret, {"events": told_events}))
        for odd in (*DATES, *OTHERS):
            told(send(client, entry, secret, {"events": [{**event("offered", 0), "at": odd}]}))
            told(
                send(
                    client,
                    entry,
                    secret,
                    {"events": [{**event("offered", 0), "kind": odd, "call": odd, "number": odd}]},
                )
            )
            told(send(client, entry, secret, {"events": odd}))
            told(send(client, entry, secret, odd))
        kept = CallEvent.objects.count()
        told(send(client, entry, secret, {"events": [event("offered", 0, number=LONG)]}))
        assert CallEvent.objects.count() == kept


def test_what_an_app_hands_over(cast: Cast, client: Client) -> None:
    entry = app.site_entry(cast)
    with travel_to(MONDAY):
        odd = [*NASTY, *DATES, *OTHERS, "x" * 3000]
        for place in range(0, len(odd), 4):
            given = dict(zip(("name", "phone", "order_number", "product"), odd[place : place + 4], strict=False))
            page = client.get(
                "/form/", {"handover": app.token(entry, **given, cause=odd[place], sub=odd[place])}, follow=True
            )
            assert page.status_code < 500
            harmless(page, page.status_code)
        for one in NASTY:
            assert client.get("/form/", {"handover": one}).status_code < 500


def test_a_visitor_at_a_screen(cast: Cast, sign_in: Any) -> None:
    screen, _visit = visitor.opened(cast, reverse("portal:kiosk"))
    for place, one in enumerate(NASTY):
        typed = {
            **visitor.TYPED,
            "description": one,
            "name": NASTY[-place],
            "phone": one,
            "group": one,
            "do": "type" if place % 2 else one,
        }
        harmless(screen.post(reverse("portal:kiosk"), typed, follow=True), 200) if place % 8 == 0 else None
        assert screen.post(reverse("portal:kiosk"), typed).status_code < 500
        assert Client().post(reverse("portal:kiosk"), {"do": "pair", "code": one}).status_code < 500
    harmless(sign_in(cast.frontline).get(reverse("intake:visits")))


def test_the_grid_of_a_store(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.frontline)
    for first in range(0, len(NASTY), 20):
        entry = batch(cast.frontline, slips=20)
        lines = [
            line(
                place,
                description=f"多收 {one}",
                name=one,
                contact=one,
                received_at=one if place % 2 else DATES[place % len(DATES)],
            )
            for place, one in enumerate(NASTY[first : first + 20], 1)
        ]
        answer = client.post(grid(entry), sent(*lines))
        assert answer.status_code in {303, 422}
        harmless(client.get(grid(entry)))


def test_a_partner_hands_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tingsu.partners import handing

    monkeypatch.setattr(handing, "MOST_A_DAY", 10_000)
    partner.in_register(cast)
    partner.account(cast)
    client = partner.door()
    for place, one in enumerate(NASTY):
        typed = {
            "description": f"转来 {one}",
            "problem_type": "consumer",
            "reference": one,
            "name": one,
            "phone": one,
            "email": one,
            "told": "on",
        }
        page = client.post("/partner/hand-over/", {**typed, "once": f"n{place}", "order_number": one, "product": one})
        if page.status_code == 422:
            harmless(page, 422)
            less = {"description": f"转来 {one}", "problem_type": "consumer", "once": f"m{place}"}
            assert client.post("/partner/hand-over/", less).status_code == (422 if "\x00" in one else 303)
        else:
            assert page.status_code == 303
    harmless(client.get("/partner/"))
    assert Complaint.objects.count() == len([one for one in NASTY if "\x00" not in one])


def test_mentions_of_the_press(cast: Cast, sign_in: Any) -> None:
    from tingsu.files import store

    written = [one.replace('"', '""') for one in NASTY if not CONTROL.search(one) and "<" not in one]
    rows = [(one, f"外箱压裂 {one}", one, one, one, DATES[place % len(DATES)]) for place, one in enumerate(written)]
    file = store.keep(
        "m.csv", csv_of(*rows, head=("标题", "内容", "来源", "链接", "阅读量", "发布时间")), actor=cast.frontline.actor
    )
    entry = does(cast.frontline, begun(cast.frontline, "media"), "read", list=[str(file.pk)])
    running.check(entry.pk)
    lines = list(ImportLine.objects.filter(entry_id=entry.pk))
    assert len(lines) > len(written) // 2
    assert all(row.said for row in lines if row.verdict == "refused"), "what is refused says why"
    if any(row.verdict == "fits" for row in lines):
        does(cast.frontline, entry, "start")
        taking.take_in(entry.pk)
    staff = sign_in(cast.supervisor)
    for spill in Entry.objects.filter(register="spill_over").order_by("pk")[::20]:
        harmless(staff.get(reverse("registers:entry", args=["spill_over", spill.number])))
    assert not [one.sentence for one in verify_organisation(Tally())]


def test_more_megabytes_than_one_request_may_bring_are_a_sentence(cast: Cast, client: Client, sign_in: Any) -> None:
    answer = program(cast, client)({"conversation_id": "c", "turns": [], "complaint": {"name": LONG}})
    assert answer.status_code == 413
    assert "2" in json.loads(answer.content)["detail"]
    for address, person in (
        (reverse("portal:kiosk"), None),
        (reverse("desk:register"), cast.frontline),
    ):
        page = (sign_in(person) if person else Client()).post(address, {"description": LONG})
        assert page.status_code == 413, address
        assert "2 MB" in page.content.decode()

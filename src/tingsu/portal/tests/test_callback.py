"""Calls by appointment for elderly people, minors and whoever would rather talk (IN-14)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.letters.models import Notice
from tingsu.portal import callback
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-14")]


def asked(**changes: str) -> dict[str, str]:
    slot = callback.slots()[0]
    given = {
        "booking": "018f0000-0000-7000-8000-000000000001",
        "group": "elderly",
        "phone": "0571-8888 0000",
        "slot": slot.code,
    }
    return {**given, "name": "王奶奶", "words": "热水器不热", **changes}


def test_hours_are_full_hours_of_working_time_on_five_working_days(cast: Cast) -> None:
    with travel_to(datetime(2026, 3, 6, 8, 30, tzinfo=UTC)):  # Friday 16:30 in Beijing
        found = callback.slots()
    days = list(dict.fromkeys(one.on.isoformat() for one in found))
    assert days == ["2026-03-06", "2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"][: len(days)] or len(days) == 5
    assert all(one.on.weekday() < 5 for one in found)
    assert all(one.end - one.start == timedelta(hours=1) for one in found)
    assert all(one.start >= datetime(2026, 3, 6, 9, 30, tzinfo=UTC) for one in found)
    with travel_to(
        datetime(2026, 2, 14, 16, 0, tzinfo=UTC)
    ):  # the eve of Spring Festival: nobody is there for nine days
        assert callback.slots()[0].on.isoformat() == "2026-02-24"


@pytest.mark.req("IN-10")
@pytest.mark.parametrize(
    "change", [{}, {"phone": "0571-8888 0001"}, {"words": "换个时间"}, {"slot": ""}, {"group": "none"}, {"name": ""}]
)
def test_a_form_sent_again_after_an_answer_that_was_lost_books_once_and_says_what_was_not_done(
    client: Client, cast: Cast, change: dict[str, str]
) -> None:
    with travel_to(MONDAY):
        given = asked()
        client.post("/callback/", given)
        again = given | (change or {})
        if "slot" in change:
            again["slot"] = callback.slots()[1].code
        answer = Client().post("/callback/", again)  # a browser that never got the first answer, nor its cookie
        assert Entry.objects.filter(register="contact").count() == 1
        if not change:
            assert answer.headers["Location"] == "/callback/booked/"
            return
        page = answer.content.decode()
        assert answer.status_code == 409
        assert f"回电已登记，编号 {Entry.objects.get(register='contact').number}" in page
        assert (again["words"] in page, again["phone"] in page) == (True, True), "what was typed stays"
        fresh = page.split('name="booking" value="')[1].split('"')[0]
        assert fresh != given["booking"]
        client.post("/callback/", again | {"booking": fresh})
        assert Entry.objects.filter(register="contact").count() == 2, "sent once more, it is done too"


def test_one_tap_calls_and_an_appointment_reaches_somebody_on_duty_with_the_group(
    client: Client, cast: Cast, sign_in: Any
) -> None:
    with travel_to(MONDAY):
        client.cookies["tingsu_elder"] = "1"
        home = client.get("/").content.decode()
        assert 'href="tel:4000000000"' in home
        assert 'href="/callback/"' in home
        page = client.get("/callback/").content.decode()
        assert 'value="elderly" checked' in page
        assert 'href="tel:4000000000"' in page[page.index("<main") :]
        assert 'value="minor" checked' in client.get("/callback/?group=minor").content.decode()
        given = asked()
        answer = client.post("/callback/", given)
        assert answer.headers["Location"] == "/callback/booked/"
        client.post("/callback/", given)  # pressed twice
        entry = Entry.objects.get(register="contact")
        booked = client.get("/callback/booked/").content.decode()
        assert entry.number in booked
        assert "王奶奶" not in booked
        assert (entry.codes["kind"], entry.codes["group"], entry.state) == ("callback", "elderly", "open")
        promise = Promise.objects.get(stream_id=entry.pk)
        assert (promise.kind, promise.due_at) == ("contact_callback", callback.slots()[0].end)
        assert entry.owner_id in {cast.frontline.id, cast.frontline2.id, cast.specialist.id, cast.specialist2.id}
        assert Notice.objects.filter(member_id=entry.owner_id, kind="contact.given").exists()
        desk = sign_in(cast.supervisor)
        for address, there in (("?group=elderly", True), ("?group=minor", False), ("", True)):
            listed = str(desk.get(f"/desk/records/contact/{address}").context["rows"])
            assert (entry.number in listed) is there, address
        assert "老年人" in desk.get("/desk/records/contact/").content.decode()
    assert Client().get("/callback/booked/").headers["Location"] == "/callback/"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"phone": ""}, "phone"), ({"phone": "1380000221"}, "phone"), ({"phone": "00000000000"}, "phone"), ({"group": "rich"}, "group"),
        ({"group": ""}, "group"), ({"slot": ""}, "slot"), ({"slot": "2026-03-01T01:00:00+00:00"}, "slot"), ({"words": "长" * 1001}, "words"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_everything_kept(
    client: Client, cast: Cast, changes: dict[str, str], wrong: str
) -> None:
    with travel_to(MONDAY):
        answer = client.post("/callback/", asked(**changes))
        assert answer.status_code == 422
        step = answer.context["step"]
        assert set(step.errors) == {wrong}
        assert step.values["name"] == "王奶奶"
        assert ("长" * 1001 in answer.content.decode()) is (wrong == "words")
        assert not Entry.objects.exists()
        assert client.post("/callback/", asked()).status_code == 302


def test_another_time_is_agreed_and_the_call_becomes_a_complaint_with_its_group(client: Client, cast: Cast) -> None:
    register = registers()["contact"]

    def take(name: str, **values: Any) -> Entry:
        row = Entry.objects.select_related("stream").get(register="contact")
        return take_step(actor=cast.supervisor.actor, entry=row, register=register, step=name, values=values)

    with travel_to(MONDAY):
        client.post("/callback/", asked(group="minor"))
        late = MONDAY + timedelta(days=1)
        with pytest.raises(ConditionsUnmet):
            take(
                "agree_call",
                new_from=late.isoformat(),
                new_until=(late - timedelta(hours=1)).isoformat(),
                reason="无人接听",
            )
        take(
            "agree_call",
            new_from=late.isoformat(),
            new_until=(late + timedelta(hours=1)).isoformat(),
            reason="无人接听",
        )
        running = Promise.objects.get(ended_at=None)
        assert (running.kind, running.due_at) == ("contact_callback", late + timedelta(hours=1))
        take("convert", becomes="complaint", problem_type="product", confirmed=True, reason="要求退款")
        assert Complaint.objects.get().group == "minor"
        assert not Promise.objects.filter(ended_at=None, kind="contact_callback").exists()


def test_a_call_needs_a_number(cast: Cast) -> None:
    with travel_to(MONDAY):
        given = {
            "kind": "callback", "mode": "phone", "received_at": MONDAY.isoformat(), "words": "请回电",
            "call_from": (MONDAY + timedelta(hours=1)).isoformat(), "call_until": (MONDAY + timedelta(hours=2)).isoformat(),
        }  # fmt: skip
        with pytest.raises(ConditionsUnmet):
            open_entry(actor=cast.frontline.actor, register=registers()["contact"], opening=Opening(values=given))
        whole = {**given, "caller_phone": "13800002210"}
        assert (
            open_entry(actor=cast.frontline.actor, register=registers()["contact"], opening=Opening(values=whole)).state
            == "open"
        )


def test_what_must_be_chosen_is_not_said_to_be_chosen_if_one_likes(client: Client, cast: Cast) -> None:
    client.cookies["tingsu_language"] = "en"
    with travel_to(MONDAY):
        page = client.get("/callback/").content.decode()
    assert ">Choose</option>" in page
    assert "Choose, if you like" not in page

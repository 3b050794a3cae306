"""Special groups (IN-14): named people take what comes from them, hours hold as many calls as there are people, missed calls stay owed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.intake import special_groups
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.kernel.ids import new_id
from tingsu.letters.models import Notice
from tingsu.people import directory, queries
from tingsu.people.conformity import not_conforming
from tingsu.people.models import Member
from tingsu.portal import callback
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY

pytestmark = pytest.mark.req("IN-14")


def takes(person: Person, *groups: str, on_duty: bool = True) -> None:
    Member.objects.filter(pk=person.id).update(groups=list(groups), on_duty=on_duty)
    directory.forget_cached()


def visitor(cast: Cast) -> Actor:
    return Actor(
        kind="complainant", organisation_id=cast.organisation_id, name="portal", roles=frozenset({"complainant"})
    )


def booking(cast: Cast, place: int = 0, group: str = "elderly") -> Entry:
    slot = callback.slots()[place]
    values, errors = callback.read(
        {"group": group, "name": "王奶奶", "phone": "057188880000", "words": "", "slot": slot.code}
    )
    assert not errors
    return callback.book(visitor(cast), new_id(), values)


def does(by: Person, entry: Entry, name: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=by.actor, entry=row, register=registers()["contact"], step=name, values=values)


@pytest.mark.parametrize(
    ("named", "on_duty", "group", "theirs"),
    [
        ("elderly", True, "elderly", True),
        ("minor", True, "elderly", False),
        ("elderly", False, "elderly", False),
        ("elderly", True, "", None),
    ],
)
def test_what_comes_from_a_group_goes_to_whoever_takes_it_and_is_on_duty(
    cast: Cast, named, on_duty, group, theirs
) -> None:
    takes(cast.coach, named, on_duty=on_duty)
    owners = {queries.duty_member_for_intake(new_id(), queries.Matter(group=group)).pk for _one in range(12)}
    if theirs is None:
        assert cast.coach.id not in owners or len(owners) > 1
    else:
        assert (owners == {cast.coach.id}) is theirs
    with travel_to(MONDAY):
        call = booking(cast)
    assert (call.owner_id == cast.coach.id) is (named == "elderly" and on_duty)


def test_unstaffed_is_reported_while_something_waits_and_the_queue_says_so(cast: Cast, sign_in: Any) -> None:
    def reported() -> str:
        return " ".join(str(one) for one in not_conforming() if "老年人" in str(one) or "未成年" in str(one))

    assert reported() == ""
    case = registered(cast, group="elderly")
    other = registered(cast)
    assert "老年人" in reported()
    assert "未成年" not in reported()
    client: Client = sign_in(cast.supervisor)
    page = client.get(reverse("desk:queue"), {"view": "special"})
    shown = page.content.decode()
    assert "当前无人在岗承接" in shown
    assert case.number in shown
    assert other.number not in shown
    Complaint.objects.filter(pk=case.pk).update(state="closed")
    assert reported() == "", "nothing waits any more"
    Complaint.objects.filter(pk=case.pk).update(state=case.state)
    takes(cast.frontline, "elderly")
    assert reported() == ""
    assert "当前无人在岗承接" not in client.get(reverse("desk:queue"), {"view": "special"}).content.decode()
    assert special_groups.takes(cast.frontline.actor)
    assert not special_groups.takes(cast.frontline2.actor)


def test_an_hour_holds_as_many_calls_as_people_take_them(cast: Cast, client: Client) -> None:
    takes(cast.frontline, "elderly", "minor")
    takes(cast.specialist, "minor")
    assert special_groups.capacity() == 2
    with travel_to(MONDAY):
        first = callback.slots()[0]
        given = {"group": "elderly", "name": "", "phone": "057188880000", "words": "", "slot": first.code}
        late, errors = callback.read(given)
        assert not errors
        booking(cast)
        assert callback.slots()[0] == first
        booking(cast)
        assert callback.slots()[0] != first
        _values, errors = callback.read(given)
        assert "slot" in errors
        with pytest.raises(callback.InvalidInput):
            callback.book(visitor(cast), new_id(), late)
        Member.objects.filter(pk=cast.specialist.id).update(on_duty=False)
        directory.forget_cached()
        assert special_groups.capacity() == 1
        assert Entry.objects.filter(register="contact").count() == 2


@pytest.mark.req("IN-14")
def test_where_nobody_is_named_the_front_line_on_duty_calls(cast: Cast) -> None:
    everybody = special_groups.capacity()
    assert everybody > 1
    Member.objects.filter(pk=cast.frontline.id).update(on_duty=False)
    directory.forget_cached()
    assert special_groups.capacity() == everybody - 1


@pytest.mark.req("IN-14")
def test_a_call_that_nobody_takes_is_reported_too(cast: Cast) -> None:
    assert special_groups.waiting_for_nobody() == []
    with travel_to(MONDAY):
        booking(cast, group="minor")
    assert len(special_groups.waiting_for_nobody()) == 1
    takes(cast.frontline, "minor")
    assert special_groups.waiting_for_nobody() == []


def test_a_call_that_did_not_come_about_stays_owed(cast: Cast, sign_in: Any) -> None:
    takes(cast.frontline, "elderly")
    with travel_to(MONDAY):
        theirs = booking(cast, 0)
        ours = booking(cast, 1)
        until = callback.slots(calendar_in_force())[0].end
        with pytest.raises(ConditionsUnmet):
            does(cast.frontline, theirs, "miss_call", missed_by="them", reason="尚未到时间")
        assert theirs.number in sign_in(cast.frontline).get("/desk/records/contact/").content.decode()
    with travel_to(until + timedelta(hours=2)):
        page = sign_in(cast.frontline).get("/desk/records/contact/").content.decode()
        assert "尚未回电" in page
        does(cast.frontline, theirs, "miss_call", missed_by="them", reason="响铃一分钟，无人接听")
        does(cast.frontline, ours, "miss_call", missed_by="us", reason="坐席离岗")
        ended = {row.stream_id: row for row in Promise.objects.filter(kind="contact_callback")}
        assert all(row.ended_at for row in ended.values())
        assert ended[ours.pk].breached_at is not None
        assert [ended[one.pk].ending for one in (theirs, ours)] == ["cancelled", "met"]
        open_now = Promise.objects.filter(kind="contact_answer", ended_at=None)
        assert {row.stream_id for row in open_now} == {theirs.pk, ours.pk}
        assert {row.owner_id for row in open_now} == {cast.frontline.id}
        told = Notice.objects.filter(kind="contact.call_missed")
        assert {row.stream_id for row in told} == {ours.pk}
        assert {row.member_id for row in told} == {cast.supervisor.id}
        with pytest.raises(ConditionsUnmet):
            consultation = Entry.objects.get(pk=theirs.pk)
            consultation.codes["kind"] = "consultation"
            Entry.objects.filter(pk=theirs.pk).update(codes=consultation.codes)
            does(cast.frontline, theirs, "miss_call", missed_by="them", reason="x")

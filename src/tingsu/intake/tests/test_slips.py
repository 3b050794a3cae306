"""A suggestion box and the list of a store's desk: twenty slips in one grid, each judged by itself (IN-03, IN-23)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.intake import slips
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.tests.samples import an_entry

WORDS = "收银台多收了 12 元，要求退还。"


def batch(by: Person, **more: Any) -> Entry:
    values = {
        "source": "suggestion_box", "place": "城东店一楼服务台旁", "taken_at": (now() - timedelta(hours=1)).isoformat(),
        "taken_by": str(by.id), "slips": 3, **more,
    }  # fmt: skip
    return open_entry(actor=by.actor, register=registers()["slip_batch"], opening=Opening(values=values))


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("stream").get(pk=entry.pk)


def take(by: Person, entry: Entry, step: str, **values: Any) -> Entry:
    return take_step(actor=by.actor, entry=fresh(entry), register=registers()["slip_batch"], step=step, values=values)


def grid(entry: Entry) -> str:
    return reverse("intake:slips", args=[entry.number])


def line(slip: int, **given: Any) -> dict[str, Any]:
    sent = {"description": WORDS, "problem_type": "consumer", **given}
    return {"slip": [str(slip)], **{f"s{slip}-{name}": value for name, value in sent.items()}}


def sent(*lines: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {"slip": []}
    for one in lines:
        whole = {**whole, **one, "slip": whole["slip"] + one["slip"]}
    return whole


@pytest.mark.req("IN-03", "IN-23", "IN-02")
def test_each_line_is_judged_by_itself_and_sent_twice_registers_once(cast: Cast, sign_in: Any) -> None:
    entry = batch(cast.frontline)
    client: Client = sign_in(cast.frontline)
    photo = SimpleUploadedFile("纸条.txt", "意见单照片".encode())
    form = sent(
        line(1, name="周桂兰", contact="13800002231", product="电饭煲", category="2", files__new=photo),
        line(2, contact="12", name="何平"),
        line(3, description="店员很耐心", fate="praise", problem_type=""),
    )
    refused = client.post(grid(entry), form)
    html = refused.content.decode()
    assert refused.status_code == 422
    first = Complaint.objects.get()
    assert first.number in html
    assert "何平" in html
    assert 'href="#f-s2-contact"' in html
    assert 'name="s1-description"' not in html
    assert 'name="s3-description"' not in html
    assert (first.channel, first.mode, first.mode_other, first.branch) == (
        "suggestion_box",
        "other",
        "意见箱",
        "城东店一楼服务台旁",
    )
    assert first.received_at == slips.taken_at(fresh(entry))
    assert [one["no"] for one in first.categories] == [2]
    assert (first.text("description"), first.owner_id, first.outside_reference) == (
        WORDS,
        cast.frontline.id,
        f"{entry.number}/1",
    )
    assert StoredFile.objects.get().stream_id == first.pk
    praise = Entry.objects.get(register="contact")
    assert (praise.codes["kind"], praise.written()["words"]) == ("praise", "店员很耐心")
    assert fresh(entry).state == "entering"
    owed = Promise.objects.get(stream_id=entry.pk, kind="slips_entered")
    assert owed.started_at == slips.taken_at(fresh(entry)), "from when the box was emptied, not from when it was typed"

    again = client.post(grid(entry), {name: value for name, value in form.items() if not name.startswith("s1-files")})
    assert again.status_code == 422
    assert (Complaint.objects.count(), Entry.objects.filter(register="contact").count()) == (1, 1)

    mended = client.post(grid(entry), sent(line(2, contact="he@example.com", name="何平")))
    assert mended.status_code == 303
    assert mended.headers["Location"].endswith(f"/{entry.number}/")
    second = Complaint.objects.exclude(pk=first.pk).get()
    assert not second.anonymous
    assert second.parties.get(role="complainant").email_index
    done = fresh(entry)
    assert done.state == "accounted"
    assert set(EntryLink.objects.filter(entry=done).values_list("other_id", flat=True)) == {
        first.pk,
        second.pk,
        praise.pk,
    }
    page = client.get(mended.headers["Location"]).content.decode()
    assert first.number in page
    assert second.number in page
    assert praise.number in page
    assert client.get(grid(entry)).status_code == 403, "nothing is left to be entered"
    assert not [one.sentence for one in verify_organisation(Tally())]


@pytest.mark.req("IN-23")
@pytest.mark.parametrize(
    ("given", "anonymous", "withheld"),
    [
        ({}, True, []),
        ({"name": "何平"}, False, ["phone", "email"]),
        ({"name": "何平", "contact": "13800002231"}, False, []),
        ({"name": "何平", "contact": "13800002231", "anonymous": "yes"}, True, []),
    ],
)
def test_who_gives_nothing_is_anonymous_and_a_name_alone_is_kept(cast: Cast, given, anonymous, withheld) -> None:
    entry = batch(cast.frontline)
    slips.take(cast.frontline.actor, entry, 1, {"description": WORDS, "problem_type": "consumer", **given})
    made = Complaint.objects.get()
    assert (made.anonymous, made.withheld) == (anonymous, withheld)
    assert (fresh(entry).codes["lines"][0].get("anonymous", False)) is anonymous
    assert bool(made.parties.get(role="complainant").name) is (not anonymous)


@pytest.mark.req("IN-03")
def test_one_slip_is_one_complaint_whoever_types_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = batch(cast.frontline, slips=4)
    raw = {"description": WORDS, "problem_type": "consumer"}
    with monkeypatch.context() as broken:
        broken.setattr(slips, "take_step", lambda **_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            slips.take(cast.frontline.actor, entry, 1, raw)
    assert not fresh(entry).codes.get("lines"), "registered, and stopped before it was noted"
    first = slips.take(cast.frontline.actor, fresh(entry), 1, raw)
    assert slips.take(cast.frontline2.actor, fresh(entry), 1, raw) == first
    with pytest.raises(InvalidInput) as refused:
        slips.take(cast.frontline2.actor, fresh(entry), 1, {**raw, "description": "另一段话"})
    assert first.number in str(refused.value.fields["description"])
    slips.take(cast.frontline.actor, entry, 2, {"fate": "unreadable"})
    with pytest.raises(InvalidInput):
        slips.take(cast.frontline.actor, fresh(entry), 2, raw)
    with pytest.raises(InvalidInput) as otherwise:
        slips.take(cast.frontline2.actor, fresh(entry), 1, {"fate": "unreadable"})
    assert str(otherwise.value.fields["description"]).startswith("第 1 号意见单此前已"), (
        "a complaint is not set aside as unreadable"
    )
    praise = {"fate": "praise", "description": "导购热情"}
    praised = slips.take(cast.frontline.actor, fresh(entry), 4, praise)
    assert slips.take(cast.frontline2.actor, fresh(entry), 4, praise) == praised
    for other in ({"fate": "suggestion", "description": "导购热情"}, {"fate": "praise", "description": "另一个人写的"}):
        with pytest.raises(InvalidInput):
            slips.take(cast.frontline2.actor, fresh(entry), 4, other)
    later = {**raw, "received_at": now().isoformat()}
    with pytest.raises(InvalidInput) as late:
        slips.take(cast.frontline.actor, fresh(entry), 3, later)
    assert list(late.value.fields) == ["received_at"]
    earlier = now() - timedelta(days=2)
    slips.take(cast.frontline.actor, fresh(entry), 3, {**raw, "received_at": earlier.isoformat()})
    assert Complaint.objects.filter(received_at__lt=earlier + timedelta(minutes=1)).count() == 1
    assert Complaint.objects.count() == 2


@pytest.mark.req("IN-03")
def test_the_list_of_a_store_is_told_in_person_and_says_who_signed(cast: Cast) -> None:
    entry = batch(cast.frontline, source="store_desk")
    raw = {"description": WORDS, "problem_type": "consumer", "contact": "13800002231"}
    slips.take(cast.frontline.actor, entry, 1, {**raw, "signed_by": "image"})
    slips.take(cast.frontline.actor, entry, 2, raw)
    signed, unsigned = Complaint.objects.order_by("outside_reference")
    assert (signed.channel, signed.mode, signed.signed_by) == ("store", "in_person", "image")
    assert signed.record_confirmed_at
    assert not unsigned.record_confirmed_at


@pytest.mark.req("IN-03")
def test_a_box_that_asks_for_two_people_is_taken_with_a_witness_who_is_somebody_else(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        batch(cast.frontline, witness=str(cast.frontline.id))
    for count in (0, 201):
        with pytest.raises((ConditionsUnmet, InvalidInput)):
            batch(cast.frontline, slips=count)
    assert batch(cast.frontline).state == "entering"
    asked = {"kind": "suggestion_box", "two_people": True}
    an_entry(registers()["channel"], cast.supervisor, **asked)
    with pytest.raises(InvalidInput) as refused:
        batch(cast.frontline)
    assert list(refused.value.fields) == ["witness"]
    Entry.objects.filter(register="channel").update(state="out")
    with pytest.raises(InvalidInput):
        batch(cast.frontline)  # a box that is out of order for a day still asks for two
    seen = batch(cast.frontline, witness=str(cast.specialist.id))
    assert seen.codes["witness"] == str(cast.specialist.id)
    assert batch(cast.frontline, source="store_desk").state == "entering", "another kind of channel"


@pytest.mark.req("FB-10", "IN-23")
def test_an_anonymous_slip_is_answered_on_the_spot_or_it_is_said_why_not(cast: Cast) -> None:
    entry = batch(cast.frontline, slips=2)
    for slip in (1, 2):
        slips.take(cast.frontline.actor, fresh(entry), slip, {"description": WORDS, "problem_type": "consumer"})
    assert fresh(entry).state == "answering"
    up = {"slip_chosen": "1", "answer": "已退还多收的款项，并重新培训收银员。", "posted_on": f"{now():%Y-%m-%d}"}
    with pytest.raises(InvalidInput) as early:
        take(cast.frontline, entry, "answer", **up)
    assert early.value.fields["slip_chosen"].code == "no_result"
    Complaint.objects.filter(outside_reference__startswith=entry.number).update(verdict="founded")
    take(cast.frontline, entry, "answer", **up)
    assert fresh(entry).state == "answering"
    with pytest.raises(InvalidInput):
        take(cast.frontline, entry, "answer", **up)
    take(cast.frontline, entry, "waive", slip_chosen="2", reason="内容涉及个人，不宜公示")
    done = fresh(entry)
    assert done.state == "accounted"
    assert done.written()["lines.0.answer"] == up["answer"]
    take(cast.frontline, entry, "recount", slips=3, reason="夹层中还有一张")
    assert fresh(entry).state == "entering"
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.frontline, entry, "recount", slips=1, reason="数错")


@pytest.mark.req("IN-03")
def test_programs_say_which_complaint_a_slip_became(cast: Cast) -> None:
    entry, other = batch(cast.frontline), batch(cast.frontline)
    slips.take(cast.frontline.actor, other, 1, {"description": WORDS, "problem_type": "consumer"})
    number = Complaint.objects.get().number
    for wrong in ({"slip": 4, "case": number}, {"slip": 0, "case": number}):
        with pytest.raises((ConditionsUnmet, InvalidInput)):
            take(cast.frontline, entry, "enter", **wrong)
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.frontline, entry, "enter", slip=1, case="202611-XF-999")
    take(cast.frontline, entry, "enter", slip=1, case=number)
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.frontline, entry, "enter", slip=2, case=number)
    take(cast.frontline, entry, "set_aside", slip=2, fate="twice", reason="与 1 号相同")
    with pytest.raises((ConditionsUnmet, InvalidInput)):
        take(cast.frontline, entry, "set_aside", slip=2, fate="twice", reason="与 1 号相同")


@pytest.mark.req("IN-03")
def test_a_slip_that_praises_says_when_it_happened(cast: Cast) -> None:
    entry = batch(cast.frontline)
    given = {"description": "店员很耐心", "fate": "praise", "occurred_on": "2026-03-01 下午"}
    for _again in range(2):
        slips.take(cast.frontline.actor, fresh(entry), 1, given)
    contact = Entry.objects.select_related("stream").get(register="contact")
    assert contact.written()["words"].splitlines() == ["店员很耐心", "发生时间：2026-03-01 下午"]


@pytest.mark.req("IN-03", "PS-03")
def test_bad_input_and_strangers(cast: Cast, sign_in: Any) -> None:
    entry = batch(cast.frontline)
    assert sign_in(cast.analyst).get(grid(entry)).status_code == 403
    client: Client = sign_in(cast.frontline)
    assert client.get(grid(entry)).status_code == 200
    assert client.get(reverse("intake:slips", args=["YX-2020-999"])).status_code == 404
    odd = sent(
        line(1, problem_type="nonsense", received_at="1900-13-40", contact="\x00"),
        line(9, name="x"),
        line(2, name="y" * 500),
    )
    answer = client.post(grid(entry), {**odd, "slip": [*odd["slip"], "", "x", "-1", "9" * 40]})
    assert answer.status_code == 422
    assert "y" * 500 in answer.content.decode()
    assert not Complaint.objects.exists()
    assert client.post(grid(entry), {"slip": ["1", "2"], "s1-problem_type": "consumer"}).status_code == 303
    assert not Complaint.objects.exists(), "lines without words are left out"


@pytest.mark.req("IN-05")
@pytest.mark.parametrize(
    ("line", "blank"),
    [
        ({}, True), ({"description": "  ", "anonymous": True}, True), ({"description": "少发一件"}, False),
        *(({"fate": fate}, False) for fate in ("unreadable", "twice", "other_body")),
    ],
)  # fmt: skip
def test_a_line_in_which_nobody_wrote_is_blank_but_not_what_a_slip_is_by_itself(
    line: dict[str, Any], blank: bool
) -> None:
    assert slips.is_blank(line) is blank

"""Complaints raised outside: where, under which number, until when, what is done, how it ended, how many (XR-01, XR-07)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import local, local_date, now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.ledger import plain
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.outside import spill_over, volume
from tingsu.outside.platforms import PLATFORMS
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

GIVEN = {"platform": "12315", "reference": "1440300002026", "words": "退款一直没有到账", "their_state": "已分流"}


def entered(by: Person, **more: Any) -> Entry:
    values = {**GIVEN, "received_at": (now() - timedelta(hours=3)).isoformat(), **more}
    return open_entry(actor=by.actor, register=registers()["spill_over"], opening=Opening(values=values))


def does(by: Person, entry: Entry, name: str, **values: Any) -> Entry:
    entry = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=by.actor, entry=entry, register=registers()["spill_over"], step=name, values=values)


def day(after: int) -> str:
    return (local_date(now(), "Asia/Shanghai") + timedelta(days=after)).isoformat()


@pytest.mark.req("XR-01")
def test_its_complaint_is_registered_once_with_number_platform_and_time(cast: Cast) -> None:
    entry = entered(cast.frontline)
    asked = {"becomes": "complaint", "problem_type": "consumer", "complainant_name": "陈小满", "complainant_phone": ""}
    does(cast.frontline, entry, "register", **asked)
    complaint = Complaint.objects.get()
    assert (complaint.outside_reference, complaint.channel, complaint.transferred_by) == (
        "1440300002026",
        "regulator",
        "全国12315平台",
    )
    assert plain(complaint.received_at) == entry.codes["received_at"]
    assert (complaint.mode, complaint.anonymous, complaint.withheld) == ("other", False, ["phone", "email"])
    assert EntryLink.objects.get(entry=entry).kind == "became"
    for again, values in (("register", asked), ("join", {"case": complaint.number})):
        with pytest.raises(ConditionsUnmet):
            does(cast.frontline, entry, again, **values)
    other = entered(cast.frontline, reference="2")
    for number in ("XF-1", ""):
        with pytest.raises(InvalidInput):
            does(cast.frontline, other, "join", case=number)
    does(cast.frontline, other, "join", case=complaint.number)
    assert spill_over.case_of(other) == complaint.pk
    nobody = entered(cast.frontline, reference="3")
    does(cast.frontline, nobody, "register", **{**asked, "complainant_name": ""})
    assert Complaint.objects.exclude(pk=complaint.pk).get().anonymous
    assert not [one.sentence for one in verify_organisation(Tally())]


@pytest.mark.req("XR-01")
def test_the_bodies_that_the_documents_name_are_all_there() -> None:
    with override("zh-hans"):
        named = {str(label) for _code, label in PLATFORMS}
    assert named >= {
        "@深圳-民意速办",
        "全国12315平台",
        "966315消费维权热线",
        "12345政务服务便民热线",
        "政府信访",
        "媒体",
        "其他单位",
    }


@pytest.mark.req("XR-01")
def test_another_body_is_named_and_the_day_of_its_answer_is_a_promise(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        entered(cast.frontline, platform="other")
    assert set(refused.value.fields) == {"platform_words"}
    entry = entered(
        cast.frontline, platform="other", platform_words="行业协会", reply_by=day(5), owner=str(cast.specialist.id)
    )
    promise = Promise.objects.get(stream_id=entry.pk)
    assert (promise.kind, promise.owner_id) == ("spill_over_reply", cast.specialist.id)
    does(cast.specialist, entry, "update", their_state="催办", reply_by=day(3))
    assert Promise.objects.filter(stream_id=entry.pk, ended_at=None).get().due_at < promise.due_at
    answered = does(cast.specialist, entry, "answer", reply="已退款并致歉", replied_on=day(0))
    assert (answered.state, Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()) == ("answered", False)
    ended = does(cast.specialist, entry, "end", result="settled", result_words="双方和解", ended_on=day(0))
    assert (ended.state, ended.codes["result"], ended.written()["result_words"]) == ("ended", "settled", "双方和解")


@pytest.mark.req("SZ 7", "XR-06")
def test_measures_have_an_owner_a_day_and_a_result(cast: Cast) -> None:
    entry = entered(cast.frontline)
    with pytest.raises(InvalidInput):
        does(cast.frontline, entry, "finish", measure="0", done_on=day(0), outcome="x")
    for place, (what, who) in enumerate((("上门致歉", cast.specialist), ("补发", cast.frontline))):
        does(cast.frontline, entry, "plan", what=what, who=str(who.id), until=day(2 + place))
    owed = Promise.objects.filter(stream_id=entry.pk, kind="spill_over_measure").order_by("due_at")
    assert [one.owner_id for one in owed] == [cast.specialist.id, cast.frontline.id]
    assert Notice.objects.filter(member_id=cast.specialist.id, stream_id=entry.pk).exists()
    assert not Notice.objects.filter(member_id=cast.frontline.id, stream_id=entry.pk).exists(), (
        "nobody is told of his own deed"
    )
    does(cast.specialist, entry, "finish", measure="0", done_on=day(0), outcome="对方接受道歉")
    kept = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert [line.get("done_on") for line in kept.codes["measures"]] == [day(0), None]
    assert kept.written()["measures.0.outcome"] == "对方接受道歉"
    assert [one.ending for one in owed.all()] == ["met", ""]
    with pytest.raises(InvalidInput):
        does(cast.specialist, entry, "finish", measure="0", done_on=day(0), outcome="x")
    does(cast.frontline, entry, "end", result="withdrawn", result_words="投诉人撤回", ended_on=day(0))
    assert [one.ending for one in owed.all()] == ["met", "cancelled"]


@pytest.mark.req("XR-07")
def test_volume_answers_and_results_are_counted_by_platform_and_month(cast: Cast, sign_in: Any, client: Any) -> None:
    at = now()
    with travel_to(at - timedelta(days=70)):
        entered(cast.frontline, reference="old")
    with travel_to(local(at, "Asia/Shanghai").replace(day=1) - timedelta(days=3)):
        late = entered(cast.frontline, reference="late", reply_by=day(1))
    Promise.objects.filter(stream_id=late.pk).update(breached_at=at)
    ended = entered(cast.frontline, platform="media", reply_by=day(4))
    does(cast.frontline, ended, "answer", reply="已答复", replied_on=day(0))
    does(cast.frontline, ended, "end", result="settled", result_words="和解", ended_on=day(0))
    after = entered(cast.frontline, platform="petition", reply_by=day(4))
    does(cast.frontline, after, "answer", reply="已答复", replied_on=day(0))
    Promise.objects.filter(stream_id=after.pk).update(breached_at=at)
    lines = {one.platform: one for one in volume.by_platform(cast.supervisor.actor)["platforms"]}
    body = lines["全国12315平台"]
    assert (body.raised, body.open, body.in_time, body.late) == ((0, 1), 2, 0, 1)
    media = lines["媒体"]
    assert (media.raised, media.open, media.in_time, media.late) == ((1, 0), 0, 1, 0)
    assert (lines["政府信访"].in_time, lines["政府信访"].late) == (0, 1), "an answer after its day is late"
    assert media.told_results == [("双方和解", 1)]
    assert volume.by_platform(cast.dept.actor) == {"platforms": None}, "figures of all are for those who see all"
    sign_in(cast.supervisor)
    page = client.get(reverse("registers:list", args=["spill_over"])).content.decode()
    assert "双方和解 1" in page

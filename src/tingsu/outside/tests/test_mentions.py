"""Mentions in press and social media: read from a list, looked at one by one, put to a case or opened as one (IG-06)."""

from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.outside.models import ImportLine
from tingsu.outside.tests.test_imports import begun, brought, csv_of, does, taken_in, verdicts
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

HEAD = ("标题", "内容", "来源", "链接", "阅读量", "发布时间")
FIRST = ("空气炸锅退款难", "平台拖了七天", "城市晚报", "https://news.example/1", "1.2万", "2026-01-03 10:20")
SECOND = ("", "快递员态度差", "微博@路人", "https://weibo.example/2", "", "")
REPRINTED = ("题目改了", "内容也改了", "转载", "https://news.example/1", "9万", "2026-01-05 08:00")
EMPTY = ("", "", "微博", "https://weibo.example/3", "5", "")


def spilled(place: int) -> Entry:
    line = ImportLine.objects.filter(number=place, verdict="made").get()
    return Entry.objects.select_related("stream").get(pk=line.spill_over_id)


def follows(by: Person, entry: Entry, name: str, **values: Any) -> Entry:
    return take_step(actor=by.actor, entry=entry, register=registers()["spill_over"], step=name, values=values)


@pytest.mark.req("IG-06")
def test_a_mention_is_looked_at_before_it_is_a_complaint(cast: Cast) -> None:
    entry = brought(cast.frontline, csv_of(FIRST, SECOND, REPRINTED, EMPTY, head=HEAD), source="media")
    assert verdicts(entry) == {2: "fits", 3: "fits", 4: "known", 5: "refused"}, "the link says which mention it is"
    entry = taken_in(cast.frontline, entry)
    assert verdicts(entry) == {2: "made", 3: "made", 4: "known", 5: "refused"}
    assert not Complaint.objects.exists()
    first, second = spilled(2), spilled(3)
    texts = first.written()
    told = {name: texts[name] for name in ("outlet", "link", "reach")}
    assert told == {"outlet": "城市晚报", "link": "https://news.example/1", "reach": "1.2万"}
    assert texts["words"] == "空气炸锅退款难\n平台拖了七天"
    assert first.codes["raised_at"].startswith("2026-01-03T02:20")
    assert (first.codes["platform"], first.owner_id) == ("media", cast.frontline.actor.id)

    case = a_case(cast.frontline)
    follows(cast.frontline, first, "join", case=case.number)
    assert EntryLink.objects.filter(entry=first, other_id=case.pk, kind="about").exists(), "matched to a case"
    follows(cast.frontline, second, "register", becomes="complaint", problem_type="consumer")
    opened = Complaint.objects.exclude(pk=case.pk).get()
    assert (opened.channel, opened.text("description")) == ("media", "快递员态度差"), "or one is opened"
    again = brought(cast.supervisor, csv_of(FIRST, SECOND, head=HEAD), source="media")
    assert verdicts(again) == {2: "known", 3: "known"}
    assert not [one.sentence for one in verify_organisation(Tally())]


def test_only_a_list_of_mentions_may_leave_open_what_its_lines_become(cast: Cast) -> None:
    given: dict[str, Any] = {"note": "上周", "becomes": "complaint", "problem_type": "consumer"}
    for source, left_out, taken in (
        ("media", ("becomes", "problem_type"), True),
        ("12345", ("becomes",), False),
        ("own", ("problem_type",), False),
    ):
        values = {"source": source} | {name: value for name, value in given.items() if name not in left_out}
        if taken:
            open_entry(actor=cast.frontline.actor, register=registers()["list_import"], opening=Opening(values=values))
            continue
        with pytest.raises(InvalidInput) as refused:
            open_entry(actor=cast.frontline.actor, register=registers()["list_import"], opening=Opening(values=values))
        assert set(refused.value.fields) == set(left_out)


def test_what_a_list_becomes_cannot_be_taken_back_later(cast: Cast) -> None:
    entry = does(cast.frontline, begun(cast.frontline), "read", list=[_kept(cast.frontline)])
    columns = [
        {"title": title, "meaning": meaning}
        for title, meaning in zip(HEAD, ("", "description", "", "", "", ""), strict=True)
    ]
    with pytest.raises(InvalidInput):
        does(cast.frontline, entry, "explain", columns=columns)
    told = does(cast.frontline, entry, "explain", columns=columns, becomes="complaint", problem_type="consumer")
    assert told.state == "ready"


def _kept(by: Person) -> str:
    from tingsu.files import store

    return str(store.keep("list.csv", csv_of(FIRST, head=HEAD), actor=by.actor).pk)

"""A list of a platform becomes complaints, line by line; twice creates nothing twice; what is refused says why (XR-01, IN-15)."""

import io
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.files import store
from tingsu.governance import aging
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter
from tingsu.outside import columns, running, taking
from tingsu.outside.models import ImportLine
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.req("XR-01", "IN-15")
HEAD = ("工单编号", "投诉内容", "投诉人", "联系电话", "登记时间", "办结时限", "工单状态", "涉及品牌")
ROWS = (
    ("GD001", "退款一直没有到账", "陈小满", "13800004401", "2026-01-03 10:20", "2126-02-20 18:00", "处理中", "甲"),
    ("GD002", "快递员把包裹放错了门", "周立夏", "", "2026年1月4日", "2126/2/21", "处理中", "乙"),
    ("GD003", "", "吴白露", "13800004403", "2026-01-05", "", "", ""),
    ("GD004", "电话打不通", "", "12", "明天", "", "处理中", ""),
    ("GD001", "退款一直没有到账", "陈小满", "13800004401", "2026-01-03 10:20", "2126-02-20 18:00", "处理中", "甲"),
)


def csv_of(
    *rows: tuple[str, ...], head: tuple[str, ...] = HEAD, codec: str = "utf-8-sig", separator: str = ","
) -> bytes:
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in (head, *rows)).encode(codec)


def begun(by: Person, source: str = "12345") -> Entry:
    values = {"source": source, "note": "上周的工单", "becomes": "complaint", "problem_type": "consumer"}
    return open_entry(actor=by.actor, register=registers()["list_import"], opening=Opening(values=values))


def does(by: Person, entry: Entry, name: str, **values: Any) -> Entry:
    entry = Entry.objects.select_related("stream").get(pk=entry.pk)
    taken = take_step(actor=by.actor, entry=entry, register=registers()["list_import"], step=name, values=values)
    if taken.state == "checking":
        running.check(entry.pk)
    return Entry.objects.select_related("stream").get(pk=entry.pk)


def brought(by: Person, content: bytes, name: str = "list.csv", source: str = "12345") -> Entry:
    return does(by, begun(by, source), "read", list=[str(store.keep(name, content, actor=by.actor).pk)])


def verdicts(entry: Entry) -> dict[int, str]:
    return dict(ImportLine.objects.filter(entry_id=entry.pk).order_by("number").values_list("number", "verdict"))


def taken_in(by: Person, entry: Entry) -> Entry:
    does(by, entry, "start")
    taking.take_in(entry.pk)
    return Entry.objects.select_related("stream").get(pk=entry.pk)


def test_each_line_gets_a_verdict_and_what_is_new_becomes_a_complaint(cast: Cast, sign_in: Any, client: Any) -> None:
    entry = brought(cast.frontline, csv_of(*ROWS))
    assert entry.state == "ready"
    assert verdicts(entry) == {2: "fits", 3: "fits", 4: "refused", 5: "refused", 6: "known"}
    assert not Complaint.objects.exists(), "nothing is registered before somebody has looked at it"
    counts = [entry.codes[name] for name in ("total", "fitting", "known", "refused")]
    assert counts == [5, 2, 1, 2]
    entry = taken_in(cast.frontline, entry)
    assert entry.state == "done"
    assert verdicts(entry) == {2: "made", 3: "made", 4: "refused", 5: "refused", 6: "known"}
    first, second = Complaint.objects.order_by("registered_at")
    assert (first.outside_reference, first.channel, first.transferred_by) == (
        "GD001",
        "regulator",
        "12345政务服务便民热线",
    )
    due = Promise.objects.get(stream_id=first.pk, kind="outside_deadline")
    assert f"{due.due_at:%Y-%m-%d %H:%M}" == "2126-02-20 10:00", "six in the evening in China"
    assert Letter.objects.filter(stream_id=first.pk, template="acknowledgement").exists()
    assert not second.anonymous
    whole = Promise.objects.get(stream_id=second.pk, kind="outside_deadline")
    assert f"{whole.due_at:%Y-%m-%d %H:%M}" == "2126-02-21 15:59", "a day alone counts to its end in China"
    assert set(second.withheld) == {"phone", "email"}
    spill = Entry.objects.select_related("stream").get(
        register="spill_over", pk=ImportLine.objects.get(number=2).spill_over_id
    )
    assert EntryLink.objects.filter(entry=spill, other_id=first.pk, kind="became").exists()
    assert (spill.codes["platform"], spill.codes["reply_by"], spill.owner_id) == ("12345", "2126-02-20", first.owner_id)
    assert {name: spill.written()[name] for name in ("reference", "their_state")} == {
        "reference": "GD001",
        "their_state": "处理中",
    }
    assert spill.codes["raised_at"].startswith("2026-01-03T02:20")
    sign_in(cast.frontline)
    page = client.get(reverse("registers:entry", args=["list_import", entry.number])).content.decode()
    assert "其余" not in page
    for personal in ("陈小满", "13800004401", "周立夏"):
        assert personal not in page, "what the lines say stands in the file alone"
    listed = client.get(reverse("outside:lines", args=[entry.number, "csv"]))
    told = b"".join(listed.streaming_content).decode("utf-8-sig").splitlines()
    assert told[1].split(",")[::3] == ["2", first.number]
    assert told[3].startswith("4,")
    assert "投诉内容" in told[3], "why it was refused"
    assert not [one.sentence for one in verify_organisation(Tally())]


def test_the_same_list_again_creates_nothing_and_news_of_the_platform_are_taken_over(cast: Cast) -> None:
    taken_in(cast.frontline, brought(cast.frontline, csv_of(*ROWS[:2])))
    again = brought(cast.supervisor, csv_of(*ROWS[:2], codec="gb18030", separator="\t"))
    assert verdicts(again) == {2: "known", 3: "known"}
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, again, "start")
    later = (
        "GD001",
        "退款一直没有到账",
        "陈小满",
        "13800004401",
        "2026-01-03 10:20",
        "2126-02-25 18:00",
        "已退回补正",
        "甲",
    )
    news = brought(cast.supervisor, csv_of(later, ROWS[1]))
    assert verdicts(news) == {2: "changed", 3: "known"}
    taken_in(cast.supervisor, news)
    assert verdicts(news) == {2: "updated", 3: "known"}
    assert Complaint.objects.count() == 2
    spill = Entry.objects.select_related("stream").get(
        pk=ImportLine.objects.get(entry_id=news.pk, number=2).spill_over_id
    )
    assert (spill.codes["reply_by"], spill.written()["their_state"]) == ("2126-02-25", "已退回补正")
    assert not [one.sentence for one in verify_organisation(Tally())]


def test_a_number_that_a_colleague_entered_by_hand_is_known(cast: Cast) -> None:
    values = {
        "platform": "12345", "reference": "GD001", "words": "退款", "received_at": now().isoformat(), "their_state": "处理中",
        "reply_by": "2126-02-20",
    }  # fmt: skip
    open_entry(actor=cast.frontline.actor, register=registers()["spill_over"], opening=Opening(values=values))
    assert verdicts(brought(cast.frontline, csv_of(ROWS[0]))) == {2: "known"}
    assert verdicts(brought(cast.frontline, csv_of(ROWS[0]), source="12315")) == {2: "fits"}, (
        "another body, another number"
    )


def test_a_list_of_our_own_leads_to_complaints_alone(cast: Cast) -> None:
    entry = taken_in(cast.frontline, brought(cast.frontline, csv_of(*ROWS[:2]), source="own"))
    assert verdicts(entry) == {2: "made", 3: "made"}
    assert Complaint.objects.count() == 2
    assert not Entry.objects.filter(register="spill_over").exists()
    assert Complaint.objects.values_list("channel", flat=True).distinct().get() == "other"


def test_it_stops_when_told_and_goes_on_where_it_stood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(f"GD{one:03d}", "退款没有到账", "陈小满", f"138000044{one:02d}", "", "", "", "") for one in range(7)]
    entry = brought(cast.frontline, csv_of(*many))
    does(cast.frontline, entry, "start")
    monkeypatch.setattr(taking, "TOGETHER", 3)
    taken = taking._take_some
    done: list[int] = []

    def take(which: Any, some: Any) -> None:
        taken(which, some)
        done.extend(line.number for line in some)
        if len(done) == 3:
            does(cast.frontline, entry, "stop")

    monkeypatch.setattr(taking, "_take_some", take)
    taking.take_in(entry.pk)
    assert done == [2, 3, 4], "what was begun together is ended together"
    stopped = Entry.objects.get(pk=entry.pk)
    assert (stopped.state, stopped.codes["made"]) == ("stopped", 3)
    taking.take_in(entry.pk)
    assert len(done) == 3, "a job that comes late does nothing"
    does(cast.frontline, entry, "go_on")
    taking.take_in(entry.pk)
    assert Entry.objects.get(pk=entry.pk).state == "done"
    assert Counter(verdicts(entry).values()) == {"made": 7}
    assert Complaint.objects.count() == 7


@pytest.mark.parametrize("lines", [1, 2], ids=["alone", "together"])
def test_a_worker_that_dies_leaves_no_second_complaint(cast: Cast, monkeypatch: pytest.MonkeyPatch, lines: int) -> None:
    entry = brought(cast.frontline, csv_of(*ROWS[:lines]))
    does(cast.frontline, entry, "start")
    begin = taking.actions.begin_entry

    def dies(**_given: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(taking.actions, "begin_entry", dies)
    with pytest.raises(SystemExit):
        taking.take_in(entry.pk)
    assert Complaint.objects.count() == (1 if lines == 1 else 0), "what goes together is written together or not at all"
    monkeypatch.setattr(taking.actions, "begin_entry", begin)
    taking.take_in(entry.pk)
    assert set(verdicts(entry).values()) == {"made"}
    assert Complaint.objects.count() == lines
    assert Entry.objects.filter(register="spill_over").count() == lines


def test_columns_are_explained_once_for_every_list_of_this_source(cast: Cast) -> None:
    head = ("No.", "Was", "Wer", "X")
    entry = brought(cast.frontline, csv_of(("A1", "退款没有到账", "陈小满", "13800004401"), head=head))
    assert set(verdicts(entry).values()) == {"refused"}, "nobody knows what the columns mean"
    lines = [
        {"title": title, "meaning": meaning}
        for title, meaning in zip(head, ("reference", "description", "name", "phone"), strict=True)
    ]
    for wrong in (lines[:3], [*reversed(lines)], [{**line, "meaning": "name"} for line in lines]):
        with pytest.raises(InvalidInput):
            does(cast.frontline, entry, "explain", columns=wrong, becomes="complaint", problem_type="product")
    entry = does(cast.frontline, entry, "explain", columns=lines, becomes="report", problem_type="product")
    assert verdicts(entry) == {2: "fits"}
    taken_in(cast.frontline, entry)
    complaint = Complaint.objects.get()
    assert (complaint.kind, complaint.problem_type, complaint.outside_reference) == ("report", "product", "A1")
    assert verdicts(brought(cast.supervisor, csv_of(("A2", "还是没有", "陈小满", "13800004401"), head=head))) == {
        2: "fits"
    }
    other = brought(cast.supervisor, csv_of(("A3", "还是没有", "陈小满", "13800004401"), head=head), source="12315")
    assert set(verdicts(other).values()) == {"refused"}, "another source may mean something else by the same titles"


def sheet_of(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((HEAD, *rows)):
            sheet.write_row(place, 0, row)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (csv_of(ROWS[0], codec="gbk"), {2: "fits"}),
        (csv_of(ROWS[0], codec="utf-16"), {2: "fits"}),
        (csv_of(ROWS[0], HEAD, ROWS[1]), {2: "fits", 4: "fits"}),
        (csv_of(ROWS[0]) + b"\r\n" + csv_of(ROWS[1]).split(b"\r\n")[1].decode().encode("gb18030"), {2: "fits", 3: "fits"}),
        (csv_of(ROWS[0]).decode("utf-8-sig").encode().decode("latin-1").encode(), {2: "fits"}),
        (csv_of(("GD9", "退款\ufffd没有到账")), {2: "refused"}),
        (csv_of((*ROWS[0], "多一格")), {2: "refused"}),
        (csv_of(ROWS[0], ("", "", ""), ROWS[1]), {2: "fits", 4: "fits"}),
        (csv_of(("=1+1", "退款没有到账", "=cmd|'/c calc'!A0", "13800004401")), {2: "fits"}),
        (csv_of(("GD7", "退" * 8001)), {2: "refused"}),
        (sheet_of(("GD001", "退款没有到账", "陈小满", 13800004401)), {2: "fits"}),
    ],
    ids=["gbk", "utf-16", "titles again", "two encodings", "encoded twice", "lost signs", "a cell too many", "empty line", "formulas", "too long", "xlsx"],
)  # fmt: skip
def test_lists_of_any_program_are_read(cast: Cast, content: bytes, expected: dict[int, str]) -> None:
    name = "list.xlsx" if content.startswith(b"PK") else "list.csv"
    assert verdicts(brought(cast.frontline, content, name)) == expected


@pytest.mark.parametrize(
    "content", [csv_of(), b"\xef\xbb\xbf \r\n", csv_of(head=("a",) * 101), b'"a,b\r\n' + b"x" * 140_000]
)
def test_what_is_no_list_is_refused_beside_the_file(cast: Cast, content: bytes) -> None:
    entry = begun(cast.frontline)
    kept = store.keep("list.csv", content, actor=cast.frontline.actor)
    with pytest.raises(InvalidInput) as refused:
        does(cast.frontline, entry, "read", list=[str(kept.pk)])
    assert set(refused.value.fields) == {"list"}
    foreign = store.keep("list.csv", csv_of(ROWS[0]), actor=cast.supervisor.actor)
    with pytest.raises(InvalidInput):
        does(cast.frontline, entry, "read", list=[str(foreign.pk)])


def test_a_day_that_has_passed_is_no_deadline_of_the_complaint(cast: Cast) -> None:
    due = (local_date(now(), "Asia/Shanghai") + timedelta(days=1)).isoformat()
    entry = brought(cast.frontline, csv_of(("GD1", "退款没有到账", "陈小满", "13800004401", "", due, "", "")))
    with travel_to(now() + timedelta(days=3)):
        taken_in(cast.frontline, entry)
    spill = Entry.objects.get(register="spill_over")
    assert spill.codes["reply_by"] == due
    assert not Promise.objects.filter(kind="outside_deadline").exists()


@pytest.mark.parametrize(
    ("head", "meant"),
    [
        (
            ("投诉标题", "投诉详情", "投诉对象", "投诉问题", "投诉要求"),
            ["summary", "description", "respondent_name", "detail", "remedy_text"],
        ),
        (("id", "id_", "type", "type_", "desc"), ["reference", "reference", "detail", "detail", "description"]),
        (("姓名", "投诉人", "联系电话：", "随便"), ["name", "", "phone", ""]),
        (("unique_key", "CREATED_DATE", "due_date"), ["reference", "raised_at", "reply_by"]),
    ],
)
def test_what_titles_say(head: tuple[str, ...], meant: list[str]) -> None:
    assert columns.guessed(head) == meant


def test_a_number_is_one_line_whatever_it_says_and_other_numbers_are_others(cast: Cast) -> None:
    taken_in(cast.frontline, brought(cast.frontline, csv_of(ROWS[1])))
    other = ("GD002", "又来电催办", "周立夏", "13800004409", "", "", "处理中", "")
    same = ("GD003", *ROWS[1][1:])
    without = ("", *ROWS[1][1:])
    entry = brought(cast.frontline, csv_of(other, same, without, without))
    assert verdicts(entry) == {2: "known", 3: "fits", 4: "fits", 5: "known"}


def test_what_has_ended_here_is_not_opened_by_news_of_the_platform(cast: Cast) -> None:
    taken_in(cast.frontline, brought(cast.frontline, csv_of(ROWS[0])))
    spill = Entry.objects.select_related("stream").get(register="spill_over")
    values = {"result": "settled", "result_words": "和解", "ended_on": local_date(now(), "Asia/Shanghai").isoformat()}
    take_step(actor=cast.supervisor.actor, entry=spill, register=registers()["spill_over"], step="end", values=values)
    assert verdicts(brought(cast.frontline, csv_of((*ROWS[0][:6], "已办结", "")))) == {2: "known"}


def test_a_better_file_takes_the_place_of_the_one_that_was_refused(cast: Cast, sign_in: Any, client: Any) -> None:
    sign_in(cast.frontline)
    entry = begun(cast.frontline)
    address = reverse("registers:step", args=["list_import", entry.number, "read"])
    refused = client.post(address, {"list__new": SimpleUploadedFile("a.csv", csv_of())})
    assert refused.status_code == 422
    ticked = re.search(r'name="list"[^>]*value="([0-9a-f-]{36})"[^>]*checked', refused.content.decode())
    assert ticked, "nobody has to choose it again"
    better = {"list": ticked[1], "list__new": SimpleUploadedFile("b.csv", csv_of(ROWS[0]))}
    assert client.post(address, better).status_code == 303
    assert Entry.objects.get(pk=entry.pk).codes["total"] == 1


@pytest.mark.req("XR-07")
def test_numbers_of_other_bodies_are_looked_for_and_counted_for_nobody(cast: Cast, sign_in: Any, client: Any) -> None:
    taken_in(cast.frontline, brought(cast.frontline, csv_of(*ROWS[:2])))
    sign_in(cast.supervisor)
    address = reverse("registers:list", args=["spill_over"])
    page = client.get(address).content.decode()
    assert page.count("GD001") == 0
    found = client.get(address, {"reference": "gd001"}).content.decode()
    assert ("退款一直没有到账" in found, "快递员" in found) == (True, False)


@pytest.mark.req("PS-17", "RC-04")
def test_the_list_with_its_people_is_not_kept_for_good(cast: Cast) -> None:
    assert {"list_import", "spill_over"} <= {row["register"] for row in aging.default_rule()["rows"]}

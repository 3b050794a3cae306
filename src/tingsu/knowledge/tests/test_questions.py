"""Questions of users: asked and not answered (SK-09), and the connector to a user community with its two working days (SK-06)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.desk.tests.cases import a_case
from tingsu.figures import folding
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.knowledge import community, helping, questions, terms, unanswered
from tingsu.knowledge.models import Sought
from tingsu.knowledge.tests.given import HELP, ZONE, in_days, opened, published, take
from tingsu.quality import criteria
from tingsu.registers.models import Entry, EntryLink

pytestmark = pytest.mark.django_db
ASKED = {"source": "community", "community": "会员论坛", "outside_key": "8812", "question": "退款要等多久？"}


def all_of(source: str) -> list[Entry]:
    rows = Entry.objects.filter(register=questions.NAME).select_related("stream").order_by("opened_at", "number")
    return [one for one in rows if one.codes["source"] == source]


@pytest.mark.req("SK-09")
def test_words_are_kept_only_once_several_people_asked_and_then_open_one_question(cast: Cast) -> None:
    for _again in range(3):
        helping.not_found("如何开发票", "203.0.113.1")
    row = Sought.objects.get()
    assert (row.times, row.words) == (1, ""), "one address counts once a day, and its words are not kept"
    helping.not_found("如何 开发票".replace(" ", ""), "203.0.113.2")
    assert Sought.objects.get().words == ""
    assert unanswered.from_searches() == 0
    helping.not_found("如何开发票", "203.0.113.3")
    assert Sought.objects.get().words == "如何开发票"
    assert (unanswered.from_searches(), unanswered.from_searches()) == (1, 0)
    entry = all_of("search")[0]
    assert "如何开发票" in entry.written()["question"]
    assert entry.owner_id == cast.coach.id
    for words in ("13800002210", "找陈先生 13800002210", "a@b.com", "x", "一" * 40):
        for place in range(4):
            helping.not_found(words, f"198.51.100.{place}")
    assert Sought.objects.count() == 1, "what may point to somebody is not even counted"
    with travel_to(now() + timedelta(days=91)):
        helping.forget_old()
    assert not Sought.objects.exists()


@pytest.mark.req("SK-09")
def test_one_person_who_looks_on_three_days_is_one_asker(cast: Cast) -> None:
    for day in range(4):
        with travel_to(now() + timedelta(days=day)):
            helping.not_found("陈小满", "203.0.113.1")
    row = Sought.objects.get()
    assert (row.times, row.words, len(row.askers)) == (1, "", 1)
    assert "203.0.113.1" not in str(row.askers)
    helping.not_found("如何开发票", "203.0.113.1")
    assert Sought.objects.exclude(pk=row.pk).get().askers != row.askers, "what one person looked for is not linked"
    for place in (2, 3):
        helping.not_found("陈小满", f"203.0.113.{place}")
    row.refresh_from_db()
    assert (row.times, row.words, row.askers) == (3, "陈小满", [])


@pytest.mark.req("SK-09")
def test_a_cause_of_many_complaints_without_help_opens_a_question_and_its_entry_answers_it(cast: Cast) -> None:
    for _number in range(unanswered.MANY):
        a_case(cast.frontline)
    folding.catch_up()
    assert (unanswered.open_owed(), unanswered.open_owed()) == (1, 0)
    entry = all_of("complaints")[0]
    assert (entry.codes["times"], entry.codes["categories"]) == (unanswered.MANY, ["16"])
    take(cast.frontline, entry, "propose", as_kind="help")
    made = Entry.objects.select_related("stream").get(register=terms.NAME)
    assert made.codes["categories"] == ["16"]
    assert EntryLink.objects.filter(entry=entry, other_id=made.pk, kind="became").exists()
    content = {name: value for name, value in HELP.items() if name != "kind"}
    take(cast.frontline, made, "write", **content)
    take(cast.frontline, made, "submit", reviewer=str(cast.coach.id))
    take(cast.coach, made, "approve", review_on=in_days(90))
    entry = all_of("complaints")[0]
    assert (entry.state, entry.written()["knowledge_number"]) == ("answered", made.number)


@pytest.mark.req("SK-09")
def test_where_help_is_there_no_question_is_opened(cast: Cast) -> None:
    published(cast, **HELP, wording="", wording_en="")
    for _number in range(unanswered.MANY):
        a_case(cast.frontline)
    folding.catch_up()
    assert unanswered.from_complaints() == 0


@pytest.mark.req("SK-06", "QC-09")
def test_a_question_of_the_community_is_answered_within_two_working_days(cast: Cast) -> None:
    entry = opened(cast.frontline, questions.NAME, **ASKED, frequent=True, answers=[{"words": "三天", "votes": 12}])
    promise = Promise.objects.get(stream_id=entry.pk, kind=questions.TIMER)
    assert (promise.rule["amount"], promise.rule["unit"]) == (2, "working_day")
    with pytest.raises(InvalidInput) as twice:
        opened(cast.frontline, questions.NAME, **ASKED)
    assert set(twice.value.fields) == {"outside_key"}
    with pytest.raises(InvalidInput) as bare:
        opened(cast.frontline, questions.NAME, source="community", question="？")
    assert set(bare.value.fields) == {"community", "outside_key"}
    with pytest.raises(InvalidInput) as script:
        opened(cast.frontline, questions.NAME, **{**ASKED, "outside_key": "9", "outside_link": "javascript:alert(1)"})
    assert set(script.value.fields) == {"outside_link"}
    entry = take(cast.specialist, entry, "answer", answer="原路退回，一般三个工作日。")
    promise.refresh_from_db()
    assert (entry.state, promise.ending) == ("answered", "met")
    entry = take(cast.specialist, entry, "mark", frequent=False)
    assert not entry.codes.get("frequent")
    staff = opened(cast.frontline, questions.NAME, source="staff", question="发票抬头能改吗？")
    assert not Promise.objects.filter(stream_id=staff.pk).exists()
    with pytest.raises(ConditionsUnmet):
        take(cast.frontline, staff, "update", question="？")
    with pytest.raises(InvalidInput):
        take(cast.frontline, staff, "answer", answer="可以", knowledge_number="ZK-1999-001")


@pytest.mark.req("QC-09")
def test_answers_to_the_community_are_a_criterion_of_quality(cast: Cast) -> None:
    first = local_date(now(), ZONE)
    soon, late, waits, none = (
        opened(cast.frontline, questions.NAME, **{**ASKED, "outside_key": key}) for key in ("1", "2", "3", "4")
    )
    take(cast.specialist, soon, "answer", answer="三个工作日。")
    take(cast.specialist, none, "decline", reason="重复提问")
    days = (first, first + timedelta(days=30))
    one = next(one for one in criteria.CRITERIA if one.code == "community")
    assert one.measure(*days) == (0, 0), "nothing is judged before its time is over"
    with travel_to(now() + timedelta(days=31)):
        sweep_due()
        take(cast.specialist, late, "answer", answer="抱歉晚了。")
        assert one.measure(*days) == (1, 3)
        assert one.measure(first - timedelta(days=60), first - timedelta(days=30)) == (0, 0)
        assert one.met((1, 3)) is False
    assert Entry.objects.get(pk=waits.pk).state == "open"


@pytest.mark.req("SK-06")
def test_a_list_of_the_community_is_read_line_by_line_and_twice_changes_nothing(cast: Cast, sign_in: Any) -> None:
    first = "编号,问题,常见,回答,次数\n1,退款要等多久？,是,三天||五天,36\n,没有编号,,,\n2,怎么改地址？,,,很多\n3,怎么开发票？,否,,\n"
    client, address = sign_in(cast.frontline), reverse("knowledge:community")

    def sends(text: str) -> Any:
        return client.post(address, {"community": "会员论坛", "file": SimpleUploadedFile("list.csv", text.encode())})

    assert client.post(address, {"community": "", "file": SimpleUploadedFile("a.csv", b"x")}).status_code == 422
    assert sends("标题,内容\na,b\n").status_code == 422
    found = community.take_file(cast.frontline.actor, first.encode(), "会员论坛")
    assert (found.taken, found.renewed, found.known, [place for place, _why in found.refused]) == (2, 0, 0, [3, 4])
    again = community.take_file(cast.frontline.actor, first.encode(), "会员论坛")
    assert (again.taken, again.renewed, again.known) == (0, 0, 2)
    page = sends(first.replace("三天||五天", "三天||五天||一周")).content.decode()
    assert "1" in page
    row = next(one for one in all_of("community") if one.written()["question"].startswith("退款"))
    assert (row.codes["frequent"], [row.written()[f"answers.{place}.words"] for place in range(3)]) == (
        True,
        ["三天", "五天", "一周"],
    )

"""People from a file: shown line by line, put right in the form, then added; and a template to fill in (A1)."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.competence import files, keeping
from tingsu.files.arriving import SealedUpload, list_in
from tingsu.pages.lists import rows_of_file
from tingsu.pages.tests.test_lists import workbook
from tingsu.people import actions
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member, Post, Unit
from tingsu.setup import people_list
from tingsu.setup.templates_of_units import STRUCTURES

pytestmark = pytest.mark.django_db
HEAD = ["工号", "姓名", "登录名", "工作邮箱", "部门", "岗位"]
GOOD = [["901", "钱多多", "qian", "qian@example.cn", "受理组", "一线人员"], ["902", "孙小小", "sun", "", "handling", "specialist"]]  # fmt: skip
LIST = "\n".join(",".join(row) for row in [HEAD, *GOOD])


def send(client: Client, content: bytes, name: str = "people.csv", **other: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("setup:people"), {"text": "", "file": file, "look": "yes"} | other)


FILES = {
    "UTF-8": LIST.encode(),
    "UTF-8 with a mark": LIST.encode("utf-8-sig"),
    "GBK": LIST.encode("gbk"),
    "XLSX": workbook([HEAD, *GOOD]),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_looked_at_first_and_then_added_from_the_form(cast: Cast, sign_in: Any, kind: str) -> None:
    client, before = sign_in(cast.mgmt_rep), Member.objects.count()
    looked = send(client, FILES[kind], "people.xlsx" if kind == "XLSX" else "people.csv", add="yes")
    assert looked.status_code == 200
    assert Member.objects.count() == before, "nobody comes in unseen"
    assert [line.values["name"] for line in looked.context["lines"]] == ["钱多多", "孙小小"]
    text = looked.context["form"]["text"].value()
    assert client.post(reverse("setup:people"), {"text": text, "add": "yes"}).status_code == 201
    posts = Post.objects.filter(member__staff_number__in=["901", "902"]).values_list("unit__code", "role")
    assert set(posts) == {("intake", "frontline"), ("handling", "specialist")}


def test_who_comes_as_department_or_supervisor_leads_the_unit_and_nobody_else(cast: Cast, sign_in: Any) -> None:
    roles = ["frontline", "specialist", "supervisor", "dept"]
    rows = [HEAD, *([f"91{at}", f"人{at}号", f"new{at}", "", "handling", role] for at, role in enumerate(roles))]
    text = "\n".join(",".join(row) for row in rows)
    assert sign_in(cast.mgmt_rep).post(reverse("setup:people"), {"text": text, "add": "yes"}).status_code == 201
    posts = Post.objects.filter(member__staff_number__startswith="91")
    assert set(posts.filter(is_head=True).values_list("role", flat=True)) == {"supervisor", "dept"}
    assert posts.count() == len(roles)


def test_what_is_wrong_stands_at_its_line_and_is_put_right_in_the_form(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)
    wrong = [
        HEAD,
        GOOD[0],
        ["903", "李三", "li", "", "无此部门", "specialist"],
        ["903", "", "wang", "", "handling", "国王"],
    ]
    looked = send(client, workbook(wrong), "people.xlsx")
    lines = looked.context["lines"]
    assert [(line.number, bool(line.errors)) for line in lines] == [(2, False), (3, True), (4, True)]
    assert "无此部门" in " ".join(lines[1].errors)
    assert len(lines[2].errors) == 3
    text = looked.context["form"]["text"].value()
    assert client.post(reverse("setup:people"), {"text": text, "add": "yes"}).status_code == 200
    text = text.replace("无此部门", "handling").replace(
        "903,,wang,,handling,国王", "904,王五,wang,,handling,specialist"
    )
    assert client.post(reverse("setup:people"), {"text": text, "add": "yes"}).status_code == 201
    assert Member.objects.filter(staff_number__in=["901", "903", "904"]).count() == 3


REFUSED = {
    "no list": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "people.csv"),
    "a program in a workbook's clothes": (b"PK\x03\x04" + b"MZ" * 40, "people.xlsx"),
    "columns missing": ("姓名,电话\n甲,1\n".encode(), "people.csv"),
    "nothing in it": (b"\xef\xbb\xbf\n\n", "people.csv"),
    "no byte": (b"", "people.csv"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_list_of_people_is_refused_beside_the_field(cast: Cast, sign_in: Any, what: str) -> None:
    content, name = REFUSED[what]
    answer = send(sign_in(cast.mgmt_rep), content, name)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not answer.context["lines"]


def test_a_long_list_is_refused_before_it_is_read_line_by_line(cast: Cast, sign_in: Any) -> None:
    many = "\n".join([",".join(HEAD), *(f"{n},人{n},,,handling,specialist" for n in range(1000, 1501))])
    assert send(sign_in(cast.mgmt_rep), many.encode()).status_code == 422
    assert send(sign_in(cast.mgmt_rep), many.rpartition("\n")[0].encode()).status_code == 200


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_read_back_whatever_its_language(cast: Cast, sign_in: Any, form: str, language: str) -> None:
    client = sign_in(cast.mgmt_rep)
    answer = client.get(reverse("setup:people_template", args=[form]), headers={"accept-language": language})
    rows = rows_of_file(b"".join(answer.streaming_content))
    assert [people_list._column(word) for word in rows[0]] == list(people_list.COLUMNS)
    seats = next(one.seats for code, one in STRUCTURES.items() if code == "svc")
    filled = [[*row[:1], f"人{row[0]}", "", "", "", "", "handling", "specialist"] for row in rows[1:] or [["801"]]]
    assert len(rows) in {1, len(seats) + 1}
    looked = send(client, workbook([rows[0], *filled]), "people.xlsx")
    assert not any(line.errors for line in looked.context["lines"])


def test_only_those_who_manage_people_take_the_template_and_no_other_form_is_there(cast: Cast, sign_in: Any) -> None:
    for role, status in (("supervisor", 200), ("top_mgmt", 403), ("specialist", 403)):
        client = sign_in(getattr(cast, role))
        assert client.get(reverse("setup:people_template", args=["csv"])).status_code == status
        assert send(client, LIST.encode()).status_code == status
    assert sign_in(cast.supervisor).get(reverse("setup:people_template", args=["exe"])).status_code == 404


def test_the_calendar_of_a_year_comes_from_a_workbook_too(cast: Cast, sign_in: Any) -> None:
    days = workbook([["2027-10-01", "休", "国庆节"], ["2027-10-09", "班", "国庆节"]])
    asked = {"year": "2027", "text": "", "source": "通知", "note": "2027", "based_on": "0", "check": "1"}
    client = sign_in(cast.supervisor)
    upload = SimpleUploadedFile("2027.xlsx", days)
    answer = client.post(reverse("clocks:enter_year"), asked | {"upload": upload})
    assert [one["on"] for one in answer.context["days"]["days_off"]] == ["2027-10-01"]
    broken = SimpleUploadedFile("2027.xlsx", b"PK\x03\x04broken")
    answer = client.post(reverse("clocks:enter_year"), asked | {"upload": broken})
    assert answer.context["form"].errors["upload"]


def test_an_upload_that_was_refused_on_its_way_is_refused_here(cast: Cast) -> None:
    from tingsu.files.errors import FileTooLarge

    with pytest.raises(FileTooLarge):
        upload = SealedUpload.__new__(SealedUpload)
        upload.refusal = FileTooLarge(size="30", limit="20")
        list_in(upload)
    assert list_in(BytesIO(b"a,b")) == b"a,b"


def test_what_is_not_known_is_told_with_what_is(cast: Cast) -> None:
    row = ["901", "钱多多", "qian", "", "客诉中心", "管理员"]
    [line] = people_list.read("\n".join(",".join(one) for one in [HEAD, row]))
    assert "intake 受理组" in line.errors[0]
    assert "一线人员" in line.errors[1]


def test_an_empty_unit_is_missing_even_where_a_unit_has_no_english_name(cast: Cast) -> None:
    Unit.objects.filter(code="intake").update(name={"zh-Hans": "受理组", "en": ""})
    forget_cached()
    [line] = people_list.read("\n".join(",".join(one) for one in [HEAD, ["901", "钱多多", "", "", "", "frontline"]]))
    assert len(line.errors) == 1


PERSONNEL = [*HEAD, "在职状态"]


@pytest.mark.req("IG-08")
def test_the_list_of_the_personnel_system_says_who_is_absent_back_has_left_or_moved(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.mgmt_rep)

    def known(person: Any) -> Member:
        return Member.objects.get(pk=person.id)

    away, moved, left, bound = (known(one) for one in (cast.frontline2, cast.coach, cast.specialist2, cast.frontline))
    actions.set_on_duty(actor=cast.frontline.actor, member_id=bound.pk, on_duty=False)
    rows = [
        PERSONNEL,
        [away.staff_number, "", "", "", "", "", "休假"],
        [moved.staff_number, "", "", "", "intake", "frontline", "在职"],
        [left.staff_number, "", "", "", "", "", "离职"],
        [bound.staff_number, "", "", "", "", "", "返岗"],
        ["977", "早就走了", "", "", "", "", "离职"],
        ["978", "新来的", "newcomer", "", "handling", "specialist", "请假"],
    ]
    text = "\n".join(",".join(row) for row in rows)
    looked = client.post(reverse("setup:people"), {"text": text, "look": "yes"})
    assert [[one.code for one in line.changes] for line in looked.context["lines"]] == [
        ["off"], ["move"], ["leave"], ["on"], [], [],
    ]  # fmt: skip
    assert (looked.context["fresh"], looked.context["changed"], looked.context["wrong"]) == (1, 4, 0)
    assert known(cast.frontline2).on_duty, "looking changes nothing"
    assert client.post(reverse("setup:people"), {"text": text, "add": "yes"}).status_code == 201
    assert (known(cast.frontline2).on_duty, known(cast.frontline).on_duty) == (False, True)
    assert not known(cast.specialist2).active
    now_held = Post.objects.filter(member=moved, until=None).values_list("unit__code", "role")
    assert list(now_held) == [("intake", "frontline")]
    assert not Member.objects.filter(staff_number="977").exists()
    assert not Member.objects.get(staff_number="978").on_duty
    again = client.post(reverse("setup:people"), {"text": text, "look": "yes"})
    assert not any(line.changes for line in again.context["lines"]), "the same list again changes nothing"

    # Nobody is changed by a list without the status, however different it is; and what is not known is refused.
    without = "\n".join([",".join(HEAD), f"{away.staff_number},,,,handling,specialist"])
    assert not client.post(reverse("setup:people"), {"text": without, "look": "yes"}).context["changed"]
    odd = "\n".join([",".join(PERSONNEL), f"{away.staff_number},,,,,,出差"])
    assert client.post(reverse("setup:people"), {"text": odd, "look": "yes"}).context["wrong"] == 1

    # One's own post waits for a second person, and the line says so.
    mine = known(cast.mgmt_rep)
    own = "\n".join([",".join(PERSONNEL), f"{mine.staff_number},,,,handling,specialist,在职"])
    told = client.post(reverse("setup:people"), {"text": own, "add": "yes"})
    assert told.context["lines"][0].errors
    assert not Post.objects.filter(member=mine, role="specialist").exists()
    comes_back = "\n".join([",".join(PERSONNEL), f"{left.staff_number},,,,handling,specialist,在职"])
    client.post(reverse("setup:people"), {"text": comes_back, "add": "yes"})
    assert known(cast.specialist2).active


@pytest.mark.req("IG-08")
def test_the_list_of_trainings_goes_into_the_personnel_files_once(cast: Cast, sign_in: Any) -> None:
    keeping.open_missing()
    client = sign_in(cast.mgmt_rep)
    known, other, own = (
        Member.objects.get(pk=one.id).staff_number for one in (cast.frontline, cast.coach, cast.mgmt_rep)
    )
    rows = [
        "工号,培训主题,培训日期,成绩",
        f"{known},消费者权益保护法规,2026年1月5日,92 分",
        f"{known},赔付先行与赔付认知,2026/1/6,",
        f"{known},消费者权益保护法规,2026-01-05,92 分",
        f"{other},Communication skills,2026-01-07,合格",
    ]
    looked = client.post(reverse("setup:people"), {"text": "\n".join(rows), "look": "yes"})
    codes = [[one.code for one in line.changes] for line in looked.context["lines"]]
    assert codes == [["trained"], ["trained"], [], ["trained"]]
    assert client.post(reverse("setup:people"), {"text": "\n".join(rows), "add": "yes"}).status_code == 201
    lines = [(one["topic"], one["on"]) for one in files.TRAINED.of(files.file_of(cast.frontline.id))]
    assert lines == [("law", "2026-01-05"), ("advance", "2026-01-06")]
    again = client.post(reverse("setup:people"), {"text": "\n".join(rows), "look": "yes"})
    assert not any(line.changes for line in again.context["lines"])
    odd = [
        rows[0],
        f"{known},插花,2026-01-05,",
        f"{known},行业惯例,昨天,",
        f"{known},行业惯例,2126-01-05,",
        "9977,行业惯例,2026-01-05,",
    ]
    wrong = client.post(reverse("setup:people"), {"text": "\n".join(odd), "look": "yes"})
    assert [bool(line.errors) for line in wrong.context["lines"]] == [True] * 4
    mine = client.post(reverse("setup:people"), {"text": f"{rows[0]}\n{own},行业惯例,2026-01-05,合格", "add": "yes"})
    assert mine.context["lines"][0].errors, "nobody notes their own training"
    assert files.TRAINED.of(files.file_of(cast.mgmt_rep.id)) == []


@pytest.mark.req("OG-05")
def test_the_three_levels_ship_with_their_units_and_the_four_seats_of_the_committee() -> None:
    """As SVC 2.1 and 2.2 name them: committee, centre under service management with four groups, business departments."""
    shipped = STRUCTURES["svc"]
    units = {one.code: (str(one.kind), one.zh, one.parent) for one in shipped.units}
    centre = units["centre"]
    assert units["committee"] == ("committee", "客户投诉管理委员会", "")
    assert (centre[1], units[centre[2]][1]) == ("客户投诉处理中心", "服务管理部")
    groups = {(kind, zh) for kind, zh, parent in units.values() if parent == "centre"}
    assert groups == {
        ("intake", "受理组"), ("investigation", "调查组"), ("handling", "处理组"), ("data", "数据分析组"),
    }  # fmt: skip
    departments = {code for code, (kind, _zh, _parent) in units.items() if kind == "department"}
    assert departments == {"store-operations", "online-service", "after-sales"}
    seats = {seat.seat: (seat.unit, str(seat.role)) for seat in shipped.seats if seat.seat}
    assert seats == {
        "general_manager": ("committee", "top_mgmt"), "deputy_service": ("committee", "mgmt_rep"),
        "legal": ("committee", "function"), "quality": ("committee", "qa"),
    }  # fmt: skip
    asked = {seat.unit for seat in shipped.seats}
    assert {"centre", "intake", "investigation", "handling", "data", *departments} <= asked, (
        "each unit of the work asks for somebody"
    )

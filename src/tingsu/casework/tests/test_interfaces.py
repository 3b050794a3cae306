"""What was agreed with each department: whom to ask, when, and how long it may take (CO-04)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approve_all, approved
from tests.cast import Cast, Person
from tingsu.casework import interfaces, panels
from tingsu.casework.editors import INTERFACES
from tingsu.casework.models import DepartmentTask
from tingsu.casework.options import departments_to_ask
from tingsu.casework.tests.cases import ANSWERED, investigating, with_task
from tingsu.clocks.models import Promise
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.people.actions import end_post, give_post
from tingsu.people.models import Member
from tingsu.triage.tests.cases import registered, step

SignIn = Callable[[Person], Client]
LINE: dict[str, Any] = {
    "unit": "logistics", "contact": "4001", "deputy": "", "asked": "运单轨迹、签收凭证。", "days": "working", "from": "09:00",
    "to": "18:00", "facts": 3, "technical": 15, "measure": "", "opinion": "",
}  # fmt: skip
TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def line(**changes: Any) -> dict[str, Any]:
    return LINE | changes


def agree(cast: Cast, *lines: dict[str, Any]) -> None:
    body = {"lines": list(lines)}
    approved(cast, lambda: rulebooks.publish(actor=cast.supervisor.actor, kind=interfaces.KIND, body=body, note=""))


def local(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%m-%d %H:%M}"


@pytest.mark.req("CO-04", "SL-12")
@pytest.mark.parametrize(
    ("about", "changes", "due"),
    [
        ({}, {}, "03-03 14:30"),  # three hours with the rest at noon
        ({}, {"kind": "technical"}, "03-05 10:00"),
        ({}, {"kind": "measure"}, "03-04 18:00"),  # nothing agreed: the policy
        ({"kind": "report"}, {"kind": "technical"}, "03-03 14:00"),  # at once stays at once
        ({"kind": "report"}, {}, "03-03 14:00"),
    ],
)
def test_a_task_takes_the_time_agreed_with_the_department(
    cast: Cast, about: dict[str, Any], changes: dict[str, Any], due: str
) -> None:
    with travel_to(TUESDAY):
        agree(cast, line())
        complaint, task = with_task(cast, investigating(cast, registered(cast.frontline, **about)), **changes)
        row = DepartmentTask.objects.get()
        assert local(row.due_at) == due
        assert Promise.objects.get(kind="department_answer").due_at == row.due_at
    with travel_to(TUESDAY + timedelta(hours=1)):
        step(cast.dept, complaint, "answer_task", task=task, **ANSWERED, improvement="复核")
        step(cast.specialist, complaint, "return_task", task=task, reason="缺照片")
        if not about and not changes:
            assert local(DepartmentTask.objects.get().due_at) == "03-03 15:30", "the agreed time runs anew"


@pytest.mark.req("CO-04")
def test_a_date_that_was_named_goes_before_what_was_agreed(cast: Cast) -> None:
    with travel_to(TUESDAY):
        agree(cast, line())
        with_task(cast, investigating(cast), due_at="2026-03-05 12:00")
    assert local(DepartmentTask.objects.get().due_at) == "03-05 12:00"


@pytest.mark.req("CO-04", "AS-16")
def test_the_contact_answers_for_it_the_deputy_while_he_is_away_and_the_head_when_nobody_is_named(cast: Cast) -> None:
    give_post(actor=cast.supervisor.actor, member_id=cast.qa.id, unit_id=cast.units["logistics"].pk, role="dept")

    def owner() -> Any:
        _complaint, task = with_task(cast, investigating(cast))
        return Promise.objects.get(subject_id=task).owner_id

    assert owner() == cast.dept.id
    agree(cast, line(contact="6001", deputy="4001"))
    assert owner() == cast.qa.id
    Member.objects.filter(pk=cast.qa.id).update(on_duty=False)
    from tingsu.people import directory

    directory.forget_cached()
    assert owner() == cast.dept.id


@pytest.mark.req("CO-04")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit": "handling"}, "unit"),  # a group of the centre is no department
        ({"unit": "nowhere"}, "unit"),
        ({"contact": ""}, "contact"),
        ({"contact": "4001"}, "contact"),  # works in logistics
        ({"contact": "9999"}, "contact"),
        ({"deputy": "4002"}, "deputy"),
        ({"deputy": "3001"}, "deputy"),
        ({"days": "sometimes"}, "days"),
        ({"from": "9"}, "from"),
        ({"from": "18:00", "to": "18:00"}, "from"),
        ({"to": "25:00"}, "from"),
        ({"facts": 0}, "facts"),
        ({"facts": -1}, "facts"),
        ({"facts": 401}, "facts"),
        ({"facts": "三"}, "facts"),
        ({"opinion": True}, "opinion"),
        ({"asked": "长" * 301}, "asked"),
        ({"extra": "x"}, "unit"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        interfaces.check({"lines": [line(), line(unit="finance", contact="4002") | changes]})
    assert list(refused.value.fields) == [f"lines.2.{field}"]
    interfaces.check({"lines": [line(), line(unit="finance", contact="4002") | {"facts": 400, "opinion": 1}]})


@pytest.mark.req("CO-04")
@pytest.mark.parametrize("body", [{}, {"lines": {}}, {"lines": ["x"]}, {"lines": [LINE] * 201}])
def test_a_body_that_is_none_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        interfaces.check(body)
    with pytest.raises(InvalidInput) as refused:
        interfaces.check({"lines": [line(), line()]})
    assert list(refused.value.fields) == ["lines.2.unit"]


@pytest.mark.req("CO-04")
def test_gaps_name_topics_departments_and_people_who_have_left(cast: Cast) -> None:
    assert any("尚无部门负责" in one or "No department" in one for one in interfaces.gaps())
    agree(cast, line())
    said = " ".join(interfaces.gaps())
    assert "财务结算部" in said or "Settlement" in said
    assert "4001" not in said
    from tingsu.people.models import Post

    give_post(actor=cast.supervisor.actor, member_id=cast.dept.id, unit_id=cast.units["finance"].pk, role="dept")
    post = Post.objects.get(member_id=cast.dept.id, unit=cast.units["logistics"])
    end_post(actor=cast.supervisor.actor, post_id=post.pk)
    assert "4001" in " ".join(interfaces.gaps())
    assert interfaces.contacts_of(cast.units["logistics"].pk) == []


@pytest.mark.req("CO-04")
@pytest.mark.parametrize(
    ("days", "at", "works"),
    [
        ("working", "2026-03-03 09:00", True),
        ("working", "2026-03-03 08:59", False),
        ("working", "2026-03-03 18:00", False),
        ("working", "2026-03-07 10:00", False),
        ("all", "2026-03-07 10:00", True),
    ],
)
def test_service_hours_say_whether_somebody_works_there_now(cast: Cast, days: str, at: str, works: bool) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert interfaces.is_open(line(days=days), moment) is works
    with travel_to(moment):
        agree(cast, line(days=days))
        said = interfaces.handing_over(cast.units["logistics"].pk, moment)
        assert interfaces.handing_over(cast.units["finance"].pk, moment) == ""
    assert "运单轨迹、签收凭证" in said
    assert ("不在" in said or "outside" in said) is not works


@pytest.mark.req("CO-04")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "工作日 09:00–18:00"), ("en", "Working days 09:00–18:00")])
def test_the_task_and_its_form_show_whom_it_reaches(cast: Cast, sign_in: SignIn, language: str, words: str) -> None:
    agree(cast, line())
    complaint = step(
        cast.supervisor,
        investigating(cast),
        "change_department",
        department=str(cast.units["logistics"].pk),
        reason="运输问题",
    )
    client = sign_in(cast.specialist)
    client.cookies["tingsu_language"] = language
    assert words in client.get(reverse("desk:step", args=[complaint.number, "department_task"])).content.decode()
    named = dict(departments_to_ask(complaint))
    assert " · " in named[str(cast.units["logistics"].pk)]
    assert " · " not in named[str(cast.units["finance"].pk)]
    complaint, _task = with_task(cast, complaint)
    assert words in client.get(reverse("desk:case", args=[complaint.number])).content.decode()
    shown = panels.tasks_context(cast.dept.actor, complaint)
    assert shown is not None
    assert shown["tasks"][0]["contact"]


@pytest.mark.req("CO-04", "OG-10")
def test_the_interfaces_have_their_page_and_wrong_ones_are_refused_beside_their_field(
    cast: Cast, sign_in: SignIn
) -> None:
    address = reverse(INTERFACES.url_name)
    for who in (cast.frontline, cast.dept):
        assert sign_in(who).get(address + "edit/").status_code == 403
    client = sign_in(cast.supervisor)
    typed = {f"entry-0-{name}": str(value) for name, value in LINE.items()} | {"entry-0-place": "1"}
    sent = {"based_on": "0", "note": "试行", "publish": "1"} | typed
    refused = client.post(address + "edit/", sent | {"entry-0-contact": "4002"})
    assert refused.status_code == 422
    assert "运单轨迹" in refused.content.decode(), "nothing typed is lost"
    assert client.post(address + "edit/", sent).status_code == 303
    approve_all(cast)
    assert rulebooks.in_force(interfaces.KIND).body["lines"][0]["facts"] == 3
    page = client.get(address).content.decode()
    assert "运单轨迹、签收凭证" in page
    assert "4001" in page

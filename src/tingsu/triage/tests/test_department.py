"""The business department responsible: by the routing table, by hand with a reason, asked at acceptance (AS-05, IV-14)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approved
from tests.cast import Cast, Person
from tingsu.casework.models import DepartmentTask
from tingsu.casework.tests.cases import ACCEPT, offered
from tingsu.clocks.models import Promise
from tingsu.complaints import access, routing
from tingsu.complaints.models import Complaint
from tingsu.complaints.verify import rebuild_complaints
from tingsu.kernel.errors import InvalidInput, NotFound
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.people.directory import forget_cached
from tingsu.people.models import Unit
from tingsu.triage.rules import publish_triage_rules
from tingsu.triage.tests.cases import graded, last_event, registered, step, told

LINES = [
    {"problem_type": "consumer", "product": "", "branch": "", "unit": "finance"},
    {"problem_type": "consumer", "product": "空气炸锅", "branch": "", "unit": "logistics"},
    {"problem_type": "", "product": "", "branch": "浦东", "unit": "finance"},
]


def publish(cast: Cast, default: str = "", lines: list[dict[str, str]] | None = None) -> None:
    body = {"lines": LINES if lines is None else lines, "default": default}
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=routing.KIND, body=body))


def unit(cast: Cast, code: str) -> Any:
    return cast.units[code].pk


def change_unit(cast: Cast, code: str, **changes: Any) -> None:
    Unit.objects.filter(pk=cast.units[code].pk).update(**changes)
    forget_cached()


def stands(complaint: Complaint) -> tuple[Any, str]:
    history = {complaint.pk: list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))}
    assert [finding.sentence for finding in rebuild_complaints(history)] == []
    row = Complaint.objects.get(pk=complaint.pk)
    return row.department_id, row.department_by


@pytest.mark.req("AS-05")
@pytest.mark.parametrize(
    ("given", "default", "expected"),
    [
        ({}, "", "logistics"),
        ({"product": "账户"}, "", "finance"),
        ({"branch": "上海浦东店"}, "", "finance"),
        ({"problem_type": "ip", "product": "账户"}, "", None),
        ({"problem_type": "ip", "product": "账户"}, "logistics", "logistics"),
    ],
)
def test_each_registration_gets_the_department_of_the_table_or_the_default_queue(
    cast: Cast, given: dict[str, Any], default: str, expected: str | None
) -> None:
    publish(cast, default)
    complaint = registered(cast.frontline, **given)
    wanted = (unit(cast, expected), "table") if expected else (None, "")
    assert stands(complaint) == wanted
    said = Event.objects.get(stream_id=complaint.pk, kind="complaint.registered").data.get("routing")
    assert said == ({"version": 1, "proposed": str(wanted[0])} if expected else None)


@pytest.mark.req("AS-05")
@pytest.mark.parametrize(
    ("lines", "asked", "code"),
    [
        ([("consumer", "", "", "first"), ("consumer", "", "", "second")], ("consumer", "", ""), "first"),
        ([("", "锅", "", "first"), ("", "空气", "", "second")], ("ip", "空气炸锅", ""), "first"),
        ([("", "", "", "any"), ("ip", "", "", "type")], ("ip", "", ""), "type"),
        ([("ip", "", "", "type"), ("", "锅", "", "product")], ("ip", "炸锅", ""), "product"),
        ([("ip", "锅", "", "both"), ("", "", "浦东", "branch")], ("ip", "炸锅", "浦东店"), "branch"),
        ([("", "AirFry", "", "product")], ("ip", "the AIRFRYER 5", ""), "product"),
        ([("", "", "Pudong", "branch")], ("ip", "", "store of PUDONG"), "branch"),
        ([("ip", "锅", "", "both")], ("ip", "壶", ""), ""),
        ([("product", "锅", "", "both")], ("ip", "锅", ""), ""),
        ([], ("ip", "", ""), ""),
    ],
)
def test_the_most_particular_line_that_fits_wins_and_of_equal_ones_the_first(
    lines: list[tuple[str, str, str, str]], asked: tuple[str, str, str], code: str
) -> None:
    table = [dict(zip(("problem_type", "product", "branch", "unit"), line, strict=True)) for line in lines]
    assert routing.route(*asked, table) == code


@pytest.mark.req("AS-05", "CO-04")
def test_any_topic_of_a_department_makes_it_the_one(cast: Cast) -> None:
    publish(cast, lines=[])
    change_unit(cast, "finance", topics=["ip", "operations"])
    for problem_type, expected in (("ip", "finance"), ("operations", "finance"), ("product", None)):
        found = routing.department_for(problem_type)
        assert (found.code if found else None) == expected


@pytest.mark.req("AS-05")
def test_a_complaint_that_had_no_department_gets_one_when_its_record_is_corrected(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    assert stands(complaint) == (None, "")
    publish(cast)
    step(cast.frontline, complaint, "correct_record", product="账户", reason="录错")
    assert stands(complaint) == (unit(cast, "finance"), "table")


@pytest.mark.req("AS-05")
def test_another_department_than_the_tables_needs_a_reason(cast: Cast) -> None:
    publish(cast)
    other = {"department": str(unit(cast, "finance"))}
    with pytest.raises(InvalidInput) as refused:
        registered(cast.frontline, **other)
    assert set(refused.value.fields) == {"department_reason"}
    assert not Complaint.objects.exists()
    complaint = registered(cast.frontline, **other, department_reason="该批次由财务垫付")
    assert stands(complaint) == (unit(cast, "finance"), "hand")
    event = Event.objects.get(stream_id=complaint.pk, kind="complaint.registered")
    assert texts_of([event])[event.pk]["department_reason"] == "该批次由财务垫付"
    same = registered(cast.frontline, department=str(unit(cast, "logistics")))
    assert stands(same)[0] == unit(cast, "logistics")


@pytest.mark.req("AS-05", "E33")
def test_what_the_table_named_follows_a_correction_and_what_a_person_chose_stays(cast: Cast) -> None:
    publish(cast)
    by_table, by_hand = registered(cast.frontline), registered(cast.frontline)
    with pytest.raises(InvalidInput):
        step(cast.frontline, by_hand, "change_department", department=str(unit(cast, "logistics")), reason="同一")
    step(cast.frontline, by_hand, "change_department", department=str(unit(cast, "finance")), reason="财务承办")
    assert stands(by_hand) == (unit(cast, "finance"), "hand")
    for complaint, expected in ((by_table, ("finance", "table")), (by_hand, ("finance", "hand"))):
        step(cast.frontline, complaint, "correct_record", product="账户", reason="录错")
        assert stands(complaint) == (unit(cast, expected[0]), expected[1])
    graded(cast.frontline, by_table, problem_type="ip")
    assert stands(by_table) == (None, "")
    graded(cast.frontline, by_hand, problem_type="ip")
    assert stands(by_hand) == (unit(cast, "finance"), "hand")


@pytest.mark.req("AS-05", "IV-14")
def test_acceptance_dispatches_to_the_department_responsible_with_a_limit(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    publish(cast)
    complaint = offered(cast)
    with pytest.raises(NotFound):
        access.check_visible(cast.dept.actor, complaint)
    page = sign_in(cast.specialist).get(reverse("desk:step", args=[complaint.number, "accept"])).content.decode()
    chosen = re.search(r'<select[^>]*name="department".*?</select>', page, re.S)
    assert chosen is not None
    assert f'value="{unit(cast, "logistics")}" selected' in chosen[0]
    assert "提供服务记录和材料" in page
    asked = ACCEPT | {"depth": "in_depth", "department": str(unit(cast, "logistics")), "request": "请核对运单"}
    complaint = step(cast.specialist, complaint, "accept", **asked)
    task = DepartmentTask.objects.get(complaint=complaint)
    task.complaint = complaint
    assert (task.unit_id, task.kind, task.text("request")) == (unit(cast, "logistics"), "facts", "请核对运单")
    limit = Promise.objects.get(stream_id=complaint.pk, kind="department_answer")
    assert (limit.subject_id, limit.due_at) == (task.pk, task.due_at)
    access.check_visible(cast.dept.actor, complaint)
    assert "case.task" in told(cast.dept)
    assert complaint.department_by == "table"


@pytest.mark.req("AS-05")
@pytest.mark.parametrize(
    ("sent", "refused", "tasks"),
    [
        ({}, None, 0),
        ({"request": "请核对"}, "department", 0),
        ({"department": "logistics"}, None, 0),
        ({"department": "finance", "request": "请核对"}, "department_reason", 0),
        ({"department": "finance", "request": "请核对", "department_reason": "由财务承办"}, None, 1),
    ],
)
def test_what_acceptance_asks_of_a_department(
    cast: Cast, sent: dict[str, str], refused: str | None, tasks: int
) -> None:
    publish(cast)
    complaint = offered(cast)
    values = ACCEPT | {"depth": "in_depth"} | sent
    if "department" in sent:
        values["department"] = str(unit(cast, sent["department"]))
    if refused:
        with pytest.raises(InvalidInput) as error:
            step(cast.specialist, complaint, "accept", **values)
        assert set(error.value.fields) == {refused}
    else:
        complaint = step(cast.specialist, complaint, "accept", **values)
        assert complaint.department_id == unit(cast, sent.get("department", "logistics"))
    assert DepartmentTask.objects.count() == tasks


@pytest.mark.req("AS-05")
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "按分派表，责任部门：物流部"), ("en", "Logistics")])
def test_the_registration_form_says_whom_the_table_names(
    cast: Cast, sign_in: Callable[[Person], Client], language: str, words: str
) -> None:
    publish(cast)
    client = sign_in(cast.frontline)
    client.cookies["tingsu_language"] = language
    hints = reverse("desk:hints")
    assert words in client.post(hints, {"problem_type": "consumer", "product": "空气炸锅 5L"}).content.decode()
    for other in ({"problem_type": "ip", "product": "空气"}, {"problem_type": "x", "product": "空气炸锅"}, {}):
        assert words not in client.post(hints, other).content.decode()


@pytest.mark.req("AS-05")
def test_the_department_responsible_is_the_first_that_is_asked(cast: Cast) -> None:
    from tingsu.complaints.process import PROCESS
    from tingsu.process.registry import starting_values
    from tingsu.process.steps import options_of

    publish(cast)
    complaint = step(cast.specialist, offered(cast), "accept", **ACCEPT | {"depth": "in_depth"})
    ask = PROCESS["department_task"]
    assert starting_values(ask, cast.specialist.actor, complaint)["unit"] == str(unit(cast, "logistics"))
    offered_units = [code for code, _label in options_of(ask.field("unit"), complaint)]
    assert offered_units[0] == str(unit(cast, "logistics"))
    assert set(offered_units) == {str(unit(cast, code)) for code in ("logistics", "finance")}
    assert last_event(complaint).kind == "complaint.accepted"

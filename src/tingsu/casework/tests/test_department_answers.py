"""What a department answers: whose matter it is, what it offers, what it told the user; at once for reports (CO-02, CO-03)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from tingsu.casework.models import DepartmentTask
from tingsu.casework.panels import tasks_context
from tingsu.casework.steps.tasks import answered_at_once
from tingsu.casework.tests.cases import ANSWERED, investigating, with_task
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.triage.tests.cases import registered, step

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TALKED = {"spoke": "reached", "means": "phone", "said": "已向用户说明检测结果，用户同意换货。"}


def contacts(complaint: Complaint) -> list[Event]:
    return list(Event.objects.filter(stream_id=complaint.pk, kind="complaint.contact_logged").order_by("seq"))


@pytest.mark.req("CO-03", "AK-13")
def test_what_the_department_told_the_user_joins_the_contacts_of_the_case(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    before = len(contacts(complaint))
    answered = ANSWERED | TALKED | {"task": task, "proposal": "换新并补运费", "responsible_words": "签收照片显示破损"}
    complaint = step(cast.dept, complaint, "answer_task", **answered)
    logged = contacts(complaint)[before:]
    assert len(logged) == 1
    event = logged[0]
    assert event.actor_id == cast.dept.id
    assert (event.data["values"]["direction"], event.data["values"]["means"], event.data["values"]["with_whom"]) == (
        "out",
        "phone",
        "complainant",
    )
    assert texts_of([event])[event.pk]["content"] == TALKED["said"]
    row = DepartmentTask.objects.get()
    row.complaint = complaint
    assert (row.responsible, row.spoke, row.text("proposal"), row.text("responsible_words")) == (
        "partner",
        "reached",
        "换新并补运费",
        "签收照片显示破损",
    )
    assert Event.objects.filter(stream_id=complaint.pk).order_by("-seq")[0].kind == "complaint.task_answered"


@pytest.mark.req("CO-03")
@pytest.mark.parametrize(("spoke", "logged"), [("not", []), ("tried", ["attempt"]), ("reached", ["out"])])
def test_an_attempt_is_logged_as_one_and_silence_is_not(cast: Cast, spoke: str, logged: list[str]) -> None:
    complaint, task = with_task(cast, investigating(cast))
    step(cast.dept, complaint, "answer_task", **ANSWERED | TALKED | {"task": task, "spoke": spoke})
    assert [one.data["values"]["direction"] for one in contacts(complaint)] == logged


@pytest.mark.req("CO-03")
@pytest.mark.parametrize(
    ("topic", "kind", "asked"),
    [
        ("consumer", "facts", True),
        ("product", "technical", True),
        ("operation", "facts", True),
        ("qualification", "facts", False),
        ("consumer", "measure", False),
        ("consumer", "rectify", False),
    ],
)
def test_product_consumer_and_operation_complaints_ask_for_responsibility_and_the_talk(
    cast: Cast, topic: str, kind: str, asked: bool
) -> None:
    complaint, task = with_task(cast, investigating(cast, problem_type=topic), kind=kind)
    bare = {"task": task, "answer": "已核对", "conclusion": "属实"}
    if asked:
        with pytest.raises(InvalidInput) as refused:
            step(cast.dept, complaint, "answer_task", **bare)
        assert set(refused.value.fields) == {"responsible", "spoke"}
        assert contacts(complaint) == []
        with pytest.raises(InvalidInput) as refused:
            step(cast.dept, complaint, "answer_task", **bare, responsible="unclear", spoke="reached")
        assert set(refused.value.fields) == {"means", "said"}
        bare |= {"responsible": "unclear", "spoke": "not"}
    step(cast.dept, complaint, "answer_task", **bare)
    assert DepartmentTask.objects.get().state == "answered"


@pytest.mark.req("CO-03")
def test_the_case_names_which_of_the_five_steps_have_no_record(cast: Cast) -> None:
    complaint, task = with_task(cast, investigating(cast))
    shown: Any = tasks_context(cast.specialist.actor, complaint)
    assert shown["tasks"][0]["lacks"] == ""
    complaint = step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    shown = tasks_context(cast.specialist.actor, complaint)
    assert shown["tasks"][0]["lacks"] in {
        "取证、解决方案、与用户沟通",
        "evidence, solution offered, talk with the user",
    }
    complaint = step(cast.specialist, complaint, "return_task", task=task, reason="补全")
    whole = ANSWERED | TALKED | {"task": task, "evidence": "签收照片", "proposal": "换新"}
    complaint = step(cast.dept, complaint, "answer_task", **whole)
    shown = tasks_context(cast.specialist.actor, complaint)
    assert shown["tasks"][0]["lacks"] == ""


@pytest.mark.req("CO-02", "SL-12")
@pytest.mark.parametrize(
    ("about", "grade", "hours"), [({"kind": "report"}, {}, 4), ({}, {"problem_type": "ip"}, 4), ({}, {}, None)]
)
def test_a_report_is_answered_at_once(
    cast: Cast, about: dict[str, Any], grade: dict[str, Any], hours: int | None
) -> None:
    complaint, _task = with_task(cast, investigating(cast, registered(cast.frontline, **about), **grade))
    limit = Promise.objects.get(kind="department_answer")
    assert ((limit.due_at - limit.started_at).total_seconds() == 4 * 3600) == (hours == 4)
    assert bool(answered_at_once(cast.dept.actor, complaint)) == (hours == 4)
    assert limit.started_at <= now()

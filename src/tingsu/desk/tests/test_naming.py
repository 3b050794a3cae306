"""What a step was about keeps its name in the timeline and on the clocks, whatever became of it since."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tingsu.casework.models import DepartmentTask
from tingsu.kernel.clock import travel_to
from tingsu.settlement.tests.journey import handled

RAW_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def timeline_of(client, journey):
    with travel_to(journey.at + timedelta(minutes=1)):
        html = client.get(reverse("desk:case", args=[journey.complaint.number])).content.decode()
    return html


def spoken(html):
    """The words of the entries, without tags."""
    found = re.findall(r'<p class="?entry-codes"?>(.*?)</p>|<div class="?bubble"?>(.*?)</div>', html, re.S)
    return [re.sub(r"<[^>]+>|\s+", " ", " ".join(one)).strip() for one in found]


@pytest.mark.req("AK-13")
@pytest.mark.req("CO-01")
def test_a_task_is_named_by_what_it_was_and_not_by_its_present_state(sign_in, cast):
    journey = handled(cast)
    journey.step(journey.owner, "department_task", unit=str(cast.dept.unit_id), kind="facts", request="查物流轨迹")
    task = str(DepartmentTask.objects.get().pk)
    journey.step(cast.dept, "accept_task", task=task)
    journey.step(
        cast.dept,
        "answer_task",
        task=task,
        answer="已签收",
        conclusion="投递正常",
        responsible="department",
        spoke="not",
    )
    words = spoken(timeline_of(sign_in(journey.owner), journey))
    accepted = [line for line in words if "事实与材料" in line]
    assert len(accepted) == 3
    assert not any("已答复" in line for line in words)
    assert not any(RAW_ID.search(line) for line in words)


@pytest.mark.req("AK-13")
def test_yes_and_no_in_the_rows_of_a_solution_say_what_they_answer(sign_in, cast):
    journey = handled(cast).offered()
    words = " ".join(spoken(timeline_of(sign_in(journey.owner), journey)))
    assert "合理：是" in words
    assert not re.search(r"· 是\b", words)


@pytest.mark.req("AK-13")
def test_clocks_of_the_same_name_say_what_each_is_about(sign_in, cast):
    journey = handled(cast)
    for kind in ("facts", "technical"):
        journey.step(journey.owner, "department_task", unit=str(cast.dept.unit_id), kind=kind, request="查物流轨迹")
    names = re.findall(r'class="clock [^>]*><span>([^<]+)<', timeline_of(sign_in(journey.owner), journey))
    named = [name for name in names if name.startswith("部门答复")]
    assert len(named) == 2
    assert len(set(named)) == 2


@pytest.mark.req("AK-13")
def test_the_composer_names_the_field_that_it_misses(sign_in, cast):
    journey = handled(cast)
    with travel_to(journey.at + timedelta(minutes=1)):
        response = sign_in(journey.owner).post(
            reverse("desk:case", args=[journey.complaint.number]), {"mode": "note", "text": ""}
        )
    assert response.status_code == 422
    assert "备注：请填写这一项" in response.content.decode()

"""What a department sees: its tasks with who asked, its own answers, and no link that ends at a refusal."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tingsu.casework.tests.cases import ANSWERED, investigating, with_task
from tingsu.kernel.clock import now, travel_to
from tingsu.triage.tests.cases import step

LINK = re.compile(r'href="(/desk/[^"#]*)"')


@pytest.fixture
def asked(cast):
    return with_task(cast, investigating(cast))


@pytest.mark.req("PS-11", "CO-01")
def test_no_link_of_a_departments_pages_leads_to_a_refusal(sign_in, cast, asked):
    complaint, _task = asked
    client = sign_in(cast.dept)
    pages = [
        reverse("desk:work"),
        reverse("desk:tasks"),
        reverse("desk:notices"),
        reverse("desk:step", args=[complaint.number, "answer_task"]),
        reverse("desk:case", args=[complaint.number]),
    ]
    refused = {}
    for page in pages:
        for address in set(LINK.findall(client.get(page).content.decode().replace("&amp;", "&"))):
            answer = client.get(address)
            if answer.status_code in {403, 404}:
                refused.setdefault(page, []).append(address)
    assert refused == {}
    head = client.get(pages[-1]).content.decode().split('class="crumbs"', 1)[1].split("</nav>", 1)[0]
    assert f'href="{reverse("desk:work")}"' in head
    centre = sign_in(cast.specialist).get(pages[-1]).content.decode().split('class="crumbs"', 1)[1]
    assert f'href="{reverse("desk:queue")}"' in centre.split("</nav>", 1)[0]


@pytest.mark.req("CO-01")
def test_a_department_reads_who_asked_and_how_to_reach_them(sign_in, cast, asked):
    complaint, _task = asked
    address = reverse("desk:case", args=[complaint.number])
    theirs = sign_in(cast.dept).get(address).content.decode()
    assert "工号 2001（2001）" in theirs
    assert 'href="mailto:specialist@example.com"' in theirs
    assert "2001" in sign_in(cast.dept).get(reverse("desk:tasks")).content.decode()
    assert "mailto:" not in sign_in(cast.supervisor).get(address).content.decode()


@pytest.mark.req("CO-01", "IV-13")
def test_an_open_task_stands_on_the_head_of_the_case_until_it_is_answered_and_the_answer_can_be_read_again(
    sign_in, cast, asked
):
    complaint, task = asked

    def head():
        return sign_in(cast.specialist).get(reverse("desk:case", args=[complaint.number])).context["case"]["notes"]

    def tasks(person=cast.dept):
        return sign_in(person).get(reverse("desk:tasks")).context

    (note,) = head()
    assert note.startswith("物流部")
    assert tasks()["answered"].items == []
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    assert head() == []
    page = tasks()
    assert [item.number for item in page["answered"].items] == [complaint.number]
    assert page["tasks"].items == []
    assert tasks(cast.dept2)["answered"].items == []
    with travel_to(now() + timedelta(days=15)):
        assert tasks()["answered"].items == []

"""The board: every open case by state, limit, grade, age and owner, and each number leads to its cases (QC-06)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES
from tingsu.complaints.work_order import work_key
from tingsu.desk.tests.cases import a_case, local
from tingsu.kernel.clock import travel_to

pytestmark = [pytest.mark.django_db, pytest.mark.req("QC-06")]
AT = local("2026-03-31 10:00")
CASES = [
    # state, owner, received, hours until its limit, grade
    ("registered", "frontline", "2026-03-31 09:00", 1, "general"),
    ("registered", "frontline", "2026-03-25 00:00", 30, "general"),  # the seventh day, today counted
    ("investigating", "specialist", "2026-03-24 23:59", -1, "high_risk"),  # eight days old
    ("investigating", "specialist", "2026-03-02 00:00", 5, "general"),  # thirty days old
    ("handling", "specialist2", "2026-03-01 23:59", None, "high_risk"),  # older
    ("closed", "specialist", "2026-03-01 12:00", -1, "high_risk"),
]


@pytest.fixture
def standing(cast):
    for state, owner, received, hours, grade in CASES:
        one = a_case(cast.frontline)
        due = AT + timedelta(hours=hours) if hours is not None else None
        changed = {
            "state": state,
            "owner_id": getattr(cast, owner).id,
            "received_at": local(received),
            "next_due_at": due,
            "grade": grade,
        }
        Complaint.objects.filter(pk=one.pk).update(**changed)
        one.refresh_from_db()
        Complaint.objects.filter(pk=one.pk).update(work_key=work_key(one))  # fmt: skip


def numbers(page):
    board = page.context["board"]
    lines = {line.state: [int(cell.number) for cell in line.cells] for line in (*board.lines, board.whole)}
    return {state: row for state, row in lines.items() if any(row)}


def look(client, **asked):
    with travel_to(AT):
        return client.get(reverse("desk:board"), asked)


def test_every_open_case_is_counted_by_state_limit_grade_and_age(sign_in, cast, standing):
    page = look(sign_in(cast.supervisor))
    assert [one.key for one in page.context["board"].columns] == [
        "total", "late", "today", "rest", "high_risk", "week", "month", "older",
    ]  # fmt: skip
    assert numbers(page) == {
        "registered": [2, 0, 1, 1, 0, 2, 0, 0],
        "investigating": [2, 1, 1, 0, 1, 0, 2, 0],
        "handling": [1, 0, 0, 0, 1, 0, 0, 1],
        "": [5, 1, 2, 1, 2, 2, 2, 1],
    }
    assert [line.state for line in page.context["board"].lines] == [str(state) for state in OPEN_STATES]


def test_each_number_leads_to_the_cases_behind_it(sign_in, cast, standing):
    client = sign_in(cast.supervisor)
    page = look(client)
    html = page.content.decode()
    with travel_to(AT):
        for line in (*page.context["board"].lines, page.context["board"].whole):
            for cell in line.cells:
                if cell.number == "0":
                    continue
                assert f'href="{cell.url}"'.replace("&", "&amp;") in html
                listed = client.get(cell.url)
                rows = [row for group in listed.context["groups"] for row in group["rows"]]
                assert str(len(rows)) == cell.number, (line.state, cell.column.key)


def test_one_owner_or_group_is_shown_alone(sign_in, cast, standing):
    client = sign_in(cast.qa)
    assert numbers(look(client, owner=str(cast.frontline.id)))[""][0] == 2
    assert numbers(look(client, unit=str(cast.units["handling"].pk))) == {
        "handling": [1, 0, 0, 0, 1, 0, 0, 1], "": [1, 0, 0, 0, 1, 0, 0, 1],
    }  # fmt: skip
    page = look(client, owner=str(cast.specialist.id))
    assert f"owner={cast.specialist.id}" in page.context["board"].whole.cells[0].url
    assert numbers(look(client, owner="nonsense\x00", unit="x"))[""][0] == 5


@pytest.mark.parametrize(
    ("name", "status"),
    [("supervisor", 200), ("top_mgmt", 200), ("auditor", 200), ("frontline", 403), ("dept", 403), ("dso", 403)],
)
def test_who_reads_figures_sees_the_board(sign_in, cast, name, status):
    assert sign_in(getattr(cast, name)).get(reverse("desk:board")).status_code == status


@pytest.mark.parametrize(("page", "questions"), [("board", 16), ("board_live", 15), ("board_wall", 15)])
def test_it_asks_as_many_questions_for_few_and_many(sign_in, cast, standing, page, questions):
    client, costs = sign_in(cast.supervisor), []
    for _round in range(3):
        with travel_to(AT), CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"desk:{page}")).status_code == 200
        costs.append(len(asked))
        a_case(cast.frontline)
    assert costs[1] == costs[2] <= questions, costs

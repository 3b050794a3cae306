"""What the pages cost that people open all day: so many queries, whatever stands in them, and so many bytes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tingsu.complaints.models import Complaint
from tingsu.desk.queue import PAGE
from tingsu.desk.tests.cases import a_case, step
from tingsu.kernel import organisations, rulebooks
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.people import directory
from tingsu.settlement.tests.journey import handled
from tingsu.settlement.tests.test_execution import executing

QUEUE, CASE, RICH_CASE, WORK, FULL_WORK = 8, 22, 25, 5, 6
MOST_QUERIES = {"case": 25, "work": 15}
MOST_BYTES = 60_000


@pytest.fixture(autouse=True)
def _kept(monkeypatch):
    """What is kept in memory for seconds stays for the test: on a slow machine they pass between two requests."""
    monkeypatch.setattr(directory, "CACHE_SECONDS", 3600.0)
    monkeypatch.setattr(organisations, "KEEP_SECONDS", 3600.0)
    monkeypatch.setattr(rulebooks, "CACHE_SECONDS", 3600.0)


def asked(client, address, **query):
    """How many queries a page needs, once it has been asked for before."""
    client.get(address, query)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, query).status_code == 200
    return len(queries)


def test_the_queue_asks_as_many_questions_for_many_cases_as_for_one(sign_in, cast):
    client = sign_in(cast.supervisor)
    a_case(cast.frontline)
    assert asked(client, reverse("desk:queue"), view="all") == QUEUE
    for _n in range(4):
        a_case(cast.frontline2, name="欧阳锋")
    assert asked(client, reverse("desk:queue"), view="all") == QUEUE


def test_a_full_page_of_the_queue_stays_small(sign_in, cast):
    """Measured by what one row adds, for fifty complaints take a test too long."""
    client = sign_in(cast.supervisor)

    def size() -> int:
        return len(client.get(reverse("desk:queue"), {"view": "all"}).content)

    a_case(cast.frontline)
    one = size()
    for _n in range(4):
        a_case(cast.frontline)
    row = (size() - one) / 4
    assert row < 760
    assert one + (PAGE - 1) * row < MOST_BYTES
    Complaint.objects.update(escalation_level=6)
    escalated = (size() - one - 4 * row) / 5
    assert 0 < escalated < 25, "the mark of the ladder on every row"
    assert one + (PAGE - 1) * (row + escalated) < MOST_BYTES


def test_a_case_asks_as_many_questions_however_much_was_done_about_it(sign_in, cast):
    fresh = a_case(cast.frontline)
    journey, _item = executing(cast)
    for n in range(4):
        journey.step(journey.owner, "note", note=f"第 {n} 次核对")
    client = sign_in(cast.supervisor)
    assert asked(client, reverse("desk:case", args=[fresh.number])) == CASE
    rich = asked(client, reverse("desk:case", args=[journey.complaint.number]))
    assert rich == RICH_CASE
    assert rich <= MOST_QUERIES["case"]
    for n in range(4):
        journey.step(journey.owner, "note", note=f"再次核对 {n}")
    again = asked(client, reverse("desk:case", args=[journey.complaint.number]))
    assert again == RICH_CASE


@pytest.mark.req("invariant-13")
def test_a_case_of_five_hundred_events_asks_no_more_and_shows_a_part(sign_in, cast):
    one = a_case(cast.frontline)
    client = sign_in(cast.supervisor)
    address = reverse("desk:case", args=[one.number])
    few, small = asked(client, address), len(client.get(address).content)
    with transaction.atomic():
        chain = lock_chain(one.pk)
        for n in range(500):
            texts = {"note": f"第 {n} 次核对"}
            chain.record("complaint.note_added", actor=cast.frontline.actor, at=now(), texts=texts)
        chain.flush()
    assert Event.objects.filter(stream_id=one.pk).count() >= 500
    assert asked(client, address) <= few + 1 <= MOST_QUERIES["case"]
    page = client.get(address).content
    assert "第 499 次核对" in page.decode()
    assert "第 0 次核对" not in page.decode()
    assert len(page) < small + 200_000


def test_my_work_asks_as_many_questions_however_much_waits(sign_in, cast):
    client = sign_in(cast.supervisor)
    assert asked(client, reverse("desk:work")) == WORK
    for round_of_work in range(2):
        journey = handled(cast)
        values = journey.solution(amount=6_000_00)
        journey.step(journey.owner, "draft_solution", **values).step(journey.owner, "submit_solution")
        mine = a_case(cast.frontline)
        step(cast.supervisor, mine, "assign", member=str(cast.supervisor.id))
        executing(cast)
        full = asked(client, reverse("desk:work"))
        assert full == FULL_WORK, round_of_work
        assert full <= MOST_QUERIES["work"]


@pytest.mark.parametrize("person", ["frontline", "specialist", "dept", "mgmt_rep", "mediator", "qa"])
def test_my_work_stays_cheap_in_every_role(sign_in, cast, person):
    executing(cast)
    assert asked(sign_in(getattr(cast, person)), reverse("desk:work")) <= MOST_QUERIES["work"]

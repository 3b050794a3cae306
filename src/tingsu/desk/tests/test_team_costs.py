"""What the page of the team asks of the database as people and cases grow: one statement, and a bounded number of rows."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.complaints.tests.test_rare_values import archive, indexes, plan_of
from tingsu.desk import queue, team
from tingsu.kernel.clock import now
from tingsu.people.directory import forget_cached
from tingsu.people.models import Member, Post
from tingsu.people.queries import active_members

__all__ = ["archive"]


def more_people(cast: Cast, count: int) -> None:
    """Colleagues of the specialist, in the same group with the same post."""
    post = Post.objects.filter(member_id=cast.specialist.id).first()
    assert post is not None
    for number in range(count):
        member = Member.objects.get(pk=cast.specialist.id)
        member.pk, member.staff_number = None, f"9{number:03d}"
        member.save(force_insert=True)
        post.pk, post.member_id = None, member.pk
        post.save(force_insert=True)
    forget_cached()


def most_rows(plan: dict[str, Any]) -> int:
    """The most rows that any part of a plan gives each time it runs."""
    return int(max([plan["Actual Rows"], *(most_rows(part) for part in plan.get("Plans", ()))]))


@pytest.mark.req("QC-06", "invariant-13")
@pytest.mark.django_db
def test_loads_are_one_statement_as_long_for_many_people_as_for_few(cast: Cast) -> None:
    def asked() -> tuple[int, int, int]:
        team.loads_of(cast.supervisor.actor, now(), cast.specialist.id)
        with CaptureQueriesContext(connection) as queries:
            loads = team.loads_of(cast.supervisor.actor, now(), cast.specialist.id)
            team.team_of(cast.supervisor.actor, now())
        return len(queries), sum(one["sql"].count("SELECT") for one in queries), len(loads)

    few = asked()
    more_people(cast, 12)
    many = asked()
    assert many[:2] == few[:2]
    assert many[2] == few[2] + 12


@pytest.mark.req("QC-06", "invariant-13")
def test_the_load_of_whoever_has_thousands_of_cases_is_counted_from_an_index_and_no_further_than_a_number(
    archive: Complaint, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "CAP", 100)
    actor, owner = cast.supervisor.actor, archive.owner_id
    assert Complaint.objects.filter(owner_id=owner).count() > 8000
    (load,) = [one for one in team.loads_of(actor, now(), owner) if one.member.pk == owner]
    assert load.total == 100
    plan = plan_of(team.loads_asked(queue.open_cases(actor), now(), active_members()))
    assert most_rows(plan) <= 100
    assert any(name.startswith("complaints_open") for name in indexes(plan)), indexes(plan)
    without = Complaint.objects.filter(owner_id=owner).order_by("version")[:101]
    assert most_rows(plan_of(without)) > 100, "what no index bounds reads everything here"

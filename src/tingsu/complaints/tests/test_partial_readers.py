"""Whoever sees a part of the cases is answered from that part, however large the archive is (PS-11, invariant-13)."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tests import database
from tests.cast import Cast
from tingsu.api import reading
from tingsu.complaints import access, search, work_order
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.complaints.tests.test_rare_values import MOST, archive, plan_of, touched
from tingsu.desk import queue
from tingsu.desk.cases import neighbours
from tingsu.pages import pager

__all__ = ["archive"]
pytestmark = pytest.mark.req("PS-11", "invariant-13")


def parts_of(cast: Cast, first: Complaint) -> dict[str, set[uuid.UUID]]:
    """Give each reader a few cases in every way there is; who sees which."""
    ids = list(Complaint.objects.exclude(pk=first.pk).order_by("number").values_list("pk", flat=True)[:70:10])
    own, closed, offered, group, mine, unit, foreign = ids
    Complaint.objects.filter(pk__in=[own, closed]).update(owner_id=cast.frontline2.id)
    Complaint.objects.filter(pk=closed).update(state="archived")
    Complaint.objects.filter(pk=offered).update(offered_member_id=cast.frontline2.id)
    Complaint.objects.filter(pk=group).update(offered_unit_id=next(iter(cast.frontline2.actor.unit_ids)))
    for complaint_id, who in (
        (mine, {"member_id": cast.frontline2.id}),
        (unit, {"unit_id": next(iter(cast.dept.actor.unit_ids))}),
        (foreign, {"member_id": uuid.uuid4()}),
    ):
        CaseMember.objects.create(complaint_id=complaint_id, role="department", since=timezone.now(), **who)
    return {"frontline2": {own, closed, offered, group, mine}, "dept": {unit}}


def questions(actor: Any, ids: list[uuid.UUID]) -> dict[str, Any]:
    """The queue in both its orders, the list of programs, and what a search has found."""
    ways = queue.open_ways(actor)
    return {
        "queue": first_page(ways, work_order.ORDER),
        "by limit": first_page(ways, work_order.BY_LIMIT),
        "high risk": first_page([one.filter(grade="high_risk") for one in ways], work_order.ORDER),
        "number of a tab": queue.counted(ways, Q(next_due_at__isnull=False))[: queue.CAP],
        "programs": first_page(access.ways_to(actor, Complaint.objects.all()), reading.ORDER),
        "search": access.visible_to(actor, Complaint.objects.filter(pk__in=ids)),
    }


def first_page(ways: list[Any], order: tuple[str, ...]) -> Any:
    return pager.first_of(Complaint.objects.all(), order, 51, [pager.Piece(rows=one, order=order) for one in ways])


def test_who_sees_a_part_is_answered_from_that_part(
    archive: Complaint, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = parts_of(cast, archive)
    monkeypatch.setattr(access, "sees_everything", lambda actor: actor.id == cast.supervisor.id)
    some = list(Complaint.objects.order_by("-received_at").values_list("pk", flat=True)[: search.PAGE])
    told = {}
    for name, cases in seen.items():
        actor = getattr(cast, name).actor
        assert set(access.visible_to(actor).values_list("pk", flat=True)) == cases
        for question, rows in questions(actor, some).items():
            told[name, question] = touched(plan_of(rows))
    assert {key: pages for key, pages in told.items() if pages > MOST} == {}
    without = Complaint.objects.filter(version=-1).order_by("-received_at", "-pk")[:51]
    assert touched(plan_of(without)) > 2 * MOST, "what no index finds walks through everything here"


def test_who_owns_very_many_has_them_walked_not_gathered(
    archive: Complaint, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All cases of the archive are one person's, half of them ended."""
    monkeypatch.setattr(access, "sees_everything", lambda actor: False)
    Complaint.objects.filter(number__regex="[02468]$").update(state="archived")
    with database.owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("VACUUM ANALYZE complaints_complaint")
    actor = cast.frontline.actor
    some = list(Complaint.objects.order_by("-received_at").values_list("pk", flat=True)[: search.PAGE])
    told = {name: touched(plan_of(rows)) for name, rows in questions(actor, some).items() if name != "search"}
    middle = Complaint.objects.filter(queue.OPEN, number="N4001").get()
    newest = [one.number for one in questions(actor, some)["programs"]]
    assert newest == [f"N{place}" for place in range(8000, 7949, -1)]
    assert neighbours(actor, middle) != ("", "")
    assert {key: pages for key, pages in told.items() if pages > MOST} == {}
    gathered = access.visible_to(actor).order_by("-received_at", "-pk")[:51]
    assert touched(plan_of(gathered)) > 2 * MOST, "one question with all ways gathers what it finds"

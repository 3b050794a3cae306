"""What the tabs of the queue cost among very many open cases: pages of 8 kB, whatever stands in them (invariant-13)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tests import database
from tests.cast import Cast
from tingsu.complaints import work_order
from tingsu.complaints.models import Complaint
from tingsu.complaints.tests.test_rare_values import MANY, MOST, archive, plan_of, touched
from tingsu.desk import queue
from tingsu.desk.tests.cases import local
from tingsu.pages import pager

__all__ = ["archive"]
pytestmark = pytest.mark.req("invariant-13")

AT = local("2026-03-02 10:00")
SPREAD = """
UPDATE complaints_complaint SET grade = 'general', waiting_on = 'us', repeated = false, urgency = 'normal', state = 'registered',
  next_due_at = %s + substr(number, 2)::int %% 36000 * interval '1 second',
  work_key = %s + extract(epoch FROM (%s + substr(number, 2)::int %% 36000 * interval '1 second') AT TIME ZONE 'Asia/Shanghai')::bigint %% 86400
WHERE number LIKE 'N%%'
"""
"""Everything is due between ten in the morning and eight in the evening of one day."""


def test_tabs_are_counted_and_walked_without_a_look_at_the_others(archive: Complaint, cast: Cast) -> None:
    first = work_order.first_of(work_order.REST, AT) + work_order.DAY // 2
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, [AT, first, AT])
    few = list(Complaint.objects.filter(number__startswith="N").order_by("number").values_list("pk", flat=True)[:3])
    Complaint.objects.filter(pk=few[0]).update(grade="high_risk")
    Complaint.objects.filter(pk=few[1]).update(waiting_on="complainant")
    Complaint.objects.filter(pk=few[2]).update(repeated=True)
    with database.owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("VACUUM ANALYZE complaints_complaint")
    actor = cast.supervisor.actor
    ways = queue.open_ways(actor)
    with timezone.override("Asia/Shanghai"):
        views = {one.key: one for one in queue.shipped_views(actor, AT + timedelta(hours=1))}
        told: dict[tuple[str, str], int] = {}
        for key, view in views.items():
            of_tab = queue.counted(ways, view.where).order_by().values("id")
            told["counted", key] = touched(plan_of(of_tab[: queue.CAP]))
            walked = [one.filter(part) for one in ways for part in view.walked]
            told["shown", key] = touched(plan_of(first_page(walked)))
    assert {key: pages for key, pages in told.items() if pages > MOST} == {}
    in_order = queue.open_cases(actor).filter(views["today"].where).order_by(*work_order.ORDER)
    shown = queue.page_of([one.filter(part) for one in ways for part in views["today"].walked])
    assert [one.pk for one in shown.rows] == [one.pk for one in in_order[: queue.PAGE]]
    assert touched(plan_of(in_order[:51])) > 2 * MOST, "in one question the cases of the day are gathered"
    without = queue.counted(ways, Q(mode_other="x"))[: queue.CAP]
    assert touched(plan_of(without)) > MANY / 20, "what no index counts looks at every open case"


def first_page(ways: list[Any]) -> Any:
    if len(ways) == 1:
        return ways[0].order_by(*work_order.ORDER)[:51]
    pieces = [pager.Piece(rows=one, order=work_order.ORDER) for one in ways]
    return pager.first_of(Complaint.objects.all(), work_order.ORDER, 51, pieces)

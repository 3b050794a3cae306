"""A filter by a value that few complaints have is answered from an index, wherever in the archive they stand (TR-22)."""

import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from tests import database
from tests.cast import Cast
from tests.filled import filled
from tingsu.complaints import filters
from tingsu.complaints.access import visible_to
from tingsu.complaints.fields import FILTERS
from tingsu.complaints.models import Complaint
from tingsu.desk import queue
from tingsu.intake.tests.test_register_complaint import registered

MANY = 8_000
RARE = {
    "state": "routing", "problem_type": "ip", "mode": "letter", "grade": "high_risk", "urgency": "urgent",
    "waiting_on": "outside", "verdict": "not_ours", "outcome": "exhausted", "escalation_level": "yes",
}  # fmt: skip
MOST = 200
"""Pages of 8 kB that a question may touch; walking through the complaints of this test touches eight hundred."""
COPY = """
WITH made AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS id, '\\x' || md5(n::text) AS mark FROM generate_series(1, %s) AS n
), streams AS (
    INSERT INTO kernel_stream SELECT (jsonb_populate_record(s, jsonb_build_object('id', made.id))).*
    FROM kernel_stream s, made WHERE s.id = %s
)
INSERT INTO complaints_complaint SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', made.id, 'stream_id', made.id, 'number', 'N' || made.n, 'code_index', made.mark,
    'received_at', c.received_at + made.n * interval '1 minute', 'next_due_at', c.next_due_at - made.n * interval '1 second'
))).* FROM complaints_complaint c, made WHERE c.id = %s
"""


@pytest.fixture
def archive(transactional_db: None, cast: Cast) -> Complaint:
    """Very many complaints like the first one, which is the oldest, is due last and has every rare value."""

    def fill() -> None:
        first = registered(cast, object_type="service")
        with connection.cursor() as cursor:
            cursor.execute(COPY, [MANY, first.pk, first.pk])
        Complaint.objects.filter(pk=first.pk).update(**RARE | {"escalation_level": 2})
        with database.owner(connection.settings_dict["NAME"]) as owner:
            owner.execute("VACUUM ANALYZE complaints_complaint")
            owner.execute("VACUUM ANALYZE complaints_complaintmark")
            owner.execute("VACUUM ANALYZE kernel_stream")

    filled("complaints", fill)
    return Complaint.objects.get(state=RARE["state"])


def plan_of(rows: Any) -> dict[str, Any]:
    told = rows.explain(format="json", analyze=True, buffers=True, timing=False)
    found = json.loads(told) if isinstance(told, str) else told
    return dict(found[0]["Plan"])


def indexes(plan: dict[str, Any]) -> set[str]:
    mine = {plan["Index Name"]} if "Index Name" in plan else set()
    return mine.union(*(indexes(part) for part in plan.get("Plans", ())))


def touched(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


@pytest.mark.req("TR-22")
def test_a_rare_value_is_found_by_an_index_in_the_api_and_in_the_queue(archive: Complaint, cast: Cast) -> None:
    assert set(RARE) == {one.name for one in FILTERS if not one.marked}, (
        "a new filter is marked, or has an index and a line"
    )
    actor = cast.supervisor.actor
    told = {}
    for name, value in RARE.items():
        everything = filters.narrowed(visible_to(actor), {name: value}).order_by("-received_at", "-pk")[:51]
        waiting = filters.narrowed(queue.open_cases(actor), {name: value})
        waiting = waiting.order_by(F("next_due_at").asc(nulls_last=True), "id")[:61]
        for door, rows in (("api", everything), ("queue", waiting)):
            plan = plan_of(rows)
            assert [one.pk for one in rows] == [archive.pk]
            told[name, door] = (touched(plan), indexes(plan))
    assert not {key: found for key, found in told.items() if found[0] > MOST}
    for name in RARE:
        assert told[name, "api"][1] == {
            "complaints_escalated" if name == "escalation_level" else f"complaints_by_{name}"
        }
    usual = filters.narrowed(visible_to(actor), {"mode": "phone"}).order_by("-received_at", "-pk")[:51]
    assert touched(plan_of(usual)) < MOST
    without = visible_to(actor).filter(mode_other="x").order_by("-received_at", "-pk")[:51]
    assert touched(plan_of(without)) > 3 * MOST, "what no index finds walks through everything here"

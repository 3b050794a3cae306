"""The risk of spill-over: every reason counts for itself, and nothing but the record decides (XR-06)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.desk import spill_risk
from tingsu.desk.tests.cases import a_case
from tingsu.kernel.clock import now
from tingsu.outside.risk import risk_of

pytestmark = pytest.mark.req("XR-06")
NOW, NOBODY = now(), uuid.UUID(int=0)
NO_MOVE: dict[str, int] = {}
TABLE: list[tuple[str, dict[str, Any], dict[str, int], int, str]] = [
    ("nothing", {}, NO_MOVE, 0, "low"),
    ("four days", {"days": 4}, NO_MOVE, 0, "low"),
    ("five days", {"days": 5}, NO_MOVE, 10, "low"),
    ("ten days", {"days": 10}, NO_MOVE, 20, "low"),
    ("twenty days", {"days": 20}, NO_MOVE, 30, "medium"),
    ("late", {"next_due_at": NOW}, NO_MOVE, 10, "low"),
    ("not yet late", {"next_due_at": NOW + timedelta(seconds=1)}, NO_MOVE, 0, "low"),
    ("one refusal", {}, {"complaint.answer_contested": 1}, 25, "low"),
    ("two refusals", {}, {"complaint.answer_rejected": 1, "complaint.result_rejected": 1}, 50, "medium"),
    ("three refusals", {}, {"complaint.agreement_failed": 3}, 50, "medium"),
    ("other events", {}, {"complaint.registered": 1, "complaint.note_added": 9}, 0, "low"),
    ("once more", {"repeat_count": 2}, NO_MOVE, 10, "low"),
    ("often more", {"repeat_count": 9}, NO_MOVE, 20, "low"),
    ("high risk", {"grade": "high_risk"}, NO_MOVE, 20, "low"),
    ("crisis", {"crisis": True}, NO_MOVE, 20, "low"),
    ("urgent", {"urgency": "urgent"}, NO_MOVE, 10, "low"),
    ("difficult", {"difficult": True}, NO_MOVE, 10, "low"),
    ("all", {"days": 90, "repeat_count": 9, "major": True, "next_due_at": NOW}, {"complaint.agreement_failed": 9}, 100, "high"),
    ("sixty", {"repeat_count": 2}, {"complaint.agreement_failed": 2}, 60, "high"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "happened", "points", "level"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_each_reason_counts(values: dict[str, Any], happened: dict[str, int], points: int, level: str) -> None:
    given = {
        "organisation_id": NOBODY,
        "received_at": NOW - timedelta(days=values.get("days", 0)),
        "state": "handling",
        "grade": "general",
    }
    complaint = Complaint(**given | {name: value for name, value in values.items() if name != "days"})
    found = risk_of(complaint, happened, NOW)
    assert found is not None
    assert (found.points, found.level) == (points, level)
    assert sum(one.points for one in found.reasons) >= points
    assert [one.points for one in found.reasons] == sorted((one.points for one in found.reasons), reverse=True)


@pytest.mark.parametrize("state", ["evaluating", "closed", "archived"])
def test_what_is_over_has_none(state: str) -> None:
    assert (
        risk_of(Complaint(organisation_id=NOBODY, received_at=NOW, state=state), {"complaint.agreement_failed": 3}, NOW)
        is None
    )


def test_the_case_page_shows_it_to_the_centre_with_its_reasons(cast: Cast, sign_in: Any) -> None:
    case = a_case(cast.frontline)
    Complaint.objects.filter(pk=case.pk).update(received_at=now() - timedelta(days=12), repeat_count=3)
    page = sign_in(cast.supervisor).get(reverse("desk:case", args=[case.number])).content.decode()
    shown = page.partition("外溢风险")[2][:1500]
    assert "中" in shown
    assert "40 / 100" in shown
    assert "已历时 12 天" in shown
    assert "重复投诉 2 次" in shown
    for name, shown_to in (
        ("specialist", True),
        ("frontline", True),
        ("top_mgmt", True),
        ("dept", False),
        ("function", False),
    ):
        assert bool(spill_risk.context(getattr(cast, name).actor, case)) is shown_to, name

"""Rulebooks of aftercare as tables."""

import copy
from datetime import date
from typing import Any

import pytest

from tingsu.aftercare import rules
from tingsu.aftercare.steps.archive import proposed_class
from tingsu.aftercare.steps.reviews import FOR_KIND
from tingsu.complaints.models import Complaint
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        ({}, True),
        ({"callback_attempts": 1}, True),
        ({"callback_attempts": 0}, False),
        ({"callback_attempts": "3"}, False),
        ({"low_rating": 4}, False),
        ({"low_rating": 4, "satisfied_rating": 5}, True),
        ({"reminder_after_days": 31}, False),
    ],
)
def test_rating_and_callback_rules(change: dict[str, Any], accepted: bool) -> None:
    body = {**rules.default_aftercare(), **change}
    if accepted:
        rules.check_aftercare(body)
    else:
        with pytest.raises(InvalidInput):
            rules.check_aftercare(body)


@pytest.mark.req("RC-02", "RC-04")
@pytest.mark.parametrize("missing", ["years", "end", "name", "dispose", "code"])
def test_a_record_class_carries_its_period_and_all_six_steps(missing: str) -> None:
    body = rules.default_retention()
    rules.check_retention(body)
    broken = copy.deepcopy(body)
    entry = broken["classes"][0]
    (entry["steps"] if missing == "dispose" else entry).pop(missing)
    with pytest.raises(InvalidInput):
        rules.check_retention(broken)


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(
    ("closed_on", "code", "disposed_on"),
    [
        (date(2026, 3, 2), "complaint", date(2029, 3, 2)),
        (date(2024, 2, 29), "complaint", date(2027, 2, 28)),
        (date(2026, 12, 31), "high-risk", date(2031, 12, 31)),
    ],
)
def test_three_years_after_closing_by_default(
    organisation: object, closed_on: date, code: str, disposed_on: date
) -> None:
    assert rules.disposal_day({"closed": closed_on}, code) == (disposed_on, 0)


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(
    ("start", "disposed_on"),
    [("closed", date(2028, 3, 2)), ("archived", date(2028, 3, 9)), ("received", date(2028, 1, 5)), ("read", None)],
)
def test_years_count_from_the_day_that_the_class_names(cast, start: str, disposed_on: date | None) -> None:
    body = rules.default_retention()
    body["classes"][0] |= {"start": start, "years": 2}
    if disposed_on is None:
        with pytest.raises(InvalidInput) as refused:
            rules.check_retention(body)
        assert set(refused.value.fields) == {"classes.1.start"}
        return
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=rules.RETENTION, body=body)
    rulebooks.forget_cached()
    starts = {"closed": date(2026, 3, 2), "archived": date(2026, 3, 9), "received": date(2026, 1, 5)}
    assert rules.disposal_day(starts, "complaint") == (disposed_on, 1)


@pytest.mark.req("RC-04")
@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, "complaint"), ({"major": True}, "high-risk"), ({"crisis": True}, "high-risk"), ({"grade": "high_risk"}, "high-risk"),
        ({"outcome": "exhausted"}, "outside"), ({"outcome": "exhausted", "crisis": True}, "high-risk"), ({"outcome": "accepted"}, "complaint"),
    ],
)  # fmt: skip
def test_the_class_that_is_proposed_follows_from_what_the_case_was(cast, facts, wanted) -> None:
    complaint = Complaint(grade=facts.pop("grade", "general"), **facts)
    assert proposed_class(cast.supervisor.actor, complaint) == {
        "retention_class": wanted, "keeper": str(cast.supervisor.id),
    }  # fmt: skip
    assert "keeper" not in proposed_class(cast.dept.actor, complaint)


def test_which_results_answer_which_request() -> None:
    """A mediation that was asked for takes place or not: that the result stands is no answer to it."""
    assert {
        "review": {"stands", "changed", "mediation"}, "mediation": {"mediation", "changed", "no_mediation"},
    } == FOR_KIND  # fmt: skip

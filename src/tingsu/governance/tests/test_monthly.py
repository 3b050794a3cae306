"""The monthly report of the data analysis group: counted, with proposals, handed to the leaders (OG-07)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.governance import monthly
from tingsu.governance.tests.test_disposal import findings, opened, take
from tingsu.kernel.clock import month_around, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.registers.models import Entry
from tingsu.settlement import flow
from tingsu.settlement.flow import Flow
from tingsu.triage.tests.cases import graded, registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("OG-07")]
APRIL = datetime(2026, 4, 2, 2, 0, tzinfo=UTC)
LAST_OF_FEBRUARY = datetime(2026, 2, 28, 15, 59, tzinfo=UTC)
FIRST_OF_MARCH = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
"""In Beijing it is March already."""


def draft(who: Person, day: str = "2026-03-15", **values: Any) -> Entry:
    return opened(who, "monthly_report", APRIL, month=day, proposals="增加夜间值班一人", **values)


def figures(entry: Entry) -> dict[str, int]:
    codes = Entry.objects.get(pk=entry.pk).codes
    return {name: codes.get(name, 0) or 0 for name in monthly.FIGURES}


@pytest.mark.parametrize(
    ("name", "may"),
    [("analyst", True), ("supervisor", True), ("frontline", False), ("specialist", False), ("dept", False), ("qa", False)],
)  # fmt: skip
def test_the_data_analysis_group_compiles_the_report(cast: Cast, name: str, may: bool) -> None:
    if may:
        assert draft(getattr(cast, name)).state == "draft"
    else:
        with pytest.raises(NotAllowed):
            draft(getattr(cast, name))


def test_the_month_is_counted_where_the_organisation_is(cast: Cast) -> None:
    for at in (LAST_OF_FEBRUARY, FIRST_OF_MARCH, datetime(2026, 3, 20, 2, 0, tzinfo=UTC)):
        with travel_to(at):
            case = registered(cast.frontline)
            if at != LAST_OF_FEBRUARY:
                graded(cast.frontline, case)
    assert findings() == []
    last = Complaint.objects.order_by("-received_at")[0]
    Complaint.objects.filter(pk=last.pk).update(grade="high_risk", repeated=True, closed_at=APRIL)
    case, other = Complaint.objects.order_by("received_at")[:2]
    Complaint.objects.filter(pk=other.pk).update(closed_at=datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    late = Promise.objects.filter(stream_id=case.pk)[:4]
    for promise, at in zip(
        late, (LAST_OF_FEBRUARY, FIRST_OF_MARCH, datetime(2026, 3, 31, 15, 59, tzinfo=UTC), APRIL), strict=True
    ):
        Promise.objects.filter(pk=promise.pk).update(breached_at=at)
    march = figures(draft(cast.analyst))
    assert (march["received"], march["high_risk"], march["repeated"], march["closed"]) == (2, 1, 1, 1)
    assert (march["still_open"], march["late"]) == (2, 2)
    assert figures(draft(cast.analyst, "2026-02-01"))["received"] == 1


def test_it_is_counted_again_handed_in_and_approved_by_another(cast: Cast) -> None:
    entry = draft(cast.analyst)
    assert figures(entry)["received"] == 0
    with travel_to(FIRST_OF_MARCH):
        registered(cast.frontline)
    take(cast.analyst, entry, "compile", APRIL, proposals="增加夜间值班两人")
    assert figures(entry)["received"] == 1
    with pytest.raises((NotAllowed, NotFound, ConditionsUnmet)):
        take(cast.analyst, entry, "approve", APRIL)
    assert take(cast.supervisor, entry, "hand_in", APRIL).state == "submitted"
    told = Notice.objects.filter(stream_id=entry.pk, kind="monthly_report.handed_in").values_list(
        "member_id", flat=True
    )
    assert set(told) == {cast.mgmt_rep.id}, "the leaders, but for whoever handed it in"
    with pytest.raises((NotAllowed, ConditionsUnmet)):
        take(cast.supervisor, entry, "approve", APRIL)
    assert take(cast.mgmt_rep, entry, "give_back", APRIL, reason="建议不够具体").state == "draft"
    take(cast.analyst, entry, "hand_in", APRIL)
    assert take(cast.top_mgmt, entry, "approve", APRIL).state == "approved"
    assert findings() == []


@pytest.mark.req("RM-17")
def test_the_monthly_look_at_payments_proposes_what_to_drop(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []
    known = {
        "original": Flow(paid=5, days=[9] * 5, steps=[3] * 5, papers=[1] * 5, applied=5, missing=1, answered=5, late=5),
        "wallet": Flow(paid=4, days=[9] * 4, steps=[1] * 4, papers=[0] * 4, missing=1),
        "bank": Flow(returned=2),
    }
    monkeypatch.setattr(flow, "flows", lambda at: looked.append(at) or known)
    entry = draft(cast.analyst)
    assert looked == [month_around(date(2026, 3, 1), "Asia/Shanghai")[1]], "up to the end of the month"
    lines = {line["means"]: line for line in Entry.objects.get(pk=entry.pk).codes["payment_flow"]}
    assert lines["wallet"] == {"means": "wallet", "paid": 4}, "too few to say more"
    assert lines["original"] == {
        "means": "original", "paid": 5, "days": "9", "steps": "3", "papers": "1", "proposals": ["orders", "papers", "slow", "missing"],
    }  # fmt: skip
    assert set(lines) == {"original", "wallet"}
    draft(cast.analyst, "2026-04-02")
    assert looked[-1] == APRIL, "no later than now"


@pytest.mark.parametrize("missing", ["month", "proposals"])
def test_a_report_without_month_or_proposals_is_refused(cast: Cast, missing: str) -> None:
    given = {"month": "2026-03-15", "proposals": "x"} | {missing: ""}
    with pytest.raises(InvalidInput) as refused:
        opened(cast.analyst, "monthly_report", APRIL, **given)
    assert set(refused.value.fields) == {missing}


def test_a_month_ends_where_the_next_year_begins() -> None:
    start, end = month_around(date(2026, 12, 31), "Asia/Shanghai")
    assert (start.isoformat(), end.isoformat()) == ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00")


def test_page_and_programs_show_it(cast: Cast, sign_in: Any) -> None:
    entry = draft(cast.analyst)
    with travel_to(APRIL):
        page = sign_in(cast.analyst).get(reverse("registers:entry", args=["monthly_report", entry.number]))
    assert "增加夜间值班一人" in page.content.decode()
    assert sign_in(cast.frontline).get(
        reverse("registers:entry", args=["monthly_report", entry.number])
    ).status_code in {403, 404}

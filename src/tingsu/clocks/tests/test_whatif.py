"""What a draft of the time limits would have done to the complaints of a quarter: by limit and grade, in page and API, bounded (SL-01)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.api.tests.test_api import call, token_of  # noqa: F401 fixtures
from tingsu.calendars.tests.calendars import local
from tingsu.clocks import whatif
from tingsu.clocks.engine import new_promise
from tingsu.clocks.models import Promise
from tingsu.clocks.profiles import strictest
from tingsu.clocks.tests.test_pages import number_of, posted_limits
from tingsu.complaints.models import Complaint
from tingsu.complaints.watched import facts_of, received_between
from tingsu.kernel.clock import travel_to
from tingsu.kernel.periods import QUARTER, Period
from tingsu.triage.tests.cases import graded, registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("SL-01")]
START = local("2026-03-20 10:00")
APRIL = local("2026-04-20 10:00")
DAY = timedelta(days=1)


def quarter(year: int, number: int) -> Period:
    return Period(date(year, 3 * number - 2, 1), QUARTER)


FIRST = quarter(2026, 1)


def limit(
    case: Complaint, *, started: datetime = START, ended: datetime | None, ending: str = "met", **given: Any
) -> Promise:
    """An investigation that had its shipped limit and ended when it did; a breach is noticed at once."""
    with travel_to(started):
        made = new_promise(case.pk, "investigation", at=started, facts=facts_of(case), **given)
    made.ended_at, made.ending = ended, ending if ended else ""
    made.breached_at = made.due_at if ended and ended > made.due_at else None
    made.save(force_insert=True)
    return made


def drafted(amount: int, unit: str = "day") -> dict[str, Any]:
    body = strictest()
    body["rules"][number_of("investigation")] |= {"amount": amount, "unit": unit}
    return body


def outcome(amount: int, of: Period = FIRST) -> tuple[int, ...]:
    with travel_to(APRIL):
        found = whatif.what_if(strictest(), drafted(amount), of)
    line = next(
        (one for one in found.lines if one.timer == "investigation"),
        whatif.Line(timer="", label="", grade="", grade_words=""),
    )
    return found.cases, line.counted, line.missed, line.would_miss, line.newly, line.no_longer


def test_each_limit_is_counted_by_the_draft_beside_what_happened(
    client: Client, cast: Cast, sign_in: Any, call: Any, token_of: Any  # noqa: F811
) -> None:  # fmt: skip
    with travel_to(START):
        case = graded(cast.frontline, registered(cast.frontline))
    Promise.objects.filter(stream_id=case.pk, kind="investigation").delete()
    kept, late = limit(case, ended=START + DAY), limit(case, ended=START + 15 * DAY)
    limit(case, ended=START + DAY, ending="cancelled")
    limit(case, ended=START + 9 * DAY, due_at=START + 20 * DAY)
    assert (kept.breached_at, late.breached_at is not None) == (None, True)
    assert outcome(2) == (1, 2, 1, 1, 0, 0), "called off in time and named dates count in neither"
    assert outcome(30) == (1, 2, 1, 0, 0, 1)
    with travel_to(START):
        running = limit(case, started=START + 30 * DAY, ended=None)
    assert outcome(30)[1] == 2, "it still runs"
    running.delete()
    Promise.objects.filter(pk=kept.pk).update(ended_at=START + 3 * DAY)
    assert outcome(2) == (1, 2, 1, 2, 1, 0)
    assert outcome(2, quarter(2025, 4)) == (0, 0, 0, 0, 0, 0)
    with travel_to(APRIL):
        same = whatif.what_if(strictest(), strictest(), FIRST)
        assert (same.changed, same.lines) == (0, [])
        sign_in(cast.top_mgmt)
        n = number_of("investigation")
        changes = {f"line-{n}-amount": "2", f"line-{n}-unit": "day", "check": "1"}
        page = client.post(reverse("clocks:edit_limits"), posted_limits(**changes))
        assert (page.context["what_if"].quarter, page.context["what_if"].newly) == (FIRST, 1)
        html = page.content.decode()
        assert case.number in html
        assert reverse("desk:case", args=[case.number]) in html
        page = client.post(reverse("clocks:edit_limits"), posted_limits(**changes, quarter="2025-Q4"))
        assert "2025-Q4" in page.context["what_if"].sentence
        assert page.context["late"] == []
        token = token_of(cast.top_mgmt, "complaints:read")
        asked = "/time-limits/what-if?timer=investigation&unit=day"
        status, told = call(token, "GET", f"{asked}&amount=2&quarter=2026-Q1")
        assert (status, told["complaints"], told["sampled"]) == (200, 1, False)
        assert [(one["grade"], one["newly"]) for one in told["lines"]] == [("general", 1)]
        assert call(token, "GET", "/time-limits/what-if?profile=svc")[0] == 200
        for wrong in (
            "&amount=-1",
            "&amount=10000",
            "&amount=2&quarter=2027-Q1",
            "&amount=2&quarter=x",
            "&amount=2&unit=moon",
        ):
            assert call(token, "GET", asked + wrong)[0] == 422, wrong
        assert call(token, "GET", "/time-limits/what-if?profile=none")[0] == 422
        assert call(token_of(cast.analyst, "complaints:read"), "GET", f"{asked}&amount=2")[0] == 403


def test_quarters_and_how_few_stand_for_all(cast: Cast) -> None:
    with travel_to(local("2026-01-01 00:00")):
        assert [one.written for one in whatif.quarters()] == ["2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1", "2026-Q1"]
        assert whatif.quarter_named("") == quarter(2025, 4)
        assert [whatif.quarter_named(one) for one in ("2024-Q4", "2026-Q2", "2025-Q5", "nonsense")] == [None] * 4
        assert whatif.instants(quarter(2025, 4)) == (local("2025-10-01 00:00"), local("2026-01-01 00:00"))
    begin, end = whatif.instants(FIRST)
    parts = whatif.spread(begin, end, 900)
    assert (len(parts), {each for _from, _until, each in parts}) == (90, {10})
    assert all(begin <= one < until <= end for one, until, _each in parts)
    assert len({one.hour for one, _until, _each in parts}) == 24
    with travel_to(START):
        cases = [registered(cast.frontline) for _number in range(3)]
    assert received_between(begin, end, 3) == ([one.pk for one in cases], False)
    some, sampled = received_between(begin, end, 2)
    assert sampled
    assert len(some) <= 2
    assert received_between(end, end + DAY, 2) == ([], False)

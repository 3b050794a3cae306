"""The monthly look of a micro-enterprise: a reminder with counts, repeats, trend and notes on what becomes better (ME-09, MO-12)."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.evaluation import micro_review, occurrences, trends
from tingsu.evaluation.spans import span_of
from tingsu.evaluation.tests.test_duties import occurrence, take
from tingsu.figures import folding
from tingsu.governance.report_figures import REST
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("ME-09", "MO-12")]
FEBRUARY = span_of("monthly", date(2026, 2, 1))


def told(cast: Cast) -> list[dict[str, Any]]:
    """One complaint of January; three of February, of which two are of a kind, one came again and one is late."""
    made = []
    for at, more in (
        ("2026-01-12 10:00", {"order_number": "A-1"}),
        ("2026-02-10 10:00", {"order_number": "A-2", "phone": "13900000001"}),
        ("2026-02-12 10:00", {"order_number": "A-3", "phone": "13900000002"}),
        ("2026-02-20 10:00", {"order_number": "A-4", "phone": "13900000003", "problem_type": "ip"}),
    ):
        with travel_to(local(at)):
            made.append(a_case(cast.frontline, **more))
    Complaint.objects.filter(pk=made[2].pk).update(repeated=True)
    folding.fold_moved()
    return trends.grown(FEBRUARY)


def test_what_grew_stands_beside_the_month_before(cast: Cast) -> None:
    grown = {(str(one["by"]), str(one["value"])): (one["now"], one["before"]) for one in told(cast)}
    assert (2, 1) in grown.values()
    assert (1, 0) in grown.values()
    assert trends.grown(span_of("monthly", date(2026, 3, 1))) == [], "less than the month before is no trend"


def test_whoever_leads_a_micro_enterprise_is_reminded_looks_and_writes_down_what_becomes_better(
    cast: Cast, sign_in: Any, client: Any
) -> None:
    told(cast)
    with travel_to(local("2026-03-03 09:00")):
        occurrences.open_owed()
        with pytest.raises(Entry.DoesNotExist):
            occurrence("micro", "2026-02-01")
    Organisation.objects.filter(pk=cast.organisation_id).update(profile="micro")
    with travel_to(local("2026-03-03 10:00")):
        occurrences.open_owed()
        entry = occurrence("micro", "2026-02-01")
        promise = Promise.objects.get(stream_id=entry.pk, ended_at=None)
        assert (entry.codes["due_on"], promise.owner_id) == ("2026-03-09", entry.owner_id)
        sign_in(cast.supervisor)
        address = reverse("registers:entry", args=["duty", entry.number])
        page = client.get(address).content.decode()
        words = " ".join(strip_tags(page).split())
        assert "比上月多 2 件。" in words
        assert "2 件，上月 1 件" in words
        assert reverse("registers:new", args=["improvement"]) in page
        take(
            cast.supervisor, entry, "do", done_on="2026-03-03", note="热水壶投诉增多：下批抽检，改说明书", place="本页"
        )
        done = occurrence("micro", "2026-02-01")
        assert done.state == "done"
        assert not Promise.objects.filter(stream_id=entry.pk, ended_at=None).exists()
        assert "下批抽检" in client.get(address).content.decode()
        other = occurrence("cover", "2026-02-01")
        assert "比上月" not in client.get(reverse("registers:entry", args=["duty", other.number])).content.decode()


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (0, 0, "本月和上月均无投诉。"),
        (0, 1, "比上月多 1 件。"),
        (2, 1, "比上月少 1 件。"),
        (1, 1, "与上月持平。"),
    ],
)
def test_the_trend_is_said_with_its_sign(cast: Cast, before: int, now: int, words: str) -> None:
    with override("zh-hans"):
        assert micro_review._trend({"received": now}, {"received": before}) == words


def test_only_what_grew_is_told_and_the_greatest_growth_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        {"by": "channel", "value": value, "cases": now, "before": before}
        for value, now, before in (("portal", 3, 2), ("hotline", 9, 2), ("store", 4, 4), ("email", 1, 2), (REST, 9, 0))
    ]
    monkeypatch.setattr(trends.report_figures, "breakdown", lambda *given, columns: lines)
    assert [(one["now"], one["before"]) for one in trends.grown(FEBRUARY)] == [(9, 2), (3, 2)]

"""The monthly review of a micro-enterprise: reminder, counts, repeats, trend, and notes on what becomes better (ME-09)."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.appraisal.tests.test_awards import SignIn
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.evaluation import micro_review, occurrences
from tingsu.evaluation.tests.test_duties import occurrence, take
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Organisation
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("ME-09")]


def test_the_small_review_comes_each_month_with_counts_repeats_and_trend(
    cast: Cast, organisation: Organisation, sign_in: SignIn
) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(profile="micro")
    with travel_to(local("2026-02-05 10:00")):
        a_case(cast.frontline)
    with travel_to(local("2026-03-04 10:00")):
        again = [a_case(cast.frontline) for _number in range(3)]
    Complaint.objects.filter(pk=again[0].pk).update(repeated=True)
    with travel_to(local("2026-04-02 10:00")):
        occurrences.open_owed()
        entry = occurrence("micro", "2026-03-01")
        assert Promise.objects.filter(stream_id=entry.pk, kind="duty_due", ended_at=None).exists()
        told = micro_review.shown(cast.supervisor.actor, entry)
        assert told is not None
        assert [(one["month"], one["received"], one["repeated"]) for one in told["months"][:3]] == [
            ("2026-03", 3, 1),
            ("2026-02", 1, 0),
            ("2026-01", 0, 0),
        ]
        assert told["trend"] == "比上月多 2 件。"
        page = sign_in(cast.supervisor).get(reverse("registers:entry", args=["duty", entry.number])).content.decode()
        assert "比上月多 2 件。" in page
        done = take(cast.supervisor, entry, "do", done_on="2026-04-02", note="包装破损多发，已更换填充物")
        assert done.state == "done"
    other = Entry.objects.filter(register="duty").exclude(codes__duty="micro").first()
    assert other is not None
    assert micro_review.shown(cast.supervisor.actor, other) is None

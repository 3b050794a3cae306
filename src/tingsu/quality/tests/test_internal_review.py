"""The periodic internal review of service quality: organised by the supervisor, with plan, sample, results and actions (QC-05)."""

from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import local
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet
from tingsu.quality import rounds
from tingsu.quality.plans import plan_named
from tingsu.quality.tests.test_checks import closed_cases, marks, take
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db


def who_is(cast: Cast, member_id: Any) -> Person:
    names = ("qa", "supervisor", "coach", "mgmt_rep", "auditor")
    return next(one for one in (getattr(cast, name) for name in names) if one.id == member_id)


@pytest.mark.req("QC-05")
def test_the_supervisors_internal_review_has_a_plan_a_sample_results_and_actions_to_their_end(cast: Cast) -> None:
    ids = closed_cases(cast)
    Complaint.objects.filter(pk__in=ids).update(state="closed", closed_at=local("2025-12-10 10:00"))
    with travel_to(local("2026-03-16 02:30")):
        review = next(one for one in rounds.draw_owed() if one.codes["plan"] == "NS-1")
        rounds.open_checks(review.pk)
        review = Entry.objects.select_related("stream").get(pk=review.pk)
        assert plan_named("NS-1") is not None
        assert (review.codes["kind"], review.owner_id, review.codes["drawn"]) == (
            "review",
            cast.supervisor.id,
            len(ids),
        )
        with pytest.raises(ConditionsUnmet):
            take(cast.supervisor, review, "conclude", findings="用语规范", actions=[])
        for one in rounds.checks_of(review):
            take(who_is(cast, one.owner_id), one, "score", scores=marks("process"))
        action = {"what": "重写道歉用语", "who": str(cast.frontline.id), "until": "2026-04-10"}
        review = take(cast.supervisor, review, "conclude", findings="三件均规范，用语可更温和", actions=[action])
        assert review.written()["findings"] == "三件均规范，用语可更温和"
        with pytest.raises(ConditionsUnmet):
            take(cast.supervisor, review, "accept")
        review = take(cast.mgmt_rep, review, "accept")
        owed = Promise.objects.get(stream_id=review.pk, ended_at=None)
        assert (owed.kind, owed.owner_id) == (rounds.ACTION, cast.frontline.id)
        review = take(cast.frontline, review, "finish_action", action="0", done_on="2026-03-16", result="已更新")
        assert not Promise.objects.filter(stream_id=review.pk, ended_at=None).exists()

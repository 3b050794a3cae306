"""What is counted for whoever leads, at its edges: one second before and at the ends of a span, late and in time, of others (OG-13, OG-16, OG-18)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.aftercare.models import Rating
from tingsu.appraisal import capacity, measures, workspace
from tingsu.appraisal.tests.telling import begin, day, fresh, take, wrong
from tingsu.appraisal.tests.test_appraisals import last_quarter
from tingsu.appraisal.tests.test_awards import published
from tingsu.appraisal.tests.test_innovations import APPLICATION, OPINION
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case
from tingsu.figures import counting
from tingsu.figures.counting import Counted
from tingsu.kernel import proofs
from tingsu.kernel.clock import now
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, NotFound
from tingsu.letters.models import Notice

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def limits_of(number: int, cast: Cast) -> list[Any]:
    """Promises of one kind, of as many complaints."""
    cases = [a_case(cast.frontline, phone=f"1390000{place:04}") for place in range(number)]
    kind = Promise.objects.filter(stream_id=cases[0].pk).order_by("kind").values_list("kind", flat=True)[0]
    Promise.objects.exclude(kind=kind).delete()
    return list(Promise.objects.filter(kind=kind).order_by("pk").values_list("pk", flat=True))


@pytest.mark.req("OG-16", "PE-26")
def test_own_limits_are_those_that_ended_or_passed_in_the_period(cast: Cast) -> None:
    since, until = counting.instants(last_quarter())
    mine: dict[str, Any] = {"owner_id": cast.frontline.id, "breached_at": None, "ended_at": since, "ending": "met"}
    told: list[dict[str, Any]] = [
        {},  # at its first instant, in time
        {"ended_at": until - SECOND, "breached_at": since},  # late
        {"ended_at": None, "ending": "", "breached_at": since},  # passed, and still open
        {"ended_at": since - SECOND}, {"ended_at": until}, {"ending": "cancelled"}, {"owner_id": cast.coach.id},
        *({"ended_at": None, "ending": "", "breached_at": one} for one in (since - SECOND, until, None)),
    ]  # fmt: skip
    for pk, more in zip(limits_of(len(told), cast), told, strict=True):
        Promise.objects.filter(pk=pk).update(**{**mine, **more})
    one = measures.defined("P-1", last_quarter(), None)
    assert one is not None
    assert measures.counted("person", cast.frontline.id, [one], last_quarter()) == {"P-1": Counted(1, 3)}
    assert not Rating.objects.exists()


@pytest.mark.req("OG-13")
def test_the_workspace_counts_what_ended_lately_and_what_is_late_now(cast: Cast) -> None:
    at = now()
    told: list[dict[str, Any]] = [
        {"ended_at": at - SECOND, "ending": "met"}, {"ended_at": at - SECOND, "ending": "met"},
        {"ended_at": at - SECOND, "ending": "met", "breached_at": at - timedelta(days=1)},
        {"ended_at": at - workspace.LATELY, "ending": "met"}, {"ended_at": at - SECOND, "ending": "cancelled"},
        {"due_at": at}, {"due_at": at + timedelta(minutes=1)},
    ]  # fmt: skip
    for pk, more in zip(limits_of(len(told), cast), told, strict=True):
        Promise.objects.filter(pk=pk).update(**{"ended_at": None, "ending": "", "breached_at": None, **more})
    (found,) = workspace.limits(at)
    assert [found[name] for name in ("kept", "late", "open", "whole", "percent")] == [2, 1, 1, 4, 50]
    ruled = [one.holds is proofs.Holds.VALID for one in workspace.rules(at)]
    assert ruled == sorted(ruled), "what nobody has decided on stands first"


@pytest.mark.req("OG-18")
def test_capacity_holds_late_soon_later_and_closed_apart(cast: Cast) -> None:
    at = now()
    rows = [a_case(cast.frontline, phone=f"1390000{place:04}").pk for place in range(7)]
    told: list[dict[str, Any]] = [
        {"next_due_at": at}, {"next_due_at": at + SECOND}, {"next_due_at": at + timedelta(days=1)}, {"next_due_at": at + timedelta(days=1, seconds=1)},
        {"closed_at": at, "state": "closed"}, {"closed_at": at - 4 * capacity.WEEK, "state": "closed"},
        {"owner_id": cast.specialist.id, "next_due_at": at},
    ]  # fmt: skip
    received = at - 5 * capacity.WEEK
    for pk, more in zip(rows, told, strict=True):
        Complaint.objects.filter(pk=pk).update(**{"owner_id": cast.frontline.id, "received_at": received, **more})
    found = {one.member: one for one in capacity.handlers(at)}
    mine, other = found[cast.frontline.id], found[cast.specialist.id]
    assert (mine.open, mine.late, mine.soon, mine.closed) == (4, 1, 2, 1)
    assert (other.open, other.late, other.closed) == (1, 1, 0)
    assert capacity.limits(at) == {"open": 5, "late": 2, "today": 2}
    weeks = capacity.weeks(at)
    assert len(weeks) == capacity.WEEKS
    assert [(one["received"], one["closed"], one["backlog"]) for one in weeks[-6:]] == [
        (7, 0, 7), (0, 1, 6), (0, 0, 6), (0, 0, 6), (0, 0, 6), (0, 1, 5),
    ]  # fmt: skip


@pytest.mark.req("PE-22", "PE-24")
def test_the_jury_is_called_without_whoever_calls_it_and_called_again_after_an_upheld_objection(cast: Cast) -> None:
    def told(kind: str) -> set[Any]:
        return set(Notice.objects.filter(kind=kind).values_list("member_id", flat=True))

    entry = begin(cast.frontline, "innovation", **APPLICATION)
    assert wrong(take, cast.supervisor, entry, "call_jury", jury=[str(cast.qa.id)], judge_until=day(9)) == {"jury"}
    judges = [str(cast.supervisor.id), str(cast.qa.id)]
    entry = take(cast.supervisor, entry, "call_jury", jury=judges, judge_until=day(9))
    assert told("innovation.called") == {cast.qa.id}
    with pytest.raises((ConditionsUnmet, NotAllowed, NotFound)):
        take(cast.dept2, entry, "assess", **OPINION)
    entry = take(cast.qa, entry, "assess", **OPINION)
    assert [fresh(entry).written()[f"opinions.0.{name}"] for name in ("risk", "influence")] == ["短信误发", "催问减半"]
    award = published(cast)
    assert told("award.called") == {cast.qa.id, cast.dept.id, cast.specialist.id}
    assert cast.supervisor.id not in told("award.published"), "who publishes it hears nothing of it"
    Notice.objects.filter(kind="award.called").delete()
    award = take(cast.dept2, award, "object", objection="时限口径有误")
    take(cast.mgmt_rep, award, "answer", which="0", outcome="upheld", answer="口径有误，重新评议")
    assert told("award.called") == {cast.qa.id, cast.dept.id, cast.specialist.id}

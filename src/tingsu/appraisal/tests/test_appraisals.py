"""Appraisals of departments and persons by complaint results, and their way to the personnel system (OG-16, PE-26, IG-08)."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from tingsu.aftercare.models import Rating
from tingsu.appraisal import measures, objecting
from tingsu.appraisal.appraisals import period_in
from tingsu.appraisal.tests.telling import begin, fresh, take, unmet, wrong
from tingsu.clocks.models import Promise
from tingsu.desk.tests.cases import a_case
from tingsu.figures.counting import Counted
from tingsu.figures.periods import Period, period_of
from tingsu.figures.tests.test_indicators import facts
from tingsu.governance import report_figures
from tingsu.kernel.clock import day_around
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.privacy.models import AccessEntry
from tingsu.registers.models import Entry, EntryLink

pytestmark = [pytest.mark.django_db, pytest.mark.req("OG-16")]
SET = [{"code": "K-11", "weight": 3}, {"code": "K-12", "weight": 1, "target": 80}]


def last_quarter() -> Period:
    return period_of(objecting.today(), "quarter").before()


def of_logistics(cast: Cast, **more: Any) -> Entry:
    values = {
        "of": "department", "department": str(cast.units["logistics"].pk), "month": last_quarter().first.isoformat(), "span": "quarter",
        "aim": "退换货时限", "lines": SET, **more,
    }  # fmt: skip
    return begin(cast.qa, "appraisal", **values)


def some_facts(cast: Cast, period: Period) -> None:
    """Forty closed, of which thirty-six kept their limits; thirty-two of forty satisfied."""
    told = {
        "department_id": cast.units["logistics"].pk,
        "received_on": period.first,
        "closed_on": period.first,
        "rated_on": period.first,
    }
    facts(
        *[{**told, "limits_missed": 0, "score": 5}] * 32,
        *[{**told, "limits_missed": 0, "score": 2}] * 4,
        *[{**told, "limits_missed": 1, "score": 2}] * 4,
    )


def approved(cast: Cast, **more: Any) -> Entry:
    entry = take(cast.mgmt_rep, of_logistics(cast, **more), "agree")
    some_facts(cast, period_in(entry.codes))
    entry = take(cast.qa, entry, "count")
    return take(cast.supervisor, entry, "approve", judgment="时限基本达标", follows="与季度奖金挂钩")


def test_a_department_has_weights_targets_actuals_and_a_score(cast: Cast, sign_in: Any) -> None:
    entry = of_logistics(cast)
    second = of_logistics(cast)
    assert unmet(take, cast.mgmt_rep, begin_own(cast), "agree") == {"own_work"}
    entry = take(cast.mgmt_rep, entry, "agree")
    assert unmet(take, cast.mgmt_rep, second, "agree") == {"second"}
    some_facts(cast, period_in(entry.codes))
    entry = take(cast.qa, entry, "count")
    lines = {row["code"]: row for row in entry.codes["scores"]}
    assert (lines["K-11"]["part"], lines["K-11"]["whole"], lines["K-11"]["score"]) == (36, 40, 94)  # 90 % of 95 %, cut
    assert (lines["K-12"]["part"], lines["K-12"]["target"], lines["K-12"]["score"]) == (
        32,
        80,
        100,
    )  # by its own target
    assert entry.codes["score"] == (3 * 94 + 100) // 4
    page = sign_in(cast.supervisor).get(reverse("registers:entry", args=["appraisal", entry.number])).content.decode()
    assert f"{reverse('figures:indicator', args=['K-11'])}?period={last_quarter().written}" in page
    assert list(verify_organisation(Tally())) == []


def begin_own(cast: Cast) -> Entry:
    values = {
        "of": "department",
        "department": str(cast.units["finance"].pk),
        "month": last_quarter().first.isoformat(),
        "span": "quarter",
    }
    return begin(cast.mgmt_rep, "appraisal", **values, aim="退款时限", lines=SET)


def test_what_does_not_fit_is_refused_and_nothing_is_counted_before_the_end(cast: Cast) -> None:
    for lines in ([SET[0], SET[0]], [{"code": "P-1", "weight": 1}], [{"code": "K-11", "weight": 0}]):
        assert wrong(of_logistics, cast, lines=lines) == {"lines"}
    every = of_logistics(cast, lines=[])
    assert {row["code"] for row in every.codes["lines"]} >= {"K-11", "KP-06"}
    running = take(cast.mgmt_rep, of_logistics(cast, month=objecting.today().isoformat()), "agree")
    assert unmet(take, cast.qa, running, "count") == {"period_runs"}
    promise = Promise.objects.get(stream_id=running.pk, kind="appraisal_count")
    zone = current_organisation().time_zone
    assert promise.due_at > day_around(period_in(running.codes).end, zone)[0]
    following = of_logistics(cast, lines=[])  # the set of the last one
    assert [row["code"] for row in following.codes["lines"]] == ["K-11", "K-12"]


def test_who_is_appraised_is_heard_and_decides_nothing(cast: Cast) -> None:
    entry = take(cast.mgmt_rep, of_logistics(cast), "agree")
    assert Notice.objects.filter(kind="appraisal.set_for_you", member_id=cast.dept.id).exists()
    some_facts(cast, period_in(entry.codes))
    entry = take(cast.qa, entry, "count")
    entry = take(cast.dept, entry, "say", view="三月系统切换影响时限")
    assert fresh(entry).written()["view"] == "三月系统切换影响时限"
    own = person(cast, cast.supervisor)
    assert unmet(take, cast.supervisor, own, "agree") == {"own_appraisal"}
    own = take(cast.mgmt_rep, own, "agree")
    own = take(cast.qa, own, "count")
    assert unmet(take, cast.supervisor, own, "approve", judgment="x") == {"own_appraisal"}
    assert take(cast.mgmt_rep, own, "approve", judgment="数据不足").codes.get("score") is None


def person(cast: Cast, who: Any, **more: Any) -> Entry:
    values = {
        "of": "person", "person": str(who.id), "month": last_quarter().first.isoformat(), "span": "quarter", "aim": "首次响应",
        "lines": [{"code": "P-1", "weight": 1}, {"code": "P-2", "weight": 1, "target": 50}], **more,
    }  # fmt: skip
    return begin(cast.qa, "appraisal", **values)


@pytest.mark.req("PE-26")
def test_a_person_is_appraised_by_own_limits_and_ratings(cast: Cast) -> None:
    case, period = a_case(cast.frontline), last_quarter()
    start = day_around(period.first, current_organisation().time_zone)[0]
    limit = Promise.objects.filter(stream_id=case.pk, owner_id__isnull=False).first()
    assert limit is not None
    ended = {"ended_at": start + timedelta(days=2), "ending": "met", "owner_id": cast.frontline.id}
    Promise.objects.filter(pk=limit.pk).update(**ended, breached_at=None)
    found = measures.counted(
        "person", cast.frontline.id, [one for one in (measures.defined("P-1", period, None),) if one], period
    )
    assert found["P-1"] == Counted(1, 1)
    Promise.objects.filter(pk=limit.pk).update(breached_at=start + timedelta(days=1))
    found = measures.counted(
        "person", cast.frontline.id, [one for one in (measures.defined("P-1", period, None),) if one], period
    )
    assert found["P-1"] == Counted(0, 1)
    assert (
        measures.counted(
            "person", cast.coach.id, [one for one in (measures.defined("P-2", period, None),) if one], period
        )["P-2"].whole
        == 0
    )
    assert not Rating.objects.exists()
    one = measures.defined("P-1", period, 80)
    assert one is not None
    assert report_figures.score_of(one, Counted(36, 40)) == 100  # the target that was set
    assert report_figures.score_of(one, Counted(5, 10)) is None  # too few
    entry = take(cast.mgmt_rep, person(cast, cast.frontline), "agree")
    entry = take(cast.qa, entry, "count")
    assert {row["code"]: (row["part"], row["whole"]) for row in entry.codes["scores"]} == {"P-1": (0, 1), "P-2": (0, 0)}
    take(cast.frontline, entry, "say", view="一件为系统故障")
    with pytest.raises(TingsuError):
        take(cast.frontline2, entry, "say", view="不相干")


@pytest.mark.req("IG-08")
def test_what_is_approved_goes_to_the_personnel_system_as_a_file(cast: Cast, sign_in: Any) -> None:
    entry = approved(cast, by_itself="yes")
    asked = {"period": last_quarter().written}
    client = sign_in(cast.supervisor)
    answer = client.get(reverse("appraisal:personnel", args=["csv"]), asked)
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["部门代码"] for row in rows] == ["logistics"] * 3
    assert (rows[0]["指标"], rows[0]["得分"]) == ("本期得分", str(entry.codes["score"]))
    assert {row["权重"] for row in rows[1:]} == {"3", "1"}
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(b"".join(client.get(reverse("appraisal:personnel", args=["xlsx"]), asked).streaming_content))
    )
    assert len(book.get_sheet_by_index(0).to_python()) >= 4
    assert AccessEntry.objects.filter(what="exported", field="appraisals").count() == 2
    assert client.get(reverse("appraisal:personnel", args=["csv"]), {"period": "2001-Q1"}).status_code == 404
    assert sign_in(cast.frontline).get(reverse("appraisal:personnel", args=["csv"]), asked).status_code == 404
    following = Entry.objects.get(pk=EntryLink.objects.get(entry=entry, kind="became").other_id)
    assert (following.state, following.codes["lines"], following.codes["month"]) == (
        "draft", entry.codes["lines"], last_quarter().before(-1).first.isoformat(),
    )  # fmt: skip
    handed = take(cast.qa, entry, "hand_over")
    assert handed.codes["handed_on"] == objecting.today().isoformat()

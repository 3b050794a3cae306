"""Data protection at its edges: the very moment of a limit, who sees which register, what is owed no more, training a year ago."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.competence.terms import DATA
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput
from tingsu.planning.tests.entries import day, does, on, opened
from tingsu.protection import assessments, incidents, measures, rules, staff, views
from tingsu.protection.tests.test_protection import an_incident, at, running
from tingsu.registers import recurrence
from tingsu.registers.models import Entry

pytestmark = pytest.mark.django_db


@pytest.mark.req("PS-10")
def test_a_limit_at_the_moment_of_the_finding_is_none(cast: Cast) -> None:
    found = at(-2)
    for name in ("report_by", "notify_by"):
        with pytest.raises(InvalidInput) as refused:
            an_incident(cast, found_at=found, **{name: found})
        assert set(refused.value.fields) == {name}
    assert Entry.objects.filter(register=incidents.NAME).count() == 0
    law = opened(
        cast.mgmt_rep, "obligation", sort="law", title="个人信息保护法", article="第 57 条", content="立即报告并告知", effect="事件当日上报",
        interval="yearly", checked_on=day(),
    )  # fmt: skip
    assert incidents.duties_in_force(None) == ((str(law.pk), "个人信息保护法"),)


@pytest.mark.req("PS-08")
def test_an_assessment_without_measures_is_done_when_it_is_approved(cast: Cast) -> None:
    found = [{"risk": "导出清单外传", "likelihood": "low", "impact": "low", "now": "水印、审批"}]
    entry = opened(
        cast.dso, assessments.NAME, scope="投诉系统", steps_of=["use"], assessed_on=day(), method="抽查", findings=found, conclusion="可控",
    )  # fmt: skip
    entry = does(cast.mgmt_rep, entry, "approve")
    assert (entry.state, running(entry)) == (assessments.DONE, set())


@pytest.mark.req("PS-16")
def test_nothing_is_owed_of_a_closed_incident_and_what_was_done_stays_done(cast: Cast) -> None:
    given = {
        "what": "被反复辱骂",
        "person": str(cast.frontline.id),
        "sort": "insult",
        "happened_on": day(),
        "story": "来电",
    }
    entry = opened(cast.frontline, staff.NAME, **given)
    lines = [{"what": what, "who": str(cast.specialist.id), "until": day(1)} for what in ("换人承办", "休息一天")]
    entry = does(cast.supervisor, entry, "support", measures=lines)
    entry = does(cast.specialist, entry, "finish", measure="0", done_on=day(), result="已换人")
    does(cast.supervisor, entry, "close", outcome="对方停止来电")
    endings = Promise.objects.filter(stream_id=entry.pk, kind=staff.TIMER).values_list("ending", flat=True)
    assert sorted(endings) == ["cancelled", "met"]


@pytest.mark.req("PS-16", "PS-01")
def test_the_page_counts_what_runs_and_names_only_registers_that_its_reader_sees_all_of(
    cast: Cast, sign_in: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(views, "render", lambda request, name, context: seen.update(context) or _page())
    first, second, done = an_incident(cast), an_incident(cast), an_incident(cast)
    does(cast.mgmt_rep, done, "unfounded", reason="误报")
    Entry.objects.filter(pk=second.pk).update(next_due_at=now() - timedelta(minutes=1))
    assert first.next_due_at is not None
    sign_in(cast.frontline)
    assert (client.get(reverse("protection:overview")).status_code, seen) == (403, {})
    for who, all_of_them in (("dso", False), ("mgmt_rep", True)):
        sign_in(getattr(cast, who))
        client.get(reverse("protection:overview"))
        told = {one.name: numbers for one, *numbers in seen["held"]}
        assert told[incidents.NAME] == [2, 1], "of three one was none, and one is late"
        assert (staff.NAME in told) is all_of_them, who


def _page() -> Any:
    from django.http import HttpResponse

    return HttpResponse("")


@pytest.mark.req("PS-02")
def test_training_of_a_year_ago_to_the_day_counts_no_more(cast: Cast) -> None:
    since = (on() - rules.YEAR).isoformat()
    after = (on() - rules.YEAR + timedelta(days=1)).isoformat()
    for line, counts in (
        ({"topic": DATA, "on": since}, False), ({"topic": DATA, "on": after}, True), ({"topic": "other", "on": after}, False), ({"topic": DATA}, False),
    ):  # fmt: skip
        assert rules._in_year([line], since) is counts
    assert not rules._in_year(None, since)


@pytest.mark.req("PS-12")
@pytest.mark.parametrize(("since", "owed"), [(0, 183), (-152, 31), (-153, 30), (-154, 30), (-4000, 30)])
def test_the_first_review_lies_one_interval_after_the_beginning_and_never_sooner_than_in_a_month(
    monkeypatch: pytest.MonkeyPatch, since: int, owed: int
) -> None:
    today, begun = on(), []
    monkeypatch.setattr(recurrence, "begin_occurrence", lambda entry, recurs, day: begun.append(day))
    monkeypatch.setattr(measures, "following", lambda day, interval: day + timedelta(days=183))
    monkeypatch.setattr(measures, "current_organisation", lambda: SimpleNamespace(time_zone="Asia/Shanghai"))
    entry: Any = SimpleNamespace(at=now(), register=SimpleNamespace(recurs=object()))
    measures.opened(entry, {"since": today + timedelta(days=since), "interval": "half_yearly"})
    assert begun == [today + timedelta(days=owed)]

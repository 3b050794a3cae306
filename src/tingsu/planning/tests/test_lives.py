"""The lives of what planning keeps: context, parties, obligations, risks, objectives, processes, changes, arrangements."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.letters.models import Notice
from tingsu.planning import queries
from tingsu.planning.tests.entries import (
    CHANGE,
    FACTOR,
    LAW,
    OBJECTIVE,
    PARTY,
    RISK,
    day,
    does,
    objective,
    on,
    opened,
    plan,
    process,
)
from tingsu.registers.models import Entry, EntryLink


def running(entry: Entry) -> set[str]:
    return set(Promise.objects.filter(stream_id=entry.pk, ended_at=None).values_list("kind", flat=True))


def due(entry: Entry, kind: str) -> str:
    return Promise.objects.get(stream_id=entry.pk, kind=kind, ended_at=None).due_at.date().isoformat()


@pytest.mark.req("MS-01", "MS-36")
def test_a_factor_stands_on_its_side_is_reviewed_at_its_interval_and_its_changes_are_listed(cast: Cast) -> None:
    entry = opened(cast.mgmt_rep, "context_factor", **FACTOR, reviewed_on=day(-3))
    inside = opened(cast.mgmt_rep, "context_factor", **FACTOR | {"subject": "people", "title": "受理岗位缺员"})
    assert [one.codes["side"] for one in (entry, inside)] == ["outside", "inside"]
    assert running(entry) == {"context_review"} == running(inside), "never reviewed: owed within a month"
    assert entry.codes["next_review_on"] > day(300) > inside.codes["next_review_on"]
    with travel_to(datetime(2026, 3, 2, 2, tzinfo=UTC)):
        new = opened(cast.mgmt_rep, "context_factor", **FACTOR)
        assert new.codes["next_review_on"] == "2026-04-01"
    said = {name: FACTOR[name] for name in ("subject", "title", "effect", "purpose")}
    entry = does(
        cast.qa,
        entry,
        "change",
        changed_on=day(),
        touched=["direction"],
        news="目标由区域改为全国",
        direction="覆盖全国的服务口碑",
        **said,
    )
    assert Notice.objects.filter(member_id=cast.mgmt_rep.id, kind="context_factor.changed").exists()
    does(cast.mgmt_rep, inside, "end", reason="已补齐")
    told = queries.context_changes(on(-1), on())
    assert [(one.what, one.side, one.touched) for one in told] == [
        ("opened", "outside", ()), ("opened", "inside", ()), ("changed", "outside", ("direction",)), ("ended", "inside", ()),
    ]  # fmt: skip
    assert told[2].words == "目标由区域改为全国"
    assert told[2].touched_words
    assert queries.context_changes(on(1), on(2)) == [] == queries.context_changes(on(-9), on(-1))
    with pytest.raises(InvalidInput):
        opened(cast.mgmt_rep, "context_factor", **FACTOR | {"direction": ""})


@pytest.mark.req("MS-02", "MS-03", "MS-06")
def test_what_a_party_expects_becomes_an_obligation_linked_both_ways_once(cast: Cast) -> None:
    party = opened(cast.mgmt_rep, "interested_party", **PARTY, spoken_on=day(-10))
    assert party.codes["side"] == "outside"
    assert opened(cast.mgmt_rep, "interested_party", **PARTY | {"sort": "union"}).codes["side"] == "inside"
    assert running(party) == {"party_contact"}
    given = {"line": "0", "bears": "转办件单独计时", "answers": str(cast.supervisor.id), "checked": "quarterly"}
    does(cast.qa, party, "oblige", **given)
    made = Entry.objects.get(register="obligation")
    assert (made.codes["sort"], made.owner_id, made.state) == ("party", cast.supervisor.id, "in_force")
    assert made.written()["content"] == "转办件七个工作日内反馈"
    assert EntryLink.objects.filter(entry=made, other_id=party.pk, kind="follows").exists()
    with pytest.raises(InvalidInput):
        does(cast.qa, party, "oblige", **given)
    does(cast.qa, party, "expect", expectation="每半年通报一次")
    does(cast.qa, party, "oblige", **given | {"line": "1"})
    assert Entry.objects.filter(register="obligation").count() == 2


@pytest.mark.req("MS-03")
def test_the_next_contact_is_a_promise_and_a_participation_event_has_its_documents(cast: Cast) -> None:
    from tingsu.planning.parties import overdue

    party = opened(cast.mgmt_rep, "interested_party", **PARTY, spoken_on=day(-10))
    first = party.codes["next_on"]
    with travel_to(now() + timedelta(days=200)):
        assert [one.pk for one, _title in overdue(cast.mgmt_rep.actor)["overdue"]] == [party.pk]
        party = does(cast.mgmt_rep, party, "contact", spoken_on=day(), means="meeting", said="座谈：转办反馈及时")
        assert party.codes["next_on"] > day() > first
        assert overdue(cast.mgmt_rep.actor)["overdue"] == []
    event = {"held_on": day(), "topic": "投诉热点座谈", "participants": "市监局、客服中心", "output": "会议纪要"}
    with pytest.raises(InvalidInput) as refused:
        does(cast.mgmt_rep, party, "involve", **event)
    assert "documents" in refused.value.fields


@pytest.mark.req("MS-06")
def test_a_change_of_law_opens_a_review_with_its_day_and_the_review_brings_it_back(cast: Cast) -> None:
    law = opened(cast.qa, "obligation", **LAW, owner=str(cast.dso.id), checked_on=day(-5))
    assert running(law) == {"obligation_check"}
    law = does(
        cast.qa, law, "changed", news="实施条例施行", edition="2024 条例", edition_since=day(-1), review_by=day(20)
    )
    assert (law.state, running(law), due(law, "obligation_review")) == (
        "review",
        {"obligation_check", "obligation_review"},
        day(20),
    )
    assert Notice.objects.filter(member_id=cast.dso.id, kind="obligation.law_changed").exists()
    assert [one.under_review for one in queries.obligations()] == [True]
    said = {name: LAW[name] for name in ("title", "article", "effect")}
    law = does(cast.dso, law, "adopt", outcome="答复模板增加依据", content="经营者应当说明依据", **said)
    assert (law.state, running(law)) == ("in_force", {"obligation_check"})
    assert law.written()["editions.1.edition"] == "2024 条例"
    assert law.written()["editions.0.edition"] == "2013 修正"
    does(cast.dso, law, "end", reason="业务已停")
    assert queries.obligations() == []
    assert running(law) == set()


@pytest.mark.req("MS-33")
def test_an_undated_standard_holds_in_the_edition_of_the_day_and_a_dated_one_in_its_own(cast: Cast) -> None:
    from tingsu.planning.obligations import references

    standard = LAW | {
        "sort": "standard",
        "title": "GB/T 19012",
        "use": "guideline",
        "edition": "2008",
        "edition_since": day(-900),
    }
    with pytest.raises(InvalidInput):
        opened(cast.qa, "obligation", **standard)
    both = [opened(cast.qa, "obligation", **standard, dated=one, checked_on=day(-30)) for one in ("undated", "dated")]
    for one in both:
        for _again in range(2):
            said = {"finding": "有新版", "edition": "2019", "edition_since": day(-300)}
            one = does(cast.qa, one, "check", checked_on=day(), **said)
        assert len(one.codes["editions"]) == 2, "the same edition is no further one"
    told = {when: [one.edition for one in references(cast.auditor.actor, on(when))] for when in (-1000, -500, 0)}
    assert told == {-1000: ["", ""], -500: ["2008", "2008"], 0: ["2019", "2008"]}
    assert {one.checked_on for one in references(cast.auditor.actor, on())} == {day()}


@pytest.mark.req("MS-05", "MS-18")
def test_a_risk_is_levelled_acted_upon_judged_by_another_and_reopened_without_effect(cast: Cast) -> None:
    part = opened(cast.qa, "business_process", **process())
    factor = opened(cast.qa, "context_factor", **FACTOR)
    entry = opened(cast.supervisor, "risk", **RISK, origin=factor.number)
    assert (entry.codes["score"], entry.codes["level"]) == (12, "high")
    assert EntryLink.objects.filter(entry=entry, other_id=factor.pk).exists()
    plan = {
        "actions": [{"what": "排班加岗", "who": str(cast.frontline.id), "until": day(10)}],
        "process": str(part.pk), "integration": "受理排班表", "criterion": "大促期间及时率不低于 95%",
    }  # fmt: skip
    with pytest.raises(InvalidInput):
        does(cast.supervisor, entry, "plan", **plan, review_on=day(5))
    entry = does(cast.supervisor, entry, "plan", **plan, review_on=day(30))
    assert running(entry) == {"risk_action", "risk_review"}
    told = queries.risk_actions(on(), on())
    assert [(one.what, one.who, one.done, one.effective) for one in told] == [
        ("排班加岗", cast.frontline.id, False, None)
    ]
    entry = does(cast.frontline, entry, "finish_action", action="0", done_on=day(), result="已加岗")
    judged = {"finding": "仍有超期", "likelihood": "5", "impact": "3"}
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, entry, "reopen", **judged)
    entry = does(cast.qa, entry, "reopen", **judged)
    assert (entry.state, entry.codes["score"], entry.codes["effective"], running(entry)) == (
        "assessed",
        15,
        False,
        set(),
    )
    entry = does(cast.supervisor, entry, "plan", **plan, review_on=day(40))
    entry = does(cast.frontline, entry, "finish_action", action="0", done_on=day(), result="再加岗")
    left = {"finding": "达标", "likelihood_left": "2", "impact_left": "2", "again_on": day(180)}
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, entry, "confirm", **left)
    entry = does(cast.qa, entry, "confirm", **left)
    assert (entry.state, entry.codes["level"], entry.codes["effective"], running(entry)) == (
        "controlled",
        "low",
        True,
        {"risk_assessment"},
    )
    assert [one.effective for one in queries.risk_actions(on(), on())] == [True]
    entry = does(cast.mgmt_rep, entry, "end", reason="大促停办")
    assert (entry.state, running(entry)) == ("ended", set())


@pytest.mark.req("MS-16", "MS-17", "MS-18")
def test_an_objective_is_agreed_by_another_measured_told_updated_and_concluded(cast: Cast) -> None:
    bare = opened(cast.supervisor, "objective", **OBJECTIVE, until=day(200))
    with pytest.raises(ConditionsUnmet):
        does(cast.mgmt_rep, bare, "agree")
    does(cast.mgmt_rep, bare, "withdraw", reason="重复")
    entry = objective(cast.supervisor, cast.frontline)
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, entry, "agree")
    entry = does(cast.mgmt_rep, entry, "agree")
    assert running(entry) == {"objective_action", "objective_measurement", "objective_due"}
    assert [one.code for one in queries.objectives_standing(on())] == [""]
    with pytest.raises(InvalidInput):
        does(cast.supervisor, entry, "measure", measured_on=day(), value="很好")
    entry = does(cast.supervisor, entry, "measure", measured_on=day(), value="91.5")
    standing = queries.objectives_standing(on())[0]
    assert (standing.code, standing.value, standing.of) == ("risk", "91.5", day())
    assert queries.objectives_standing(on(201))[0].code == "missed"
    entry = does(cast.supervisor, entry, "measure", measured_on=day(), value="96%")
    assert [line["standing"] for line in entry.codes["measured"]] == ["risk", "met"]
    assert queries.objectives_standing(on())[0].code == "met"
    entry = does(cast.supervisor, entry, "communicate", told_on=day(), audience="全体客服", way="晨会")
    assert entry.written()["told.0.audience"] == "全体客服"
    entry = does(cast.frontline, entry, "finish_action", action="0", done_on=day(), result="到岗")
    assert "objective_action" not in running(entry)
    for target, who in (
        ("96", cast.supervisor),
        ("97", cast.top_mgmt),
    ):  # with its action done, and with one still owed
        anew = OBJECTIVE | {"target": target} | plan(cast.frontline)
        entry = does(who, entry, "update", **anew, until=day(200), reason="上半年已达标")
        with pytest.raises(ConditionsUnmet):
            does(who, entry, "agree")
        assert (entry.state, running(entry)) == ("proposed", {"objective_due"})
        entry = does(cast.mgmt_rep, entry, "agree")
    for later, stands in ((200, "risk"), (201, "missed")):  # its last day is not over yet
        with travel_to(now() + timedelta(days=later)):
            short = does(cast.supervisor, entry, "measure", measured_on=day(), value="91")
        assert short.codes["measured"][-1]["standing"] == stands
    entry = does(cast.mgmt_rep, entry, "achieve", finding="全年 97.3%")
    assert (entry.state, running(entry), queries.objectives_standing(on())[0].entry.pk) == ("achieved", set(), entry.pk)


@pytest.mark.req("MS-16")
@pytest.mark.parametrize("wrong", [{"target": "九成"}, {"target": ""}, {"direction": ""}, {"measure": ""}])
def test_an_objective_that_cannot_be_measured_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        opened(cast.supervisor, "objective", **OBJECTIVE | wrong, until=day(200))
    assert set(refused.value.fields) == set(wrong)


@pytest.mark.req("MS-16")
def test_an_objective_of_an_indicator_stands_as_the_live_figure_stands(cast: Cast) -> None:
    from tingsu.figures.models import IndicatorValue
    from tingsu.figures.periods import period_of

    month = period_of(on())

    def standing_at(part: int) -> tuple[str, str, str]:
        IndicatorValue.objects.update_or_create(
            code="K-11", period="month", starts_on=month.first,
            defaults={"part": part, "whole": 200, "version": 0, "counted_at": now(), "settled": False},
        )  # fmt: skip
        told = queries.objectives_standing(on())[0]
        return told.code, told.value, told.of

    counted = {"title": "及时率", "measured_by": "indicator", "indicator": "K-11", "until": day(200)}
    counted |= {name: OBJECTIVE[name] for name in ("level", "policy", "requirements")}
    entry = opened(cast.supervisor, "objective", **counted)
    does(cast.supervisor, entry, "plan", **plan(cast.frontline))
    does(cast.mgmt_rep, entry, "agree")
    assert standing_at(196) == ("met", "98.0 %", month.written)
    assert standing_at(170) == ("risk", "85.0 %", month.written)
    entry = does(cast.supervisor, entry, "measure", measured_on=day())
    assert (entry.codes["measured"][0]["standing"], entry.written()["measured.0.value"]) == ("risk", "85.0 %")
    with pytest.raises(InvalidInput) as refused:
        opened(cast.supervisor, "objective", **counted | {"indicator": "K-10"})
    assert set(refused.value.fields) == {"indicator"}, "it has no target"


@pytest.mark.req("OG-17", "MS-07")
def test_a_product_process_names_where_complaint_handling_connects(cast: Cast) -> None:
    part = opened(cast.qa, "business_process", **process(), evaluated_on=day(-5))
    assert running(part) == {"process_evaluation"}
    sold = process(sort="product", title="网上销售", place=20)
    for missing in ({}, {"connects": "订单页"}, {"connects_to": [str(part.pk)]}):
        with pytest.raises(InvalidInput):
            opened(cast.qa, "business_process", **sold, **missing)
    made = opened(cast.qa, "business_process", **sold, connects="订单页可直接投诉", connects_to=[str(part.pk)])
    assert made.codes["connects_to"] == [str(part.pk)]
    done = does(
        cast.qa,
        part,
        "evaluate",
        evaluated_on=day(),
        finding="受理平均 3 小时",
        needed="增加晚班",
        improvement="自动预填订单",
    )
    assert done.codes["next_evaluation_on"] > day(300)


@pytest.mark.req("MS-15")
def test_criteria_name_the_setting_and_its_version_in_force(cast: Cast) -> None:
    from tingsu.planning.processes import criteria_of

    told = criteria_of(opened(cast.qa, "business_process", **process()))
    assert [(one.words, one.control, one.resources, one.version) for one in told] == [
        ("两个工作日内告知", "时限监控", "系统", 0)
    ]


@pytest.mark.req("MS-19")
def test_a_change_is_approved_by_another_carried_out_and_reviewed(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        opened(cast.supervisor, "system_change", **CHANGE | {"integrity": ""}, implement_by=day(20))
    entry = opened(cast.supervisor, "system_change", **CHANGE, implement_by=day(20))
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, entry, "approve", implement_by=day(20))
    entry = does(cast.mgmt_rep, entry, "approve", implement_by=day(20))
    assert running(entry) == {"change_implementation"}
    carried = {"done_on": day(), "done": "表单已改", "review_on": day(60)}
    entry = does(cast.supervisor, entry, "implement", **carried)
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, entry, "review", finding="有效")
    entry = does(cast.qa, entry, "rework", finding="仍有错发", implement_by=day(15))
    assert (entry.state, entry.codes["effective"], running(entry)) == ("approved", False, {"change_implementation"})
    entry = does(cast.supervisor, entry, "implement", **carried)
    entry = does(cast.qa, entry, "review", finding="一个月无错发")
    assert (entry.state, entry.codes["effective"], running(entry)) == ("closed", True, set())
    assert [one.pk for one in queries.changes_between(on(), on())] == [entry.pk]


@pytest.mark.req("MS-19")
def test_whoever_wrote_a_change_anew_does_not_approve_it_and_a_refused_one_owes_nothing(cast: Cast) -> None:
    given = {**CHANGE, "implement_by": day(20), "owner": str(cast.supervisor.id)}
    entry, other = (opened(cast.qa, "system_change", **given) for _twice in range(2))
    said = {name: given[name] for name in given if name != "sort"}
    does(cast.supervisor, entry, "revise", **said)
    with pytest.raises(ConditionsUnmet):
        does(cast.supervisor, entry, "approve", implement_by=day(20))
    assert running(entry) == {"change_implementation"}
    assert running(does(cast.mgmt_rep, entry, "refuse", reason="不做")) == set()
    does(cast.mgmt_rep, other, "approve", implement_by=day(20))
    told = Notice.objects.filter(kind="system_change.approved", stream_id=other.pk)
    assert {one.member_id for one in told} == {cast.qa.id, cast.supervisor.id}


@pytest.mark.req("IM-07", "MS-19")
def test_a_change_follows_from_what_it_names_and_nothing_that_is_not_there(cast: Cast) -> None:
    factor = opened(cast.qa, "context_factor", **FACTOR)
    entry = opened(cast.qa, "system_change", **CHANGE, implement_by=day(20), origin=factor.number.lower())
    assert EntryLink.objects.filter(entry=entry, other_id=factor.pk, kind="follows").exists()
    with pytest.raises(InvalidInput) as refused:
        opened(cast.qa, "system_change", **CHANGE, implement_by=day(20), origin="BH-2026-999")
    assert set(refused.value.fields) == {"origin"}

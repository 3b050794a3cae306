"""Arrangements: communication, monitoring, evaluation, resources, each with its log (MS-13, MS-20, MS-21)."""

import pytest

from tests.cast import Cast
from tingsu.kernel.errors import InvalidInput
from tingsu.planning import queries
from tingsu.planning.tests.entries import day, does, on, opened
from tingsu.registers.models import Entry

KINDS = {
    "communication": {"audience": "监管部门", "method": "书面报告"},
    "monitoring": {"method": "抽样统计", "accuracy": "每月与原始记录核对", "judged_every": "quarterly"},
    "evaluation": {"method": "汇总各项监视结果"},
    "resource": {"type": "people", "need": "受理岗 12 人", "period": "2026 年度"},
}


def arranged(cast: Cast, sort: str, title: str = "安排") -> Entry:
    return opened(cast.qa, "arrangement", sort=sort, title=title, interval="quarterly", **KINDS[sort])


@pytest.mark.req("MS-13", "MS-20", "MS-21")
@pytest.mark.parametrize("sort", list(KINDS))
def test_an_arrangement_asks_what_its_kind_needs(cast: Cast, sort: str) -> None:
    for name in KINDS[sort]:
        with pytest.raises(InvalidInput) as refused:
            opened(cast.qa, "arrangement", sort=sort, title="安排", interval="quarterly", **KINDS[sort] | {name: ""})
        assert set(refused.value.fields) == {name}


@pytest.mark.req("MS-13")
def test_a_communication_keeps_the_log_of_what_was_said(cast: Cast) -> None:
    entry = arranged(cast, "communication")
    with pytest.raises(InvalidInput):
        does(cast.qa, entry, "record", done_on=day())
    entry = does(cast.qa, entry, "record", done_on=day(), result="报送季度投诉情况；无异议")
    assert entry.codes["log"] == [{"on": day(), "by": str(cast.qa.id)}]
    assert entry.written()["log.0.words"] == "报送季度投诉情况；无异议"
    assert entry.codes["next_on"] > day(60)


@pytest.mark.req("MS-20")
def test_an_evaluation_keeps_the_results_that_it_was_judged_from(cast: Cast) -> None:
    measured = arranged(cast, "monitoring", "投诉人满意度")
    with pytest.raises(InvalidInput):
        does(cast.qa, measured, "record", done_on=day(), result="4.6 分")
    does(
        cast.qa,
        measured,
        "record",
        done_on=day(),
        result="4.6 分",
        judgement="good",
        checked="抽查 20 份问卷，录入无误",
    )
    entry = arranged(cast, "evaluation", "年度绩效评价")
    entry = does(cast.qa, entry, "record", done_on=day(), result="体系运行有效", judgement="enough")
    assert entry.codes["log"][0]["judgement"] == "enough"
    assert entry.written()["log.0.words"] == "体系运行有效"
    assert entry.written()["basis"] == f"{measured.number} 投诉人满意度：4.6 分（{day()}）"
    does(cast.qa, measured, "record", done_on=day(), result="3.9 分", judgement="poor")
    assert "3.9" not in Entry.objects.get(pk=entry.pk).written()["basis"], "what it was judged from stays"


@pytest.mark.req("MS-21")
def test_a_resource_that_is_missing_is_a_gap_until_it_is_provided(cast: Cast) -> None:
    entry = arranged(cast, "resource", "受理人员")
    assert [(one.gap, one.type, one.assessed_on) for one in queries.resource_gaps()] == [("", "people", None)]
    assessed = {
        "need": "受理岗 12 人",
        "period": "2026 年度",
        "result": "与各组核对",
        "provided": "10 人",
        "decided": "三季度补招",
    }
    does(cast.qa, entry, "record", done_on=day(), gap="some", decision="provide", **assessed)
    gap = queries.resource_gaps()[0]
    assert (gap.gap, gap.decision, gap.need, gap.provided, gap.assessed_on) == (
        "some",
        "provide",
        "受理岗 12 人",
        "10 人",
        on(),
    )
    does(cast.qa, entry, "record", done_on=day(), gap="none", decision="enough", **assessed | {"provided": "12 人"})
    assert queries.resource_gaps() == []
    assert [one.provided for one in queries.resources()] == ["12 人"]

"""Control at the source: research, design with users, tests before launch, true descriptions, surveys afterwards (SK-01…SK-05)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import ComplaintMark
from tingsu.desk.tests.cases import a_case
from tingsu.improvement import source_control
from tingsu.kernel import verify
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

MARCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ASKED = {"method": "interview", "sample": "近三月退货的用户 12 位，按地区抽取"}
OF = {
    "research": {"expressed": "退款更快", "unexpressed": "想知道钱在哪一步"},
    "co_design": {"outcome": "改了三处用语", "credit": "在更新说明中致谢"},
    "trial": {"findings": [{"what": "找不到入口", "decision": "上线前移到首页"}]},
    "follow_up": {"findings": [{"what": "说明书看不懂", "decision": ""}]},
}
TEXT = {"text": "净含量 4 升，额定功率 1500 瓦", "release_on": "2026-03-20"}
TRUE = dict.fromkeys(source_control.TICKS, True)


def opened(by: Any, kind: str, **more: Any) -> Entry:
    asked = {} if kind == "description" else ASKED
    values = {"kind": kind, "product": "空气炸锅 4L", "on": "2026-03-01", **asked, **OF.get(kind, TEXT), **more}
    return open_entry(
        actor=by.actor, register=registers()["source_control"], opening=Opening(values={n: v for n, v in values.items() if v})
    )  # fmt: skip


def take(person: Any, entry: Entry, name: str, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    return take_step(actor=person.actor, entry=row, register=registers()["source_control"], step=name, values=values)


@pytest.mark.req("SK-01", "SK-02", "SK-03", "SK-04", "SK-05")
@pytest.mark.parametrize(
    ("kind", "asked", "clause"),
    [
        ("research", {"method", "sample", "expressed", "unexpressed"}, "ISC 6.1.1"),
        ("co_design", {"method", "sample", "outcome", "credit"}, "ISC 6.1.2"),
        ("trial", {"method", "sample", "findings"}, "ISC 6.1.3"),
        ("description", {"text", "release_on"}, "ISC 6.2.1"),
        ("follow_up", {"method", "sample", "findings"}, "ISC 6.2.2"),
    ],
)
def test_each_kind_asks_its_own_and_proves_its_clause(cast: Cast, kind: str, asked: set[str], clause: str) -> None:
    with travel_to(MARCH):
        for name in asked:
            with pytest.raises(InvalidInput) as refused:
                opened(cast.dept, kind, **{name: ""})
            assert set(refused.value.fields) == {name}
        entry = opened(cast.dept, kind)
    assert entry.state == ("checking" if kind == "description" else "noted")
    assert registers()["source_control"].clauses(entry.codes) == (clause,)


@pytest.mark.req("SK-01", "SK-03", "SK-05")
def test_what_was_learned_is_used_and_no_finding_stays_without_a_decision(cast: Cast) -> None:
    with travel_to(MARCH):
        entry = opened(cast.dept, "follow_up")
        with pytest.raises(InvalidInput) as refused:
            take(cast.dept, entry, "use", used="说明书重写", findings=[{"what": "说明书看不懂", "decision": " "}])
        assert set(refused.value.fields) == {"findings"}
        decided = [{"what": "说明书看不懂", "decision": "重写并附视频"}]
        with pytest.raises(InvalidInput):
            take(cast.dept, entry, "use", used="", findings=decided)
        assert take(cast.dept, entry, "use", used="说明书重写", findings=decided).state == "used"
        assert take(cast.dept, opened(cast.dept, "research"), "use", used="退款页写明每一步").state == "used"
    assert not [found.sentence for found in verify.verify_organisation(verify.Tally())]


@pytest.mark.req("SK-04")
@pytest.mark.parametrize("false", source_control.TICKS)
def test_a_description_is_released_by_another_when_all_four_hold(cast: Cast, false: str) -> None:
    with travel_to(MARCH):
        entry = opened(cast.qa, "description")
        with pytest.raises(ConditionsUnmet) as own:
            take(cast.qa, entry, "release", **TRUE)
        assert [one.guard for one in own.value.unmet] == ["done_by_another"]
        with pytest.raises(InvalidInput) as refused:
            take(cast.supervisor, entry, "release", **{**TRUE, false: False})
        assert set(refused.value.fields) == {false}
        take(cast.supervisor, entry, "give_back", reason="功率与铭牌不符")
        anew = {"text": "额定功率 1400 瓦", "on": "2026-03-02", "release_on": "2026-03-25"}
        entry = take(cast.supervisor, entry, "rewrite", **anew)
        for own in (cast.qa, cast.supervisor):  # who described it, and who described it anew
            with pytest.raises(ConditionsUnmet):
                take(own, entry, "release", **TRUE)
        assert take(cast.mgmt_rep, entry, "release", **TRUE).state == "released"


@pytest.mark.req("SK-04")
@pytest.mark.parametrize(
    ("category", "product", "days", "counts"),
    [
        ("14", "空气炸锅 4L", 0, True), ("15", "空气炸锅 ４Ｌ 白色", 5, True), ("17", "空气炸锅 4L", 5, False),
        ("14", "电饭煲", 5, False), ("14", "", 5, False), ("14", "空气炸锅 4L", -1, False),
    ],
)  # fmt: skip
def test_complaints_of_wrong_or_missing_information_are_matched_with_the_description(
    cast: Cast, sign_in: Any, client: Any, category: str, product: str, days: int, counts: bool
) -> None:
    with travel_to(MARCH + timedelta(days=days)):
        complaint = a_case(cast.frontline, **({"product": product} if product else {}))
    type(complaint).objects.filter(pk=complaint.pk).update(product=product)
    ComplaintMark(complaint=complaint, mark=f"categories:{category}").save(force_insert=True)
    with travel_to(MARCH + timedelta(days=6)):
        entry = opened(cast.qa, "description", on="2026-03-02")
        told = source_control.beside(cast.qa.actor, entry)
        assert [number for number, _address, _at in told["cases"]] == ([complaint.number] if counts else [])
        assert source_control.beside(cast.dept.actor, entry)["number"] == 0, "who may not open it is not told of it"
        sign_in(cast.qa)
        page = client.get(reverse("registers:entry", args=["source_control", entry.number])).content.decode()
        assert (complaint.number in page) == counts
        assert source_control.beside(cast.qa.actor, opened(cast.qa, "research")) == {}

"""Data protection: rules by step of processing, training of the year, incidents, assessments, classified protection, measures, staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.competence.tests.test_trainings import LAW, attended, begin, planned, with_files
from tingsu.documents.tests.given import AT, in_force
from tingsu.evaluation import duties, proving
from tingsu.evaluation.spans import span_of
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, NotFound
from tingsu.letters.models import Notice
from tingsu.planning.tests.entries import day, does, on, opened
from tingsu.protection import assessments, incidents, measures, rules, staff, systems
from tingsu.protection.asked import PROCESSING
from tingsu.registers.access import get_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.triage.tests.cases import registered

pytestmark = pytest.mark.django_db


def at(hours: float) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


def running(entry: Entry) -> set[str]:
    return set(Promise.objects.filter(stream_id=entry.pk, ended_at=None).values_list("kind", flat=True))


def unmet(*asked: Any, **values: Any) -> set[str]:
    with pytest.raises(ConditionsUnmet) as refused:
        does(*asked, **values)
    return {one.code for one in refused.value.unmet}


def an_incident(cast: Cast, **more: Any) -> Entry:
    given = {
        "title": "客服群误发投诉清单", "sort": "leak", "data": ["contact"], "found_at": at(-2), "how": "员工自查发现", "persons": 12,
        "report_by": at(22), "notify_by": at(46), "owner": str(cast.specialist.id), **more,
    }  # fmt: skip
    return opened(cast.frontline, incidents.NAME, **given)


CONTAINED: dict[str, Any] = {"measures": "撤回文件，逐人确认删除"}
TOLD: dict[str, Any] = {"authority": "网信办", "report": "12 人联系方式误发，已撤回"}
NOTIFIED: dict[str, Any] = {"notified": 12, "means": "短信", "notice": "您的联系方式曾被误发，已撤回"}
ENDED: dict[str, Any] = {"cause": "群名相似", "prevention": "清单只在系统内查看"}


@pytest.mark.req("PS-10")
def test_an_incident_is_contained_told_to_authority_and_persons_within_its_limits_and_closed_by_another(
    cast: Cast,
) -> None:
    law = opened(
        cast.mgmt_rep, "obligation", sort="law", title="个人信息保护法", article="第 57 条", content="立即报告并告知", effect="事件当日上报",
        interval="yearly", checked_on=day(),
    )  # fmt: skip
    for limit in ("report_by", "notify_by"):
        with pytest.raises(InvalidInput) as refused:
            an_incident(cast, **{limit: at(-3)})
        assert set(refused.value.fields) == {limit}
    entry = an_incident(cast, obligation=str(law.pk))
    assert (entry.state, running(entry)) == ("found", {"incident_report", "incident_notice"})
    assert EntryLink.objects.filter(entry=entry, other_id=law.pk, kind="follows").exists()
    entry = does(cast.specialist, entry, "contain", contained_at=at(-1), **CONTAINED)
    assert unmet(cast.mgmt_rep, entry, "close", **ENDED) == {"not_reported", "not_notified"}
    does(cast.specialist, entry, "tell_authority", reported_at=at(-0.5), **TOLD)
    assert running(entry) == {"incident_notice"}
    assert unmet(cast.mgmt_rep, entry, "close", **ENDED) == {"not_notified"}
    does(cast.specialist, entry, "tell_persons", notified_at=at(-0.2), **NOTIFIED)
    assert running(entry) == set()
    assert unmet(cast.mgmt_rep, entry, "need_not", reason="已加密") == {"told_already"}
    entry = does(cast.mgmt_rep, entry, "close", **ENDED)
    assert entry.state == "closed"
    assert {"found_at", "contained_at", "reported_at", "notified_at"} <= set(entry.codes), "all times are kept"
    assert entry.codes["notified"] == 12
    assert registers()[incidents.NAME].clauses(entry.codes) == ("ISC 9.7.2.4",)


@pytest.mark.req("PS-10")
def test_that_nobody_need_be_told_is_decided_by_another_person_and_a_missed_limit_is_a_breach(cast: Cast) -> None:
    own = an_incident(cast, owner=str(cast.dso.id))
    own = does(cast.dso, own, "contain", contained_at=at(-1), **CONTAINED)
    assert unmet(cast.dso, own, "need_not", reason="已加密") == {"own_incident"}
    assert unmet(cast.dso, own, "unfounded", reason="误报") == {"own_incident"}
    own = does(cast.mgmt_rep, own, "need_not", reason="文件已加密，无法打开")
    assert running(own) == {"incident_report"}
    with travel_to(now() + timedelta(hours=30)):
        sweep_due()
        assert Promise.objects.get(stream_id=own.pk, kind="incident_report").breached_at
        does(cast.dso, own, "tell_authority", reported_at=at(-1), **TOLD)
        assert does(cast.mgmt_rep, own, "close", **ENDED).state == "closed"
    with pytest.raises((NotAllowed, NotFound)):
        does(cast.frontline2, an_incident(cast), "contain", contained_at=at(-1), **CONTAINED)


@pytest.mark.req("PS-08")
def test_an_assessment_is_approved_by_another_its_measures_are_owed_and_it_proves_the_duty_of_the_year(
    cast: Cast,
) -> None:
    found = [{"risk": "导出清单外传", "likelihood": "medium", "impact": "high", "now": "水印、审批"}]
    wanted = [
        {"what": "清单只能在线看", "who": str(cast.specialist.id), "until": day(20)},
        {"what": "离岗即锁屏", "who": str(cast.frontline.id), "until": day(5)},
    ]
    entry = opened(
        cast.dso, assessments.NAME, scope="投诉系统全部个人信息", steps_of=["use", "transfer"], assessed_on=day(), method="访谈和抽查，数据安全员",
        findings=found, conclusion="总体可控", measures=wanted,
    )  # fmt: skip
    duty, year = next(one for one in duties.every_duty() if one.code == "security"), span_of("yearly", on())
    assert (duty.proof, duty.every) == ("data_risk", "yearly")
    assert proving.proof_of(duty, year) is None, "a draft proves nothing"
    assert unmet(cast.dso, entry, "approve") == {"own_work"}
    entry = does(cast.mgmt_rep, entry, "approve")
    owed = Promise.objects.filter(stream_id=entry.pk, kind="data_risk_measure").order_by("due_at")
    assert [one.owner_id for one in owed] == [cast.frontline.id, cast.specialist.id]
    proof = proving.proof_of(duty, year)
    assert proof is not None
    assert (proof.number, proof.on) == (entry.number, on())
    entry = does(cast.frontline, entry, "finish", measure="1", done_on=day(), result="已设置")
    assert entry.state == "taking"
    with pytest.raises(InvalidInput):
        does(cast.specialist, entry, "finish", measure="1", done_on=day(), result="重复")
    entry = does(cast.specialist, entry, "finish", measure="0", done_on=day(), result="已上线")
    assert (entry.state, running(entry)) == ("closed", set())


@pytest.mark.req("PS-04")
def test_a_system_keeps_its_level_filing_and_tests_and_an_overdue_test_alerts(cast: Cast) -> None:
    entry = opened(
        cast.dso,
        systems.NAME,
        title="投诉系统",
        holds="投诉全文和联系方式",
        level="3",
        next_test_on=day(30),
        owner=str(cast.dso.id),
    )
    assert (running(entry), registers()[systems.NAME].clauses(entry.codes)) == ({"protection_test"}, ())
    does(
        cast.dso,
        entry,
        "file",
        holds="投诉全文和联系方式",
        level="3",
        filing_number="44030026001",
        filed_with="市公安局",
        filed_on=day(-5),
    )
    with travel_to(now() + timedelta(days=32)):
        sweep_due()
        assert Promise.objects.get(stream_id=entry.pk, kind="protection_test").breached_at
        assert Notice.objects.filter(member_id=cast.dso.id, stream_id=entry.pk).exists()
        lines = [
            {"area": "people", "control": "离岗收回权限", "stands": "met"},
            {"area": "network", "control": "通信加密", "stands": "partly"},
        ]
        with pytest.raises(InvalidInput):
            does(cast.dso, entry, "test", tested_on=day(), tester="测评中心", outcome="good", next_test_on=day(365))
        entry = does(
            cast.dso,
            entry,
            "test",
            tested_on=day(),
            tester="测评中心",
            outcome="good",
            next_test_on=day(365),
            checklist=lines,
        )
    assert [line["stands"] for line in entry.codes["checklist"]] == ["met", "partly"]
    assert (
        entry.codes["filing_number"]
        if "filing_number" in entry.codes
        else entry.written()["filing_number"] == "44030026001"
    )
    assert len(Promise.objects.filter(stream_id=entry.pk, ended_at=None)) == 1, "the next test is owed"
    assert registers()[systems.NAME].clauses(entry.codes) == ("ISC 9.7.1",)


@pytest.mark.req("PS-12")
def test_a_measure_is_reviewed_at_its_interval_and_improved(cast: Cast) -> None:
    entry = opened(
        cast.dso, measures.NAME, title="手机号脱敏", protects=["use", "transfer"], how="列表只显示后四位", since=day(-10), interval="half_yearly",
        owner=str(cast.dso.id),
    )  # fmt: skip
    assert running(entry) == {"protection_review"}
    assert entry.codes["review_on"] > day(150)
    entry = does(cast.dso, entry, "review", reviewed_on=day(), worked="partly", finding="录音里仍有完整号码")
    assert entry.codes["review_on"] > day(170)
    assert running(entry) == {"protection_review"}
    entry = does(
        cast.dso, entry, "improve", title="手机号脱敏（含录音）", protects=["use"], how="录音转写也脱敏", interval="yearly", reason="评审发现",
    )  # fmt: skip
    assert entry.codes["protects"] == ["use"]
    with pytest.raises(NotAllowed):
        does(cast.dso, entry, "end", reason="不用了")
    assert running(does(cast.mgmt_rep, entry, "end", reason="并入新系统")) == set()


@pytest.mark.req("PS-16")
def test_an_incident_against_a_colleague_is_seen_by_few_and_supported_by_measures_with_a_day(cast: Cast) -> None:
    case = registered(cast.frontline)
    given = {
        "what": "被反复辱骂",
        "person": str(cast.frontline.id),
        "sort": "insult",
        "happened_on": day(),
        "story": "连续来电二十次",
    }
    with pytest.raises((InvalidInput, NotFound)):
        opened(cast.frontline2, staff.NAME, case="202501-XF-999", **given)
    entry = opened(cast.frontline, staff.NAME, case=case.number, **given)
    assert EntryLink.objects.filter(entry=entry, other_id=case.pk, kind="about").exists()
    for who, may in (
        ("frontline", True),
        ("supervisor", True),
        ("mgmt_rep", True),
        ("frontline2", False),
        ("qa", False),
        ("dso", False),
    ):
        try:
            get_entry(getattr(cast, who).actor, registers()[staff.NAME], entry.number)
            seen = True
        except NotFound:
            seen = False
        assert seen is may, who
    lines = [{"what": "换人承办", "who": str(cast.specialist.id), "until": day(1)}]
    with pytest.raises(NotAllowed):
        does(cast.frontline, entry, "support", measures=lines)
    entry = does(cast.supervisor, entry, "support", measures=lines, police="已报警")
    assert running(entry) == {"staff_support"}
    assert Notice.objects.filter(member_id=cast.specialist.id, stream_id=entry.pk).exists()
    does(cast.specialist, entry, "finish", measure="0", done_on=day(), result="已换人")
    assert running(entry) == set()
    assert does(cast.supervisor, entry, "close", outcome="对方停止来电").state == "closed"


@pytest.mark.req("PS-01")
def test_each_step_of_processing_is_linked_to_its_rule_in_force(cast: Cast, sign_in: Any, client: Client) -> None:
    assert [code for code, _label in PROCESSING] == ["collect", "store", "use", "transfer", "publish", "delete"]
    sign_in(cast.dso)
    page = reverse("protection:overview")
    told = client.get(page).content.decode()
    assert told.count("没有现行制度") == 6
    in_force(cast, topic="data_security", title="数据安全管理制度", kind="rules")
    with travel_to(AT):
        ruled = rules.ruled()
    assert [one.code for one in ruled] == list(rules.DONE)
    assert all(one.documents[0].title == "数据安全管理制度" for one in ruled)
    told = client.get(page).content.decode()
    assert "没有现行制度" not in told
    for one in ruled:
        assert str(one.does) in told
        assert one.url in told
        sign_in(cast.supervisor)
        assert client.get(one.url).status_code in {200, 403}
        sign_in(cast.dso)


@pytest.mark.req("PS-02")
def test_training_in_data_security_is_counted_over_everybody_for_a_year(
    cast: Cast, sign_in: Any, client: Client, monkeypatch: Any
) -> None:
    with_files()
    before = rules.coverage(on())
    assert (before.trained, before.people > 5) == (0, True)
    course = begin(cast.coach, "course", **LAW | {"title": "数据安全与个人信息保护", "topic": "data"})
    entry, number = planned(cast, course=course.number, form="live")
    attended(cast, entry, number, cast.frontline, cast.frontline2)
    now_ = rules.coverage(on())
    assert (now_.trained, now_.people) == (2, before.people)
    assert rules.coverage(on(400)).trained == 0, "a year later it counts no more"
    sign_in(cast.dso)
    assert f"2 / {before.people}" in client.get(reverse("protection:overview")).content.decode()
    client.cookies["tingsu_language"] = "en"
    told = client.get(reverse("protection:overview")).content.decode()
    assert "、" not in told.partition('id="coverage-title"')[2].partition("</section>")[0]
    monkeypatch.setattr(rules, "NAMED", 2)
    told = client.get(reverse("protection:overview")).content.decode()
    assert f"and {before.people - 4} more" in told, "who is not named is counted"

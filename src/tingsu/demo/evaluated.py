"""The demo's looks from above: duties of the year, an audit with its findings, an evaluation of compliance, a management review
with its decisions."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.records import played, told, values_of
from tingsu.demo.staff import Staff
from tingsu.evaluation import auditing, complying, occurrences, programme, reviewing
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.planning import queries as planning
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:evaluation"
CLAUSES = ["8.2", "8.6", "9.2", "10.1"]
REMARKS = {
    "b": "外部：平台规则两次调整退款时限；内部：夜间业务量上升。方针和方向不变。",
    "c3": "外包热线接通率达标，11 月转接失败一项已要求改进；物流承运方配合答复及时率偏低。",
    "c5": "年度目标进展见目标清单，退款时效一项有风险。",
    "f": "受理时直接告知查询方式；夜班联系各部门的固定电话。",
}
"""Inputs that a person gives where no record of the period holds one."""
DECIDED = (
    ("resources", "夜间热线增加一名值班人员，春节前到岗", "head", 45),
    ("improvement", "回访安排由系统在关闭当日提醒组长", "head", 20),
    ("change", "把跨部门答复时限写入部门月度考核", "vp", 60),
    ("quality", "生鲜到货破损：更换保温箱规格并跟踪两个月", "quality_head", 75),
)
SEEN = ("抽查十件记录，均有凭据", "现场询问两人，回答一致", "系统记录与纸质记录一致", "查看近三个月记录，无遗漏")
FINDINGS = (
    ("minor", "8.6", "两件投诉关闭后未在三个工作日内安排首次回访", "抽查的十件已关闭投诉中有两件", "handling"),
    ("improvement", "8.2", "电话受理可在登记时直接读出查询方式，减少二次来电", "旁听六通来电", "intake"),
    ("strength", "10.1", "整改措施均写明如何判断有效，并按期复核", "查看三项不合格", "handling"),
)


def tell(staff: Staff, *, until: datetime) -> Entry | None:
    """All of it, once; begun some weeks ago, so that some of it is done and nothing of it is late by neglect."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return None
    with travel_to(at_desk(until - timedelta(days=24), "centre")):
        occurrences.open_owed()
    audit = _audit(staff, at_desk(until - timedelta(days=18), "centre"))
    BuiltCase(key=KEY, complaint_id=audit.pk).save(force_insert=True)
    if planning.obligations():
        _compliance(staff, at_desk(until - timedelta(days=9), "centre"))
    _review(staff, at_desk(until - timedelta(days=7), "centre"))
    occurrences.keep_up()
    _watched(staff)
    return audit


def _open(staff: Staff, who: str, register: str, values: dict[str, Any]) -> Entry:
    return open_entry(actor=staff.actor(who), register=registers()[register], opening=Opening(values=values))


def _take(staff: Staff, who: str, entry: Entry, step: str, **values: Any) -> Entry:
    fresh = Entry.objects.get(pk=entry.pk)
    return take_step(
        actor=staff.actor(who), entry=fresh, register=registers()[entry.register], step=step, values=values
    )


def _audit(staff: Staff, at: datetime) -> Entry:
    day = local_date(at, current_organisation().time_zone)
    auditor = str(staff.member_id("auditor"))
    with travel_to(at):
        plan = _open(
            staff, "auditor", programme.NAME,
            {
                "about": "验证投诉管理体系符合 CTS 要求并得到有效实施", "year": str(day.year), "every": "yearly",
                "methods": ["records", "interviews", "sampling"], "responsibilities": "审核组长编制计划并组织审核；管理者代表协调受审部门配合",
                "planning": "审核前两周发出计划，写明准则、范围、人员和日期", "reporting": "审核结束后五个工作日内向受审部门负责人和管理者代表报告",
                "audits": [{"on": day.isoformat(), "what": "受理、回访、审核与改进", "lead": auditor}], "owner": auditor,
            },
        )  # fmt: skip
        _take(staff, "vp", plan, "approve")
        audit = _open(
            staff, "auditor", auditing.NAME,
            {
                "about": f"{day.year} 年度内部审核", "programme": str(plan.pk), "scope": "受理、回访、审核与改进过程", "clauses": CLAUSES,
                "units": [str(staff.unit_id("intake")), str(staff.unit_id("handling"))], "lead": auditor, "methods": ["records", "interviews"],
                "first_on": day.isoformat(), "last_on": (day + timedelta(days=3)).isoformat(),
            },
        )  # fmt: skip
        _take(staff, "auditor", audit, "start")
    with travel_to(at + timedelta(days=1)):
        found = {clause for grade, clause, *_rest in FINDINGS if grade == "minor"}
        lines = [
            {"line": line, "verdict": "finding" if auditing.clause_of(line) in found and line.endswith(":0") else "conforms", "note": SEEN[place % 4]}
            for place, line in enumerate(auditing.lines_for(CLAUSES))
        ]  # fmt: skip
        _take(staff, "auditor", audit, "answer", given=lines)
        for grade, clause, what, rests_on, unit in FINDINGS:
            _take(
                staff, "auditor", audit, "find", grade=grade, clause=clause, what=what, rests_on=rests_on, department=str(staff.unit_id(unit)),
            )  # fmt: skip
        _take(
            staff, "auditor", audit, "conclude", conforms="except", effective="effective",
            conclusion="体系符合标准要求并得到有效实施；回访安排有一项一般不符合，已开立整改。",
        )  # fmt: skip
    with travel_to(at_desk(at + timedelta(days=4), "centre")):
        closed = _take(staff, "vp", audit, "close")
    for line in closed.codes["findings"]:
        if line.get("record"):
            _corrected(staff, Entry.objects.get(pk=line["record"]), at + timedelta(days=1))
    return closed


def _corrected(staff: Staff, found: Entry, begun: datetime) -> None:
    """A finding whose first answer had no effect: it was opened again, its cause looked for anew, and the second plan is under way."""
    owner = staff.key_of(found.owner_id) if found.owner_id else "hand_lead"
    people = {"owner": owner, "leader": "head" if owner == "vp" else "vp"}
    for step in told()["corrected"]:
        part = played(step, people)
        at = at_desk(begun + timedelta(days=part["after"]), "centre")
        with travel_to(at):
            _take(staff, part["by"], found, part["do"], **values_of(part["values"], staff, begun))


def _compliance(staff: Staff, at: datetime) -> None:
    day = local_date(at, current_organisation().time_zone)
    with travel_to(at):
        made = _open(
            staff, "quality_head", complying.NAME,
            {
                "about": f"{day.year} 年度合规性评价", "year": str(day.year), "procedure": "合规性评价程序", "until": (day + timedelta(days=30)).isoformat(),
                "owner": str(staff.member_id("quality_head")),
            },
        )  # fmt: skip
        given = [
            {"line": str(one.entry.pk), "verdict": "kept", "note": SEEN[place % 4]} for place, one in enumerate(planning.obligations())
        ]  # fmt: skip
        _take(staff, "quality_head", made, "judge", given=given)
        _take(
            staff,
            "quality_head",
            made,
            "submit",
            conclusion="所列义务均得到遵守；下年度重点关注个人信息保护要求的变化。",
        )
    with travel_to(at_desk(at + timedelta(days=1), "centre")):
        _take(staff, "vp", made, "approve")


def _review(staff: Staff, at: datetime) -> None:
    day = local_date(at, current_organisation().time_zone)
    with travel_to(at):
        made = _open(
            staff, "vp", reviewing.NAME,
            {
                "about": f"{day.year} 年度管理评审", "kind": "planned", "since": (day - timedelta(days=180)).isoformat(), "until": day.isoformat(),
                "planned_on": (day + timedelta(days=2)).isoformat(), "chair": str(staff.member_id("gm")),
                "participants": [str(staff.member_id(one)) for one in ("vp", "head", "quality_head", "auditor")],
                "owner": str(staff.member_id("vp")),
            },
        )  # fmt: skip
        _take(staff, "vp", made, "assemble")
        for given in reviewing.missing_in(Entry.objects.get(pk=made.pk).codes):
            _take(staff, "vp", made, "remark", given=given, remark=REMARKS.get(given, "本期没有新的情况。"))
    there = [str(staff.member_id(one)) for one in ("gm", "vp", "head", "quality_head", "auditor")]
    with travel_to(at_desk(at + timedelta(days=2), "centre")):
        held = local_date(now(), current_organisation().time_zone)
        decided = [
            {
                "area": area,
                "what": what,
                "who": str(staff.member_id(who)),
                "until": (held + timedelta(days=days)).isoformat(),
            }
            for area, what, who, days in DECIDED
        ]
        _take(
            staff, "vp", made, "hold", held_on=held.isoformat(), present=there, suitable="yes", adequate="partly", effective="yes",
            conclusion="体系总体适宜、有效；夜间受理和跨部门答复的资源不够充分，按下列决定改进。", decisions=decided,
        )  # fmt: skip
    with travel_to(at_desk(at + timedelta(days=3), "centre")):
        _take(staff, "gm", made, "close")
    with travel_to(at_desk(at + timedelta(days=5), "centre")):
        _take(
            staff, "head", made, "finish_decision", decision="1", done_on=local_date(now(), current_organisation().time_zone).isoformat(),
            result="回访排班改为关闭当日自动提醒组长，规则已发布。",
        )  # fmt: skip


def _watched(staff: Staff) -> None:
    """The analyst has looked at the trend of every week that is over."""
    owed = [
        row
        for row in Entry.objects.filter(register=occurrences.NAME, state=occurrences.OPEN)
        if row.codes.get("duty") == "trend"
    ]
    today = local_date(now(), current_organisation().time_zone).isoformat()
    for row in owed:
        if row.codes["due_on"] < today:
            noon = parse_datetime(f"{row.codes['due_on']}T12:00:00+08:00")
            with travel_to(noon or now()):
                _take(
                    staff, "analyst", row, "do", done_on=row.codes["due_on"], place="数据分析组共享盘 趋势周报", note="本周各类投诉与前四周持平，配送类略升",
                )  # fmt: skip

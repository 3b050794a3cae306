"""The demo's people as they are appraised and honoured: an award of last quarter, an innovation, suggestions, a department's appraisal, one supplier."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.figures import folding
from tingsu.figures.models import Fact
from tingsu.figures.periods import Period, period_of
from tingsu.kernel.clock import day_around, local_date, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:appraisal"
JURY = ("quality_head", "dept_after", "analyst")
NOMINATED = (
    ("hand_lead", "intake1", "本季度接听 312 通，首次响应全部按时，质检平均 96 分；夜间高峰两次主动顶岗。"),
    ("head", "inv1", "独立查清三起冒名退款，取证完整，结论均被当事人接受。"),
    ("dept_logistics", "hand1", "牵头与物流部建立当日对账，包裹丢失类投诉平均缩短两天。"),
)
SUPPLIER = {
    "firm": "云岫客服外包有限公司（虚构）", "kind": "call_centre",
    "activities": [
        {"activity": "夜间及高峰时段来电受理", "control": "sample", "ours": "定级、赔付、结案和对外答复", "theirs": "接听、安抚、登记、告知受理"},
        {"activity": "回访外呼", "control": "figures", "ours": "问卷内容与低分复核", "theirs": "按名单拨打、如实记录"},
    ],
}  # fmt: skip
ASKED = {
    "response_time": "来电 15 秒内接起；登记完成后 10 分钟内转交处理中心；紧急投诉 5 分钟内电话报值班主管。",
    "record_format": "按投诉登记表逐项填写，通话录音保存并附编号。",
    "confidentiality": "使用各自账号，不导出、不留存客户信息；离岗当日停用账号。",
    "escalation": "涉及人身安全、媒体或监管部门的来电立即转值班主管，不作任何承诺。",
}
ABLE = (
    ("people", 84, "坐席 26 人，人均培训 40 学时"), ("experience", 88, "三年电商客服外包，两家同行推荐"), ("secrecy", 80, "通过信息安全现场检查"),
    ("response", 86, "试运行两周接通率 96%"), ("price", 75, "单价居中"),
)  # fmt: skip
INNOVATION = {
    "title": "退款进度自动告知", "field": "process", "situation": "退款审批到到账平均 3 天，客户只能来电查询。",
    "problem": "进度查询占来电的两成，坐席反复查询三个系统。", "data": "上月进度查询来电 410 通，平均每通 4 分钟。",
    "cases": "重复来电投诉中有 27 件仅为查询进度。", "plan": "审批、打款、到账三个节点自动发送短信，失败时转人工跟进。",
}  # fmt: skip
OPINIONS = (
    ("quality_head", "26000", "91000", "low", "短信延迟造成误解", "customers", "来电减少，满意度提高"),
    ("dept_pay", "30000", "84000", "medium", "需对接支付状态接口", "customers", "财务查询量下降"),
)
SUGGESTIONS = (
    (70, "process", "登记页支持扫码带出订单，减少手工录入。", "adopted", "已纳入下一版本，由系统组在下月上线。"),
    (40, "service", "夜间值班增加一份常见问题速查表。", "partly", "速查表已印发；纸质版不再单独维护。"),
)


def tell(staff: Staff, *, until: datetime) -> None:
    """Half a year of it, once."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return
    folding.catch_up()
    told = Told(staff, until)
    BuiltCase(key=KEY, complaint_id=told.supplier().pk).save(force_insert=True)
    told.award()
    told.innovation()
    told.suggestions()
    told.department()
    told.objective()


class Told:
    """One telling: who does what, on which day."""

    def __init__(self, staff: Staff, until: datetime) -> None:
        self.staff, self.until, self.zone = staff, until, current_organisation().time_zone

    def who(self, key: str) -> str:
        return str(self.staff.member_id(key))

    def before(self, days: int) -> datetime:
        return at_desk(self.until - timedelta(days=days), "department")

    def begin(self, at: datetime, by: str, name: str, **values: Any) -> Entry:
        with travel_to(at):
            return open_entry(actor=self.staff.actor(by), register=registers()[name], opening=Opening(values=values))

    def take(self, at: datetime, by: str, entry: Entry, step: str, **values: Any) -> Entry:
        """One step; what would lie ahead of the present is left undone."""
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        if at > self.until:
            return row
        with travel_to(at):
            return take_step(
                actor=self.staff.actor(by), entry=row, register=registers()[row.register], step=step, values=values
            )

    def day(self, at: datetime, days: int = 0) -> str:
        return (local_date(at, self.zone) + timedelta(days=days)).isoformat()

    def quarter(self, room: int) -> Period:
        """The last quarter that ended so many days ago at least."""
        return period_of(local_date(self.until - timedelta(days=room), self.zone), "quarter").before()

    def on(self, first: date, days: int) -> datetime:
        return at_desk(day_around(first, self.zone)[0] + timedelta(days=days, hours=10), "department")

    def after_objections(self, entry: Entry) -> datetime:
        return self.on(date.fromisoformat(entry.codes["objections_until"]), 1)

    def supplier(self) -> Entry:
        """Selected half a year ago, assessed once since."""
        entry = self.begin(
            self.before(150),
            "quality_head",
            "supplier",
            **SUPPLIER,
            works_in=str(self.staff.unit_id("hotline_b")),
            owner=self.who("quality_head"),
        )
        self.take(
            self.before(148),
            "quality_head",
            entry,
            "send",
            **ASKED,
            sent_on=self.day(self.before(148)),
            sent_to="项目经理（驻场）",
        )
        self.take(self.before(145), "quality_head", entry, "accept", received_on=self.day(self.before(145)))
        able = [{"ability": code, "score": score, "basis": basis} for code, score, basis in ABLE]
        self.take(self.before(140), "quality_head", entry, "evaluate", abilities=able, compared="比选三家，报价与试运行接通率综合最优。",
                  evaluated_on=self.day(self.before(140)))  # fmt: skip
        at = self.before(138)
        contract = {
            "contract": "WB-018",
            "contract_from": self.day(at),
            "contract_until": self.day(at, 365),
            "assess_every": "quarterly",
        }
        self.take(at, "head", entry, "select", **contract)
        at = self.before(50)
        return self.take(at, "quality_head", entry, "assess", assessed_on=self.day(at), span="quarter", score=86, judged="keep",
                         findings="接通与登记质量符合约定；夜班两次登记漏填商品类别，已当班更正。")  # fmt: skip

    def award(self) -> None:
        """Nominated, judged, published, objected to, answered, given."""
        period = self.quarter(35)
        first, last = period.end + timedelta(days=2), period.end - timedelta(days=1)
        at = self.on(first, 0)
        entry = self.begin(
            at, "quality_head", "award", award="GR-1", title=f"{period.first.year} 年第 {(last.month + 2) // 3} 季度优秀客服", since=period.first.isoformat(),
            until=last.isoformat(), nominate_until=self.day(at, 7), jury=[self.who(one) for one in JURY], owner=self.who("quality_head"),
        )  # fmt: skip
        for place, (by, person, merit) in enumerate(NOMINATED):
            self.take(self.on(first, 1 + place), by, entry, "nominate", who=[self.who(person)], merit=merit)
        at = self.on(first, 5)
        self.take(at, "quality_head", entry, "close_nominations", judge_until=self.day(at, 10))
        for place, (by, order) in enumerate(zip(JURY, (("0", "2"), ("0", "1"), ("2", "0")), strict=True)):
            self.take(
                self.on(first, 6 + place),
                by,
                entry,
                "judge",
                first=order[0],
                second=order[1],
                why="对照时限、评价和质检三项数据。",
            )
        at = self.on(first, 10)
        entry = self.take(
            at,
            "head",
            entry,
            "publish",
            winners=["0"],
            laudation="时限、评价、质检三项均列前茅，夜间高峰主动顶岗，首次响应全部按时。",
        )
        entry = self.take(
            at + timedelta(days=1), "inv2", entry, "object", objection="评选是否计入了夜班津贴时段的接听量？"
        )
        entry = self.take(
            self.on(first, 12),
            "vp",
            entry,
            "answer",
            which="0",
            outcome="rejected",
            answer="接听量按全部时段统计，与津贴无关，结果维持。",
        )
        at = self.after_objections(entry)
        self.take(at, "vp", entry, "confer", prize="bonus", given_on=self.day(at))

    def innovation(self) -> None:
        """Judged by two, awarded, and followed up once."""
        entry = self.begin(self.before(75), "hand1", "innovation", **INNOVATION)
        at = self.before(72)
        jury = [self.who(by) for by, *_rest in OPINIONS]
        self.take(at, "head", entry, "call_jury", jury=jury, judge_until=self.day(at, 12))
        for place, (by, put_in, got_out, level, risk, reach, influence) in enumerate(OPINIONS):
            self.take(self.before(68 - place), by, entry, "assess", input=put_in, output=got_out, risk_level=level, risk=risk, reach=reach,
                      influence=influence, feasible="yes")  # fmt: skip
        entry = self.take(
            self.before(63), "head", entry, "publish", laudation="三个节点自动告知退款进度，减少重复来电。"
        )
        at = self.after_objections(entry)
        entry = self.take(
            at,
            "vp",
            entry,
            "confer",
            prize="一次性奖励 2,000 元，并参与系统改进小组",
            given_on=self.day(at),
            follow_every="monthly",
        )
        at = at_desk(at + timedelta(days=26), "department")
        self.take(at, "head", entry, "follow", followed_on=self.day(at), progress="申报人参与系统改进小组，向两个班组作了分享。",
                  business="上线首月进度查询来电由 410 通降至 236 通。")  # fmt: skip

    def suggestions(self) -> None:
        """Two answered, of which one is commended; one waits."""
        for days, about, words, decision, answer in SUGGESTIONS:
            entry = self.begin(self.before(days), "intake1", "suggestion", about=about, words=words)
            entry = self.take(self.before(days - 4), "vp", entry, "answer", decision=decision, answer=answer)
        self.take(
            self.before(20),
            "head",
            entry,
            "commend",
            commended_as="letter",
            commendation="半年内两条建议落地，持续为班组减负。",
        )
        self.begin(
            self.before(3), "inv1", "suggestion", about="tools", words="调查材料上传后自动识别清晰度，模糊的当场提醒。"
        )

    def department(self) -> None:
        """The appraisal of the department with most complaints in the quarter; the next one has begun."""
        period = self.quarter(20)
        rows = Fact.objects.filter(
            received_on__gte=period.first, received_on__lt=period.end, department_id__isnull=False
        ).order_by()
        most = rows.values_list("department_id").annotate(all=Count("pk")).order_by("-all", "department_id").first()
        unit = str(most[0]) if most else str(self.staff.unit_id("logistics"))
        lines = [
            {"code": "K-11", "weight": 40},
            {"code": "K-12", "weight": 30, "target": 85},
            {"code": "KP-06", "weight": 30},
        ]
        begun = max(self.on(period.first, 4), self.before(180))
        entry = self.begin(
            begun, "quality_head", "appraisal", of="department", department=unit, month=period.first.isoformat(), span="quarter", by_itself=True,
            aim="材料提供按时，整改到位，投诉人对处理结果满意", lines=lines,
        )  # fmt: skip
        self.take(begun + timedelta(days=1), "vp", entry, "agree")
        self.take(self.on(period.end, 3), "quality_head", entry, "count")
        entry = self.take(
            self.on(period.end, 9),
            "head",
            entry,
            "approve",
            judgment="时限执行稳定，满意度仍有提升空间。",
            follows="与季度绩效奖金挂钩，占部门考核 15%。",
        )
        following = Entry.objects.filter(register="appraisal", state="draft").order_by("-opened_at").first()
        if following is not None:
            self.take(self.on(period.end, 10), "vp", following, "agree")

    def objective(self) -> None:
        """The first objective that runs is put before the team; some have read it."""
        entry = Entry.objects.filter(register="objective", state="running").order_by("opened_at", "pk").first()
        if entry is None:
            return
        self.take(self.before(6), "head", entry, "put_before_team")
        for place, by in enumerate(("intake1", "hand1", "inv1", "quality_head", "vp")):
            self.take(self.before(5) + timedelta(minutes=7 * place), by, entry, "read")

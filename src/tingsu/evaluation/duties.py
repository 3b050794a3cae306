"""Recurring duties (RL-6) as data: what, how often, where that stands, who answers for it, what proves it (MS-34).

A firm changes intervals, owners and days in the rulebook; what each was when an occurrence began stays with the occurrence.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.evaluation.spans import Span
from tingsu.governance.evidence import applies
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, wrong_texts
from tingsu.people import queries as people
from tingsu.people.models import Unit
from tingsu.people.roles import Role
from tingsu.quality.plans import is_whole, wrong_code
from tingsu.registers.intervals import INTERVALS
from tingsu.registers.recurrence import working_day

KIND = "recurring_duties"
MOST = 60
MOST_AFTER, MOST_WARNING = 120, 180
FIRM, LEADER = "firm", "leader"
EACH: dict[str, str | Promise] = {
    FIRM: pgettext_lazy("duty", "The firm"),
    LEADER: pgettext_lazy("duty", "Each senior leader"),
}
OWNERS = (Role.MGMT_REP, Role.SUPERVISOR, Role.TOP_MGMT, Role.QA, Role.ANALYST, Role.AUDITOR, Role.DSO)
"""Roles that a duty may be given to; where nobody holds it, the next of these is asked."""
HAND = "hand"
PROOFS: dict[str, str | Promise] = {
    HAND: pgettext_lazy("duty", "By hand"),
    "analysis": pgettext_lazy("duty", "An analysis that was read, or a warning that was dealt with"),
    "monthly": pgettext_lazy("duty", "The monthly report, approved"),
    "review": pgettext_lazy("duty", "The review meeting of the committee"),
    "departments": pgettext_lazy("duty", "The reports of all departments with rectifications"),
    "leaders_days": pgettext_lazy("duty", "A day in service of this leader"),
    "values": pgettext_lazy("duty", "A feedback round on the core values"),
    "practice": pgettext_lazy("duty", "A shared practice"),
    "compliance": pgettext_lazy("duty", "The evaluation of compliance, approved"),
    "audit": pgettext_lazy("duty", "An internal audit, closed"),
    "management_review": pgettext_lazy("duty", "A planned management review, closed"),
    "service_review": pgettext_lazy("duty", "An internal review among the quality rounds, closed"),
    "survey": pgettext_lazy("duty", "A survey of complainants, ended with answers"),
    "index": pgettext_lazy("duty", "A survey that makes the index, ended with answers"),
    "informatisation": pgettext_lazy("duty", "The report on the effect of informatisation, approved"),
    "exchange": pgettext_lazy("duty", "Evidence of an exchange, approved"),
    "publication": pgettext_lazy("duty", "Public statistics, published"),
    "data_risk": pgettext_lazy("duty", "An assessment of data risks, approved"),
}
"""What closes an occurrence by itself, looked for by `proving`."""


@dataclass(frozen=True)
class Duty:
    """One recurring duty as a version of the rulebook has it."""

    row: Mapping[str, Any]
    version: int

    @property
    def code(self) -> str:
        return str(self.row["code"])

    @property
    def name(self) -> str:
        return in_language(self.row["name"])

    @property
    def asked(self) -> str:
        """What the document says of the interval."""
        return in_language(self.row["asked"])

    @property
    def shows(self) -> str:
        """What proves it, in words."""
        return in_language(self.row["shows"])

    @property
    def source(self) -> str:
        return str(self.row["source"])

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.source.split(";") if one.strip())

    @property
    def every(self) -> str:
        return str(self.row["every"])

    @property
    def each(self) -> str:
        return str(self.row["each"])

    @property
    def role(self) -> str:
        return str(self.row["role"])

    @property
    def after(self) -> int:
        """So many days after its stretch it is due; 0: on its last day."""
        return int(self.row["after"])

    @property
    def warning(self) -> int:
        """So many days before it is due whoever leads is warned; 0: no warning of its own."""
        return int(self.row["warning"])

    @property
    def proof(self) -> str:
        return str(self.row["proof"])

    @property
    def in_use(self) -> bool:
        return bool(self.row["in_use"]) and applies(self.clauses)

    def due_on(self, span: Span, owner_id: uuid.UUID | None = None) -> date:
        """The day by which it is done: the last day of its stretch whatever day that is, or a working day after it where its owner works."""
        return working_day(span.last + timedelta(days=self.after), owner_id) if self.after else span.last

    def begins_on(self, span: Span) -> date:
        """From which day its occurrence is owed: what speaks of a stretch begins when that is over."""
        return span.end if self.after else span.first


def duties() -> list[Duty]:
    """Duties in use, in their order: those whose document applies to this firm, and which its shape allows."""
    return [one for one in every_duty() if one.in_use and _fits(one)]


def every_duty() -> list[Duty]:
    """The same with those that are not in use. No query."""
    book = rulebooks.in_force(KIND)
    return [Duty(row, book.version) for row in book.body["duties"]]


def _fits(duty: Duty) -> bool:
    if duty.code == MICRO:
        return people.is_micro()
    if duty.proof == "review":
        return bool(people.posts_now(unit_kinds={Unit.Kind.COMMITTEE}))
    return True


def duty_of(code: str, version: int) -> Duty | None:
    """A duty as it was when an occurrence began."""
    book = rulebooks.version_of(KIND, version)
    return next((Duty(row, version) for row in book.body["duties"] if row["code"] == code), None)


def _duty(
    code: str, zh: str, en: str, source: str, asked: tuple[str, str], every: str, role: str, shows: tuple[str, str], proof: str = HAND,
    *, after: int = 0, warning: int = 0, each: str = FIRM,
) -> dict[str, Any]:  # fmt: skip
    return {
        "code": code, "name": {"zh-Hans": zh, "en": en}, "source": source, "asked": {"zh-Hans": asked[0], "en": asked[1]}, "every": every,
        "role": str(role), "shows": {"zh-Hans": shows[0], "en": shows[1]}, "proof": proof, "after": after, "warning": warning, "each": each,
        "in_use": True,
    }  # fmt: skip


REGULAR = ("定期，未规定频次", "regularly, no interval given")
PLANNED = ("按策划的时间间隔", "at planned intervals")
MICRO = "micro"
DUTIES: tuple[dict[str, Any], ...] = (
    _duty("cover", "受理岗位人工值守", "Human cover of intake", "SVC 2.2.2", ("7×24 小时", "7×24 h"), "monthly", Role.SUPERVISOR,
          ("当月值班表和通话平台的坐席记录，证明 7×24 小时有人受理", "the roster of the month and the record of seats: somebody at every hour"), after=5),
    _duty("trend", "投诉数据趋势监测", "Trend analysis of complaint data", "CTS 8.4", REGULAR, "weekly", Role.ANALYST,
          ("当周解读过的数据分析，或处置过的预警", "an analysis that was read in the week, or a warning that was dealt with"), "analysis"),
    _duty("report", "数据汇总与分析报告", "Compilation and analysis report", "SVC 2.2.2", ("每月", "every month"), "monthly", Role.ANALYST,
          ("当月报告，经他人批准", "the report on the month, approved by another"), "monthly", after=14),
    _duty("committee", "委员会复盘会", "Review meeting of the committee", "SVC 2.2.1", ("每季度", "every quarter"), "quarterly", Role.MGMT_REP,
          ("复盘会记录", "the record of the meeting"), "review", after=30),
    _duty("leaders", "领导参与用户服务", "Leaders take part in user service", "ISC 4.2.2", ("每年一定时间", "some time every year"), "yearly", Role.TOP_MGMT,
          ("该领导当年参与用户服务的记录", "a record of this leader's part in service in the year"), "leaders_days", warning=90, each=LEADER),
    _duty("compliance", "合规性评价", "Compliance evaluation", "CTS 9.1.2", ("至少每年一次", "at least once a year"), "yearly", Role.MGMT_REP,
          ("当年的合规性评价报告，经批准", "the report on the evaluation of the year, approved"), "compliance", warning=60),
    _duty("audit", "内部审核", "Internal audit", "CTS 9.2", PLANNED, "yearly", Role.MGMT_REP,
          ("当年关闭的内部审核及报告", "an audit closed in the year, with its report"), "audit", warning=60),
    _duty("review", "管理评审", "Management review", "CTS 9.3; SZ 4(4)", ("按策划的时间间隔，或按需", "at planned intervals, or as needed"), "yearly",
          Role.TOP_MGMT, ("当年关闭的管理评审及会议纪要", "a review closed in the year, with its minutes"), "management_review", warning=60),
    _duty("service", "投诉服务质量内部评审", "Internal review of complaint service quality", "ISC 5.3.1", REGULAR, "half_yearly", Role.QA,
          ("半年内关闭的内部评审", "an internal review closed in the half year"), "service_review", warning=30),
    _duty("values", "核心价值观反馈", "Feedback on the core values", "ISC 4.1.9", REGULAR, "yearly", Role.MGMT_REP,
          ("当年的价值观反馈及其结果", "a round of feedback in the year and its result"), "values", warning=60),
    _duty("practice", "优秀实践分享", "Sharing of best practice", "ISC 4.2.4", REGULAR, "quarterly", Role.SUPERVISOR,
          ("当季分享的案例或活动记录", "a case or event that was shared in the quarter"), "practice", warning=21),
    _duty("security", "数据安全风险评估", "Data-security risk assessment", "ISC 9.7.2.3", REGULAR, "yearly", Role.DSO,
          ("当年经批准的评估报告", "the assessment of the year, approved"), "data_risk", warning=60),
    _duty("survey", "投诉人满意度调查", "Satisfaction survey of complainants", "SZ 8(2).2", REGULAR, "quarterly", Role.ANALYST,
          ("当季结束并有答卷的调查", "a survey that ended in the quarter and has answers"), "survey", warning=21),
    _duty("index", "顾客满意指数测评", "Measurement of the satisfaction index", "SZ 9", REGULAR, "yearly", Role.ANALYST,
          ("当年结束的指数调查", "a survey of the index that ended in the year"), "index", warning=60),
    _duty("products", "产品和服务问题分析", "Analysis for product and service problems", "SZ 8(4)", REGULAR, "monthly", Role.QA,
          ("随当月报告进行的产品和服务问题分析", "the analysis that goes with the report on the month"), "monthly", after=14),
    _duty("rectify", "部门整改效果报告", "Department reports on the effect of rectification", "SVC 2.2.3", REGULAR, "monthly", Role.SUPERVISOR,
          ("有在办整改的部门当月均已报告", "every department with a rectification under way has reported"), "departments", after=14),
    _duty("digital", "信息化效果评估与内部评价", "Evaluation of informatisation, internal evaluation", "SZ 10.4; SZ 10.5", REGULAR, "yearly",
          Role.ANALYST, ("当年的信息化效果报告，经批准", "the report on the effect of informatisation, approved"), "informatisation", warning=60),
    _duty("exchange", "同行交流", "Exchange with similar enterprises", "ISC 10.1.2", REGULAR, "yearly", Role.MGMT_REP,
          ("当年的交流记录", "a record of an exchange in the year"), "exchange", warning=60),
    _duty("statistics", "匿名统计数据公布", "Publication of anonymous statistics", "SZ 8(1)", ("由企业规定时间", "at a time that the firm sets"),
          "quarterly", Role.MGMT_REP, ("当季统计数据已在门户公布", "statistics of the quarter stand on the portal"), "publication", after=45),
    _duty(MICRO, "不良趋势评审", "Review for bad trends", "SZ F.8", REGULAR, "monthly", Role.SUPERVISOR,
          ("负责人当月翻看投诉记录后的结论", "what whoever leads concluded from the complaints of the month"), after=7),
)  # fmt: skip


def shipped() -> dict[str, Any]:
    """Version 0."""
    return {"duties": [dict(one) for one in DUTIES]}


def check(body: Mapping[str, Any]) -> None:
    """Every duty whole and each code once. Raises InvalidInput, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    check_rows(body, "duties", MOST, errors, _wrong)
    if errors:
        raise InvalidInput(errors)


def _wrong(row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if problem := wrong_code(row, rows):
        yield "code", problem
    for name, limit in (("name", 60), ("asked", 60), ("shows", 200)):
        if problem := wrong_texts(row.get(name), limit, _("Say it in both languages.")):
            yield name, problem
    source = row.get("source")
    if not isinstance(source, str) or not 1 <= len(source) <= 60:
        yield "source", InvalidValue(_("Name the clause that asks for it, such as CTS 9.2."), code="required")
    for name, known in (
        ("every", dict(INTERVALS)),
        ("each", EACH),
        ("role", {str(one) for one in OWNERS}),
        ("proof", PROOFS),
    ):
        if row.get(name) not in known:
            yield name, InvalidValue(code="choice")
    for name, most in (("after", MOST_AFTER), ("warning", MOST_WARNING)):
        if not is_whole(row.get(name), 0, most):
            yield name, InvalidValue(_("A whole number from %(least)s to %(most)s."), code="number", least=0, most=most)
    if not isinstance(row.get("in_use"), bool):
        yield "in_use", InvalidValue(code="choice")


def register() -> None:
    """Make the rulebook known. Called once, when the app loads."""
    rulebooks.register_kind(KIND, _("Recurring duties"), shipped, check)

"""Entries of planning as tests open them: by the actions that people use."""

from datetime import date, timedelta
from typing import Any

from tests.cast import Person
from tingsu.kernel.clock import local_date, now
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry


def day(days: int = 0) -> str:
    return (local_date(now(), "Asia/Shanghai") + timedelta(days=days)).isoformat()


def on(days: int = 0) -> date:
    return date.fromisoformat(day(days))


def opened(who: Person, register: str, **values: Any) -> Entry:
    return open_entry(actor=who.actor, register=registers()[register], opening=Opening(values=values))


def does(who: Person, entry: Entry, name: str, **values: Any) -> Entry:
    take_step(actor=who.actor, entry=entry, register=registers()[entry.register], step=name, values=values)
    return Entry.objects.get(pk=entry.pk)


FACTOR = {
    "subject": "laws", "title": "消费者权益保护法实施条例施行", "effect": "投诉答复时限与格式条款受影响", "purpose": "依法公平处理投诉",
    "direction": "成为行业投诉处理标杆", "interval": "yearly",
}  # fmt: skip
PARTY = {
    "sort": "market_supervision", "title": "滨江区市场监督管理局", "identified": "属地监管", "involved": "每季度座谈", "expectation": "转办件七个工作日内反馈",
    "interval": "quarterly",
}  # fmt: skip
LAW = {
    "sort": "law", "title": "中华人民共和国消费者权益保护法", "article": "第四十四条", "content": "平台应当协助消费者维权", "effect": "调取商家信息",
    "interval": "yearly", "edition": "2013 修正",
}  # fmt: skip
RISK = {
    "sort": "risk", "came_from": "complaints", "title": "大促期间超期", "why": "受理量翻倍", "type": "late", "aims": ["adverse"],
    "likelihood": "4", "impact": "3",
}  # fmt: skip
CHANGE = {
    "sort": "process", "title": "受理后先行核对身份", "purpose": "减少错发", "difference": "多一步核对", "consequences": "每件多一分钟",
    "integrity": "流程图与表单同步", "needs": "无须增加", "responsibilities": "受理组",
}  # fmt: skip


def process(**values: Any) -> dict[str, Any]:
    return {
        "sort": "complaint", "place": 1, "title": "投诉受理", "inputs": "投诉", "outputs": "受理记录", "interaction": "之后是跟踪", "methods": "抽检",
        "resources": "受理组", "authorities": "受理人可受理", "interval": "yearly", "indicators": ["K-03"],
        "criteria": [{"sort": "process", "words": "两个工作日内告知", "setting": "time_limits", "control": "时限监控", "resources": "系统"}],
    } | values  # fmt: skip


OBJECTIVE = {
    "title": "全年及时率达到 95%", "level": "enterprise", "policy": "及时处理", "requirements": "T/QDCX 时限", "measured_by": "own",
    "measure": "按期办结占比", "direction": "at_least", "target": "95",
}  # fmt: skip


def plan(who: Person) -> dict[str, Any]:
    actions = [{"what": "增加一名受理人", "who": str(who.id), "until": day(60), "resources": "一个编制"}]
    return {"actions": actions, "judged_how": "年末统计", "interval": "monthly"}


def objective(opener: Person, doer: Person, **values: Any) -> Entry:
    """An objective with its plan, to be agreed."""
    entry = opened(opener, "objective", **OBJECTIVE | {"until": day(200)} | values)
    return does(opener, entry, "plan", **plan(doer))

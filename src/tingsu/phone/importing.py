"""Call records of a telephone system without a webhook: as a file or by the API, read line by line, twice nothing twice (IG-04)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import listed
from tingsu.kernel.spelling import fold
from tingsu.outside.table import Table
from tingsu.phone.folding import ABANDONED, ANSWERED, ENDED, OFFERED, QUEUED
from tingsu.phone.lines import Hotline
from tingsu.phone.reading import OLDEST_RECORD, Told, read_event
from tingsu.phone.taking import TAKEN, take_all

MOST_LINES = 2_000
MOST_BYTES = 5_000_000
MOST_AT_ONCE = 200
"""Records of one call of the API."""
MOMENTS = {
    "started_at": OFFERED, "queued_at": QUEUED, "answered_at": ANSWERED, "abandoned_at": ABANDONED, "ended_at": ENDED,
}  # fmt: skip
ORDER = tuple(MOMENTS)
FIELDS = ("call", "direction", "number", *MOMENTS, "agent", "by", "while", "tag", "recording", "recording_until")
TITLES: dict[str, tuple[str, ...]] = {
    "call": ("call", "call id", "call_id", "uniqueid", "通话编号", "通话id", "呼叫编号", "呼叫id", "流水号", "会话id"),
    "direction": ("direction", "方向", "呼叫方向", "呼叫类型"),
    "number": ("number", "src", "caller", "主叫", "主叫号码", "来电号码", "客户号码", "号码"),
    "started_at": ("started_at", "start", "started", "开始时间", "来电时间", "呼入时间", "呼叫时间"),
    "queued_at": ("queued_at", "queued", "转人工时间", "入队时间", "进入队列时间"),
    "answered_at": ("answered_at", "answer", "answered", "接听时间", "应答时间", "接通时间"),
    "abandoned_at": ("abandoned_at", "abandoned", "放弃时间"),
    "ended_at": ("ended_at", "end", "ended", "结束时间", "挂机时间", "挂断时间"),
    "agent": ("agent", "坐席", "座席", "坐席工号", "座席工号", "接听人", "工号"),
    "by": ("by", "应答方", "接听方式"),
    "while": ("while", "where", "挂断环节", "放弃环节"),
    "tag": ("tag", "标签", "通话标签", "小结", "服务小结", "业务类型"),
    "recording": ("recording", "recordingfile", "录音", "录音地址", "录音文件", "录音编号"),
    "recording_until": ("recording_until", "录音保存至"),
}
WORDS = {
    "呼入": "in", "来电": "in", "inbound": "in", "incoming": "in", "呼出": "out", "去电": "out", "outbound": "out", "outgoing": "out",
    "内部": "internal", "内线": "internal", "人工": "human", "坐席": "human", "机器人": "machine", "智能": "machine", "语音机器人": "machine",
    "排队": "queue", "排队中": "queue", "菜单": "menu", "ivr": "menu", "语音菜单": "menu", "非工作时间": "closed", "下班时间": "closed",
}  # fmt: skip
"""What telephone systems write for our codes."""
NO_COMPLAINT = re.compile(
    r"(?:非|无|未|不是|并非|不属于|不算|不构成|没有?)(?:客户|用户)?投诉|投诉的?(?:处理)?(?:进度|进展|结果|状态|查询)"
    r"|\b(?:no|non|not(?: an?)?)[ -]?complaints?\b|\bcomplaint (?:status|progress|result|follow)"
)
"""Summaries that name a complaint and say that the call was none, or that it asked after an earlier one."""
_MEANT = {fold(title): name for name, titles in TITLES.items() for title in titles}


@dataclass
class Verdicts:
    """What became of the records: how many were new and known, and why each refused one is."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, TingsuError]] = field(default_factory=list)
    """(line, refusal); the first line is 1."""
    left: tuple[str, ...] = ()
    """Titles of columns that mean nothing here."""


def read_record(raw: Any, *, at: datetime, zone: str) -> list[Told]:
    """The events of one record. Raises InvalidInput, also for a call that ends before it begins."""
    if not isinstance(raw, Mapping):
        raise InvalidInput({"call": InvalidValue(_("A record is an object."), code="choice")})
    errors: dict[str, TingsuError] = {
        str(name)[:40]: InvalidValue(code="unknown_field") for name in raw if name not in FIELDS
    }
    same = {name: raw.get(name) for name in ("call", "direction", "agent", "by", "while")} | {
        "tag": _tag(raw.get("tag"))
    }
    found: dict[str, Told] = {}
    given = {name: raw.get(name) for name in ORDER if raw.get(name) not in (None, "")}
    if "started_at" not in given:
        errors["started_at"] = InvalidValue(code="required")
    for name, instant in given.items():
        told = {"id": f"record:{raw.get('call')}:{MOMENTS[name]}"[:120], "kind": MOMENTS[name], "at": instant, **same}
        if name == "started_at":
            told |= {
                one: raw[one] for one in ("number", "recording", "recording_until") if raw.get(one) not in (None, "")
            }
            told.setdefault("number", "")
        try:
            found[name] = read_event(told, at=at, oldest=OLDEST_RECORD, zone=zone)
        except InvalidInput as error:
            errors |= {(name if one == "at" else one): refusal for one, refusal in error.fields.items()}
    errors |= _out_of_order(found)
    if errors:
        raise InvalidInput(errors)
    return list(found.values())


def _tag(given: Any) -> str:
    """What a telephone system wrote as the summary of a call: firms have lists of their own, and what matters here is one word."""
    words = fold(given).strip() if isinstance(given, str) else ""
    said = NO_COMPLAINT.sub("", words)
    return "" if not words else "complaint" if "投诉" in said or "complaint" in said else "other"


def _out_of_order(found: Mapping[str, Told]) -> dict[str, TingsuError]:
    """A record is whole, so that what contradicts itself in it is wrong; nobody waited or spoke for less than no time."""
    errors: dict[str, TingsuError] = {}
    last: tuple[str, datetime] | None = None
    for name in ORDER:
        if name not in found:
            continue
        at = found[name].said.at
        if last is not None and at < last[1]:
            errors[name] = InvalidValue(_("This lies before “%(other)s”."), code="order", other=last[0])
        last = (name, at)
    return errors


def take_records(found: Hotline, records: Sequence[tuple[int, Any]]) -> Verdicts:
    """Take records in, each in a transaction of its own; what is refused keeps no other out."""
    at, zone, verdicts = now(), current_organisation().time_zone, Verdicts()
    for place, raw in records:
        try:
            events = read_record(raw, at=at, zone=zone)
            fresh = TAKEN in take_all(found.entry.pk, events)
        except TingsuError as error:
            verdicts.refused.append((place, error))
            continue
        verdicts.taken += fresh
        verdicts.known += not fresh
    return verdicts


def meanings(head: Sequence[str]) -> list[str]:
    """What each column of a file means, empty where its title says nothing known; each meaning once."""
    taken: set[str] = set()
    found = []
    for title in head:
        meaning = _MEANT.get(fold(title).strip(" :："), "")
        found.append("" if meaning in taken else meaning)
        taken.add(meaning)
    return found


def records_of(table: Table) -> list[tuple[int, dict[str, str]]]:
    """The lines of a file as records. Raises InvalidInput where calls cannot be told apart, or there are too many."""
    meant = meanings(table.head)
    if lacks := [name for name in ("call", "started_at") if name not in meant]:
        sentence = _("The list needs these columns: %(columns)s. Name them as the help beside says.")
        raise InvalidInput(
            {"file": InvalidValue(sentence, code="columns", columns=listed(TITLES[one][0] for one in lacks))}
        )
    if len(table.lines) > MOST_LINES:
        raise InvalidInput(
            {
                "file": InvalidValue(
                    _("The list has more than %(most)s lines. Divide it."), code="too_many", most=MOST_LINES
                )
            }
        )
    found = []
    for place, cells in table.lines:
        raw = {name: cell for name, cell in zip(meant, cells, strict=False) if name and cell}
        for name in ("direction", "by", "while"):
            if name in raw:
                raw[name] = WORDS.get(fold(raw[name]), raw[name])
        found.append((place, raw))
    return found


def left_out(head: Sequence[str]) -> tuple[str, ...]:
    """Titles of a file that mean nothing here, so that nobody wonders where a column went."""
    return tuple(title[:60] for title, meaning in zip(head, meanings(head), strict=True) if title and not meaning)

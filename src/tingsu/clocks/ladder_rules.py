"""The ladder as a rulebook kind: what ships, and the check before publishing (AS-07, CA-57)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.conditions import Condition, Label
from tingsu.clocks.kinds import conditions, conditions_of, kinds
from tingsu.clocks.ladder import CALLS, KIND, PLACES, TRIGGERS, Ladder, read_ladder
from tingsu.clocks.receivers import receivers
from tingsu.clocks.timers import timers
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_RUNGS = 12
"""In one ladder."""
LONGEST = 1000
TRIGGER_WORDS: Mapping[str, Label] = {
    "breach": gettext_lazy("a limit was missed"),
    "unanswered": gettext_lazy("the level below took nothing up in time"),
    "hand": gettext_lazy("somebody escalates"),
    "refused": gettext_lazy("three handovers were refused"),
    "repeated": gettext_lazy("supervision began, as after the third complaint"),
}
CALL_WORDS: Mapping[str, Label] = {
    "all": gettext_lazy("everybody"),
    "one": gettext_lazy("one who is on duty"),
    "turn": gettext_lazy("one receiver after the other"),
}


def _rung(
    of: str, code: str, chinese: str, english: str, *receivers: str, amount: int = 0, unit: Unit = Unit.WORKING_HOUR,
    call: str = "all", without: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    return {
        "of": of, "code": code, "name": {"zh-Hans": chinese, "en": english},
        "to": dict(zip(PLACES, (*receivers, "", "", ""), strict=False)), "call": call, "letter": receivers != ("owner",),
        "limit": {"amount": amount, "unit": unit.value}, "on": {trigger: trigger not in without for trigger in TRIGGERS},
        "timers": [], "when": {}, "times": 0, "hours": 0,
    }  # fmt: skip


def shipped() -> dict[str, Any]:
    """The six levels of the documents for complaints, and the line of management for everything else. Limits are our own."""
    early = ("refused", "repeated")
    return {
        "rungs": [
            _rung("complaint", "frontline", "一线人员", "Front line", "owner"),
            _rung(
                "complaint", "specialist", "专员 / 服务专家", "Specialist or service expert", "role:specialist", amount=4,
                call="one", without=early,
            ),
            _rung("complaint", "supervisor", "主管 / 处理中心负责人", "Supervisor or centre head", "role:supervisor", amount=4),
            _rung(
                "complaint", "functions", "法务、合规等职能部门", "Legal, compliance and other functions", "role:function",
                amount=1, unit=Unit.WORKING_DAY,
            ),
            _rung(
                "complaint", "committee", "调解机构 / 投诉管理委员会", "Mediation body or committee", "role:mgmt_rep",
                "units:committee", amount=1, unit=Unit.WORKING_DAY,
            ),
            _rung(
                "complaint", "outside", "外部专家 / 主管部门", "Outside expert or authority", "role:top_mgmt", "outside",
                "role:mgmt_rep", amount=2, unit=Unit.WORKING_DAY, call="turn",
            ),
            _rung("", "owner", "负责人", "Owner", "owner"),
            _rung("", "unit_head", "部门负责人", "Head of the unit", "unit_head", amount=1, unit=Unit.WORKING_DAY),
            _rung("", "lead", "主管", "Supervisor", "role:supervisor", amount=1, unit=Unit.WORKING_DAY),
            _rung("", "representative", "投诉管理者代表", "Management representative", "role:mgmt_rep", amount=2,
                  unit=Unit.WORKING_DAY),
            _rung("", "top", "高层领导", "Senior leader", "role:top_mgmt", "role:mgmt_rep", amount=2,
                  unit=Unit.WORKING_DAY, call="turn"),
        ]
    }  # fmt: skip


def check(body: dict[str, Any]) -> None:
    """Raise InvalidInput with what is wrong, rung by rung, in words."""
    if problems := list(problems_of(body)):
        raise InvalidInput({"rungs": InvalidValue(" ".join(problems), code="rows")})


def problems_of(body: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a draft, as sentences fit to show."""
    rows = body.get("rungs")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield _("The ladder has no levels.")
        return
    known, codes = receivers(), set()
    own = {row.get("of", "") for row in rows}
    general = conditions(kind for kind in kinds() if kind not in own)
    for place, row in enumerate(rows, 1):
        code = row.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code) or code in codes:
            yield _("Level %(place)s: give it a code of its own in small letters.") % {"place": place}
        codes.add(code)
        yield from _rung_problems(row, place, known, general)
    for kind in ("", *kinds()):
        count = sum(row.get("of", "") == kind for row in rows)
        if count > MOST_RUNGS or (not kind and count < 2) or (kind and count == 1):
            yield _("A ladder has from two to %(most)s levels; the one for everything else cannot be left out.") % {
                "most": MOST_RUNGS
            }


def _rung_problems(
    row: Mapping[str, Any], place: int, known: Mapping[str, Label], general: Mapping[str, Condition]
) -> Iterator[str]:
    here = {"place": place}
    of = row.get("of", "")
    if of and of not in kinds():
        yield _("Level %(place)s: choose what it is for.") % here
    if not all((row.get("name") or {}).get(language) for language in ("zh-Hans", "en")):
        yield _("Level %(place)s: name it in both languages.") % here
    to = row.get("to") or {}
    chosen = [to[name] for name in PLACES if to.get(name)]
    if not chosen or not set(chosen) <= set(known) or set(to) - set(PLACES):
        yield _("Level %(place)s: choose who is told.") % here
    if row.get("call") not in CALLS:
        yield _("Level %(place)s: choose how they are told.") % here
    if not set(row.get("on") or {}) <= set(TRIGGERS):
        yield _("Level %(place)s: choose what leads to it.") % here
    limit = row.get("limit") or {}
    if not _number(limit.get("amount")) or limit.get("unit") not in list(Unit):
        yield _("Level %(place)s: enter how long they have, or leave the number empty.") % here
    if not _number(row.get("times")) or not _number(row.get("hours")):
        yield _("Level %(place)s: enter whole numbers up to %(most)s.") % {**here, "most": LONGEST}
    if not set(row.get("timers") or ()) <= set(timers(of or None)):
        yield _("Level %(place)s: one of its timers is not known.") % here
    offered = conditions_of(of) if of else general
    for name, value in (row.get("when") or {}).items():
        if value and (name not in offered or value not in offered[name].values):
            yield _("Level %(place)s: one of its conditions is not known.") % here


def _number(value: Any) -> bool:
    return value in (None, "") or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST)


_known: dict[Any, Ladder] = {}
"""Ladders by rulebook row; a version is never edited, so nothing here goes stale."""


def ladder_in_force() -> Ladder:
    """The organisation's ladders of today."""
    return ladder_of(rulebooks.in_force(KIND))


def ladder_version(version: int) -> Ladder:
    """The version that an escalation names; 0 is the shipped one."""
    return ladder_of(rulebooks.version_of(KIND, version))


def ladder_of(rules: rulebooks.Rules) -> Ladder:
    """The ladders of one published version."""
    if rules.id not in _known:
        _known[rules.id] = read_ladder(rules.body, version=rules.version)
    return _known[rules.id]


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, gettext_lazy("Escalation ladder"), shipped, check)

"""The demo's month of quality control: a sample drawn, cases marked, one finding on its way to be put right."""

from datetime import datetime, timedelta
from typing import Any

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.figures.periods import period_of
from tingsu.kernel.clock import local_date, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.quality import process_checks, rounds
from tingsu.quality.checking import NAME as CHECK
from tingsu.quality.scorecards import CONDUCT, items
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:quality"
MARKED = 8
SEEN = ("先安抚情绪再核对订单，复述确认完整", "解释流程清楚，按约定时间回电", "记录了投诉人补充的线索并跟进")
FINDING = {
    "what": "投诉人说明情况时被打断两次，未先致歉", "severity": "minor", "correction": "回电致歉，并在班组内复听这通录音",
}  # fmt: skip


def tell(staff: Staff, *, until: datetime) -> Entry | None:
    """The round over the month before, once; drawn a few days ago, so nothing of it is late."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return None
    process_checks.follow()
    zone = current_organisation().time_zone
    drawn = at_desk(until - timedelta(days=4), "centre")
    month = period_of(local_date(drawn, zone)).before()
    last = month.end - timedelta(days=1)
    values = {
        "about": f"{month.first:%Y-%m} 月服务行为抽检", "plan": "CJ-1", "since": month.first.isoformat(), "until": last.isoformat(),
        "owner": str(staff.member_id("quality_head")),
    }  # fmt: skip
    with travel_to(drawn):
        entry = open_entry(
            actor=staff.actor("quality_head"), register=registers()[rounds.NAME], opening=Opening(values=values)
        )
        BuiltCase(key=KEY, complaint_id=entry.pk).save(force_insert=True)
        rounds.open_checks(entry.pk)
    mine = [one for one in rounds.checks_of(entry) if one.owner_id == staff.member_id("quality_head")]
    with travel_to(at_desk(drawn + timedelta(hours=26), "centre")):
        for place, check in enumerate(mine[:MARKED]):
            take_step(
                actor=staff.actor("quality_head"),
                entry=check,
                register=registers()[CHECK],
                step="score",
                values=_marked(check, place),
            )
    return entry


def _marked(check: Entry, place: int) -> dict[str, Any]:
    short = {"XW-1": "1", "XW-9": "1"} if place == 1 else {"XW-3": "1"} if place % 3 == 2 else {}
    lines = [
        {
            "item": one.code,
            "mark": short.get(one.code, "2"),
            "remark": "通话第 2 分钟打断投诉人" if one.code in short else "",
        }
        for one in items(CONDUCT)
    ]
    owed = {
        "who": check.codes["handler"],
        "until": (local_date(check.opened_at, current_organisation().time_zone) + timedelta(days=90)).isoformat(),
    }
    return {"scores": lines, "seen": SEEN[place % len(SEEN)], "findings": [{**FINDING, **owed}] if place == 1 else []}

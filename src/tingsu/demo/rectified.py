"""What the demo's departments change after a case, and the report that each of them owes of it every month (CO-09, OG-08)."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tingsu.demo import records
from tingsu.demo.hours import at_desk
from tingsu.demo.staff import Staff
from tingsu.governance import department_reports, monthly
from tingsu.improvement import rectifications
from tingsu.kernel.clock import local, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink

DONE = [
    {
        "do": "finish",
        "after": 9,
        "by": "dept_merch",
        "values": {
            "done_on": "@9",
            "result": "比对规则已上线，首周拦截同图商品 17 个，其中 5 个确认侵权并下架。",
        },
    },
]
SAID = {
    "merchants": ("上架比对每天运行，拦截的商品当日复核完毕，未再收到同款外观的投诉。", "同类投诉 3 → 0 件"),
    "logistics": ("培训已覆盖全部合作网点的三分之二，抽查 40 单代收，38 单事先征得同意。", "未经同意代收 31 → 18 件"),
    "payments": ("失败清单每天清零，未再出现隔日未到账。", "同类投诉 19 → 4 件"),
}
"""What a department says of a measure that runs, and its figures."""
FINDINGS = "本月整改按计划进行，没有逾期；遗留问题见各项说明。"
PROPOSALS = "建议中心把比对和代收抽查的结果并入下月例会，由各部门对接人当场说明。"


def carry_out(complaint_id: uuid.UUID, staff: Staff, until: datetime) -> None:
    """What was ordered after a case is carried out in its own past, as far as time has gone."""
    ordered = EntryLink.objects.filter(other_id=complaint_id, entry__register=rectifications.NAME)
    for entry in Entry.objects.filter(pk__in=ordered.values("entry_id")):
        records.walk(entry, registers()[rectifications.NAME], DONE, staff, entry.opened_at, until)


def report_all(staff: Staff, *, until: datetime) -> None:
    """Each department hands in what its rectifications achieved last month; the centre takes note the day after."""
    zone, register = ZoneInfo(current_organisation().time_zone), registers()[monthly.NAME]
    first = local(until, str(zone)).replace(day=1, hour=1, minute=0, second=0, microsecond=0)
    with travel_to(min(first, until)):
        owed = department_reports.open_owed(monthly.NAME)
    for entry in owed:
        written = at_desk(first + timedelta(days=1, hours=9), "department")
        unit = next(code for code, one in staff.units.items() if one.pk == entry.unit_id)
        if unit not in SAID or written + timedelta(days=1) > until:
            continue
        effect, figure = SAID[unit]
        running = [one["number"] for one in entry.codes["standing"] if one["stage"] in department_reports.RUNNING]
        values = {
            "effects": [{"measure": number, "effect": effect, "figure": figure} for number in running],
            "findings": FINDINGS,
            "proposals": PROPOSALS,
        }
        with travel_to(written):
            take_step(
                actor=staff.actor(staff.contact(unit)), entry=entry, register=register, step="report", values=values
            )
        with travel_to(at_desk(written + timedelta(hours=20), "centre")):
            take_step(actor=staff.actor("head"), entry=entry, register=register, step="take_note", values={})

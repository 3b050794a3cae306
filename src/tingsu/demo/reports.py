"""The demo's monthly report: of the last month that is over, written, approved by another, released, read by one of its two readers."""

from datetime import datetime, timedelta

from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.figures import folding
from tingsu.figures.periods import period_of
from tingsu.governance.monthly import NAME
from tingsu.kernel.clock import day_around, local_date, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:report"
FINDINGS = (
    "本月投诉集中在配送与退款两类；首次回复总体按时，夜间收到的投诉回复偏慢；调查阶段耗时最多，多为等待部门材料。"
)
PROPOSALS = "夜间增加一名值班人员；各部门提供材料的时限由三个工作日缩短为两个工作日，试行一个季度后复核。"


def tell(staff: Staff, *, until: datetime) -> Entry | None:
    """The report, once. It is written on the third day after its month, so nothing of it is late."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return None
    folding.catch_up()
    zone = current_organisation().time_zone
    month = period_of(local_date(until, zone)).before()
    written = at_desk(day_around(month.end + timedelta(days=2), zone)[0], "centre")
    if written + timedelta(days=3) > until:
        month = month.before()
        written = at_desk(day_around(month.end + timedelta(days=2), zone)[0], "centre")
    values = {
        "report": "monthly", "month": month.first.isoformat(), "findings": FINDINGS, "proposals": PROPOSALS,
        "measures": [
            {
                "kind": "process", "what": "夜间（22:00—08:00）增加一名值班人员，负责当晚投诉的首次回复", "department": str(staff.unit_id("intake")),
                "who": str(staff.member_id("intake1")), "by": (month.end + timedelta(days=75)).isoformat(),
                "criterion": "下一季度夜间投诉的首次回复全部按时",
            }
        ],
    }  # fmt: skip
    register = registers()[NAME]
    with travel_to(written):
        entry = open_entry(actor=staff.actor("analyst"), register=register, opening=Opening(values=values))
        BuiltCase(key=KEY, complaint_id=entry.pk).save(force_insert=True)
    readers = [str(staff.member_id(who)) for who in ("vp", "quality_head")]
    for hours, who, step, given in (
        (2, "analyst", "hand_in", {}), (5, "head", "approve", {}), (6, "analyst", "release", {"readers": readers}), (26, "vp", "confirm", {}),
    ):  # fmt: skip
        with travel_to(at_desk(written + timedelta(hours=hours), "centre")):
            entry = take_step(
                actor=staff.actor(who),
                entry=Entry.objects.get(pk=entry.pk),
                register=register,
                step=step,
                values=given,
            )
    return entry

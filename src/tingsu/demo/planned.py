"""The demo's planning: what ships is taken over and checked, a process of its own connects, and the rest is told in `texts/records.toml`."""

from datetime import datetime, timedelta
from typing import Any

from tingsu.demo import records
from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import local, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.planning import shipped
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

KEY = "record:planning"
CHECKED = ("consumer_law", "quality_law", "cts", "gbt19012", "gbt19000", "gbt19001")
SALES: dict[str, Any] = {
    "sort": "product", "place": 20, "title": "网上销售与售后", "inputs": "商品、订单", "outputs": "交付、退换货", "interaction": "订单与售后数据供投诉调查使用",
    "connects": "订单页、售后页均可发起投诉；处理结论回写售后单", "methods": "按月统计每千单投诉数", "indicators": ["K-10"], "resources": "电商平台、仓配",
    "authorities": "线上运营部负责，商家管理协助", "interval": "yearly",
}  # fmt: skip


def tell(staff: Staff, *, until: datetime) -> None:
    """Three weeks ago what ships was taken over, once; what the firm planned itself is older."""
    if not BuiltCase.objects.filter(key=KEY).exists():
        begun = at_desk(until - timedelta(days=20), "centre")
        with travel_to(begun):
            shipped.open_missing(staff.actor("vp"))
            connects = [str(shipped.ENTRIES["business_process:channels"].id)]
            opening = Opening(values={**SALES, "connects_to": connects, "owner": str(staff.member_id("dept_online"))})
            entry = open_entry(
                actor=staff.actor("quality_head"), register=registers()["business_process"], opening=opening
            )
            BuiltCase(key=KEY, complaint_id=entry.pk).save(force_insert=True)
        for code in CHECKED:
            _check(staff, Entry.objects.get(pk=shipped.ENTRIES[f"obligation:{code}"].id), begun + timedelta(days=8))
    records.fill(staff, until=until, told_as="planning")
    for entry in Entry.objects.filter(register="obligation", codes__sort="party", state="in_force"):
        if "checked_on" not in entry.codes:
            _check(staff, entry, entry.opened_at + timedelta(days=10))


def _check(staff: Staff, entry: Entry, day: datetime) -> None:
    """Somebody looks whether an obligation still holds."""
    at = at_desk(day, "centre")
    values = {
        "checked_on": local(at, current_organisation().time_zone).date().isoformat(), "finding": "与现行文本核对，继续有效。",
        "source": "国家法律法规数据库、全国标准信息公共服务平台、主管部门通知",
    }  # fmt: skip
    with travel_to(at):
        take_step(
            actor=staff.actor("quality_head"),
            entry=entry,
            register=registers()["obligation"],
            step="check",
            values=values,
        )

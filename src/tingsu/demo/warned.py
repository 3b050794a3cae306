"""The burst that early warning caught: kettles whose bottoms fell off, warned of on the morning after, and what was done until it had an effect."""

from datetime import datetime, timedelta
from typing import Any

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import Kind
from tingsu.demo.hours import at_desk
from tingsu.demo.models import BuiltCase
from tingsu.demo.plans import KETTLE
from tingsu.demo.staff import Staff
from tingsu.figures import folding
from tingsu.figures.values import today
from tingsu.kernel.clock import local_date, now, travel_to
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.warning import series, watching
from tingsu.warning.detection import DAYS
from tingsu.warning.rules import ALL, PROBLEM, rules

KEY = "record:warning"
LEAST = 3
BURST = timedelta(days=3)
CAUSE = (
    "这几天的投诉来自多个省份，多数是“炉边电热水壶 1.7 升”使用中壶底脱落、热水烫伤。质检部抽检同批 20 只，7 只焊点拉力不合格：供应商更改焊接设计后"
    "没有重做可靠性试验。属同一批次的设计缺陷，不是个别使用不当。"
)
MEASURE = (
    "当天停售并下架该批 640 件；电话与短信通知全部已购顾客停止使用，免费上门取回、全额退款；烫伤的顾客由专人跟进并垫付医药费；供应商恢复原焊接设计，"
    "重做可靠性试验合格后才能恢复供货。"
)
SPREAD = "排查同一供应商的另外两款电热水壶，库存先行封存待检；入库检验加测壶底焊点拉力；一线接到同类反映一律按人身安全处理，当即上报。"
EFFECT = "措施落实后一周内未再收到壶底脱落的投诉；已售 214 件收回 201 件，其余已联系；另外两款抽检合格，解除封存。"


def tell(staff: Staff, *, until: datetime) -> Entry | None:
    """The warning, once: opened by its rule as the hourly watch would have, closed by somebody else than who acted. None without a burst."""
    if BuiltCase.objects.filter(key=KEY).exists():
        return None
    folding.catch_up()
    begun = _begun(until)
    if begun is None:
        return None
    caught = at_desk(begun + timedelta(hours=17), "centre")
    with travel_to(caught):
        hit = _hit()
        entry = watching.open_warning(hit, today()) if hit else None
        if entry is None:
            return None
        BuiltCase(key=KEY, complaint_id=entry.pk).save(force_insert=True)
    owner = staff.key_of(entry.owner_id) if entry.owner_id else "head"
    zone = current_organisation().time_zone
    for hours, who, step, given in (
        (5, owner, "explain", {"cause": CAUSE, "cluster": "systematic"}),
        (29, owner, "act", {"measure": MEASURE, "spread": SPREAD}),
        (200, "quality_head", "close", {"effect": EFFECT}),
    ):
        at = at_desk(caught + timedelta(hours=hours), "centre")
        if at >= until:
            break
        with travel_to(at):
            values: dict[str, Any] = dict(given)
            if step == "act":
                values["acted_on"] = local_date(now(), zone).isoformat()
            entry = take_step(
                actor=staff.actor(who),
                entry=Entry.objects.get(pk=entry.pk),
                register=registers()[watching.REGISTER],
                step=step,
                values=values,
            )
    return entry


def _begun(until: datetime) -> datetime | None:
    """When the first kettle of the burst reached us: at least three within three days."""
    rows = Complaint.objects.filter(kind=Kind.COMPLAINT, product=KETTLE, received_at__lt=until).order_by("received_at")
    at = list(rows.values_list("received_at", flat=True))
    return next((first for first, last in zip(at, at[LEAST - 1 :], strict=False) if last - first <= BURST), None)


def _hit() -> watching.Hit | None:
    """What the rules say of the kettle on this day, the first of them that speaks."""
    works, on = watching.working_days(), today()
    for rule in rules():
        if PROBLEM in rule.watched:
            found = series.daily([ALL, PROBLEM], on, (rule.weeks + 1) * DAYS)
            told = watching.hits(rule, found, on, found.get((ALL, ()), {}), works)
            if hit := next((one for one in told if one.series[1][:1] == (KETTLE,)), None):
                return hit
    return None

"""How many complaints spill over, how they are handled and how they end, by platform and month (XR-07)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from tingsu.clocks.models import Promise
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, month_around, now
from tingsu.kernel.organisations import current_organisation
from tingsu.outside.platforms import PLATFORMS
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry, EntryFacet

REGISTER = "spill_over"
REPLY = "spill_over_reply"


@dataclass(kw_only=True)
class Line:
    """One platform: raised this month and last month, open now, answers in time and late, results of both months by code."""

    platform: str
    raised: tuple[int, int] = (0, 0)
    open: int = 0
    in_time: int = 0
    late: int = 0
    results: Counter[str] = field(default_factory=Counter)

    @property
    def told_results(self) -> list[tuple[str, int]]:
        """The results in words, the commonest first."""
        register = register_named(REGISTER)
        words = dict(register.by_name["result"].options) if register else {}  # type: ignore[arg-type]
        return [(str(words.get(code, code)), count) for code, count in self.results.most_common()]


def by_platform(actor: Actor) -> dict[str, Any]:
    """What stands above the list, for whoever sees all of it. Five queries, however many complaints; nothing is counted in Python."""
    register = register_named(REGISTER)
    assert register is not None  # noqa: S101 declared beside this
    if not register.sees_all(actor):
        return {"platforms": None}
    zone = current_organisation().time_zone
    today = local_date(now(), zone)
    begin, _end = month_around(today, zone)
    before, _begin = month_around(today.replace(day=1) - timedelta(days=1), zone)
    lines = defaultdict(lambda: Line(platform=""), {code: Line(platform=str(label)) for code, label in PLATFORMS})
    recent = EntryFacet.objects.filter(register=REGISTER, name="platform", opened_at__gte=before)
    counted = recent.values("value").annotate(
        this=Count("pk", filter=Q(opened_at__gte=begin)), last=Count("pk", filter=Q(opened_at__lt=begin))
    )
    for row in counted:
        lines[row["value"]].raised = (row["this"], row["last"])
    waiting = Entry.objects.filter(register=REGISTER, state__in=register.open_states, facets__name="platform")
    for code, count in waiting.values_list("facets__value").annotate(Count("pk")):
        lines[code].open = count
    found = EntryFacet.objects.filter(
        register=REGISTER, name="result", opened_at__gte=before, entry__facets__name="platform"
    )
    for code, result, count in found.values_list("entry__facets__value", "value").annotate(Count("pk")):
        lines[code].results[result] += count
    due = Promise.objects.filter(kind=REPLY, stream_id=OuterRef("entry_id")).exclude(ending=Promise.Ending.CANCELLED)
    late, met = Exists(due.filter(breached_at__isnull=False)), Exists(due.filter(ended_at__isnull=False))
    for code, count in recent.filter(late).values_list("value").annotate(Count("pk")):
        lines[code].late = count
    for code, count in recent.filter(met & ~late).values_list("value").annotate(Count("pk")):
        lines[code].in_time = count
    return {"platforms": [one for one in lines.values() if one.platform and (any(one.raised) or one.open)]}

"""Digital service experience, by channel and step: completion, abandonment, time, errors met, ease; each month the worst step (AI-13).

A channel is the place where the form was filled in: our own site, each registered site, app or mini-program, the larger view. Nothing here names a
person or a complaint; ease is said by whoever has just sent a form, by nobody else.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date, month_around, month_of, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.portal.effort import Middle
from tingsu.portal.figures import Figures, counts
from tingsu.portal.models import FormRun
from tingsu.portal.wizard import TITLES
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

REGISTER = "channel_improvement"
FEW = 30
"""A step that fewer came to is judged by nobody: a rate of few tells of chance."""
STEPS = ("story", "contact", "check")
BEHIND = {
    "story": ("story", "contact", "check", "sent"),
    "contact": ("contact", "check", "sent"),
    "check": ("check", "sent"),
}
"""Who came at least to a step, by where they came last."""
OWN, ELDER = "", "elder"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One channel in one month."""

    code: str
    figures: Figures
    median: int | None
    """Seconds from the first word to the last button."""
    refused: int
    """How often a step came back with something to be mended."""
    rated: int
    ease: float | None
    words: str | Promise

    @property
    def errors(self) -> float | None:
        """In a hundred forms."""
        return 100 * self.refused / self.figures.begun if self.figures.begun else None


@dataclass(frozen=True, kw_only=True)
class At:
    """One step of one channel: how many came to it, stopped there, and were sent back by it."""

    channel: str
    channel_words: str | Promise
    step: str
    came: int
    left: int
    refused: int

    @property
    def words(self) -> str | Promise:
        return TITLES[self.step]

    @property
    def lost(self) -> float:
        """Per cent of those who came to it."""
        return 100 * self.left / self.came if self.came else 0.0

    @property
    def errors(self) -> float:
        """In a hundred who came to it."""
        return 100 * self.refused / self.came if self.came else 0.0


def names_of(codes: Iterable[str]) -> dict[str, str | Promise]:
    """What channels are called, by their codes: the names of registered sites, or ours. One query."""
    found: dict[str, str | Promise] = {code: code for code in codes}
    for row in Entry.objects.filter(register="site", number__in=found).select_related("stream"):
        found[row.number] = f"{row.number} {(row.written_or_none() or {}).get('title', '')}".strip()
    return found | {OWN: gettext_lazy("Our own site"), ELDER: gettext_lazy("Our own site, larger view")}


def begun_in(month: date) -> QuerySet[FormRun, FormRun]:
    """Forms begun in a month of the organisation's days, each with its channel."""
    start, end = month_around(month, current_organisation().time_zone)
    channel = Case(
        When(~Q(site=""), then=F("site")),
        When(elder=True, then=Value(ELDER)),
        default=Value(OWN),
        output_field=CharField(),
    )
    return FormRun.objects.filter(begun_at__gte=start, begun_at__lt=end).annotate(channel=channel)


def channels(month: date) -> list[Channel]:
    """Each channel that somebody used, the most used first. Two queries."""
    rows = list(
        begun_in(month).values("channel").annotate(
            **counts(), median=Middle(F("sent_at") - F("begun_at"), filter=Q(sent_at__isnull=False)),
            refused=Sum(F("refused_story") + F("refused_contact")), rated=Count("ease"), mean=Avg("ease"),
        ).order_by("-begun", "channel")
    )  # fmt: skip
    names = names_of(one["channel"] for one in rows)
    return [
        Channel(
            code=one["channel"], words=names[one["channel"]], figures=Figures(begun=one["begun"], sent=one["sent"], abandoned=one["abandoned"]),
            median=None if one["median"] is None else int(one["median"].total_seconds()), refused=one["refused"] or 0, rated=one["rated"],
            ease=None if one["mean"] is None else float(one["mean"]),
        )
        for one in rows
    ]  # fmt: skip


def steps(month: date) -> list[At]:
    """Each step of each channel, in the order in which people meet them. Two queries."""
    left = counts()["abandoned"].filter
    asked: dict[str, Any] = {}
    for step in STEPS:
        asked[f"came_{step}"] = Count("pk", filter=Q(reached__in=BEHIND[step]))
        asked[f"left_{step}"] = Count("pk", filter=left & Q(reached=step))
    asked |= {"refused_at_story": Sum("refused_story"), "refused_at_contact": Sum("refused_contact")}
    rows = list(begun_in(month).values("channel").annotate(**asked).order_by("-came_story", "channel"))
    names = names_of(one["channel"] for one in rows)
    return [
        At(
            channel=one["channel"], channel_words=names[one["channel"]], step=step, came=one[f"came_{step}"], left=one[f"left_{step}"],
            refused=one.get(f"refused_at_{step}") or 0,
        )
        for one in rows
        for step in STEPS
    ]  # fmt: skip


def worst(found: list[At]) -> At | None:
    """Where the largest share of those who came stopped; where nobody stopped, what sent back most. None of few, or of nothing wrong."""
    enough = [one for one in found if one.came >= FEW and (one.left or one.refused)]
    return max(enough, key=lambda one: (one.lost, one.errors), default=None)


def open_worst() -> Entry | None:
    """Open the channel improvement of the month that is over, once; None where nothing stands out or there is one."""
    month, _after = month_of(month_of(local_date(now(), current_organisation().time_zone))[0] - timedelta(days=1))
    one = worst(steps(month))
    pk = uuid.uuid5(current_organisation_id(), f"worst_step:{month.isoformat()}")
    if one is None or Entry.objects.filter(pk=pk).exists():
        return None
    told = {
        "month": f"{month:%Y-%m}", "channel": one.channel, "step": one.step, "came": one.came, "left": one.left, "refused": one.refused,
        "lost": f"{one.lost:.0f}",
    }  # fmt: skip
    opening = Opening(
        id=pk, values={"channel": "form", "since": month.isoformat()}, said={"finding": Said("worst_step", told)}
    )
    actor = automation("portal.experience", current_organisation_id())
    return open_entry(actor=actor, register=registers()[REGISTER], opening=opening)


@says("worst_step")
def _said(values: Mapping[str, Any]) -> str:
    return _(
        "The hardest step of %(month)s: “%(step)s” (%(channel)s). Of %(came)s who came to it %(left)s stopped there (%(lost)s %%); it was sent back "
        "%(refused)s times with something to be mended."
    ) % {**values, "step": TITLES[values["step"]], "channel": names_of([values["channel"]])[values["channel"]]}

"""How far channels worked: outages counted against the time of a month, with and without force majeure (IN-08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import Unmet
from tingsu.kernel.ledger import plain
from tingsu.kernel.organisations import current_organisation
from tingsu.process.steps import Step
from tingsu.registers.declaration import register_named
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.lines import Lines
from tingsu.registers.models import Entry
from tingsu.registers.recurrence import follow

MOST_CHANNELS = 100

Span = tuple[datetime, datetime]


OUTAGES = Lines(table="outages", called=("began_at", "cause"))
ended = OUTAGES.waiting("outages_ended", after="ended_at", before="nothing")
"""Outages that are over, of which one can be corrected."""


def plan_the_first_test(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A channel that was tested is tested again after its interval."""
    register = opened.register
    assert register.recurs is not None  # noqa: S101 declared so
    follow(opened, register.process[register.recurs.after[0]])


def restore(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The outage that goes on is over; by now it is known whether anybody could have prevented it."""
    lines = OUTAGES.of(opened.entry)
    marks = {"ended_at": plain(values["ended_at"]), "force_majeure": bool(values["force_majeure"])}
    opened.put(OUTAGES.table, [*lines[:-1], lines[-1] | marks])


def correct(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Other times, or another view of whose fault it was; the history keeps what stood before."""
    lines, place = OUTAGES.of(opened.entry), int(values["outage"])
    marks = {name: plain(values[name]) for name in ("began_at", "ended_at")}
    lines[place] = lines[place] | marks | {"force_majeure": bool(values["force_majeure"])}
    opened.put(OUTAGES.table, lines)


def ends_after_it_began(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """An outage ends after it began, and does not reach into the next one or the one before."""
    if values is None:
        return []
    lines = OUTAGES.of(opened.entry)
    place = int(values["outage"]) if "outage" in values else len(lines) - 1
    began, end = values.get("began_at") or moment(lines[place]["began_at"]), values["ended_at"]
    if began is not None and end <= began:
        return [
            Unmet("ends_before", _("it cannot work again before it stopped working"), guard="", value_of="ended_at")
        ]
    return []


def after_the_last_one(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A channel that works stopped working after it last worked again."""
    lines = OUTAGES.of(opened.entry)
    last = moment(lines[-1].get("ended_at")) if lines else None
    if values is None or last is None or values["began_at"] >= last:
        return []
    return [
        Unmet(
            "within_the_last", _("the last outage lasted until then; correct that one"), guard="", value_of="began_at"
        )
    ]


def moment(code: Any) -> datetime | None:
    """An instant as codes keep it."""
    return parse_datetime(str(code)) if code else None


@dataclass(frozen=True, kw_only=True)
class Outage:
    """One outage as far as figures need it; one without an end goes on."""

    span: Span
    force_majeure: bool
    goes_on: bool


def lost(outages: Iterable[Span], within: Span) -> timedelta:
    """How much of a span lay in at least one of these, so that two that overlap count once. Pure."""
    total, reached = timedelta(), within[0]
    for begin, end in sorted(outages):
        begin, end = max(begin, reached), min(end, within[1])
        if end > begin:
            total, reached = total + (end - begin), end
    return total


def share(outages: Iterable[Span], within: Span) -> float:
    """Availability in per cent of a span. Pure."""
    length = within[1] - within[0]
    return 100.0 if length <= timedelta() else 100 * (1 - lost(outages, within) / length)


@dataclass(frozen=True)
class Share:
    """Availability of a month in words: with every outage, and without force majeure."""

    whole: str
    ours: str


def per_cent(share: float) -> str:
    """With two places, cut and not rounded: an outage of a minute is not “100 %”. Pure."""
    return f"{floor(share * 100) / 100:.2f}%"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One channel as it stands: state, figures of this month and the last, what is wrong with its entry."""

    entry: Entry
    name: str
    kind: str
    url: str
    state: str
    since: datetime | None
    months: list["Share"]
    """This month and the one before."""
    far: bool
    """More steps from the home page than two (IN-09)."""


def months_of(at: datetime, zone: str) -> list[Span]:
    """This month up to now, and the whole one before it."""
    first = local(at, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    before = (first - timedelta(days=1)).replace(day=1)
    begun, earlier = (one.replace(tzinfo=ZoneInfo(zone)) for one in (first, before))
    return [(begun, at), (earlier, begun)]


def outages_of(entry: Entry, at: datetime) -> list[Outage]:
    """Every outage of a channel, up to an instant."""
    found = []
    for line in OUTAGES.of(entry):
        began, end = moment(line.get("began_at")), moment(line.get("ended_at"))
        if began is not None:
            forced = bool(line.get("force_majeure"))
            found.append(Outage(span=(began, end or at), force_majeure=forced, goes_on=end is None))
    return found


def standing(actor: Actor) -> dict[str, Any]:
    """What stands above the list: each channel that is open and that this reader sees, whether it works, and how far it did; products
    that no channel of their own means serves. Three queries."""
    from tingsu.intake.channels import ENTRIES, MOST_STEPS
    from tingsu.intake.products import gaps_seen

    register = register_named("channel")
    assert register is not None  # noqa: S101 declared beside this
    at, zone = now(), current_organisation().time_zone
    spans = months_of(at, zone)
    kinds = dict(register.by_name["kind"].options)  # type: ignore[arg-type]
    lines = []
    rows = register.visible(actor, Entry.objects.exclude(state="closed")).select_related("stream")
    for entry in rows.order_by("opened_at", "pk")[:MOST_CHANNELS]:
        outages = outages_of(entry, at)
        since = min((one.span[0] for one in outages if one.goes_on), default=None)
        kind = entry.codes.get("kind", "")
        lines.append(
            Line(
                entry=entry,
                name=(entry.written_or_none() or {}).get("title") or entry.number,
                kind=str(kinds.get(kind, "")),
                url=reverse("registers:entry", args=["channel", entry.number]),
                state="out" if since else "works",
                since=since,
                months=[_share_of(outages, _while_it_was_there(entry, span)) for span in spans],
                far=kind in ENTRIES and int(entry.codes.get("page_steps") or 0) > MOST_STEPS,
            )
        )
    return {
        "lines": lines,
        "out": sum(one.state == "out" for one in lines),
        "far": sum(one.far for one in lines),
        "missing": gaps_seen(actor),
    }


def _share_of(outages: list[Outage], span: Span) -> Share:
    ours = [one.span for one in outages if not one.force_majeure]
    return Share(per_cent(share([one.span for one in outages], span)), per_cent(share(ours, span)))


def _while_it_was_there(entry: Entry, span: Span) -> Span:
    """A channel counts from the day on which it was entered."""
    return max(span[0], min(entry.opened_at, span[1])), span[1]

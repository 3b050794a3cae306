"""Register entries whose time of keeping has ended: the rule, what is due, what stands in the way, and erasing one (RC-04, PS-17).

Counted from the day on which an entry ended. Its texts, files, search words and the key of its history go; number, state, codes and
the chain of events stay, for the figures and for `verify`.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from tingsu.clocks.models import Promise
from tingsu.kernel import erasing, rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.reading import address_of

KIND = "register_retention"
AGE = "age"
LONGEST_YEARS = 100
SHIPPED_YEARS = 3
HOLD = "legal_hold"


def default_rule() -> dict[str, Any]:
    """No document states a period: registers that name persons, in fields of their own or in lists, or whose entries say how long they are kept
    themselves, are kept three years after an entry ended, to be confirmed or changed by each organisation.
    """
    named = sorted(
        known.name for known in registers().values() if known.personal or known.persons_in_files or known.keeps
    )
    return {"rows": [{"register": name, "years": SHIPPED_YEARS} for name in named]}


def check_rule(body: dict[str, Any]) -> None:
    """Raises InvalidInput. A register stands once; one that is not named is kept for good."""
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise InvalidInput({"rows": InvalidValue(code="required")})
    errors: dict[str, TingsuError] = {}
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        name = row.get("register") if isinstance(row, dict) else None
        years = row.get("years") if isinstance(row, dict) else None
        if name not in registers() or name in seen:
            errors[f"rows.{number}.register"] = InvalidValue(_("Choose each register once."))
            continue
        seen.add(name)
        if not isinstance(years, int) or isinstance(years, bool) or not 1 <= years <= LONGEST_YEARS:
            errors[f"rows.{number}.years"] = InvalidValue(_("Enter the years of keeping, from 1 to 100."))
    if errors:
        raise InvalidInput(errors)


def names() -> dict[str, str | Words]:
    """Every register, for whoever edits the rule."""
    return {known.name: known.many for known in registers().values()}


rulebooks.register_kind(KIND, _("Retention of register entries"), default_rule, check_rule)


@dataclass(frozen=True)
class DueEntry:
    """One entry that is due, with what stands in its way."""

    entry: Entry
    due_on: date | None
    rule: int
    obstacles: tuple[str, ...]
    why: str = AGE
    end: str = "review"

    @property
    def number(self) -> str:
        """By which a run names it."""
        return self.entry.number

    @property
    def url(self) -> str:
        """Its page."""
        return address_of(self.entry)

    @property
    def label(self) -> str:
        """As the list of a run names it."""
        day = f" · {self.due_on:%Y-%m-%d}" if self.due_on else ""
        return f"{self.entry.number} · {registers()[self.entry.register].one}{day}"

    @property
    def in_the_way(self) -> list[str | Words]:
        """The obstacles in words."""
        return [OBSTACLES[one] for one in self.obstacles]


OBSTACLES: dict[str, str | Words] = {
    "entry_open": _("the record has not ended"),
    "held": _("a legal hold keeps it"),
    "promise": _("a promise of it is still running"),
    "early": _("the time of keeping has not ended, and no granted request asks for it"),
    "unconfirmed": _("the time of keeping was never confirmed by this organisation"),
    "gone": _("it is erased already"),
}


def _years() -> dict[str, int]:
    return {
        row["register"]: row["years"] for row in rulebooks.in_force(KIND).body["rows"] if row["register"] in registers()
    }


def ends_on(entry: Entry, years: dict[str, int]) -> date | None:
    """The day on which its time of keeping ends; None while it has not ended, and for registers without a rule. 29 February: 28."""
    known = registers().get(entry.register)
    if known is None or entry.state in known.unended_states or entry.register not in years or entry.entered_at is None:
        return None
    begun = local_date(entry.entered_at, current_organisation().time_zone)
    return _plus(begun, max(years[entry.register], known.keeps(entry.codes) if known.keeps else 0))


def _plus(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def due_entries(most: int = 200, *, numbers: Iterable[str] | None = None) -> list[DueEntry]:
    """Entries whose time of keeping has ended, the oldest first; with `numbers` those entries, due or not."""
    years = _years()
    if numbers is not None:
        found = list(Entry.objects.filter(number__in=list(numbers)).select_related("stream").order_by("number"))
    else:
        found = []
        for name, kept in sorted(years.items()):
            closed = [one.code for one in registers()[name].states if one.code not in registers()[name].unended_states]
            rows = Entry.objects.filter(register=name, state__in=closed, entered_at__lt=_edge(kept))
            rows = rows.filter(stream__wrapped_key__isnull=False).select_related("stream")
            found += [row for row in rows.order_by("entered_at", "pk")[:most] if not _kept_longer(row, kept)]
    obstacles = _obstacles(found, years)
    rule = rulebooks.in_force(KIND).version
    made = [DueEntry(row, ends_on(row, years), rule, obstacles[row.pk]) for row in found]
    return sorted(made, key=lambda one: (one.due_on or date.max, one.number))[:most]


def _kept_longer(entry: Entry, years: int) -> bool:
    """Does the entry itself say a longer time of keeping than the rule, which has not ended yet?"""
    keeps = registers()[entry.register].keeps
    own = keeps(entry.codes) if keeps else 0
    if own <= years or entry.entered_at is None:
        return False
    zone = current_organisation().time_zone
    return _plus(local_date(entry.entered_at, zone), own) > local_date(now(), zone)


def _edge(years: int) -> datetime:
    """What ended before this instant has been kept so many years, or nearly: the day itself is asked of each entry."""
    zone = current_organisation().time_zone
    today = local_date(now(), zone)
    day = (
        today.replace(year=today.year - years, day=min(today.day, 28))
        if today.month == 2
        else today.replace(year=today.year - years)
    )
    return datetime.combine(day, time.max, ZoneInfo(zone))


def _obstacles(found: list[Entry], years: dict[str, int]) -> dict[uuid.UUID, tuple[str, ...]]:
    """What stands in the way of each, as codes of OBSTACLES. A query for each kind of obstacle."""
    ids = [row.pk for row in found]
    linked = list(EntryLink.objects.filter(entry_id__in=ids).values_list("entry_id", "other_id"))
    holding = EntryLink.objects.filter(kind="holds", entry__register=HOLD, entry__state="held")
    held = set(
        holding.filter(other_id__in={*ids, *(other for _pk, other in linked)}).values_list("other_id", flat=True)
    )
    held |= {pk for pk, other in linked if other in held}
    running = set(Promise.objects.filter(stream_id__in=ids, ended_at=None).values_list("stream_id", flat=True))
    confirmed = rulebooks.in_force(KIND).version > 0
    today = local_date(now(), current_organisation().time_zone)
    told = {}
    for row in found:
        known = registers().get(row.register)
        due_on = ends_on(row, years)
        ended = due_on is not None and due_on <= today
        facts = {
            "gone": not row.stream.wrapped_key,
            "entry_open": known is None or row.state in known.unended_states,
            "held": row.pk in held,
            "promise": row.pk in running,
            "early": not ended,
            "unconfirmed": ended and not confirmed,
        }
        told[row.pk] = tuple(code for code, holds in facts.items() if holds)
    return told


def erase_entry(entry_id: uuid.UUID, run: Entry, actor: Actor) -> tuple[str, ...]:
    """Erase one entry of a run, in the open transaction; what stood in the way, which is nothing when an earlier try erased it."""
    chain = lock_chain(entry_id)
    number = Entry.objects.values_list("number", flat=True).get(pk=entry_id)
    one = due_entries(numbers=[number])[0]
    if "gone" in one.obstacles:
        ours = Event.objects.filter(stream_id=entry_id, kind=erasing.ERASED, data__run=str(run.pk)).exists()
        return () if ours else ("gone",)
    if one.obstacles:
        return one.obstacles[:1]
    data = {"why": AGE, "run": run.pk, "rule": one.rule, "end": run.codes["end"]}
    erasing.erase(chain, actor=actor, at=now(), data=data)
    chain.flush()
    return ()


def entry_named(typed: str) -> uuid.UUID | None:
    """The entry with this number, whoever asks: holds name what they keep without seeing into it."""
    return Entry.objects.filter(number=typed.strip().upper()).values_list("pk", flat=True).first()

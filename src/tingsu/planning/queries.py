"""What rooms above read of planning: the management review, the evaluation of compliance, the view of conformity. Reads only."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise as Words

from tingsu.clocks.models import Promise
from tingsu.kernel.clock import day_around, local_date
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.planning import arrangements, changes, context, objectives, risks, standing
from tingsu.planning import obligations as duties
from tingsu.planning.standing import Standing
from tingsu.registers.models import Entry
from tingsu.registers.reading import address_of

MOST = 500
OPENED, CHANGED, ENDED = "opened", "changed", "ended"


def title_of(entry: Entry) -> str:
    """What an entry is called; its number once it is erased."""
    return (entry.worded_or_none() or {}).get("title") or entry.number


def _instants(since: date, until: date) -> tuple[datetime, datetime]:
    """Two days, both included, as instants of the organisation."""
    zone = current_organisation().time_zone
    return day_around(since, zone)[0], day_around(until, zone)[1]


def _rows(register: str, *conditions: Q, **narrowed: Any) -> list[Entry]:
    rows = Entry.objects.filter(*conditions, register=register, **narrowed).select_related("stream")
    return list(rows.order_by("opened_at", "pk")[:MOST])


@dataclass(frozen=True)
class ContextChange:
    """One change of a context factor: opened, changed or ended; `touched` says of what: factor, effect, purpose, direction (MS-36)."""

    entry: Entry
    title: str
    side: str
    what: str
    on: date
    touched: tuple[str, ...]
    words: str

    @property
    def url(self) -> str:
        return address_of(self.entry)

    @property
    def subject(self) -> str | Words:
        return dict(context.SUBJECTS).get(self.entry.codes.get("subject", ""), "")

    @property
    def touched_words(self) -> list[str | Words]:
        return [dict(context.TOUCHED)[one] for one in self.touched if one in dict(context.TOUCHED)]


def context_changes(since: date, until: date) -> list[ContextChange]:
    """What changed of the context between two days, both included, oldest first. Five queries at most."""
    first, end = _instants(since, until)
    entries = {one.pk: one for one in _rows(context.NAME)}
    kinds = [f"{context.NAME}.{one}" for one in (OPENED, CHANGED, ENDED)]
    events = list(
        Event.objects.filter(stream_id__in=list(entries), kind__in=kinds, at__gte=first, at__lt=end).order_by("at", "pk")[:MOST]
    )  # fmt: skip
    written, zone = texts_of(events), current_organisation().time_zone
    return [
        ContextChange(
            entry=entries[one.stream_id], title=title_of(entries[one.stream_id]), side=str(entries[one.stream_id].codes.get("side", "")),
            what=one.kind.rpartition(".")[2], on=local_date(one.at, zone), touched=tuple(one.body.get("values", {}).get("touched") or ()),
            words=_said(written.get(one.pk, {})),
        )
        for one in events
    ]  # fmt: skip


def _said(texts: dict[str, str]) -> str:
    return texts.get("news") or texts.get("reason") or texts.get("effect") or ""


def objectives_standing(day: date) -> list[Standing]:
    """Every objective that runs, or ended in the year before the day, with how it stands. A query for each length of period, and one."""
    ended = Q(state__in=[objectives.ACHIEVED, objectives.FAILED]) & Q(
        codes__ended_on__gte=day.replace(day=1, month=1).isoformat()
    )
    return standing.standings(_rows(objectives.NAME, Q(state=objectives.RUNNING) | ended), day)


@dataclass(frozen=True)
class Obligation:
    """One obligation that binds now."""

    entry: Entry
    title: str
    sort: str
    clause: str
    content: str
    edition: str
    owner_id: uuid.UUID | None
    checked_on: date | None
    under_review: bool

    @property
    def url(self) -> str:
        return address_of(self.entry)

    @property
    def sort_words(self) -> str | Words:
        return dict(duties.SORTS).get(self.sort, "")


def obligations() -> list[Obligation]:
    """Every obligation in force, laws first, then in the order in which they were entered. One query."""
    order = [sort for sort, _words in duties.SORTS]
    rows = _rows(duties.NAME, state__in=[duties.IN_FORCE, duties.REVIEW])
    rows.sort(key=lambda one: order.index(one.codes.get("sort", order[-1])))
    return [_obligation(one) for one in rows]


def _obligation(entry: Entry) -> Obligation:
    texts, checked = entry.worded_or_none() or {}, entry.codes.get("checked_on")
    return Obligation(
        entry=entry, title=texts.get("title") or entry.number, sort=str(entry.codes.get("sort", "")), clause=texts.get("article", ""),
        content=texts.get("content", ""), edition=texts.get("edition_now", ""), owner_id=entry.owner_id,
        checked_on=date.fromisoformat(str(checked)) if checked else None, under_review=entry.state == duties.REVIEW,
    )  # fmt: skip


@dataclass(frozen=True)
class RiskAction:
    """One action on a risk or opportunity: done or not, in time or not, and whether the actions had their effect (None: not judged)."""

    entry: Entry
    title: str
    what: str
    who: uuid.UUID
    until: date
    done: bool
    effective: bool | None

    @property
    def url(self) -> str:
        return address_of(self.entry)

    @property
    def level(self) -> str | Words:
        return dict(risks.LEVELS).get(self.entry.codes.get("level", ""), "")

    @property
    def sort(self) -> str | Words:
        return dict(risks.SORTS).get(self.entry.codes.get("sort", ""), "")


def risk_actions(since: date, until: date) -> list[RiskAction]:
    """Actions on risks and opportunities that are open, or whose risk moved between two days, both included. One query."""
    first, end = _instants(since, until)
    moved = Q(entered_at__gte=first, entered_at__lt=end)
    found = []
    for one in _rows(risks.NAME, Q(state__in=[risks.ACTING, risks.JUDGED]) | moved):
        texts, done = one.worded_or_none() or {}, set(one.codes.get(risks.OWED.done, ()))
        found += [
            RiskAction(
                entry=one, title=texts.get("title") or one.number, what=texts.get(f"actions.{place}.what", ""),
                who=uuid.UUID(str(line["who"])), until=date.fromisoformat(str(line["until"])), done=str(place) in done,
                effective=one.codes.get("effective") if one.state not in {risks.ACTING, risks.JUDGED} else None,
            )
            for place, line in enumerate(one.codes.get("actions", []))
        ]  # fmt: skip
    return found


def open_risks() -> list[Entry]:
    """Risks and opportunities that stand, the highest first. One query."""
    rows = _rows(risks.NAME, ~Q(state=risks.ENDED))
    return sorted(rows, key=lambda one: -int(one.codes.get("score", 0)))


@dataclass(frozen=True)
class ResourceGap:
    """One resource of which something is missing, as it was assessed last; `gap` "" where it was never assessed."""

    entry: Entry
    title: str
    type: str
    need: str
    provided: str
    gap: str
    decision: str
    decided: str
    assessed_on: date | None

    @property
    def url(self) -> str:
        return address_of(self.entry)

    @property
    def type_words(self) -> str | Words:
        return dict(arrangements.RESOURCES).get(self.type, "")

    @property
    def gap_words(self) -> str | Words:
        return dict(arrangements.GAPS).get(self.gap, "")

    @property
    def decision_words(self) -> str | Words:
        return dict(arrangements.DECISIONS).get(self.decision, "")


def resources() -> list[ResourceGap]:
    """Every resource that is assessed, whether or not something is missing. One query."""
    rows = _rows(arrangements.NAME, state=arrangements.RUNNING, codes__sort=arrangements.RESOURCE)
    return [_resource(one) for one in rows]


def resource_gaps() -> list[ResourceGap]:
    """Resources of which something is missing, or that nobody has assessed yet. One query."""
    return [one for one in resources() if one.gap != "none"]


def _resource(entry: Entry) -> ResourceGap:
    texts, codes = entry.worded_or_none() or {}, entry.codes
    assessed = codes.get("done_on") if codes.get("gap") else None
    return ResourceGap(
        entry=entry, title=texts.get("title") or entry.number, type=str(codes.get("type", "")), need=texts.get("need", ""),
        provided=texts.get("provided", ""), gap=str(codes.get("gap", "")), decision=str(codes.get("decision", "")),
        decided=texts.get("decided", ""), assessed_on=date.fromisoformat(str(assessed)) if assessed else None,
    )  # fmt: skip


def changes_between(since: date, until: date) -> list[Entry]:
    """Changes of the system that moved between two days, both included. One query."""
    first, end = _instants(since, until)
    return _rows(changes.NAME, entered_at__gte=first, entered_at__lt=end)


@dataclass(frozen=True)
class Planned:
    """One line of the operation plan (MS-18): an action with its owner, its day and how it stands (late, open, done)."""

    entry: Entry
    title: str
    what: str
    who: uuid.UUID
    due_at: datetime
    ended_at: datetime | None
    promise: Promise

    @property
    def url(self) -> str:
        return address_of(self.entry)


ACTION_TIMERS = {risks.ACTION: risks.OWED, objectives.ACTION: objectives.OWED}


def planned(promises: Iterable[Promise]) -> list[Planned]:
    """Lines of the operation plan for these promises, in their order. One query."""
    rows = list(promises)
    entries = {
        one.pk: one for one in Entry.objects.filter(pk__in={row.stream_id for row in rows}).select_related("stream")
    }  # fmt: skip
    found = []
    for row in rows:
        entry = entries.get(row.stream_id)
        if entry is not None and row.owner_id is not None:
            found.append(
                Planned(entry, title_of(entry), _action_words(entry, row), row.owner_id, row.due_at, row.ended_at, row)
            )
    return found


def _action_words(entry: Entry, promise: Promise) -> str:
    owed, texts = ACTION_TIMERS[promise.kind], entry.worded_or_none() or {}
    for place in range(len(entry.codes.get(owed.table, []))):
        if owed.item_id(entry, place) == promise.subject_id:
            return texts.get(f"{owed.table}.{place}.what", "")
    return ""

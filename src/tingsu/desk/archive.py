"""Closed and archived files: found by number, code, party, product, date and category, for a purpose that is stated and logged (RC-05)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.models import ArchivedFile
from tingsu.complaints import filters
from tingsu.complaints.access import ENDED, ways_to
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import CaseMember, Complaint
from tingsu.complaints.search import search
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import day_around, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.spelling import fold, tidy
from tingsu.kernel.words import LONGEST_QUERY
from tingsu.pages import pager
from tingsu.people.roles import Role
from tingsu.privacy.actions import ARCHIVE_PURPOSES, PURPOSE_LIMIT

SESSION = "archive_purpose"
HOLDS = timedelta(hours=2)
"""So long a stated purpose holds for this sign-in; then it is asked again."""
BY_ROLE = (
    ("leads", frozenset({Role.SUPERVISOR, Role.MGMT_REP, Role.TOP_MGMT})),
    ("checks", frozenset({Role.QA, Role.AUDITOR, Role.DSO})),
)
"""Roles whose duty says what they open files for."""
PART = "part"
OFFERED = tuple(code for code in ARCHIVE_PURPOSES if code not in {PART, *(code for code, _roles in BY_ROLE)})
"""Purposes that a page offers; the others follow from role or part."""
DAYS = (
    ("since", _("Received from")), ("until", _("Received until")), ("closed_since", _("Closed from")), ("closed_until", _("Closed until")),
)  # fmt: skip
STATES: tuple[tuple[str, str | Promise], ...] = (("closed", _("Closed, not archived yet")), ("archived", _("Archived")))
BY_RECEIPT, BY_CLOSING = ("-received_at", "-pk"), ("-closed_at", "-pk")


def purpose_by_role(actor: Actor) -> str:
    """What somebody's role says they open files for; empty where they have to say it."""
    return next((code for code, roles in BY_ROLE if actor.has_role(*roles)), "")


def purpose_in_force(request: HttpRequest, actor: Actor) -> str:
    """What somebody searches the archive for: by role, or as stated within the last hours. Empty: to be asked."""
    stated = request.session.get(SESSION) or {}
    until = parse_datetime(str(stated.get("until", "")))
    if until is not None and until > now():
        return str(stated.get("purpose", ""))
    return purpose_by_role(actor)


def purpose_for(request: HttpRequest, actor: Actor, complaint: Complaint) -> str:
    """What an archived file is opened for: one's own part in it, else the role, else what was stated. Empty: to be asked."""
    if complaint.state != "archived" or takes_part(actor, complaint):
        return PART
    return purpose_in_force(request, actor)


def takes_part(actor: Actor, complaint: Complaint) -> bool:
    """Handled it, keeps it, or was called to it."""
    if actor.id in {complaint.owner_id, complaint.first_owner_id}:
        return True
    file = next(iter(ArchivedFile.of(complaint)), None)
    if file is not None and file.keeper_id == actor.id:
        return True
    return any(one.member_id == actor.id or one.unit_id in actor.unit_ids for one in rows_of(CaseMember, complaint))


def state_purpose(request: HttpRequest, typed: str) -> bool:
    """Keep what somebody says for this sign-in: a code of OFFERED, or words of their own. False for what says nothing or too much."""
    words = tidy(typed)
    if not 2 <= len(words) <= PURPOSE_LIMIT or (words in ARCHIVE_PURPOSES and words not in OFFERED):
        return False
    request.session[SESSION] = {"purpose": words, "until": (now() + HOLDS).isoformat()}
    return True


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for. Unknown values are left out, as in the queue: addresses are shared and grow old."""

    words: str = ""
    state: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    after: str = ""

    @classmethod
    def read(cls, actor: Actor, query: Mapping[str, str]) -> "Wanted":
        known, _unknown = filters.read(actor, {name: value for name, value in query.items() if name != "state"})
        days = {name: day for name, _label in DAYS if (day := _day(query.get(name, "")))}
        state = query.get("state", "")
        return cls(
            words=tidy(query.get("q", ""))[:LONGEST_QUERY],
            state=state if state in dict(STATES) else "",
            filters=known,
            days=days,
            after=query.get(pager.PARAMETER, ""),
        )


def _day(typed: str) -> date | None:
    try:
        found = parse_date(typed)
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 9000 else None


def found_for(actor: Actor, wanted: Wanted) -> pager.Page[Complaint]:
    """A page of ended cases that this actor may see, newest first; with days of closing by closing. Raises UnknownPage.

    Words are first read as a number of the archive, then as the search reads them: number, code, telephone, e-mail, order, name, words.
    """
    if wanted.words:
        return _by_words(actor, wanted)
    order = BY_CLOSING if wanted.days.keys() & {"closed_since", "closed_until"} else BY_RECEIPT
    ways = [_narrowed(one, wanted) for one in ways_to(actor, Complaint.objects.all())]
    pieces = [pager.Piece(rows=one, order=order) for one in ways] if len(ways) > 1 else []
    rows = Complaint.objects.all() if pieces else ways[0]
    return pager.page_of(rows.select_related("stream"), order, wanted.after, pieces=pieces)


def _by_words(actor: Actor, wanted: Wanted) -> pager.Page[Complaint]:
    filed = ArchivedFile.objects.filter(number__iexact=fold(wanted.words)).values_list("complaint_id", flat=True)[:1]
    ids, following = list(filed), ""
    if not ids:
        result = search(actor, wanted.words, wanted.after or None)
        ids, following = [one.pk for one in result.complaints], result.next_key or ""
    rows: list[Complaint] = []
    for one in ways_to(actor, Complaint.objects.filter(pk__in=ids)):
        rows += [row for row in _narrowed(one, wanted).select_related("stream") if row not in rows]
    rows.sort(key=lambda row: (row.received_at, row.pk), reverse=True)
    return pager.Page(rows=rows, following=following, later=bool(wanted.after))


def _narrowed(rows: QuerySet[Complaint], wanted: Wanted) -> QuerySet[Complaint]:
    rows = filters.narrowed(rows.filter(state__in=[wanted.state] if wanted.state else ENDED), dict(wanted.filters))
    zone = current_organisation().time_zone
    where = Q()
    for name, column in (("since", "received_at"), ("closed_since", "closed_at")):
        if name in wanted.days:
            where &= Q(**{f"{column}__gte": _begins(wanted.days[name], zone)})
    for name, column in (("until", "received_at"), ("closed_until", "closed_at")):
        if name in wanted.days:
            where &= Q(**{f"{column}__lt": day_around(wanted.days[name], zone)[1]})
    if wanted.days.keys() & {"closed_since", "closed_until"}:
        where &= Q(closed_at__isnull=False)
    return rows.filter(where)


def _begins(day: date, zone: str) -> datetime:
    return day_around(day, zone)[0]


def fields_of(actor: Actor, wanted: Wanted) -> list[dict[str, Any]]:
    """The filters of the complaint's fields, as the form shows them."""
    return [
        {
            "name": name,
            "label": one.field.label,
            "options": filters.choices(one),
            "chosen": wanted.filters.get(name, ""),
        }
        for name, one in filters.filters_for(actor).items()
        if name != "state"
    ]

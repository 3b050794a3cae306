"""Closed and archived files: found by number, code, party, product, date and category, for a purpose that is stated and logged (RC-05)."""

from base64 import b64decode, b64encode
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
from tingsu.privacy.purposes import ARCHIVE_PURPOSES, PURPOSE_LIMIT

SESSION, OWN = "archive_purpose", "archive_words"
"""Places in the session: the code stated for a while; words of one's own, sealed, for one case."""
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
MOST_PAGES = 10
"""So many pages of the search are read for one page of files."""
BY_RECEIPT, BY_CLOSING = ("-received_at", "-pk"), ("-closed_at", "-pk")


def purpose_by_role(actor: Actor) -> str:
    """What somebody's role says they open files for; empty where they have to say it."""
    return next((code for code, roles in BY_ROLE if actor.has_role(*roles)), "")


def purpose_in_force(request: HttpRequest, actor: Actor) -> str:
    """What somebody searches the archive for: as stated within the last hours, or by role. Empty: to be asked."""
    purpose = str(_stated(request, SESSION, actor).get("purpose", ""))
    return purpose if purpose in OFFERED else purpose_by_role(actor)


def opening(request: HttpRequest, actor: Actor, complaint: Complaint) -> str | None:
    """What the log is to say that a file is opened for: one's own part in it, what was said for this one, what was stated, the role.

    Empty for a case that is no archived file; None: it has to be asked first.
    """
    if complaint.state != "archived":
        return ""
    if takes_part(actor, complaint):
        return PART
    said = _stated(request, OWN, actor)
    if said.get("case") == complaint.pk.hex:
        return _opened(str(said.get("sealed", "")), actor, complaint)
    return purpose_in_force(request, actor) or None


def takes_part(actor: Actor, complaint: Complaint) -> bool:
    """Handled it, keeps it, or was called to it."""
    if actor.id in {complaint.owner_id, complaint.first_owner_id}:
        return True
    file = next(iter(ArchivedFile.of(complaint)), None)
    if file is not None and file.keeper_id == actor.id:
        return True
    return any(one.member_id == actor.id or one.unit_id in actor.unit_ids for one in rows_of(CaseMember, complaint))


def state_purpose(request: HttpRequest, actor: Actor, typed: str, complaint: Complaint | None) -> bool:
    """Keep what somebody says. A code of OFFERED holds for this sign-in in this organisation, words of one's own for the one case they
    are said of: they may name its people, and lie sealed under its key. False for what says nothing, too much, or words without a case.
    """
    words = tidy(typed)
    until = {"until": (now() + HOLDS).isoformat(), "organisation": actor.organisation_id.hex}
    if words in OFFERED:
        request.session[SESSION] = {"purpose": words, **until}
        request.session.pop(OWN, None)
        return True
    if complaint is None or not 2 <= len(words) <= PURPOSE_LIMIT or words in ARCHIVE_PURPOSES:
        return False
    sealed = ""  # about something erased nothing is written down any more
    if complaint.stream.wrapped_key:
        sealed = b64encode(complaint.stream.key().seal(words, _context(actor))).decode()
    request.session[OWN] = {"case": complaint.pk.hex, "sealed": sealed, **until}
    return True


def _stated(request: HttpRequest, place: str, actor: Actor) -> Mapping[str, Any]:
    """What was kept of an answer, while it holds: one account may work for several organisations."""
    kept = request.session.get(place) or {}
    until = parse_datetime(str(kept.get("until", "")))
    holds = until is not None and until > now() and kept.get("organisation") == actor.organisation_id.hex
    return kept if holds else {}


def _opened(sealed: str, actor: Actor, complaint: Complaint) -> str:
    """Words said of a case; none where it was erased since."""
    if not sealed or not complaint.stream.wrapped_key:
        return ""
    words: str = complaint.stream.key().open(b64decode(sealed), _context(actor))
    return words


def _context(actor: Actor) -> str:
    return f"archive:{actor.id}:purpose"


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
    if ids := list(filed):
        return pager.Page(rows=_ended_among(ids, actor, wanted), later=bool(wanted.after))
    rows: list[Complaint] = []
    following: str | None = wanted.after or None
    # The search reads open cases too: a page of them alone is no page of files, so the next one is looked at.
    for _turn in range(MOST_PAGES):
        result = search(actor, wanted.words, following)
        rows, following = _ended_among([one.pk for one in result.complaints], actor, wanted), result.next_key
        if rows or not following:
            break
    return pager.Page(rows=rows, following=following or "", later=bool(wanted.after))


def _ended_among(ids: list[Any], actor: Actor, wanted: Wanted) -> list[Complaint]:
    rows: list[Complaint] = []
    for one in ways_to(actor, Complaint.objects.filter(pk__in=ids)):
        rows += [row for row in _narrowed(one, wanted).select_related("stream") if row not in rows]
    return sorted(rows, key=lambda row: (row.received_at, row.pk), reverse=True)


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

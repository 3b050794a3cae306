"""Reading the access log: a page at a time by key, newest first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.kinds import Named, names_of
from tingsu.kernel.typed import page_key, read_page_key
from tingsu.people import queries as people
from tingsu.privacy.fields import FIELD_LABELS
from tingsu.privacy.models import AccessEntry

PAGE = 50
WHAT_WORDS: dict[str, str | Promise] = {
    "opened": _("opened"),
    "revealed": _("revealed"),
    "searched": _("searched"),
    "exported": _("exported"),
    "downloaded": _("saved"),
    "printed": _("printed"),
    "refused": _("refused"),
}
ACTOR_WORDS: dict[str, str | Promise] = {
    "complainant": _("Complainant"),
    "respondent": _("Party complained about"),
    "token": _("Program"),
    "system": _("The system itself"),
}


@dataclass(frozen=True)
class Line:
    """One entry as the page shows it."""

    entry: AccessEntry
    who: str
    what: str | Promise
    subject: str
    address: str
    field: str


@dataclass(frozen=True)
class Filter:
    """What to look for; empty values are not asked for."""

    member_id: uuid.UUID | None = None
    what: str = ""
    stream_id: uuid.UUID | None = None


def log_page(chosen: Filter, after: str = "", limit: int = PAGE) -> tuple[list[Line], str]:
    """One page of the log, and the key of the next one ("" at the end). A key that cannot be read starts at the top."""
    rows = _after(_filtered(chosen), after).order_by("-at", "-id")[: limit + 1]
    entries = list(rows)
    shown, more = entries[:limit], len(entries) > limit
    words = names_of({entry.stream_id for entry in shown if entry.stream_id})
    return [_line(entry, words) for entry in shown], page_key(shown[-1].at, shown[-1].pk) if more else ""


def _filtered(chosen: Filter) -> QuerySet[AccessEntry]:
    rows = AccessEntry.objects.all()
    if chosen.member_id is not None:
        rows = rows.filter(actor_id=chosen.member_id)
    if chosen.what in WHAT_WORDS:
        rows = rows.filter(what=chosen.what)
    if chosen.stream_id is not None:
        rows = rows.filter(stream_id=chosen.stream_id)
    return rows


def _after(rows: QuerySet[AccessEntry], key: str) -> QuerySet[AccessEntry]:
    place = read_page_key(key)
    if place is None:
        return rows
    at, last = place
    return rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last))


def _line(entry: AccessEntry, words: dict[uuid.UUID, Named]) -> Line:
    named = words.get(entry.stream_id) if entry.stream_id else None
    subject, address = (named.name, named.url) if named else ("", "")
    if entry.actor_kind == "member":
        who = people.staff_identity(entry.actor_id) or entry.actor_name
    else:
        who = f"{ACTOR_WORDS.get(entry.actor_kind, entry.actor_kind)} {entry.actor_name}".strip()
    return Line(entry, who, WHAT_WORDS.get(entry.what, entry.what), subject, address, field_words(entry.field))


def field_words(place: str) -> str:
    """A place such as complainant.phone as people say it."""
    subject, _dot, name = place.partition(".")
    if subject == "file":
        return str(_("File"))
    if subject in PLACE_WORDS:
        return str(PLACE_WORDS[subject])
    label = str(FIELD_LABELS.get(name) or PLACE_WORDS.get(place, name))
    return f"{SUBJECT_WORDS[subject]} · {label}" if subject in SUBJECT_WORDS else label


SUBJECT_WORDS: dict[str, str | Promise] = {
    "complainant": _("Complainant"),
    "agent": _("Agent"),
    "contact": _("Contact person"),
    "respondent": _("Party complained about"),
    "complaint": _("Complaint"),
    "demand": _("Demand"),
    "history": _("Course of the case"),
    "letter": _("Letter"),
    "file": _("File"),
    "member": _("Colleague"),
}

PLACE_WORDS: dict[str, str | Promise] = {
    "tracking_form": _("Tracking form"),
    "letter.body": _("Text"),
    "number": _("by complaint number"),
    "phone": _("by phone"),
    "tail": _("by the last digits of the phone"),
    "order": _("by order number"),
    "email": _("by e-mail"),
    "code": _("by identification code"),
    "words": _("by words"),
}
"""What stands in the log beside fields of the table: forms, and by what somebody searched."""


def readers() -> Sequence[Any]:
    """Everybody who could stand in the log, for its filter: present members by staff number."""
    return people.active_members()

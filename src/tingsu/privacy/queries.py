"""Reading the access log: a page at a time by key, newest first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import Named, names_of
from tingsu.pages.pager import Page, page_of
from tingsu.people import queries as people
from tingsu.people.programs import Program, program_words, programs
from tingsu.privacy.fields import FIELD_LABELS
from tingsu.privacy.log import purposes
from tingsu.privacy.masking import NOBODY, mask_text
from tingsu.privacy.models import AccessEntry
from tingsu.privacy.purposes import PURPOSE_WORDS
from tingsu.privacy.show import known_about_each

PAGE = 50
ORDER = ("-at", "-pk")
WHAT_WORDS: dict[str, str | Promise] = {
    "opened": _("opened"),
    "listed": _("listed"),
    "revealed": _("revealed"),
    "searched": _("searched"),
    "exported": _("exported"),
    "downloaded": _("saved"),
    "printed": _("printed"),
    "refused": _("refused"),
}
EVERY_PROGRAM = "all"
ACTOR_WORDS: dict[str, str | Promise] = {
    "complainant": _("Complainant"),
    "respondent": _("Party complained about"),
    "partner": _("Partner"),
    "token": _("Program"),
    "system": _("The system itself"),
}


@dataclass(frozen=True)
class Line:
    """One entry as the page shows it."""

    entry: AccessEntry
    who: str
    what: str | Promise
    about: Named | None
    field: str
    purpose: str | Promise

    @property
    def subject(self) -> str:
        """What it is about, by name."""
        return self.about.name if self.about else ""

    @property
    def address(self) -> str:
        """The page of what it is about, for a reader who may open it."""
        return self.about.url if self.about else ""


@dataclass(frozen=True)
class Filter:
    """What to look for; empty values are not asked for."""

    member_id: uuid.UUID | None = None
    program: str = ""
    """The code of a program's access; "all" for every program."""
    what: str = ""
    stream_id: uuid.UUID | None = None
    files: bool = False
    """Openings of files alone."""
    file_id: uuid.UUID | None = None
    """Of this one."""


def log_page(actor: Actor, chosen: Filter, after: str = "", limit: int = PAGE) -> tuple[list[Line], Page[AccessEntry]]:
    """One page of the log, newest first: its lines, and where it stands. Raises UnknownPage.

    What a line is about is named to every reader, and leads to its page for those who may open it.
    """
    page = page_of(_filtered(chosen), ORDER, after, limit)
    words = names_of({entry.stream_id for entry in page.rows if entry.stream_id}, opens_for=actor)
    told = _covered(page.rows)
    known = {one.code: one for one in programs()} if any(entry.actor_kind == "token" for entry in page.rows) else {}
    return [_line(entry, words, told[entry.pk], known) for entry in page.rows], page


def _covered(rows: Sequence[AccessEntry]) -> dict[uuid.UUID, str]:
    """What was typed as a purpose is free text about a case like any other: numbers and its people are covered in it, for every
    reader, also in lines from before purposes were sealed.
    """
    told = purposes(rows)
    typed = [row for row in rows if told[row.pk] and told[row.pk] not in PURPOSE_WORDS]
    known = known_about_each({row.stream_id for row in typed if row.stream_id})
    for row in typed:
        told[row.pk] = mask_text(told[row.pk], known.get(row.stream_id, NOBODY) if row.stream_id else NOBODY)
    return told


def _filtered(chosen: Filter) -> QuerySet[AccessEntry]:
    rows = AccessEntry.objects.all()
    if chosen.member_id is not None:
        rows = rows.filter(actor_id=chosen.member_id)
    if chosen.program:
        rows = rows.filter(actor_kind="token")
        if chosen.program != EVERY_PROGRAM:
            rows = rows.filter(actor_name=chosen.program)
    if chosen.what in WHAT_WORDS:
        rows = rows.filter(what=chosen.what)
    if chosen.stream_id is not None:
        rows = rows.filter(stream_id=chosen.stream_id)
    if chosen.files:
        rows = rows.filter(field__startswith="file.")
    if chosen.file_id is not None:
        rows = rows.filter(field=f"file.{chosen.file_id.hex}")
    return rows


def _line(entry: AccessEntry, words: dict[uuid.UUID, Named], purpose: str, known: dict[str, Program]) -> Line:
    if entry.actor_kind == "member":
        who = people.staff_identity(entry.actor_id) or entry.actor_name
    elif entry.actor_kind == "token":
        who = program_words(entry.actor_name, known)
    else:
        who = f"{ACTOR_WORDS.get(entry.actor_kind, entry.actor_kind)} {entry.actor_name}".strip()
    return Line(
        entry,
        who,
        WHAT_WORDS.get(entry.what, entry.what),
        words.get(entry.stream_id) if entry.stream_id else None,
        field_words(entry.field),
        PURPOSE_WORDS.get(purpose, purpose),
    )


def field_words(place: str) -> str:
    """A place such as complainant.phone as people say it."""
    subject, _dot, name = place.partition(".")
    if subject == "file":
        return str(_("File"))
    if place in PLACE_WORDS and subject not in SUBJECT_WORDS:
        return str(PLACE_WORDS[place])
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
    "payment": pgettext_lazy("settlement", "Payment"),
    "file": _("File"),
    "signature": _("Signature"),
    "member": _("Colleague"),
    "personnel": pgettext_lazy("privacy", "Personnel file"),
    "partner": _("Partner"),
    "outside_auditor": _("Auditor from outside"),
    "customer": pgettext_lazy("inquiry", "User, from other systems"),
    "merchant": pgettext_lazy("inquiry", "Merchant, from other systems"),
    "order": pgettext_lazy("inquiry", "Order, from other systems"),
    "interaction": pgettext_lazy("inquiry", "Interaction, from other systems"),
}

PLACE_WORDS: dict[str, str | Promise] = {
    "tracking_form": _("Tracking form"),
    "letter.body": _("Text"),
    "number": _("by complaint number"),
    "phone": _("by phone"),
    "tail": _("by the last digits of the phone"),
    "name": _("by name"),
    "order": _("by order number"),
    "email": _("by e-mail"),
    "code": _("by identification code"),
    "words": _("by words"),
    "complaints": _("Complaints"),
    "escalations": _("Escalations"),
    "entries": _("Records"),
    "lists": _("Lists to choose from"),
    "scripts": _("Emergency scripts in force"),
    "events": _("Course of the case"),
    "steps": _("What can be done now"),
    "promise": _("Deadline"),
    "archive": _("in the archive"),
    "documents": _("Documents"),
    "letters": _("Letters"),
    "calls": _("Calls"),
    "accesses": _("Who opened, copied or printed it"),
    "room": pgettext_lazy("inquiry", "Investigation room"),
    "room.customer": pgettext_lazy("inquiry", "Investigation room: user or merchant"),
    "room.orders": pgettext_lazy("inquiry", "Investigation room: orders"),
    "room.interactions": pgettext_lazy("inquiry", "Investigation room: interactions"),
    "room.history": pgettext_lazy("inquiry", "Investigation room: earlier complaints"),
    "room.products": pgettext_lazy("inquiry", "Investigation room: products and policies"),
    "conformity": _("Readiness"),
    "evidence_pack": _("Evidence pack"),
    "body.decision": _("Decision of the complaint handling body"),
}
"""What stands in the log beside fields of the table: forms, and by what somebody searched."""


def readers() -> Sequence[Any]:
    """Everybody who could stand in the log, for its filter: present members by staff number."""
    return people.active_members()

"""One version as people read it: its cover (DI-08), its text, who has read it, and the versions before and after it."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.documents import catalogue, readers, versions
from tingsu.documents.models import Edition
from tingsu.documents.writing import Block, blocks
from tingsu.kernel.actor import Actor
from tingsu.kernel.models import Event
from tingsu.kernel.punctuation import listed
from tingsu.people.queries import staff_identity
from tingsu.process.steps import options_of
from tingsu.registers import reading, receipts
from tingsu.registers.declaration import OWNER, register_named
from tingsu.registers.entry import holds
from tingsu.registers.models import Entry

PICTURES = frozenset({"image/jpeg", "image/png"})
"""Kinds of pictures that page and paper both show."""


def controls(actor: Actor, entry: Entry) -> bool:
    """Does this person see earlier versions, and who has read it?"""
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    return register.sees_all(actor) or holds(actor, register, entry, (OWNER,))


def offered(actor: Actor, entry: Entry) -> list[tuple[str | Promise, str]]:
    """The document itself as a file, for whoever sees it."""
    return [(pgettext("document", "The document as PDF"), reverse("documents:pdf", args=[entry.number]))]


def status_of(entry: Entry) -> tuple[str, str]:
    """(controlled status in words, tone), as the cover says it."""
    words = {
        versions.IN_FORCE: (pgettext("document", "Controlled · in force"), "done"),
        versions.APPROVED: (pgettext("document", "Controlled · approved, not yet in force"), "plain"),
        versions.SUPERSEDED: (pgettext("document", "Superseded · kept for reference only, not for use"), "late"),
        versions.WITHDRAWN_STATE: (pgettext("document", "Withdrawn · not for use"), "late"),
        versions.DROPPED: (pgettext("document", "Given up · never in force"), "late"),
    }
    return words.get(entry.state, (pgettext("document", "Not controlled yet · draft"), "soon"))


def document_number(entry: Entry, texts: dict[str, str]) -> str:
    """The firm's own number of the document, or the number of its first version. One query for the second."""
    if texts.get("code"):
        return texts["code"]
    first = Edition.objects.filter(pk=entry.pk).values("document_id")
    return Entry.objects.filter(pk__in=first).values_list("number", flat=True).first() or entry.number


def _signed_at(entry: Entry) -> str:
    event = Event.objects.filter(stream_id=entry.pk, kind=f"{versions.NAME}.approved").order_by("-seq").first()
    return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}" if event else ""


def cover(entry: Entry) -> list[tuple[str, str]]:
    """The cover of a controlled document (DI-08), line by line; what is not there yet is left out."""
    codes, texts = entry.codes, entry.worded_or_none() or {}
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    hands = entry.hands
    approved = bool(codes.get("approved_on"))

    def words(name: str) -> str:
        return reading.value_words(register.by_name[name], codes.get(name), entry)

    def day(name: str) -> str:
        on = parse_date(str(codes.get(name) or ""))
        return reading.day_words(on) if on else ""

    def who(step: str, on: str = "") -> str:
        return " · ".join(filter(None, (staff_identity(_id(hands.get(step))), on)))

    first = codes.get("base") is None
    effective = reading.day_words(entry.speaks_of) if entry.speaks_of and approved else ""
    lines = [
        (_("Document number"), document_number(entry, texts)),
        (pgettext("document", "Version"), versions.version_of(codes)),
        (_("Controlled status"), status_of(entry)[0]),
        (pgettext("document", "Written by"), who("write" if hands.get("write") else "open")),
        (pgettext("document", "Reviewed by"), who("review", day("reviewed_on")) if codes.get("reviewed_on") else ""),
        (pgettext("document", "Approved by"), who("approve", _signed_at(entry)) if approved else ""),
        (pgettext("document", "Signed content (SHA-256)"), in_eights(str(codes.get("digest") or ""))),
        (_("First issue"), day("first_issued")),
        (_("First effective date"), day("first_effective")),
        (_("Revision"), "" if first or not approved else day("approved_on")),
        (_("Effective date of the revision") if not first else pgettext("document", "Effective date"), effective),
        (_("Replaces"), texts.get("replaced", "")),
        (_("Replaced by"), texts.get("replaced_by", "")),
        (_("No longer in force since"), day("ended_on")),
        (pgettext("document", "What it is for"), texts.get("purpose", "")),
        (_("Clauses"), " · ".join(register.clauses(codes))),
        (_("Steps of the process it guides"), words("steps")),
        (pgettext("document", "Language"), words("language")),
        (_("Program and version of a file"), texts.get("software", "")),
        (_("Next review"), day("review_on")),
        (pgettext("document", "For whom"), audience(entry)),
    ]
    return [(label, said) for label, said in lines if said]


def _id(value: Any) -> uuid.UUID | None:
    return uuid.UUID(str(value)) if value else None


def in_eights(digest: str) -> str:
    """A hash in groups that can be compared by eye."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def audience(entry: Entry) -> str:
    """To whom it is distributed, in words."""
    codes, register = entry.codes, register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    found = [pgettext("document", "everybody")] if codes.get("for_all") else []
    for name in ("for_roles", "for_units", "for_members"):
        labels = {str(code): str(label) for code, label in options_of(register.by_name[name], entry)}
        found += [labels.get(str(one)) or reading.name_words(one) for one in codes.get(name) or []]
    words = listed(one for one in found if one)
    alone = _("nobody else sees it")
    return f"{words} · {alone}" if codes.get("restricted") and words else words


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What the page of a version shows beside what every entry has."""
    texts = entry.worded_or_none() or {}
    sees = controls(actor, entry)
    asked = entry.state == versions.IN_FORCE and readers.was_asked(actor, entry)
    status, tone = status_of(entry)
    return {
        "cover": cover(entry),
        "status": {"words": status, "tone": tone, "over": entry.state in versions.OVER},
        "blocks": drawn(actor, entry, texts.get("body", "")),
        "file_ids": {str(one) for one in entry.codes.get("file") or []},
        "asked": asked,
        "receipt": receipts.receipt_of(actor, entry) if asked else None,
        "standing": readers.standing_of(entry) if sees else None,
        "editions": editions_of(actor, entry) if sees else [],
        "change": texts.get("change", ""),
        "part_of": catalogue.TOPICS.get(str(entry.codes.get("topic"))),
    }


def drawn(actor: Actor, entry: Entry, text: str) -> list[Block]:
    """The text as blocks, its pictures found among the files of the entry, once approved among those that were signed. One query where
    there are pictures.
    """
    found = blocks(text)
    if any(one.kind == "picture" for one in found):
        signed = set(entry.codes.get("file") or ()) if entry.codes.get("approved_on") else None
        named = {
            row["name"]: row["id"]
            for row in reading.files_of(actor, entry, "page")
            if row["type"] in PICTURES and row["opens"] and (signed is None or str(row["id"]) in signed)
        }
        for one in found:
            one.file = named.get(one.name)
    return found


def editions_of(actor: Actor, entry: Entry) -> list[dict[str, Any]]:
    """Every version of the same document that this person sees, the newest first. Two queries."""
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    document = Edition.objects.filter(pk=entry.pk).values_list("document_id", flat=True).first()
    if document is None:
        return []
    ids = Edition.objects.filter(document_id=document).values("pk")
    rows = register.visible(actor, Entry.objects.filter(pk__in=ids)).defer("texts").order_by("-opened_at", "-pk")
    return [
        {"number": row.number, "url": reading.address_of(row), "state": row.get_state_display(), "version": versions.version_of(row.codes),
         "tone": register.state_by_code[row.state].tone, "own": row.pk == entry.pk, "on": row.speaks_of}
        for row in rows
    ]  # fmt: skip

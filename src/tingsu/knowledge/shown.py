"""The page of an entry: what is in use, its wording, how it is rated, its versions, the bases it stands on."""

from typing import Any

from tingsu.documents.comparing import compared
from tingsu.documents.writing import blocks
from tingsu.kernel.actor import Actor
from tingsu.kernel.fields import in_language
from tingsu.knowledge import helping, queries, terms, uses
from tingsu.knowledge.models import Edition
from tingsu.people.queries import staff_identity
from tingsu.registers import reading
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.rulebooks import bases


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What the page shows beside what every entry has; the draft of the next version stands below the one in use."""
    editions = list(Edition.objects.select_related("entry__stream").filter(entry=entry).order_by("-number"))
    live = next((piece for row in editions if row.in_use and (piece := queries.piece_of(row)) is not None), None)
    drafted = entry.state in {terms.DRAFT, terms.CHECKING} or live is None
    texts = reading.texts_seen(actor, registers()[terms.NAME], entry, "page")
    return {
        "live": live,
        "blocks": blocks(live.body) if live else [],
        "english": blocks(live.all_texts["body_en"]) if live and live.kind == terms.HELP and live.all_texts.get("body_en") else [],
        "draft": {
            "title": texts.get("title", ""), "title_en": texts.get("title_en", ""), "situation": texts.get("situation", ""),
            "blocks": blocks(texts.get("body", "")), "english": blocks(texts.get("body_en", "")),
            "wording": texts.get("wording", ""), "wording_en": texts.get("wording_en", ""),
        } if drafted else None,
        "told": uses.told_of([entry.pk]).get(entry.pk, uses.Told()),
        "own": uses.own_rating(actor, entry) if live else None,
        "editions": [
            {"number": row.number, "at": row.published_at, "by": staff_identity(row.published_by), "written_by": staff_identity(row.written_by),
             "in_use": row.in_use}
            for row in editions
        ],
        "bases": bases_of(entry.codes.get("bases") or []),
        "helped": helping.told_of([entry.pk]).get(entry.pk) if entry.codes.get("kind") == terms.HELP else None,
        "public_number": entry.number if live and live.kind == terms.HELP else "",
        "kind": entry.codes.get("kind"),
    }  # fmt: skip


def bases_of(codes: list[str]) -> list[dict[str, str]]:
    """The bases by name, text and address, as they are in force (IV-10)."""
    known = {one["code"]: one for one in bases.in_force().body["bases"]}
    return [
        {"name": in_language(known[code]["name"]), "kind": str(bases.KINDS[known[code]["kind"]]),
         "text": in_language(known[code].get("text") or {}), "link": known[code].get("link", "")}
        for code in codes if code in known
    ]  # fmt: skip


FIELDS = ("title", "situation", "body", "wording", "title_en", "body_en", "wording_en")


def comparison(entry: Entry, number: int) -> list[dict[str, Any]]:
    """What a version says otherwise than the one before it, field by field; empty where there is none of either."""
    rows = {
        row.number: row
        for row in Edition.objects.select_related("entry__stream").filter(entry=entry, number__in=(number - 1, number))
    }
    if set(rows) != {number - 1, number}:
        return []
    old, new = rows[number - 1].written(), rows[number].written()
    return [
        {"field": name, "lines": compared(old.get(name, ""), new.get(name, ""))}
        for name in FIELDS
        if old.get(name, "") != new.get(name, "")
    ]

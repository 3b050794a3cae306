"""What others ask of knowledge: what fits a case, what somebody searched for, what complainants may read."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language

from tingsu.complaints.models import Complaint
from tingsu.complaints.replies import filled_in
from tingsu.documents.writing import bare, blocks
from tingsu.kernel.crypto import Erased
from tingsu.kernel.spelling import fold
from tingsu.knowledge import terms
from tingsu.knowledge.models import Edition
from tingsu.privacy.masking import Known
from tingsu.registers.models import EntryFacet
from tingsu.registers.sql import find_entries

MOST = 6
CANDIDATES = 60
FOUND = 200
WEIGHTS = {"categories": 4, "steps": 3, "bases": 2, "problem_types": 1}
OF_PRODUCT = 4


@dataclass(kw_only=True)
class Piece:
    """A published version as somebody reads it, in their language."""

    id: uuid.UUID
    number: str
    version: int
    kind: str
    title: str
    body: str
    chinese: bool
    """It is there in Chinese only, whatever the reader asked for."""
    wording: str = ""
    situation: str = ""
    product: str = ""
    codes: dict[str, Any] = field(default_factory=dict)
    all_texts: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return reverse("registers:entry", args=[terms.NAME, self.number])

    @property
    def kind_words(self) -> Any:
        return terms.KIND_WORDS.get(self.kind, self.kind)

    @property
    def begins(self) -> str:
        """Its beginning, without marks."""
        lines = [
            bare(line) for block in blocks(self.body or self.wording) if block.kind != "heading" for line in block.lines
        ]
        return " · ".join(lines)[:120]


def piece_of(row: Edition, language: str | None = None) -> Piece | None:
    """A published version in words; None once it was erased. The row has its entry with its stream."""
    try:
        texts = row.written()
    except Erased:
        return None
    english = (language or get_language() or "zh").lower().startswith("en")
    end = "_en" if english else ""

    def said(name: str) -> str:
        return texts.get(f"{name}{end}") or texts.get(name, "")

    return Piece(
        id=row.entry_id, number=row.entry.number, version=row.number, kind=row.kind, title=said("title"), body=said("body"),
        chinese=english and not texts.get("body_en") and not texts.get("title_en"), wording=said("wording"),
        situation=texts.get("situation", ""), product=texts.get("product", ""), codes=row.codes, all_texts=texts,
    )  # fmt: skip


def _rows(**where: Any) -> Any:
    return Edition.objects.filter(in_use=True, **where).select_related("entry__stream").order_by("-published_at", "-pk")


def in_use(entry_id: uuid.UUID, language: str | None = None) -> Piece | None:
    """The version in use of one entry. One query."""
    row = _rows(entry_id=entry_id).first()
    return piece_of(row, language) if row else None


def numbered(number: str, language: str | None = None) -> Piece | None:
    """The same by the number of the entry."""
    row = _rows(entry__number=number).first() if number.isprintable() else None
    return piece_of(row, language) if row else None


def pieces_of(rows: Iterable[Edition], language: str | None = None) -> list[Piece]:
    return [piece for row in rows if (piece := piece_of(row, language)) is not None]


def codes_of(complaint: Complaint) -> dict[str, list[str]]:
    """By what entries fit a case."""
    numbers = [str(one["no"]) for one in complaint.categories]
    subs = [str(one["sub"]) for one in complaint.categories if one.get("sub")]
    return {
        "categories": [*numbers, *subs],
        "problem_types": [complaint.problem_type] if complaint.problem_type else [],
    }


def fitting(
    complaint: Complaint, steps: Collection[str] = (), most: int = MOST, language: str | None = None
) -> list[Piece]:
    """What fits a case, and the step that is taken, best first: category, step, product, type. Two queries."""
    wanted = {**codes_of(complaint), "steps": list(steps)}
    asked = Q()
    for name, values in wanted.items():
        if values:
            asked |= Q(name=name, value__in=values)
    scores: Counter[uuid.UUID] = Counter()
    if asked:
        for entry_id, name in (
            EntryFacet.objects.filter(asked, register=terms.NAME).values_list("entry_id", "name").distinct()
        ):
            scores[entry_id] += WEIGHTS.get(name, 0)
    if not scores:
        return []
    best = [pk for pk, _score in scores.most_common(CANDIDATES)]
    found = pieces_of(_rows(entry_id__in=best).exclude(kind=terms.HELP), language)
    product = fold(complaint.product or "")
    for one in found:
        if one.product:
            alike = product and (fold(one.product) in product or product in fold(one.product))
            scores[one.id] += OF_PRODUCT if alike else -100
        about = set(one.codes.get("categories") or ())
        if about and not about & set(wanted["categories"]) and not set(one.codes.get("steps") or ()) & set(steps):
            scores[one.id] -= 100  # it is about another kind of problem, though of the same type
    found = [one for one in found if scores[one.id] > 0]
    found.sort(key=lambda one: (-scores[one.id], one.kind != terms.WORDING, one.number))
    return found[:most]


def search(words: str, most: int = 20, language: str | None = None) -> list[Piece]:
    """Published entries with these words, as the rest of the product searches. Two queries."""
    ids = find_entries(terms.NAME, words, FOUND) if words.strip() else []
    return pieces_of(_rows(entry_id__in=ids)[:most], language) if ids else []


def wording_for(piece: Piece, complaint: Complaint, known: Known) -> str:
    """Its wording in the complainant's language, filled in from the case."""
    english = complaint.language.lower().startswith("en")
    text = (piece.all_texts.get("wording_en") if english else "") or piece.all_texts.get("wording", "")
    return filled_in(text, complaint, known) if text else ""


def articles(language: str | None = None) -> list[Piece]:
    """Every public article in use, newest first. One query."""
    return pieces_of(_rows(kind=terms.HELP), language)

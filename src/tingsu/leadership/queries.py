"""What other rooms ask of values and policy: what is in force, what the public reads, how many have understood."""

from dataclasses import dataclass
from datetime import date

from tingsu.kernel.actor import Actor
from tingsu.kernel.fields import in_language
from tingsu.leadership import in_force as standing
from tingsu.leadership import terms
from tingsu.leadership.completeness import of_state
from tingsu.registers import receipts
from tingsu.registers.models import Entry
from tingsu.registers.receipts import Coverage


@dataclass(frozen=True, kw_only=True)
class Published:
    """A statement in force as the public reads it."""

    kind: str
    words: str
    title: str
    """What the firm calls it, in Chinese; empty for readers of a text in another language, who read the kind instead."""
    text: str
    chinese: bool
    """The text is Chinese, whatever the reader's language: no other was written."""
    edition: int
    since: date | None


def in_force(kind: str) -> Entry | None:
    """The version of a kind (`leadership.terms`) that is in force; None where none is. One query."""
    return next((row for row in of_state(terms.IN_FORCE) if row.codes.get("kind") == kind), None)


def all_in_force() -> dict[str, Entry]:
    """Every version in force by its kind. One query."""
    return {row.codes["kind"]: row for row in of_state(terms.IN_FORCE)}


def coverage() -> dict[str, Coverage]:
    """By kind, how many of those who work here have read and understood the version in force. A query and one for each kind."""
    return {kind: receipts.coverage_of(row) for kind, row in sorted(all_in_force().items()) if row.codes.get("to_read")}


def older_than_values() -> list[str]:
    """Kinds of the documents that hold the values (VL-04) and are older than the values in force, or not in force at all."""
    known = all_in_force()
    values = known.get(terms.VALUES)
    if values is None:
        return []
    since = standing.effective_on(values) or date.min
    found = []
    for kind in values.codes.get("documented", []):
        row = known.get(kind)
        if row is None or (standing.effective_on(row) or date.min) < since:
            found.append(kind)
    return found


def published() -> list[Published]:
    """What stands on the public side: versions in force, and nothing else (VL-09, PT-03). One query."""
    known = all_in_force()
    return [_published(kind, known[kind]) for kind in terms.PUBLIC if kind in known]


def _published(kind: str, row: Entry) -> Published:
    texts = row.written_or_none() or {}
    both = {"zh-Hans": texts.get("text_zh", ""), "en": texts.get("text_en", "")}
    text = in_language({name: words for name, words in both.items() if words})
    chinese = text == both["zh-Hans"]
    return Published(
        kind=kind, words=terms.kind_words(kind), title=texts.get("title", "") if chinese else "", text=text, chinese=chinese,
        edition=int(row.codes.get("edition", 1)), since=standing.effective_on(row),
    )  # fmt: skip


def privacy_passage() -> str:
    """What the core values in force say of privacy, in their own words (VL-16); empty without values in force."""
    row = in_force(terms.VALUES)
    texts = (row.written_or_none() or {}) if row else {}
    for place, line in enumerate(row.codes.get("checks", []) if row else []):
        if line.get("item") == "privacy":
            return texts.get(f"checks.{place}.passage", "")
    return ""


def to_read(actor: Actor) -> list[Entry]:
    """Statements in force that this person has not confirmed."""
    rows = Entry.objects.filter(register=terms.STATEMENT, state=terms.IN_FORCE, codes__to_read=True)
    return list(receipts.unread_by(actor, rows).select_related("stream"))

"""What the public page says about personal data, read from the rules in force: no word of it is written twice (PS-17, PT-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tingsu.aftercare import rules
from tingsu.clocks.queries import policy_in_force
from tingsu.clocks.words import limits_in_words
from tingsu.governance import answering
from tingsu.governance.notice import notice_parts
from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.leadership.queries import privacy_passage
from tingsu.privacy.fields import FIELD_LABELS, PERSON, TABLE, Sight, Viewer

ABOUT = (PERSON, "complaint", "demand")
"""Subjects of the privacy table that a complainant gives."""
REQUEST_LIMIT = "data_request_answer"


@dataclass(frozen=True)
class Use:
    """Fields that are held for one purpose on one ground."""

    purpose: str
    basis: str
    fields: tuple[str, ...]


def uses() -> list[Use]:
    """Every field that a complainant may give, gathered by purpose and legal ground, from the privacy table."""
    found: dict[tuple[str, str], list[str]] = {}
    for (subject, name), rule in TABLE.items():
        if subject in ABOUT and rule.sights[Viewer.SELF] is not Sight.NEVER:
            label = str(FIELD_LABELS.get(name, name))
            known = found.setdefault((str(rule.purpose), str(rule.basis)), [])
            if label not in known:
                known.append(label)
    return [Use(purpose, basis, tuple(labels)) for (purpose, basis), labels in found.items()]


@dataclass(frozen=True)
class Kept:
    """How long one class of records is kept, from when, and what happens then."""

    name: str
    years: int
    start: str
    end: str


def classes() -> Iterable[Kept]:
    """The record classes in force."""
    for entry in rulebooks.in_force(rules.RETENTION).body["classes"]:
        yield Kept(
            in_language(entry["name"]),
            entry["years"],
            str(rules.STARTS[entry["start"]]),
            str(rules.END_ACTIONS[entry["end"]]),
        )


def request_limit() -> str:
    """Within what time a request about personal data is answered."""
    return next((one.limit for one in limits_in_words(policy_in_force(), [REQUEST_LIMIT])), "")


def context() -> dict[str, Any]:
    """Everything that the page says."""
    parts = notice_parts()
    return {
        "value": privacy_passage(),
        "uses": uses(),
        "classes": list(classes()),
        "confirmed": rulebooks.in_force(rules.RETENTION).version > 0,
        "limit": request_limit(),
        "answers": answering.in_words(),
        "officer": parts.pop("officer"),
        "parts": list(parts.values()),
    }

"""Each step of processing beside what the system does in it and the rule in force (PS-01), and who was trained this year (PS-02)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.competence import files
from tingsu.competence.terms import DATA
from tingsu.documents import queries as documents
from tingsu.people import queries as people
from tingsu.protection.asked import PROCESSING
from tingsu.registers.models import Entry

TOPIC = "data_security"
"""The document that holds the rules of all six steps, unless one of the firm's own serves the step."""
YEAR = timedelta(days=365)
NAMED = 20
"""So many of those who were not trained stand by name."""
DONE: dict[str, tuple[str | Promise, str, tuple[str, ...]]] = {
    "collect": (_("Only what a complaint needs is asked; a form says what for; anonymous complaints are taken."), "privacy:fields", ()),
    "store": (
        _("Personal fields lie encrypted under a key of their own; a limit of keeping is set for each class of records."),
        "aftercare:retention", (),
    ),
    "use": (_("What a role does not need is masked; a look needs a purpose and stands in the log."), "privacy:access_log", ()),
    "transfer": (_("Exports are approved and marked; programs, partners and outside bodies get what their purpose needs."), "registers:list", ("export",)),
    "publish": (_("Publications need a ground or a consent and a second person; small numbers are suppressed."), "registers:list", ("publication",)),
    "delete": (
        _("At the end of keeping, or at a person’s request, texts, files and search words are erased, with a certificate."),
        "registers:list", ("disposal",),
    ),
}  # fmt: skip
"""What the system does in each step, and where it is looked at."""


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """One step of processing with its rules."""

    code: str
    label: str | Promise
    does: str | Promise
    url: str
    documents: list[documents.InForce]


def ruled() -> list[Ruled]:
    """The six steps, each with the documents in force that rule it. One query."""
    found = documents.in_force(topic=TOPIC)
    return [
        Ruled(
            code=code, label=label, does=DONE[code][0], url=reverse(DONE[code][1], args=DONE[code][2]), documents=found
        )
        for code, label in PROCESSING
    ]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many of those who work here were trained in data security within a year."""

    trained: int
    people: int
    missing: list[str]
    """Names of those who were not, the first twenty."""
    further: int = 0
    """How many beyond these."""


def coverage(day: date) -> Coverage:
    """Of all active members, by their personnel files. Two queries."""
    since = (day - YEAR).isoformat()
    rows = Entry.objects.filter(register=files.NAME).values_list("codes__person", "codes__topics")
    trained = {str(person) for person, lines in rows if _in_year(lines, since)}
    active = list(people.active_members())
    missing = [people.alias_of(one.pk) or "" for one in active if str(one.pk) not in trained]
    return Coverage(
        trained=len(active) - len(missing),
        people=len(active),
        missing=sorted(missing)[:NAMED],
        further=max(0, len(missing) - NAMED),
    )


def _in_year(lines: Any, since: str) -> bool:
    return any(line.get("topic") == DATA and str(line.get("on", "")) > since for line in lines or ())

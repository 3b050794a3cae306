"""The conformity view: each clause of a document with what shows it, how it stands, and what is open until the audit (MS-29).

Made anew at each look, from sources that do not grow with the records; nothing of it is kept but what people said of a clause.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity import records
from tingsu.conformity.profiles import Clause, Profile, profiles
from tingsu.conformity.registers import CLAUSE
from tingsu.governance import appointments
from tingsu.kernel import proofs
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.proofs import Holds, Proof
from tingsu.people.queries import staff_identity
from tingsu.registers.models import Entry

Words = str | Promise


class Status(StrEnum):
    """How a clause stands."""

    FULFILLED = "fulfilled"
    PARTLY = "partly"
    EXPIRED = "expired"
    MISSING = "missing"
    APART = "apart"


STATUS: dict[Status, tuple[Words, str, str]] = {
    Status.FULFILLED: (pgettext_lazy("conformity", "Fulfilled"), "done", "circle-check"),
    Status.PARTLY: (pgettext_lazy("conformity", "Partly"), "soon", "circle-dot"),
    Status.EXPIRED: (pgettext_lazy("conformity", "Expired"), "late", "hourglass"),
    Status.MISSING: (pgettext_lazy("conformity", "Missing"), "critical", "alert-circle"),
    Status.APART: (pgettext_lazy("conformity", "Not applicable"), "plain", "circle"),
}
"""Words, tone and sign of each."""
SORTS: dict[str, tuple[Words, str]] = {
    "records": (pgettext_lazy("proof", "Records"), "list-details"),
    "document": (pgettext_lazy("proof", "Document"), "file-text"),
    "rule": (pgettext_lazy("proof", "Rules in force"), "adjustments"),
    "figure": (pgettext_lazy("proof", "Figure"), "chart-bar"),
    "duty": (pgettext_lazy("proof", "Duty"), "calendar"),
    "post": (pgettext_lazy("proof", "Post"), "user"),
}
"""What a proof is, and its sign."""
HOLDING: dict[Holds, tuple[Words, str]] = {
    Holds.VALID: (pgettext_lazy("proof", "Valid"), "done"),
    Holds.ENDING: (pgettext_lazy("proof", "Ends soon"), "soon"),
    Holds.UNDECIDED: (pgettext_lazy("proof", "Not confirmed"), "soon"),
    Holds.EXPIRED: (pgettext_lazy("proof", "Expired"), "late"),
    Holds.MISSING: (pgettext_lazy("proof", "Missing"), "critical"),
}
MOST_SAID = 2000
"""Entries about clauses that are read: the newest."""
GOOD = frozenset({Holds.VALID, Holds.ENDING})


@dataclass(frozen=True)
class Shown:
    """A proof as a page draws it."""

    proof: Proof

    @property
    def sort(self) -> Words:
        return SORTS[self.proof.sort][0]

    @property
    def icon(self) -> str:
        return SORTS[self.proof.sort][1]

    @property
    def words(self) -> Words:
        return HOLDING[self.proof.holds][0]

    @property
    def tone(self) -> str:
        return HOLDING[self.proof.holds][1]

    @property
    def count(self) -> str:
        """How many there are, as far as they were counted."""
        number = self.proof.count
        return "" if number is None else "1000+" if number > 1000 and self.proof.sort == "records" else str(number)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One clause as it stands today."""

    clause: Clause
    proofs: tuple[Proof, ...] = ()
    entry: Entry | None = None
    """What people of the firm said of it last."""
    responsible: Any = None
    """Id of the member who answers for it; by default the leading management representative."""
    aside: Words = ""
    """Why it does not apply by what the set-up says of the firm, while nobody has said otherwise."""
    named: bool = False
    """Somebody was named for this clause, and does not answer for it by office only."""

    @cached_property
    def status(self) -> Status:
        """The state of a clause from its proofs: all hold, some do, none does any more, there is none."""
        if self.entry is not None and self.entry.state == "apart":
            return Status.APART
        if self.aside and self.entry is None:
            return Status.APART
        stands = Counter(one.holds for one in self.proofs)
        good = sum(stands[one] for one in GOOD)
        if good:
            return Status.FULFILLED if good == len(self.proofs) else Status.PARTLY
        if stands[Holds.UNDECIDED]:
            return Status.PARTLY
        return Status.EXPIRED if stands[Holds.EXPIRED] else Status.MISSING

    @property
    def words(self) -> Words:
        return STATUS[self.status][0]

    @property
    def tone(self) -> str:
        return STATUS[self.status][1]

    @property
    def icon(self) -> str:
        return STATUS[self.status][2]

    @property
    def open(self) -> bool:
        """Is there something to do before an audit?"""
        return self.status not in {Status.FULFILLED, Status.APART}

    @cached_property
    def bars(self) -> list[str]:
        """One bar for each proof, the good ones first: what the line draws."""
        order = list(Holds)
        return [one.value for one in sorted((proof.holds for proof in self.proofs), key=order.index)]

    @property
    def good(self) -> int:
        return sum(one.holds in GOOD for one in self.proofs)

    @property
    def sorts(self) -> list[Words]:
        """Of which sorts its proofs are."""
        return [SORTS[sort][0] for sort in dict.fromkeys(one.sort for one in self.proofs)]

    @property
    def on(self) -> date | None:
        """The newest day that its proofs speak of."""
        return max((one.on for one in self.proofs if one.on), default=None)

    @property
    def until(self) -> date | None:
        """The day on which the first of its proofs ends."""
        return min((one.until for one in self.proofs if one.until), default=None)

    @property
    def checked_on(self) -> str:
        return str(self.entry.codes.get("checked_on", "")) if self.entry else ""

    @property
    def gaps(self) -> list[Proof]:
        """Proofs that are missing, have expired or end soon, each with its sentence."""
        return [one for one in self.proofs if one.gap]

    @property
    def shown(self) -> list[Shown]:
        return [Shown(one) for one in self.proofs]

    @property
    def name(self) -> str:
        """Who answers for it."""
        return staff_identity(self.responsible) if self.responsible else ""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter with its clauses."""

    number: str
    title: str
    lines: list[Line]
    done: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """One document as a whole."""

    profile: Profile
    lines: list[Line]
    day: date
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """Clauses that apply."""
        return len(self.lines) - self.counts.get(Status.APART, 0)

    @property
    def done(self) -> int:
        return self.counts.get(Status.FULFILLED, 0)

    @property
    def percent(self) -> int:
        """The share of fulfilled clauses, cut and never rounded up."""
        return 100 * self.done // self.asked if self.asked else 0

    @property
    def worst(self) -> int:
        """Clauses of which nothing holds."""
        return self.counts.get(Status.MISSING, 0) + self.counts.get(Status.EXPIRED, 0)

    @property
    def open_lines(self) -> list[Line]:
        return [one for one in self.lines if one.open]

    @property
    def by_work(self) -> int:
        """Fulfilled clauses that stand on records and figures of daily work alone."""
        daily = {"records", "figure", "rule", "duty"}
        return sum(
            one.status is Status.FULFILLED and {proof.sort for proof in one.proofs} <= daily for one in self.lines
        )

    @property
    def first_end(self) -> date | None:
        """The day on which the first proof of all ends."""
        return min((one.until for one in self.lines if one.until), default=None)

    def chapters(self, lines: Iterable[Line]) -> list[Chapter]:
        """Chapters that have some of these lines."""
        found: dict[str, list[Line]] = {}
        for one in lines:
            found.setdefault(one.clause.chapter, []).append(one)
        whole = Counter(one.clause.chapter for one in self.lines if one.status is not Status.APART)
        done = Counter(one.clause.chapter for one in self.lines if one.status is Status.FULFILLED)
        return [
            Chapter(
                number=number, title=self.profile.chapter_title(number), lines=held, done=done[number], of=whole[number]
            )
            for number, held in found.items()
        ]


def today() -> date:
    return local_date(now(), current_organisation().time_zone)


def all_proofs(day: date) -> Mapping[str, list[Proof]]:
    """Everything that shows something, by clause."""
    found = [*records.proofs_of_entries(day)]
    for source in proofs.sources().values():
        found += source(day)
    return records.by_clause(found)


def said() -> dict[str, Entry]:
    """What was said last of each clause. One query."""
    rows = Entry.objects.filter(register=CLAUSE).order_by("-opened_at", "-pk").defer("texts")[:MOST_SAID]
    return {row.codes["about"]: row for row in reversed(rows) if row.codes.get("about")}


def leading() -> Any:
    """Who answers for what nobody else was named for: the leading management representative in office."""
    found = appointments.valid_now()
    return uuid.UUID(found[0].codes["person"]) if found else None


def readiness(code: str, day: date | None = None) -> Readiness:
    """A document clause by clause. The number of queries does not depend on what there is."""
    profile, on = profiles()[code], day or today()
    found, told, lead = all_proofs(on), said(), leading()
    lines = [
        replace(line_of(clause, found.get(clause.cited, []), told.get(clause.cited), lead), aside=aside_of(clause))
        for clause in profile.clauses
    ]
    return Readiness(profile=profile, lines=lines, day=on, counts=Counter(str(one.status) for one in lines))


def line_of(clause: Clause, found: list[Proof], entry: Entry | None, lead: Any) -> Line:
    """One clause with what shows it, what holds first."""
    order = list(reversed(Holds))
    held = sorted(found, key=lambda one: (-order.index(one.holds), one.sort))
    owner = entry.owner_id if entry else None
    return Line(clause=clause, proofs=tuple(held), entry=entry, responsible=owner or lead, named=owner is not None)


def is_micro() -> bool:
    """Is the firm a micro-enterprise, or does it work as one (ME-01)?"""
    ours = current_organisation()
    return ours.profile == Organisation.Profile.MICRO or ours.enterprise.get("kind") == "micro"


def aside_of(clause: Clause) -> Words:
    """Why a clause does not apply to a firm of this kind; empty where it does (OE-18)."""
    if clause.document != "SZ":
        return ""
    if clause.chapter == "F":
        return "" if is_micro() else _("Annex F speaks to micro-enterprises.")
    return _("In a micro-enterprise the nine steps of Annex F take its place.") if is_micro() else ""


def chosen() -> list[str]:
    """The documents that the firm chose in its set-up, the certificate's first; all while it has chosen none."""
    told = current_organisation().enterprise.get("documents") or ()
    return [code for code in profiles() if code in told] or list(profiles())

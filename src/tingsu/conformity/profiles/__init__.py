"""The documents a firm measures itself by, clause by clause: CTS for the certificate; ISC, SZ and SVC as further profiles (CA-02)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity.profiles import isc, svc, sz
from tingsu.evaluation import clauses as cts
from tingsu.kernel.fields import in_language

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One clause of one document: its number, what it is called, what it asks in our own words."""

    document: str
    number: str
    called: Words | Mapping[str, str]
    asks: Words = ""
    shall: bool = True

    @property
    def cited(self) -> str:
        """As registers and tests cite it, such as CTS 9.2 or SZ 4(2).1."""
        return f"{self.document} {self.number}"

    @property
    def title(self) -> str:
        """What it is called, in the reader's language."""
        return in_language(dict(self.called)) if isinstance(self.called, Mapping) else str(self.called)

    @property
    def slug(self) -> str:
        """Its number as a part of an address."""
        return self.number.replace("(", "-").replace(")", "")

    @property
    def chapter(self) -> str:
        """The chapter it stands in."""
        return self.number.partition(".")[0].partition("(")[0]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One document with its clauses in their order."""

    code: str
    label: Words
    chapters: Mapping[str, Words | Mapping[str, str]]
    clauses: tuple[Clause, ...]

    @cached_property
    def by_number(self) -> dict[str, Clause]:
        """Its clauses by number."""
        return {one.number: one for one in self.clauses}

    def chapter_title(self, chapter: str) -> str:
        """What a chapter is called."""
        called = self.chapters[chapter]
        return in_language(dict(called)) if isinstance(called, Mapping) else str(called)


ITEMS: dict[str, Words] = {
    "a": _("Top management answers for the effectiveness of the system"),
    "b": _("Policy and objectives are set and fit the strategic direction"),
    "c": _("The requirements are built into the business processes"),
    "d": _("The resources that the system needs are there"),
    "e": _("Why effective complaint management matters is made known"),
    "f": _("The system achieves what it is meant to achieve"),
    "g": _("People are directed and supported in making the system effective"),
    "h": _("Improvement is promoted"),
    "i": _("Other managers are supported in leading their own areas"),
}
"""The nine items of CTS 5.1, by their letters (MS-11)."""


def _both(pairs: Mapping[str, tuple[str, str]]) -> dict[str, Mapping[str, str]]:
    return {key: {"zh-Hans": zh, "en": en} for key, (zh, en) in pairs.items()}


def _of(document: str, rows: tuple[tuple[str, str, str], ...], should: frozenset[str] | None) -> tuple[Clause, ...]:
    return tuple(
        Clause(document=document, number=number, called={"zh-Hans": zh, "en": en}, shall=should is not None and number not in should)
        for number, zh, en in rows
    )  # fmt: skip


@lru_cache(maxsize=1)
def profiles() -> dict[str, Profile]:
    """Every document by its code, the certificate's first."""
    certified = tuple(
        Clause(document="CTS", number=one.number, called=one.title, asks=one.requirement) for one in cts.CLAUSES.values()
    )  # fmt: skip
    found = (
        Profile(code="cts", label="CTS TBGL009—2026", chapters=cts.CHAPTERS, clauses=certified),
        Profile(code="isc", label="T/ISC 0014—2021", chapters=_both(isc.CHAPTERS), clauses=_of("ISC", isc.CLAUSES, isc.SHOULD)),
        Profile(
            code="sz", label=pgettext_lazy("document", "Shenzhen guide"), chapters=_both(sz.CHAPTERS), clauses=_of("SZ", sz.CLAUSES, None),
        ),
        Profile(
            code="svc", label=pgettext_lazy("document", "Service-sector plan"), chapters=_both(svc.CHAPTERS),
            clauses=_of("SVC", svc.CLAUSES, frozenset()),
        ),
    )  # fmt: skip
    return {one.code: one for one in found}


@lru_cache(maxsize=1)
def clauses() -> dict[str, Clause]:
    """Every clause by how it is cited."""
    return {one.cited: one for profile in profiles().values() for one in profile.clauses}


@lru_cache(maxsize=4096)
def clause_of(cited: str) -> str:
    """The clause of our list that a citation falls under: CTS 5.3 d is CTS 5.3, SZ C.4 is SZ C; empty where there is none."""
    known = clauses()
    place = cited.strip()
    while place:
        if place in known:
            return place
        shorter = place.rstrip()
        cut = max(shorter.rfind(" "), shorter.rfind("."), shorter.rfind("("))
        place = shorter[:cut].rstrip() if cut > 0 else ""
        if " " not in place:
            return ""
    return ""


def options() -> tuple[tuple[str, Words], ...]:
    """Every clause as something to choose; the nine items of CTS 5.1 stand behind it."""
    found: list[tuple[str, Words]] = []
    for one in clauses().values():
        found.append((one.cited, f"{one.cited} {one.title}"))
        if one.cited == "CTS 5.1":
            found += [(f"CTS 5.1 {letter}", f"CTS 5.1 {letter} {words}") for letter, words in ITEMS.items()]
    return tuple(found)

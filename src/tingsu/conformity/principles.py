"""The principles view (VL-10): the nine principles of SZ and the five of SVC, each with the live evidence that it is kept: records, rules, figures.

Each principle is a clause of its own and is shown by others; their proofs are those of the conformity view, made anew at each look. GB/T 19012
stands above as the guideline whose guiding principles complaint handling refers to (MS-35), with the edition that holds today.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity import view
from tingsu.conformity.profiles import clauses
from tingsu.conformity.view import Line, Shown
from tingsu.kernel.actor import Actor
from tingsu.kernel.proofs import Proof
from tingsu.leadership import queries as leadership
from tingsu.planning import obligations
from tingsu.registers.reading import address_of

GUIDELINE = "GB/T 19012"


@dataclass(frozen=True, kw_only=True)
class Principle:
    """A principle by the clause that states it, and the clauses whose proofs show that it is kept."""

    clause: str
    label: Any
    means: Any
    """What it means here, in a sentence."""
    shown_by: tuple[str, ...]


def _sz(number: int, label: Any, means: Any, *shown_by: str) -> Principle:
    return Principle(clause=f"SZ 3.{number}", label=label, means=means, shown_by=shown_by)


def _svc(number: int, label: Any, means: Any, *shown_by: str) -> Principle:
    return Principle(clause=f"SVC 1.3.{number}", label=label, means=means, shown_by=shown_by)


PRINCIPLES: tuple[Principle, ...] = (
    _sz(1, pgettext_lazy("principle", "Commitment"), _("The process is defined, run, and promised in public."), "CTS 5.2", "ISC 4.1.5"),
    _sz(2, pgettext_lazy("principle", "Competence"), _("Enough resources, and people who can do it."),
         "CTS 7.1", "CTS 7.2", "SZ 4(3).1", "SZ 4(3).2"),
    _sz(3, pgettext_lazy("principle", "Transparency"), _("Everybody concerned knows how complaints are handled."), "SZ 6(1)", "SZ 8(1)", "CTS 7.4"),
    _sz(4, pgettext_lazy("principle", "Accessibility"), _("Ways in that are easy to find and to use."), "SVC 3.1.1", "ISC 7.1.1.1"),
    _sz(5, pgettext_lazy("principle", "Responsiveness"), _("As fast as the matter allows, within limits that are counted."),
         "SZ 6(3)", "CTS 8.2", "ISC 9.1.1.2"),
    _sz(6, pgettext_lazy("principle", "Objectivity"), _("Judged alike, by facts, without regard to who complains."),
         "ISC 9.2.1", "SZ 6(5)", "CTS 8.3"),
    _sz(7, pgettext_lazy("principle", "Accountability"), _("Who decided what, on which basis, and to whom it was reported."),
         "CTS 5.3", "SZ 4(1)", "SZ 4(2).2"),
    _sz(8, pgettext_lazy("principle", "Improvement"), _("What complaints show is mended at its cause."),
         "SZ 8(4)", "SZ 8(5)", "CTS 10.1", "CTS 10.2"),
    _sz(9, pgettext_lazy("principle", "Confidentiality"), _("Personal data is protected, and the firm's own values say so."),
         "ISC 9.7.2.1", "ISC 9.7.2.2", "ISC 9.7.2.3"),
    _svc(1, pgettext_lazy("principle", "Customer first"), _("Reasonable demands come first."), "CTS 8.6", "ISC 9.5"),
    _svc(2, pgettext_lazy("principle", "Fast response"), _("24 hours for general, 15 minutes for urgent matters."), "SVC 3.2.1"),
    _svc(3, pgettext_lazy("principle", "Objective and fair"), _("By facts and rules."), "ISC 9.2.1", "CTS 8.3"),
    _svc(4, pgettext_lazy("principle", "Closed loop"), _("Every complaint is followed to its end, and every step can be traced."),
         "SVC 2.2.2", "SVC 2.2.3", "CTS 8.6"),
    _svc(5, pgettext_lazy("principle", "Continual improvement"), _("Reviewed at intervals, and improved."), "SVC 2.2.1", "CTS 9.3", "CTS 10.2"),
)  # fmt: skip


def proofs_of(one: Principle, found: Mapping[str, list[Proof]]) -> list[Proof]:
    """What shows a principle: by its own clause and by the others, each proof once."""
    kept: dict[tuple[Any, ...], Proof] = {}
    for cited in (one.clause, *one.shown_by):
        for proof in found.get(cited, ()):
            kept.setdefault((proof.sort, str(proof.what), proof.url), proof)
    return list(kept.values())


@dataclass(frozen=True, kw_only=True)
class Told:
    """A principle as the page shows it."""

    principle: Principle
    line: Line

    @property
    def figures(self) -> list[Shown]:
        """Figures stand first: they are what happened."""
        return [one for one in self.line.shown if one.proof.sort == "figure"]


def principles(day: date) -> list[Told]:
    """All fourteen. The number of queries does not depend on what there is."""
    found, lead, known = view.all_proofs(day), view.leading(), clauses()
    return [
        Told(principle=one, line=view.line_of(known[one.clause], proofs_of(one, found), None, lead))
        for one in PRINCIPLES
    ]


def guideline(actor: Actor, day: date) -> dict[str, Any] | None:
    """GB/T 19012 as the register of obligations has it: which edition holds today, and when that was checked (MS-33, MS-35). One query."""
    for one in obligations.references(actor, day):
        if GUIDELINE in one.title:
            return {"reference": one, "url": address_of(one.entry)}
    return None


def shown(actor: Actor, day: date, reachable: Callable[[Sequence[Proof]], tuple[Proof, ...]] = tuple) -> dict[str, Any]:
    """Everything of the page; `reachable` gives proofs the address that this reader may open."""
    told = [replace(one, line=replace(one.line, proofs=reachable(one.line.proofs))) for one in principles(day)]
    return {
        "sources": [
            (_("Nine principles of the Shenzhen guide"), told[:9]),
            (_("Five principles of the service-industry plan"), told[9:]),
        ],
        "guideline": guideline(actor, day),
        "name": GUIDELINE,
        "privacy": leadership.privacy_passage(),
        "kept": sum(not one.line.open for one in told),
        "all": len(told),
    }


def of_guideline(actor: Actor, entry: Any) -> dict[str, Any] | None:
    """On the page of the obligation: the way to the principles view."""
    return (
        {}
        if entry.codes.get("use") == "guideline" and GUIDELINE in (entry.worded_or_none() or {}).get("title", "")
        else None
    )

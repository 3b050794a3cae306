"""What the register of evidence adds to the kit: clauses, next reviews, gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.urls import reverse

from tingsu.governance.subjects import SUBJECTS, Subject
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.organisations import current_organisation
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry, EntryFacet

SOON = timedelta(days=60)


def clauses_of(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """The clauses that an entry of this kind proves."""
    subject = SUBJECTS.get(codes.get("subject", ""))
    return subject.clauses if subject else ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one kind of evidence stands today: valid, expiring, missing, apart (its documents do not apply to this firm)."""

    subject: Subject
    valid: int
    last: Any
    state: str
    url: str
    until: Any = None
    """The last day on which anything of it holds; None where something holds without an end."""

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return {"valid": "done", "expiring": "soon", "missing": "critical", "apart": "plain"}[self.state]


def applies(clauses: Iterable[str]) -> bool:
    """Is one of these clauses of a document that applies to this firm? All do until the firm has said which (OE-18)."""
    chosen = current_organisation().enterprise.get("documents") or ()
    return not chosen or any(clause.partition(" ")[0].lower() in chosen for clause in clauses)


def standing(actor: Actor) -> dict[str, Any]:
    """Every kind of evidence with how many valid entries it has, and what is missing. One query."""
    register = register_named("evidence")
    assert register is not None  # noqa: S101 declared beside this
    today = local_date(now(), current_organisation().time_zone)
    alive = Q(entry__state="valid", entry__speaks_of__lte=today)
    alive &= Q(entry__expires_on=None) | Q(entry__expires_on__gte=today)
    lasting = Q(entry__expires_on=None) | Q(entry__expires_on__gte=today + SOON)
    seen = register.visible(actor, Entry.objects.all())
    rows = EntryFacet.objects.filter(alive, register="evidence", name="subject", entry__in=seen).values_list("value")
    counted = {
        value: (valid, lasts, last, None if unlimited else until)
        for value, valid, lasts, last, unlimited, until in rows.annotate(
            valid=Count("pk"),
            lasts=Count("pk", filter=lasting),
            last=Max("entry__speaks_of"),
            unlimited=Count("pk", filter=Q(entry__expires_on=None)),
            until=Max("entry__expires_on"),
        )
    }
    base = reverse("registers:list", args=["evidence"])
    found = []
    for code, subject in SUBJECTS.items():
        valid, lasts, last, until = counted.get(code, (0, 0, None, None))
        state = "valid" if lasts else "expiring" if valid else "missing" if applies(subject.clauses) else "apart"
        found.append(
            Standing(subject=subject, valid=valid, last=last, state=state, url=f"{base}?subject={code}", until=until)
        )
    gaps = [one for one in found if one.state == "missing" and one.subject.shall]
    return {
        "standing": found,
        "gaps": len(gaps),
        "proved": sum(bool(one.valid) for one in found),
        "asked": sum(one.state != "apart" for one in found),
    }

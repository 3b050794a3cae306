"""Rules as they are shipped: a firm that works by them says so, or publishes its own (MS-29). What nobody decided shows no clause."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from tingsu.kernel import proofs, rulebooks
from tingsu.setup import checklist

OWN, AGREED, OPEN = "own", "agreed", "open"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One rulebook that clauses stand on."""

    kind: str
    label: object
    clauses: str
    version: int
    state: str
    url: str
    may: bool
    """Can it be taken over as it is shipped? Amounts of compensation are the firm's own to set (CA-31)."""


def subjects() -> Mapping[str, str]:
    """Kind of rulebook → under which subject it is confirmed; those of the list of the set-up keep theirs."""
    held = {kind: subject for subject, kind in checklist.CONFIRMED.items() if kind}
    return {
        kind: held.get(kind, f"{checklist.RULES}{kind}") for kind in proofs.ruled() if held.get(kind) != "compensation"
    }


def listed() -> list[Rules]:
    """Every rulebook that clauses stand on: published here, confirmed as shipped, or not decided yet; the last ones first."""
    agreed, known, named, found = checklist.confirmed_kinds(), rulebooks.kinds(), subjects(), []
    for kind, (clauses, page) in proofs.ruled().items():
        version = rulebooks.in_force(kind).version
        state = OWN if version else AGREED if kind in agreed else OPEN
        found.append(
            Rules(
                kind=kind, label=known[kind].label, clauses=", ".join(clauses), version=version, state=state, may=kind in named,
                url=reverse(page if kind in named else "setup:compensation"),
            )
        )  # fmt: skip
    order = (OPEN, AGREED, OWN)
    return sorted(found, key=lambda one: order.index(one.state))

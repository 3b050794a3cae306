"""The profiles that ship, one for each document and the strictest of all, put together from what the apps declare (§31.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.timers import DEFAULT_WARNINGS, STRICTEST, Label, Limit, TimerKind, timers


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile: its name, the document behind it, and how that document's clauses begin in a line's basis."""

    code: str
    label: Label
    document: Label
    clauses: str = ""
    """Empty for the strictest, which follows all documents."""

    def speaks_in(self, basis: str) -> bool:
        """Whether a line with this basis rests on the profile's own document, not on another one."""
        return not self.clauses or any(part.strip().startswith(self.clauses) for part in basis.split(";"))


PROFILES: Mapping[str, Profile] = {
    one.code: one
    for one in (
        Profile(
            code=STRICTEST,
            label=_("Strictest of all"),
            document=_("Of all documents the shortest time and the wider duty"),
        ),
        Profile(code="isc", label="ISC", document=_("T/ISC 0014—2021, complaint service of internet enterprises"), clauses="ISC "),
        Profile(code="sz", label="SZ", document=_("Shenzhen guide to complaint quality management of small enterprises"), clauses="SZ "),
        Profile(code="svc", label="SVC", document=_("Complaint handling plan of the service sector"), clauses="SVC "),
        Profile(code="cts", label="CTS", document=_("CTS TBGL009—2026, certification of complaint management"), clauses="CTS "),
        Profile(code="micro", label=_("Micro-enterprise"), document=_("Shenzhen guide, Annex F: nine steps for micro-enterprises"), clauses="SZ F"),
    )
}  # fmt: skip


def line(kind: TimerKind, limit: Limit) -> dict[str, Any]:
    """One line of a policy body."""
    return {
        "timer": kind.name,
        "when": {condition: list(values) for condition, values in limit.when.items()},
        "amount": limit.amount,
        "unit": limit.unit.value,
        "warn_at": list(DEFAULT_WARNINGS),
        "on_breach": list(limit.on_breach),
        "basis": limit.basis,
        "ours": limit.ours,
    }


def profile_body(profile: str) -> dict[str, Any]:
    """The policy of one profile, as a body that may be published. Raises KeyError for one that does not ship."""
    code = PROFILES[profile].code
    return {"profile": code, "rules": [row for kind in timers().values() for row in shipped_lines(kind, code)]}


def strictest() -> dict[str, Any]:
    """The shortest time and the wider duty of all documents. A new organisation starts with it."""
    return profile_body(STRICTEST)


def shipped_lines(kind: TimerKind, profile: str = STRICTEST) -> list[dict[str, Any]]:
    """The lines of one timer in a profile: its own, or the strictest's where its document says nothing."""
    own = [limit for limit in kind.limits if limit.profile == profile]
    return [line(kind, limit) for limit in own or kind.limits if limit.profile in (profile, STRICTEST)]


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """A published policy with the shipped lines of timers it does not know: an app that came later brought them."""
    known = {row["timer"] for row in body["rules"]}
    missing = [
        row
        for kind in timers().values()
        if kind.name not in known
        for row in shipped_lines(kind, body.get("profile", STRICTEST))
    ]
    return {**body, "rules": [*body["rules"], *missing]} if missing else body

"""Which documents a firm measures itself by, and what is open until the next audit (OE-18, MS-29)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tingsu.conformity import view
from tingsu.conformity.profiles import profiles
from tingsu.conformity.view import Line, Readiness
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.queries import staff_identity
from tingsu.registers.models import Entry

HISTORY = 12
FACTS = ("kind", "size", "documents", "reason")


@dataclass(frozen=True)
class Change:
    """One change of what the firm says of itself."""

    at: datetime
    who: str
    documents: list[str]
    reason: str


def applicability(code: str) -> dict[str, Any]:
    """Was this document chosen, for what reason, and who chose what before. One query."""
    facts = current_organisation().enterprise
    told = facts.get("documents") or ()
    rows = Event.objects.filter(stream_id=current_organisation_id(), kind="organisation.changed").order_by("-seq")[
        :HISTORY
    ]
    return {
        "chosen": not told or code in told, "open": not told, "reason": facts.get("reason", ""), "history": [one for row in rows if (one := _change(row))],
    }  # fmt: skip


def _change(row: Event) -> Change | None:
    old, new = row.data.get("set", {}).get("enterprise") or (None, None)
    if not isinstance(new, dict) or all((old or {}).get(name) == new.get(name) for name in FACTS):
        return None
    labels = [str(one.label) for code, one in profiles().items() if code in (new.get("documents") or ())]
    return Change(row.at, staff_identity(row.actor_id) if row.actor_id else "", labels, str(new.get("reason", "")))


def until_audit(found: Readiness, audit: Entry | None) -> dict[str, Any] | None:
    """The days to the audit, and what is open until then: what does not hold today, and what ends before it."""
    if audit is None:
        return None
    on = date.fromisoformat(audit.codes["audit_on"])
    ending: list[Line] = [
        one
        for one in found.lines
        if not one.open and one.status is not view.Status.APART and one.until and one.until < on
    ]
    return {"entry": audit, "on": on, "days": (on - found.day).days, "open": len(found.open_lines), "ending": ending}


def with_stream(entry: Entry | None) -> Entry | None:
    """An entry whose texts are to be read."""
    return Entry.objects.select_related("stream").get(pk=entry.pk) if entry else None

"""What planning adds to the pages of entries: the way from a finding to a change of the system (IM-07), and what a process carries."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from tingsu.kernel.actor import Actor
from tingsu.planning import changes, processes, risks
from tingsu.planning.processes import criteria_of
from tingsu.registers.added import Part, add_part
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.reading import address_of

FROM = ("nonconformity", risks.NAME, "obligation", "context_factor", processes.NAME)
"""Registers whose entries may call for a change of the system."""


def changes_of(actor: Actor, entry: Entry) -> dict[str, Any] | None:
    """Changes that follow from an entry, and the way to propose one. One query."""
    register = register_named(changes.NAME)
    assert register is not None  # noqa: S101 declared here
    following = EntryLink.objects.filter(other_id=entry.pk, kind="follows", entry__register=changes.NAME).values(
        "entry_id"
    )
    seen = list(
        register.visible(actor, Entry.objects.filter(pk__in=following)).select_related("stream").order_by("number")[:20]
    )
    may = actor.has_role(*register.openers)
    if not seen and not may:
        return None
    query = urlencode({"origin": entry.number})
    return {
        "changes": [(one, address_of(one), _title(one), register.state_by_code[one.state]) for one in seen],
        "new": f"{reverse('registers:new', args=[changes.NAME])}?{query}" if may else "",
    }


def _title(entry: Entry) -> str:
    return (entry.worded_or_none() or {}).get("title") or entry.number


def carried_by(actor: Actor, entry: Entry) -> dict[str, Any] | None:
    """Of a process: the settings that carry it out in their versions, the risks dealt with in it, the processes that connect here. Two queries."""
    register = register_named(risks.NAME)
    assert register is not None  # noqa: S101 declared here
    found = [
        one
        for one in risks.risks_of_process(uuid.UUID(str(entry.pk)))
        if register.sees_all(actor) or one.owner_id == actor.id
    ]
    others = [one for one in processes.rows_now() if str(entry.pk) in (one.codes.get("connects_to") or ())]
    return {
        "settings": sorted({(str(one.setting), one.version) for one in criteria_of(entry) if one.setting}),
        "risks": [
            (one, address_of(one), _title(one), dict(risks.LEVELS).get(one.codes.get("level", ""), "")) for one in found
        ],
        "others": [
            (one, address_of(one), _title(one), (one.worded_or_none() or {}).get("connects", "")) for one in others
        ],
    }


for _name in FROM:
    add_part(_name, Part(template="planning/changes_of.html", context=changes_of))
add_part(processes.NAME, Part(template="planning/carried_by.html", context=carried_by))

"""Settings with effect on the process ask for a change record (MS-19): whoever publishes a version names it, or one opens filled in.

Nothing waits for it: the version is in force, the record opens by a job, and whoever published has ten working days to write down
what the change means. A firm in micro mode keeps the history of its settings as its record.
"""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from tingsu.kernel import kinds, rulebooks
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.ledger import Chain, reaction
from tingsu.kernel.models import Event, Organisation, Rulebook
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.pages.rulebooks import Change, differences_of
from tingsu.people.queries import member_or_none
from tingsu.planning import changes, tasks
from tingsu.registers.actions import Opening, comment, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

WITH_EFFECT = frozenset(
    {
        "time_limits", "escalation_ladder", "calendar", "authority", "committee", "categories", "assessment", "risk_rules", "routing", "scope",
        "completeness", "lists", "question_tree", "departments", "mediation", "sources", "remedies", "bases", "ways", "advance", "payments",
        "quick_check", "aftercare", "retention", "warning_rules", "indicators", "on_call",
    }
)  # fmt: skip
"""Time limits and their ladder, authority, categories and criteria, forms, rules of risk, and what else decides how a complaint is handled."""
MOST = 60
"""So many lines of a difference are written down; the version itself keeps all of them."""
NUMBER = re.compile(r"\bBG-?\d{4}-?\d{1,6}\b", re.IGNORECASE)


@reaction("rulebook.published")
def ask_for_a_change(chain: Chain, event: Event, actor: Actor) -> None:
    """A version of rules with effect on the process came into force: its change record is opened, or linked, by a job."""
    if event.body["kind"] not in WITH_EFFECT or actor.kind not in {"member", "token"}:
        return
    if current_organisation().profile == Organisation.Profile.MICRO:
        return
    tasks.open_change.defer(event_id=str(event.pk))


def open_change(event_id: uuid.UUID) -> Entry | None:
    """The change record of a published version; None where one was named, where it stands, or where the difference is daily business."""
    event = Event.objects.get(pk=event_id)
    row = Rulebook.objects.get(pk=event.body["rulebook"])
    pk = uuid.uuid5(event_id, changes.NAME)
    before = rulebooks.version_of(row.kind, row.version - 1).body
    kind = rulebooks.kinds()[row.kind]
    if Entry.objects.filter(pk=pk).exists() or (kind.daily is not None and kind.daily(before, row.body)):
        return None
    publisher = row.published_by if row.published_by and member_or_none(row.published_by) else None
    if _noted_where_named(row):
        return None
    values = {"sort": changes.CONFIGURATION, "owner": str(publisher or "")}
    said = {"title": Said("configuration", {"kind": row.kind, "version": row.version})}
    with override(current_organisation().language):
        texts = {"purpose": row.note, "difference": difference(row.kind, before, row.body)}
    register = registers()[changes.NAME]
    return open_entry(
        actor=automation("planning.configuration", current_organisation_id()),
        register=changes.by_itself(register, {"published_by": str(publisher or ""), "rulebook": str(row.pk)}),
        opening=Opening(id=pk, values={name: value for name, value in {**values, **texts}.items() if value}, said=said),
    )


def _noted_where_named(row: Rulebook) -> bool:
    """Does the note of a version name a change record? Then that one is the record, and it is written down there."""
    actor, register = automation("planning.configuration", current_organisation_id()), registers()[changes.NAME]
    for typed in NUMBER.findall(row.note):
        found = kinds.find_number(actor, typed, among=[changes.NAME])
        if found is not None:
            with override(current_organisation().language):
                words = _("Published: %(what)s") % {"what": _said({"kind": row.kind, "version": row.version})}
            comment(actor=actor, register=register, entry=Entry.objects.get(pk=found.id), text=words, key=str(row.pk))
            return True
    return False


def difference(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What a version changes, line by line, in the language of the moment."""
    lines = [_line(one) for one in differences_of(kind, dict(before), dict(after))]
    more = len(lines) - MOST
    told = [*lines[:MOST], *([_("and %(number)s more") % {"number": more}] if more > 0 else [])]
    return "\n".join(told)[:8000]


def _line(one: Change) -> str:
    return after_label(str(one.what), f"{one.before or '–'} → {one.after or '–'}")


@says("configuration")
def _said(values: Mapping[str, Any]) -> str:
    """Which settings, in which version."""
    known = rulebooks.kinds().get(values["kind"])
    name = known.label if known else values["kind"]
    return _("%(settings)s: version %(version)s") % {"settings": name, "version": values["version"]}

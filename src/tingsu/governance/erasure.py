"""Erasing a case with everything that follows it: persons, texts, files, letters, and what registers hold of the person.

An entry about a person (contact, request) is erased whole. An entry of the management system (nonconformity, event record)
stays; in it the person's name, numbers, address and the like are replaced, and what its history quotes of them is erased.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from tingsu.complaints.models import Complaint, Party
from tingsu.kernel import erasing
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.fields import SealedField
from tingsu.kernel.ledger import Chain, lock_chains, texts_of
from tingsu.kernel.models import Event, EventText, Stream
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.privacy.fields import CONSENT, PERSON, TABLE
from tingsu.privacy.show import former_values
from tingsu.registers.declaration import register_named
from tingsu.registers.entry import write_words
from tingsu.registers.facets import write_facets
from tingsu.registers.models import Entry, EntryLink

GONE = "■■"
"""Stands in texts of the management system where the name or number of an erased person stood."""
SHORTEST = 2
OF_PERSON = ("name", "phone", "email", "address", "fax", "contact_note")
OF_CASE = ("order_number", "person_concerned", "code")
MODEL_OF_CASE = "complaint"


def erase_case(complaint_id: uuid.UUID, *, actor: Actor, at: datetime, data: dict[str, Any]) -> dict[str, int]:
    """Erase one case and what registers hold of its persons, in the open transaction; counts by sort, empty when it was erased.

    Streams are locked in the order of their ids. The caller has asked whether it may (`disposal.obstacles`), and asks
    again behind this lock.
    """
    linked = list(EntryLink.objects.filter(other_id=complaint_id).values_list("entry_id", flat=True))
    chains = lock_chains([complaint_id, *linked])
    chain = chains.pop(complaint_id)
    if not chain.stream.wrapped_key:
        return {}
    values = values_of(complaint_id)
    counts = erasing.erase(chain, actor=actor, at=at, data=data)
    chain.flush()
    entries = {entry.pk: entry for entry in Entry.objects.filter(pk__in=chains).select_related("stream")}
    for pk, other in chains.items():
        if not other.stream.wrapped_key:
            continue
        known = register_named(entries[pk].register)
        if known is not None and known.personal:
            _add(counts, {**erasing.erase(other, actor=actor, at=at, data=data), "entries": 1})
        elif _cut(other, entries[pk], values, actor, at):
            _add(counts, {"quoted": 1})
        other.flush()
    return counts


def values_of(complaint_id: uuid.UUID) -> list[str]:
    """What tells who the persons of a case are, longest first, so that a part never hides the whole."""
    found: set[str] = set()
    for party in Party.objects.filter(complaint_id=complaint_id, erased_at=None):
        found |= {party.text(name) for name in OF_PERSON}
        found |= {value for line in former_values(party) for value in line.values()}
    complaint = Complaint.objects.select_related("stream").get(pk=complaint_id)
    found |= {complaint.text(name) for name in OF_CASE}
    return sorted((one for one in found if len(one.strip()) >= SHORTEST), key=len, reverse=True)


def without(text: str, values: Iterable[str]) -> str:
    """A text in which none of these values stands any more."""
    for value in values:
        text = text.replace(value, GONE)
    return text


def _cut(chain: Chain, entry: Entry, values: list[str], actor: Actor, at: datetime) -> bool:
    """Take a person's values out of an entry that stays; quoted texts of its history are erased whole, their digest stays."""
    register = register_named(entry.register)
    entry.stream = chain.stream
    texts = entry.written()
    kept = {name: without(text, values) for name, text in texts.items()}
    history = texts_of(Event.objects.filter(stream_id=entry.pk))
    quoting = [pk for pk, said in history.items() if any(without(text, values) != text for text in said.values())]
    if kept == texts and not quoting:
        return False
    entry.write(kept)
    entry.save(update_fields=["texts"])
    EventText.objects.filter(pk__in=quoting).update(body=None, salt=None)
    if register is not None:
        write_facets(register, entry, kept)
        write_words(register, entry, kept)
    chain.record(
        erasing.CUT, actor=actor, at=at, data={"erased": {"texts": len(quoting), "fields": _changed(texts, kept)}}
    )
    return True


def _changed(before: dict[str, str], after: dict[str, str]) -> int:
    return sum(text != after[name] for name, text in before.items())


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        counts[name] = counts.get(name, 0) + count


def withdraw_consent(complaint_id: uuid.UUID, *, actor: Actor, at: datetime, request_id: uuid.UUID) -> int:
    """Take away what the person gave by consent alone (privacy table), in the open transaction; how many fields.

    What the complaint itself needs stands on another ground and stays.
    """
    names = [name for (subject, name), rule in TABLE.items() if subject == PERSON and rule.basis == CONSENT]
    columns = {field.name: field for field in Party._meta.concrete_fields}
    emptied = {name: None if isinstance(columns[name], SealedField) else "" for name in names if name in columns}
    chain = lock_chains([complaint_id])[complaint_id]
    taken = 0
    for party in Party.objects.filter(complaint_id=complaint_id, erased_at=None):
        changed = {name: value for name, value in emptied.items() if getattr(party, name)}
        if changed:
            Party.objects.filter(pk=party.pk).update(**changed)
            taken += len(changed)
    chain.record(erasing.CUT, actor=actor, at=at, data={"why": "consent", "request": request_id, "fields": taken})
    chain.flush()
    return taken


# After a restore


def replay_erasures(path: Path | None = None) -> int:
    """Erase again what was erased after the backup that was restored; how many things.

    For the organisation acted for. `path` is the list that was kept outside the database, by default the one in this home;
    it has to be the newest there is, not the one from the backup. Run twice it erases nothing twice. Raises ValueError for
    a file that is no such list.
    """
    done = 0
    actor = automation("governance.replay_erasures", current_organisation_id())
    for pk, kind, _at in erasing.listed(path or erasing.outside(current_organisation())):
        with transaction.atomic(durable=True):
            stream = Stream.objects.filter(pk=pk, kind=kind).first()
            if stream is None or not stream.wrapped_key:
                continue
            data = {"why": "restored"}
            if kind == MODEL_OF_CASE:
                done += bool(erase_case(pk, actor=actor, at=now(), data=data))
            else:
                chain = lock_chains([pk])[pk]
                done += bool(erasing.erase(chain, actor=actor, at=now(), data=data))
                chain.flush()
    return done


def is_erased(complaint: Complaint) -> bool:
    """Was this case erased?"""
    try:
        complaint.stream.key()
    except Erased:
        return True
    return False

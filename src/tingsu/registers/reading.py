"""An entry in words: its fields, its history, its links and files, each as one reader may see them."""

import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.files.access import sees_content, sees_original
from tingsu.files.models import StoredFile
from tingsu.files.store import name_of, state_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.events import event_kind
from tingsu.kernel.kinds import matters_of as matters_of_things
from tingsu.kernel.kinds import names_of
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import chinese, labelled, listed
from tingsu.kernel.together import Reader
from tingsu.pages import timeline
from tingsu.pages.faces import date_words
from tingsu.people import alone
from tingsu.people.programs import program_words
from tingsu.people.queries import alias_of, member_or_none, staff_identity, unit_name
from tingsu.privacy.masking import NOBODY, Known, mask_text
from tingsu.privacy.show import Shown, open_windows, show_kept, show_text
from tingsu.process.steps import Field, options_of
from tingsu.registers.actions import BY_HAND, LINKS, LINKS_BACK
from tingsu.registers.covering import know, known_in, place_of, with_links
from tingsu.registers.declaration import Register, register_named
from tingsu.registers.entry import NAMED
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.saying import SAID, worded

HISTORY = 100
IN_HISTORY = 200
"""So much of a text that the page shows in its own way stands in its history."""
MOST = 50
Row = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One field in words: label, value, and the lines of a table."""

    name: str
    label: str
    value: str = ""
    wide: bool = False
    rows: list[Row] = field(default_factory=list)
    shown: Shown | None = None
    """A field about a person as the page shows it, with its way to be revealed."""

    @property
    def heads(self) -> list[str]:
        """What stands above the columns where several rows say the same things; empty where a list of words reads better."""
        labels = {tuple(label for label, _words in row) for row in self.rows}
        same = next(iter(labels)) if len(labels) == 1 else ()
        return list(same) if len(self.rows) > 1 and len(same) > 1 else []


@dataclass(kw_only=True)
class Told(timeline.Told):
    """One event of an entry as its page shows it."""

    kind: str = ""


def value_words(one: Field, value: Any, entry: Entry | None = None) -> str:
    """A code in words: an option's label, a date, an amount, a name."""
    if value in (None, "", []):
        return ""
    if one.kind == "bool":
        return _("Yes") if value else _("No")
    if one.kind == "money":
        return yuan(int(value))
    if one.kind == "datetime" and (at := parse_datetime(str(value))):
        return date_words(at)
    if one.kind == "date" and (on := parse_date(str(value))):
        return day_words(on)
    if one.kind in {"member", "unit"}:
        return name_words(value)
    if one.kind in {"choice", "choices"}:
        labels = {str(code): str(label) for code, label in options_of(one, entry)}
        chosen = value if isinstance(value, list) else [value]
        return listed(labels.get(str(item)) or name_words(item) or str(item) for item in chosen)
    return str(value)


def day_words(on: date) -> str:
    """A day with its year."""
    return f"{on.year} 年 {on.month} 月 {on.day} 日" if chinese() else f"{on.day} {on:%b} {on.year}"


def name_words(value: Any) -> str:
    """A member's work identity or a department's name by id; empty for anything else."""
    try:
        pk = uuid.UUID(str(value))
    except ValueError:
        return ""
    return staff_identity(pk) if member_or_none(pk) else unit_name(pk)


def seen(actor: Actor, register: Register, entry: Entry, name: str, text: str, door: str, known: Known) -> str:
    """A text of an entry as this reader may see it: by its own place in the privacy table, or as a note."""
    if name in register.of_the_firm:
        tells = register.tells_of_cases is not None and register.tells_of_cases(entry.codes)
        # Whoever writes it takes the names out, and for that reads them.
        covers = tells and not (actor.id and actor.id in (entry.owner_id, entry.opened_by))
        return mask_text(text, known) if covers else text
    return show_text(actor, *place_of(register, name), text, door, known=known) if text else ""


def texts_seen(actor: Actor, register: Register, entry: Entry, door: str) -> dict[str, str]:
    """All texts of an entry as this reader may see them; erased ones say so."""
    written = entry.worded_or_none()
    if written is None:
        return {register.title: pgettext("text", "(erased)")}
    known, kept_back = known_in(register, written, entry), withheld(actor, register, entry)
    return {
        name: seen(actor, register, entry, top, text, door, known)
        for name, text in written.items()
        if (top := name.partition(".")[0]) not in kept_back
    }


def withheld(actor: Actor, register: Register, entry: Entry) -> frozenset[str]:
    """Fields of an entry whose texts this person does not read."""
    return register.withholds(actor, entry) if register.withholds and actor.kind != "system" else frozenset()


def leaving(register: Register, entry: Entry) -> Entry:
    """An entry as it leaves the centre, to be read only."""
    if register.leaving is None:
        return entry
    found = copy(entry)
    found.codes = register.leaving(entry)
    return found


def lines_of(actor: Actor, register: Register, entry: Entry, door: str, *, paper: bool = False) -> list[Line]:
    """Every field that holds something, in the order of the declaration; a page names the owner at its head already.

    Paper has no part of its own that shows some of them: they stand there too, unless the register offers a document with them.
    """
    whole = paper and not (register.offers and register.offers(actor, entry))
    if whole:
        entry = leaving(register, entry)
    texts, found, kept_back = texts_seen(actor, register, entry, door), [], withheld(actor, register, entry)
    for one in register.fields:
        if one.name in kept_back:
            continue
        if one.kind == "files" or one.name in register.passing or (door == "page" and one.name == register.owner):
            continue
        if one.name in register.own_part and not whole and (door == "page" or not register.sees_all(actor)):
            continue
        if one.kind == "rows":
            rows = _rows(one, entry, texts)
            if rows:
                found.append(Line(name=one.name, label=str(one.label), rows=rows, wide=True))
        elif words := cell(register, entry, texts, one.name):
            found.append(Line(name=one.name, label=str(one.label), value=words, wide=one.kind == "longtext"))
    return found


def with_reveal(actor: Actor, register: Register, entry: Entry, lines: list[Line]) -> list[Line]:
    """The same lines for a page, where a field about a person can be opened with a purpose (PS-06). One query at most."""
    written = entry.worded_or_none() or {}
    if not any(line.value != written.get(line.name, line.value) for line in lines):
        return lines
    windows, known, found = open_windows(actor, [entry.pk]), known_in(register, written, entry), []
    for line in lines:
        if line.value != written.get(line.name, line.value) or line.name in register.personal:
            place = place_of(register, line.name)
            shown = show_kept(actor, place, line.name, entry.pk, written.get(line.name, ""), windows, known=known)
            line = replace(line, value=shown.value, shown=replace(shown, label=line.label))
        found.append(line)
    return found


def cell(register: Register, entry: Entry, texts: Mapping[str, str], name: str) -> str:
    """One field of an entry in words."""
    one = register.by_name[name]
    if one.kind in {"text", "longtext"}:
        return texts.get(name, "")
    if one.kind == "rows":
        return "\n".join(" · ".join(words for _label, words in row) for row in _rows(one, entry, texts))
    return value_words(one, entry.codes.get(name), entry)


def _rows(one: Field, entry: Entry, texts: Mapping[str, str]) -> list[Row]:
    found = []
    for place, line in enumerate(entry.codes.get(one.name, [])):
        row = [
            (
                str(inner.label),
                texts.get(f"{one.name}.{place}.{inner.name}") or value_words(inner, line.get(inner.name), entry),
            )
            for inner in one.rows
        ]
        found.append([(label, words) for label, words in row if words])
    return found


def history_of(actor: Actor, register: Register, entry: Entry, door: str) -> list[Told]:
    """The last HISTORY events, oldest first. Two queries, and those for the names of what was linked.

    That somebody has read it (`registers.receipts`) is left out: a hundred readers would push out what became of the entry.
    """
    told_here = Event.objects.filter(stream_id=entry.pk).exclude(kind=f"{register.name}.understood")
    events = list(reversed(told_here.order_by("-seq")[:HISTORY]))
    texts, found, last = texts_of(events), [], None
    known = known_in(register, entry.worded_or_none() or {}, entry)
    links = {event.pk: uuid.UUID(event.body["other"]) for event in events if "other" in event.body}
    names = names_of(set(links.values()), actor) if links else {}
    moved = {event.pk: change for event in events if (change := event.data.get("set", {}).get(f"codes.{SAID}"))}
    said = next((old for old, _new in moved.values()), entry.codes.get(SAID)) or {}
    for event in events:
        said = (moved[event.pk][1] or {}) if event.pk in moved else said
        told = _told(actor, register, entry, event, texts.get(event.pk, {}), said, door, known)
        if linked := names.get(links.get(event.pk, entry.pk)):
            told.codes.append((labelled(LINKS[event.body["kind"]]), linked.name))
        on = timezone.localtime(event.at).date()
        if on != last:
            told.day, last = day_words(on), on
        found.append(told)
    return found


def _told(
    actor: Actor, register: Register, entry: Entry, event: Event, texts: Mapping[str, str], said: Mapping[str, Any], door: str, known: Known,
) -> Told:  # fmt: skip
    kind, step = event_kind(event.kind), register.step_of(event.kind)
    timer = event.body.get("kind", "") if event.kind.startswith("promise.") else ""
    told = Told(
        at=event.at,
        kind=event.kind,
        tone=kind.tone,
        icon=kind.icon,
        who=_who(event) if not (kind.alone and event.actor_kind == "system") else "",
        words=str(kind.words) % {"timer": timer_name(timer) if timer else "", "names": ""},
    )
    fields = {one.name: one for one in step.fields} if step else {}
    named = {name.removeprefix(NAMED): text for name, text in texts.items() if name.startswith(NAMED)}
    kept_back = withheld(actor, register, entry)
    texts = worded({name: text for name, text in texts.items() if not name.startswith(NAMED)}, said)
    for name, text in texts.items():
        top = name.partition(".")[0]
        if top in kept_back:
            continue
        label = str(fields[top].label) if top in fields and (len(texts) > 1 or named) else ""
        words = seen(actor, register, entry, top, text, door, known)
        if top in register.reads_as and door == "page":
            words = register.reads_as[top](words)
        if top in register.own_part and door == "page" and len(words) > IN_HISTORY:
            words = f"{' '.join(words.split())[:IN_HISTORY]}…"  # the page shows all of it in its own way
        told.lines.append((labelled(label) if label else "", words))
    for name, value in event.body.get("values", {}).items():
        one = fields.get(name)
        if one is None or one.kind in {"rows", "files", "longtext", "text"}:
            continue
        words = (
            seen(actor, register, entry, name, named[name], door, known)
            if name in named
            else value_words(one, value, entry)
        )
        if words:
            told.codes.append((labelled(one.label), words))
    if warned := alone.warning_words(event.body):
        told.codes.append((labelled(alone.LABEL), listed(warned)))
    if register.recurs and (on := parse_date(event.body.get("next_on") or "")):
        told.codes.append((labelled(register.by_name[register.recurs.next_on].label), day_words(on)))
    return told


def _who(event: Event) -> str:
    if event.actor_kind == "member":
        return alias_of(event.actor_id) or event.actor_name
    if event.actor_kind == "token":
        return program_words(event.actor_name)
    words = {"complainant": _("Complainant"), "system": pgettext("actor", "System")}
    return words.get(event.actor_kind, event.actor_name)


def links_of(actor: Actor, stream_id: uuid.UUID) -> list[dict[str, Any]]:
    """What a thing is linked with, from both ends, as far as the actor may see it. A query a kind and two."""
    forth = list(EntryLink.objects.filter(entry_id=stream_id).order_by("made_at", "id")[:MOST])
    back = list(EntryLink.objects.filter(other_id=stream_id).order_by("-made_at", "id")[:MOST])
    names = names_of({link.other_id for link in forth} | {link.entry_id for link in back}, actor)
    matters = matters_of_things(actor, {pk: named.kind.name for pk, named in names.items()})
    found = []
    for link, other, words in (
        *((link, link.other_id, LINKS) for link in forth),
        *((link, link.entry_id, LINKS_BACK) for link in back),
    ):
        if named := names.get(other):
            found.append(
                {
                    "id": link.pk if words is LINKS and link.kind in BY_HAND else None,
                    "type": link.kind,
                    "how": str(words.get(link.kind, link.kind)),
                    "kind": str(named.kind.one),
                    "name": named.name,
                    "url": named.url,
                    "matter": matters.get(other, ""),
                }
            )
    return found


def files_of(actor: Actor, entry: Entry, door: str) -> list[dict[str, Any]]:
    """Its files, as the reader may name them."""
    register = register_named(entry.register)
    known = known_in(register, entry.worded_or_none() or {}, entry) if register else NOBODY
    rows = StoredFile.objects.filter(stream_id=entry.pk, erased_at=None).select_related("stream")
    return [
        {
            "id": row.pk,
            "name": show_text(actor, "file", "name", name_of(row), door, known=known) or row.media_type,
            "type": row.media_type,
            "size": row.size,
            "hash": bytes(row.sha256)[1:].hex(),
            "received": row.received_at,
            "state": state_of(row),
            "opens": sees_content(actor, row),
            "original": not row.cleaned and sees_original(actor, row),
        }
        for row in rows.order_by("received_at", "id")[:MOST]
    ]


def clocks_of(entry: Entry) -> list[tuple[Promise, str]]:
    """Its running promises with their names, nearest first. One query."""
    rows = Promise.objects.filter(stream_id=entry.pk, ended_at=None).order_by("due_at", "pk")[:8]
    return [(row, str(timer_name(row.kind))) for row in rows]


def address_of(entry: Entry) -> str:
    """The page of an entry."""
    return reverse("registers:entry", args=[entry.register, entry.number])


def told_links(actor: Actor, back: Sequence[EntryLink]) -> list[dict[str, Any]]:
    """Entries that are linked with a thing that is no entry itself, such as a complaint, from their links. No query when there are none."""
    names = names_of({link.entry_id for link in back}, actor)
    wanted = [link.entry_id for link in back if link.entry_id in names]
    rows = (
        {row.pk: row for row in know(with_links(Entry.objects.select_related("stream").filter(pk__in=wanted)))}
        if names
        else {}
    )
    return [
        {
            "how": str(LINKS_BACK.get(link.kind, link.kind)),
            "kind": str(names[link.entry_id].kind.one),
            "name": names[link.entry_id].name,
            "url": names[link.entry_id].url,
            "title": title_of(actor, rows[link.entry_id]),
            "state": rows[link.entry_id].get_state_display(),
        }
        for link in back
        if link.entry_id in names
    ]


def title_of(actor: Actor, entry: Entry) -> str:
    """What lists call an entry, in one line, as the reader may see it; one without words by what it is. Load it with its stream."""
    known = register_named(entry.register)
    if known is None:
        return ""
    return " ".join(texts_seen(actor, known, entry, "page").get(known.title, "").split()) or str(known.one)


def matters_of(actor: Actor, kinds: Mapping[uuid.UUID, str]) -> Reader[dict[uuid.UUID, str]]:
    """What some entries ({id: register}) are about, as the reader may see them. One query, and one for the people linked."""
    known = filter(None, map(register_named, sorted(set(kinds.values()))))
    seen_here = reduce(or_, (Q(register=one.name) & one.sees(actor) for one in known), Q(pk=None))
    (found,) = yield [with_links(Entry.objects.filter(seen_here, pk__in=list(kinds)).select_related("stream"))]
    return {row.pk: title_of(actor, row) for row in know(found)}

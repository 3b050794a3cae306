"""The timeline of a case: each event of the ledger as a sentence, made when it is shown (style §3.6)."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext

from tingsu.clocks.ladder_words import escalation_lines
from tingsu.complaints.asides import aside_lines
from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.covering import is_opened, known_in, note_masked, windows_of
from tingsu.complaints.fields import CaseField, case_field
from tingsu.complaints.fields.reading import category_words
from tingsu.complaints.models import Complaint
from tingsu.complaints.naming import name_of_id, names_of
from tingsu.complaints.process import step_of
from tingsu.desk.uploads import names_of_files
from tingsu.kernel.actor import Actor
from tingsu.kernel.events import Group, event_kind, kinds_in, words_of
from tingsu.kernel.hours import hour_words
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import apart, chinese, labelled, listed
from tingsu.kernel.shapes import found_by
from tingsu.kernel.typed import whole_number
from tingsu.letters.templates_book import TEMPLATES
from tingsu.pages.faces import date_words
from tingsu.pages.timeline import Told, with_days
from tingsu.partners.steps.tasks import partner_words
from tingsu.people.programs import program_words
from tingsu.people.queries import alias_of
from tingsu.privacy.show import show_text
from tingsu.process.steps import Field, Step, options_of

PAGE = 80

SHOWS: dict[str, tuple[str | Promise, tuple[Group, ...]]] = {
    "all": (gettext_lazy("All"), ()),
    "talk": (gettext_lazy("With the complainant"), (Group.TALK,)),
    "inside": (gettext_lazy("Internal"), (Group.INSIDE,)),
    "clocks": (gettext_lazy("Deadlines"), (Group.CLOCKS,)),
}


@dataclass(kw_only=True)
class Entry(Told):
    """One event of a case as its page shows it."""

    seq: int
    by: uuid.UUID | None = None


def entries_of(
    actor: Actor, complaint: Complaint, *, show: str = "all", before: int | None = None
) -> tuple[list[Entry], int | None]:
    """The newest entries of a case, oldest first, and the key for earlier ones. Two queries, whatever the length."""
    windows_of(actor, complaint)
    key = complaint.pk if before is None else (complaint.pk, before)
    found = found_by(_newest if before is None else _older, key, show if show in SHOWS else "all")
    more = len(found) > PAGE
    found = list(reversed(found[:PAGE]))
    texts = texts_of(found)
    names = names_of_files(actor, complaint, [one for event in found for one in _files_of(event)])
    entries = [_entry(event, _as_seen(actor, event, texts.get(event.pk, {}), complaint), complaint) for event in found]
    for event, entry in zip(found, entries, strict=True):
        if words := listed(names[one] for one in _files_of(event) if one in names):
            entry.codes.append((labelled(gettext("Files")), words))
    with_days(entries)
    return entries, (entries[0].seq if more and entries else None)


def _newest(case: Any, show: str) -> QuerySet[Event]:
    return _page(Event.objects.filter(stream_id=case), show)


def _older(case: Any, before: Any, show: str) -> QuerySet[Event]:
    return _page(Event.objects.filter(stream_id=case, seq__lt=before), show)


def _page(events: QuerySet[Event], show: str) -> QuerySet[Event]:
    if groups := SHOWS[show][1]:
        events = events.filter(kind__in=[kind for group in groups for kind in kinds_in(group)])
    return events.order_by("-seq")[: PAGE + 1]


def _moves(case: Any) -> QuerySet[Any, tuple[str, datetime, list[str] | None]]:
    return Event.objects.filter(stream_id=case).order_by("seq").values_list("kind", "at", "data__set__state")


def _files_of(event: Event) -> list[str]:
    """The ids of files that came or went with an event."""
    step, values = step_of(event.kind), event.body.get("values", {})
    named = [one.name for one in step.fields if one.kind == "files"] if step else []
    return [str(one) for name in named for one in values.get(name) or []]


def mark_new(entries: list[Entry], actor: Actor, since: datetime | None) -> None:
    """Say above the first entry what is new since the reader looked; own ones and a first look are nothing new."""
    if since is None:
        return
    for entry in entries:
        if entry.at > since and entry.by != actor.id:
            entry.fresh = gettext("New since you looked")
            return


def entries_since(actor: Actor, complaint: Complaint, seen: str) -> list[Entry]:
    """What was written on a case after the event with number ``seen`` (as a form carries it), newest last."""
    last = whole_number(seen) or 0
    return [entry for entry in entries_of(actor, complaint)[0] if entry.seq > last][-3:]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A whole history in short: entries by tab, and when each state was last left."""

    counts: dict[str, int]
    left_at: dict[str, datetime]
    kinds: Counter[str]


OUTLINE: Note[Outline] = Note("desk.outline")


def outline_of(complaint: Complaint) -> Outline:
    """Kinds and moves of all events. One query in a reading of the case."""
    read = reading_of(complaint)
    if (kept := read.noted(OUTLINE)) is not None:
        return kept
    rows = found_by(_moves, complaint.pk)
    by_group = Counter(event_kind(kind).group for kind, _at, _move in rows)
    found = Outline(
        counts={
            key: sum(by_group[group] for group in groups) if groups else len(rows)
            for key, (_label, groups) in SHOWS.items()
        },
        left_at={move[0]: at for _kind, at, move in rows if move and move[0]},
        kinds=Counter(kind for kind, _at, _move in rows),
    )
    return read.note(OUTLINE, found)


def _as_seen(actor: Actor, event: Event, texts: Mapping[str, str], complaint: Complaint) -> dict[str, str]:
    """Written words as the reader may see them; notes are another field of the table than talk with the complainant."""
    if is_opened(complaint):
        return dict(texts)
    known, name_of = known_in(complaint), "note" if event_kind(event.kind).group is Group.INSIDE else "text"
    shown = {name: show_text(actor, "history", name_of, text, "history", known=known) for name, text in texts.items()}
    if any(shown[name] != text for name, text in texts.items()):
        note_masked(complaint)
    return {name: text for name, text in shown.items() if text}


def _entry(event: Event, texts: Mapping[str, str], complaint: Complaint) -> Entry:
    declared, step = event_kind(event.kind), step_of(event.kind)
    return Entry(
        seq=event.seq,
        by=event.actor_id,
        at=event.at,
        tone=declared.tone,
        icon=declared.icon,
        who=_who(event),
        words=words_of(event),
        lines=_lines(event, step, texts, complaint),
        codes=[
            *_codes(event, step, complaint),
            *((labelled(label), words) for label, words in aside_lines(event.data)),
            *((labelled(label), words) for label, words in escalation_lines(event.data)),
        ],
        hidden=declared.tone == "note",
    )


def _who(event: Event) -> str:
    if event_kind(event.kind).alone and event.actor_kind == "system":
        return ""
    if event.actor_kind == "member":
        return alias_of(event.actor_id) or event.actor_name
    words = {
        "complainant": gettext("Complainant"),
        "respondent": gettext("Respondent"),
        "partner": partner_words(event.actor_name) if event.actor_kind == "partner" else "",
        "system": pgettext("actor", "System"),
        "token": program_words(event.actor_name) if event.actor_kind == "token" else "",
    }
    return words.get(event.actor_kind, event.actor_name)


def _lines(event: Event, step: Step | None, texts: Mapping[str, str], complaint: Complaint) -> list[tuple[str, str]]:
    """What was written, with the field's label where there is more than one text."""
    if shows := event_kind(event.kind).shows:
        return [(labelled(label) if label else "", texts[name]) for name, label in shows if name in texts]
    if step is None:
        return [("", text) for text in texts.values()]
    if "corrected" in event.body:
        return _corrections(event, step, texts, complaint)
    values = event.body.get("values", {})
    written = [one for one in step.fields if one.kind in {"text", "longtext"} and one.name in texts]
    lines = [("" if len(written) == 1 else labelled(one.label), texts[one.name]) for one in written]
    for one in step.fields:
        if one.kind == "rows" and values.get(one.name):
            lines.extend(_row_lines(one, values[one.name], texts, complaint))
    return lines


def _codes(event: Event, step: Step | None, complaint: Complaint) -> list[tuple[str, str]]:
    """What was chosen: options, dates, amounts, each with its label."""
    if template := TEMPLATES.get(event.body.get("template", "")):
        return [("", str(template.label))]
    if step is None or event_kind(event.kind).shows or "corrected" in event.body:
        return []
    values = event.body.get("values", {})
    hidden = {"rows", "files", "party"}
    chosen = [
        one for one in step.fields if one.name in values and one.kind not in hidden and values[one.name] is not False
    ]
    pairs = [(labelled(one.label), value_words(one, values[one.name], complaint)) for one in chosen]
    return [(label, words) for label, words in pairs if words]


def _corrections(event: Event, step: Step, texts: Mapping[str, str], complaint: Complaint) -> list[tuple[str, str]]:
    """What was corrected: the old value, the new one, and why (TR-20)."""
    lines = []
    values, changes = event.body.get("values", {}), event.body.get("set", {})
    for name in event.body["corrected"]:
        one = case_field(name)
        old, new = changes.get(one.stored, (texts.get(f"was.{name}"), values.get(name, texts.get(name))))
        if one.name == "categories":
            words = [apart(category_words(value)) for value in (old, new)]
        else:
            words = [value_words(one.field, _yes_no(one, value), complaint) for value in (old, new)]
        lines.append((labelled(one.field.label), f"{words[0] or '–'} → {words[1] or '–'}"))
    reason = step.field("reason")
    return [*lines, (labelled(reason.label), texts["reason"])] if "reason" in texts else lines


def _yes_no(one: CaseField, value: Any) -> Any:
    """A flag as its options name it, whichever way it was kept."""
    return {"True": "yes", "False": "no"}.get(str(value), value) if isinstance(one.default, bool) else value


def _row_lines(
    one: Field, rows: list[dict[str, Any]], texts: Mapping[str, str], complaint: Complaint
) -> list[tuple[str, str]]:
    lines = []
    for index, row in enumerate(rows):
        parts = []
        for inner in one.rows:
            text = texts.get(f"{one.name}.{index}.{inner.name}") or (
                value_words(inner, row[inner.name], complaint) if inner.name in row else ""
            )
            if text:
                parts.append(f"{labelled(inner.label)}{text}" if inner.kind == "bool" else text)
        lines.append((labelled(one.label) if index == 0 else "", " · ".join(parts)))
    return lines


def value_words(one: Field, value: Any, complaint: Complaint | None = None) -> str:
    """A stored value of a step in words: an option's label, a date, an amount."""
    if value in (None, "", []):
        return ""
    if one.kind == "bool":
        return gettext("Yes") if value else gettext("No")
    if one.kind in {"member", "unit"}:
        return name_of_id(value) or ""
    if one.kind == "money":
        return yuan(int(value))
    if one.kind == "datetime" and (at := parse_datetime(str(value))):
        return date_words(at)
    if one.kind == "date" and (on := parse_date(str(value))):
        return f"{on.month} 月 {on.day} 日" if chinese() else date_format(on, "j M Y")
    if one.kind == "hour":
        return hour_words(str(value))
    if one.kind in {"choice", "choices"}:
        labels = _labels(one, complaint)
        chosen = value if isinstance(value, list) else [value]
        return listed(filter(None, (_chosen(labels, str(item)) for item in chosen)))
    return str(value)


LABELS: Note[dict[int, dict[str, str]]] = Note("desk.labels")


def _labels(one: Field, complaint: Complaint | None) -> dict[str, str]:
    """Labels of a field's options; asked for once a page, for some come from rows and rulebooks."""
    reading = reading_of(complaint) if complaint else None
    known = reading.noted(LABELS) if reading else None
    if known is None:
        known = reading.note(LABELS, {}) if reading else {}
    if id(one) not in known:
        rows = names_of(one.source, complaint) if complaint and one.source else None
        offered = options_of(one, complaint) if one.options and rows is None else ()
        known[id(one)] = {str(code): str(label) for code, label in offered} if rows is None else rows
    return known[id(one)]


def _chosen(labels: dict[str, str], code: str) -> str:
    """The label of a choice; of somebody no longer offered the name, and an id never."""
    if code in labels:
        return labels[code]
    name = name_of_id(code)
    return code if name is None else name

"""The list of a register: columns, rows, filters, tabs, counts, a member's own views, export."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal, cast
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.clocks.timers import timer_name
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidValue, too_long
from tingsu.kernel.rows import batched
from tingsu.kernel.spelling import cut, tidy
from tingsu.pages.export import Column, export
from tingsu.people.queries import staff_identity
from tingsu.process.steps import Field
from tingsu.registers import queries, reading
from tingsu.registers.covering import know
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry, EntryView

MOST_VIEWS = 12
MOST_COUNTED = 6
NAME_LIMIT = 40
TITLE = 90
TOGETHER = 200
EXPORTED_AS: dict[str, Literal["day", "instant", "money", "number"]] = {
    "date": "day",
    "datetime": "instant",
    "money": "money",
    "number": "number",
}
"""Kinds of fields that a file keeps as more than words: a year is never lost, a spreadsheet can calculate."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """The next promise of an entry, as a clock shows it."""

    started_at: datetime
    due_at: datetime
    ended_at: datetime | None = None


def columns_of(register: Register) -> list[str]:
    """Heads of the columns that are the register's own."""
    return [str(register.by_name[name].label) for name in register.columns]


def row_of(actor: Actor, register: Register, entry: Entry) -> dict[str, Any]:
    """One line of the list."""
    texts = reading.texts_seen(actor, register, entry, "page")
    title = " ".join(texts.get(register.title, "").split())
    due: Running | None = None
    if entry.next_due_at is not None:
        due = Running(started_at=entry.next_due_started_at or entry.opened_at, due_at=entry.next_due_at)
    return {
        "entry": entry,
        "url": reverse("registers:entry", args=[register.name, entry.number]),
        "title": cut(title, TITLE),
        "state": register.state_by_code.get(entry.state),
        "owner": staff_identity(entry.owner_id),
        "cells": [reading.cell(register, entry, texts, name) for name in register.columns],
        "due": due,
        "due_name": timer_name(entry.next_due_kind) if entry.next_due_kind else "",
        "late": entry.next_due_at is not None and entry.next_due_at < now(),
    }


def filters_of(register: Register, asked: queries.Asked) -> list[dict[str, Any]]:
    """What the list can be filtered by, with the present choice."""
    states = [
        ("unfinished", pgettext("entries", "Still open")),
        ("finished", pgettext("entries", "Ended")),
        *((one.code, str(one.label)) for one in register.states),
    ]
    found: list[dict[str, Any]] = [{"name": "state", "label": _("State"), "options": states, "value": asked.state}]
    for name in register.filters:
        one = register.by_name[name]
        if one.kind == "text":
            chosen = asked.facets.get(name, "")
            words = queries._text_of(register, name, chosen) if chosen else ""
            found.append({"name": name, "label": str(one.label), "options": [], "value": words, "limit": one.limit})
        else:
            labels = list(queries.labels_of(register, name).items())
            found.append(
                {"name": name, "label": str(one.label), "options": labels, "value": asked.facets.get(name, "")}
            )
    owners = [("me", pgettext("owner", "Me")), *queries.owners_of(register)]
    return [*found, {"name": "owner", "label": _("Owner"), "options": owners, "value": asked.owner}]


def chips_of(register: Register, asked: queries.Asked) -> list[dict[str, str]]:
    """The filters that are set, each with the address of the list without it."""
    base = reverse("registers:list", args=[register.name])
    labels = {one["name"]: (one["label"], dict(one["options"])) for one in filters_of(register, asked)}
    found = []
    for name, value in asked.query.items():
        if name == "q":
            label, words = pgettext("search", "Words"), value
        elif name in labels and labels[name][1]:
            label, words = labels[name][0], str(labels[name][1].get(value, value))
        elif name == "clause":
            label, words = _("Clause"), value
        else:
            label, words = str(register.by_name[name].label), queries._text_of(register, name, value)
        rest = {other: kept for other, kept in asked.query.items() if other != name}
        found.append({"label": label, "value": words, "remove": f"{base}?{urlencode(rest)}"})
    return found


def tabs_of(actor: Actor, register: Register, asked: queries.Asked) -> list[dict[str, Any]]:
    """Open, mine, all, and the member's own views; the present one marked."""
    base = reverse("registers:list", args=[register.name])
    shipped = [
        ({"state": "unfinished"}, pgettext("entries", "Still open")),
        ({"owner": "me", "state": "unfinished"}, pgettext("entries", "Mine")),
        ({}, pgettext("entries", "All")),
    ]
    tabs = [
        {"label": label, "url": f"{base}?{urlencode(query)}" if query else base, "current": asked.query == query}
        for query, label in shipped
    ]
    own = queries.views_of(actor, register)
    return tabs + [
        {
            "label": view.name,
            "url": f"{base}?{urlencode(view.query)}",
            "current": asked.query == view.query,
            "id": view.pk,
        }
        for view in own
    ]


def counts_of(actor: Actor, register: Register) -> list[dict[str, Any]]:
    """Entries by each filter: a figure leads to the list behind it (invariant 11)."""
    base = reverse("registers:list", args=[register.name])
    found = []
    names = [name for name in register.filters if name not in register.sought]
    counted = queries.counted(actor, register, names) if names else {}
    for name, rows in counted.items():
        if rows:
            words = queries.words_of_values(register, name, [value for value, _number in rows[:MOST_COUNTED]])
            lines = [
                {
                    "words": words[value] or value,
                    "number": queries.count_words(number),
                    "url": f"{base}?{urlencode({name: value})}",
                }
                for value, number in rows[:MOST_COUNTED]
            ]
            found.append({"label": str(register.by_name[name].label), "lines": lines})
    return found


def keep_view(actor: Actor, register: Register, name: str, asked: queries.Asked) -> EntryView:
    """Keep filters under a name; the same name again replaces them. Raises InvalidValue."""
    title = tidy(name)
    if not title:
        raise InvalidValue(code="required")
    if len(title) > NAME_LIMIT:
        raise too_long(title, NAME_LIMIT)
    others = EntryView.objects.filter(member_id=actor.id, register=register.name).exclude(name=title)
    if others.count() >= MOST_VIEWS:
        raise InvalidValue(_("You have %(limit)s views already. Remove one first."), limit=MOST_VIEWS)
    kept, _made = EntryView.objects.update_or_create(
        member_id=actor.id, register=register.name, name=title, defaults={"query": asked.query}
    )
    return kept


def forget_view(actor: Actor, register: Register, view_id: uuid.UUID) -> None:
    """Forget one of one's own views; another person's stays."""
    EntryView.objects.filter(member_id=actor.id, register=register.name, pk=view_id).delete()


def export_of(actor: Actor, register: Register, rows: Iterable[Entry], form: str) -> HttpResponseBase:
    """The entries as a file, every text as an export may hold it: masked for everybody (PS-06)."""
    chosen = cast(Literal["csv", "xlsx"], form)
    return export(str(register.name), export_columns(register), prepared(actor, register, rows), chosen)


def export_columns(register: Register) -> list[Column]:
    """Number, state, dates and every field that an entry keeps."""
    columns = [
        Column(label=_("Number"), value=lambda row: row[0].number),
        Column(label=_("State"), value=lambda row: row[0].get_state_display()),
        Column(label=_("Owner"), value=lambda row: staff_identity(row[0].owner_id)),
        Column(label=pgettext("entry", "Opened"), value=lambda row: row[0].opened_at, kind="instant"),
        Column(label=_("Next date"), value=lambda row: row[0].next_due_at, kind="instant"),
    ]
    kept = [one for one in register.fields if one.kind != "files" and one.name not in register.passing]
    return columns + [
        Column(label=one.label, value=_value(register, one), kind=EXPORTED_AS.get(one.kind, "text")) for one in kept
    ]


def _value(register: Register, one: Field) -> Any:
    """Days, instants, amounts and numbers as such, everything else in the words of the page."""
    if one.kind not in EXPORTED_AS:
        return lambda row: reading.cell(register, row[0], row[1], one.name)

    def value(row: tuple[Entry, dict[str, str]]) -> Any:
        kept = row[0].codes.get(one.name)
        if kept in (None, ""):
            return None
        if one.kind == "date":
            return parse_date(str(kept))
        return parse_datetime(str(kept)) if one.kind == "datetime" else kept

    return value


def prepared(
    actor: Actor, register: Register, rows: Iterable[Entry], most: int | None = None
) -> Iterable[tuple[Entry, dict[str, str]]]:
    """Entries, at most so many, with their texts as an export may hold them."""
    for batch in batched(islice(rows, most), TOGETHER):
        for entry in know(batch):
            yield reading.leaving(register, entry), reading.texts_seen(actor, register, entry, "export")

"""What the steps of an import do: read a list, say what its columns mean, set it going, count what became of its lines."""

import uuid
from collections import Counter
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.outside import columns, table
from tingsu.outside.lines import Plan
from tingsu.outside.models import ImportLine
from tingsu.outside.platforms import name_of
from tingsu.outside.table import Table
from tingsu.process.steps import Step, guard
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

NAME = "list_import"
V = ImportLine.Verdict
COUNTED: dict[str, str] = {V.FITS: "fitting"}
"""Fields that count a verdict, where they are not called as it is."""
NEW = (V.FITS, V.CHANGED)
"""Lines that something is still to be done for."""


def read_list(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """Titles and number of lines of the file, before any lock is taken. Raises InvalidInput beside the file."""
    files = StoredFile.objects.filter(pk__in=values["list"])
    file = next((one for one in files if store.is_held_by(one, actor)), None)
    try:
        if file is None:
            raise InvalidValue(code="choice")
        found = table.read(store.open_file(file))
    except TingsuError as refused:
        raise InvalidInput({"list": refused}) from refused
    return {"head": found.head, "total": len(found.lines)}


def keep_list(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Each column means what it meant the last time, or what its title says; every line is checked in the background."""
    head = values["head"]
    source = opened.entry.codes["source"]
    meanings = columns.remembered(source, head) or columns.guessed(head)
    texts = opened.texts_now()
    for name in [name for name in texts if name.startswith("columns.")]:
        del texts[name]
    for place, title in enumerate(head):
        opened.write(f"columns.{place}.title", title[:200])
    opened.put("columns", [{"meaning": meaning} for meaning in meanings])
    opened.put("total", values["total"])
    for name in ("fitting", "changed", "known", "refused"):
        opened.put(name, None)
    _queue_check(opened)


@guard("columns_explained")
def explained(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Every column of the list keeps its place and title, and one of them says what a line is about."""
    if values is None:
        return []
    given = values["columns"]
    if [line["title"] for line in given] != titles_of(opened.entry, opened.texts_now()):
        return [
            Unmet(
                "other_columns",
                _("these are not the columns of the list, in their order"),
                guard="",
                value_of="columns",
            )
        ]
    if not {line["meaning"] for line in given} & set(columns.NEEDED):
        return [Unmet("no_words", _("no column says what a line is about"), guard="", value_of="columns")]
    return []


def explain(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The next list of this source with the same columns is read the same way."""
    columns.remember(
        opened.entry.codes["source"],
        titles_of(opened.entry, opened.texts_now()),
        [line["meaning"] for line in values["columns"]],
    )
    _queue_check(opened)


def _queue_check(opened: OpenedEntry) -> None:
    from tingsu.outside import tasks

    tasks.check_lines.defer(entry=str(opened.entry.pk))


@guard("something_new")
def something_new(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """An import of nothing is none."""
    if opened.entry.codes.get("fitting") or opened.entry.codes.get("changed"):
        return []
    return [Unmet("nothing_new", _("nothing in it is new"))]


def set_going(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Lines are taken in by the background; each becomes the case of whoever is on duty for it, as on every door without a person."""
    from tingsu.outside import tasks

    tasks.take_in.defer(entry=str(opened.entry.pk))


def checked(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What would become of the lines."""
    counts = counts_of(opened.entry.pk)
    for verdict in (V.FITS, V.CHANGED, V.KNOWN, V.REFUSED):
        opened.put(COUNTED.get(verdict, verdict), counts[verdict])


def count(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What became of the lines up to now."""
    counts = counts_of(opened.entry.pk)
    for verdict in (V.MADE, V.UPDATED, V.KNOWN, V.REFUSED):
        opened.put(str(verdict), counts[verdict])


def count_if_read(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The same for one that is given up, which may never have had a list."""
    if opened.entry.codes.get("total"):
        count(opened, values)


def counts_of(entry_id: uuid.UUID) -> Counter[str]:
    """Lines by verdict. One query from an index."""
    rows = ImportLine.objects.filter(entry_id=entry_id).values_list("verdict").annotate(Count("pk"))
    return Counter(dict(rows.order_by()))


def titles_of(entry: Entry, texts: dict[str, str]) -> list[str]:
    """The titles of its columns, as they are shown: a very long one without its end."""
    return [texts.get(f"columns.{place}.title", "") for place in range(len(entry.codes.get("columns", ())))]


def table_of(entry: Entry) -> Table | None:
    """The list as it was brought last; None where it has gone (erased, damaged)."""
    ids = entry.codes.get("list") or []
    file = StoredFile.objects.filter(pk=ids[-1], stream_id=entry.pk, erased_at=None).first() if ids else None
    try:
        return table.read(store.open_file(file)) if file else None
    except TingsuError:
        return None


def plan_of(entry: Entry, found: Table) -> Plan:
    """How its lines are read."""
    codes = entry.codes
    words = (entry.written_or_none() or {}).get("source_words", "")
    return Plan(
        source=codes["source"], body=name_of(codes["source"], words), head=found.head,
        meanings=[line.get("meaning") or "" for line in codes["columns"]], kind=codes.get("becomes") or "",
        problem_type=codes.get("problem_type") or "",
        zone=current_organisation().time_zone,
    )  # fmt: skip

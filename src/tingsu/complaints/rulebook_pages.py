"""One editor frame for rulebooks that are a list of entries: show a version with its history, draft the next, publish.

An app above declares an `Editor` and mounts its two pages; the rulebook's own check says what may be published.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.complaints import shipped_entries
from tingsu.complaints.rulebook_print import as_table, as_values
from tingsu.complaints.rulebook_typed import read_rows
from tingsu.complaints.rulebook_words import differences, printed, said
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, NotFound, TingsuError
from tingsu.kernel.fields import LANGUAGES, in_language
from tingsu.kernel.punctuation import after_label
from tingsu.kernel.rulebooks import Rules
from tingsu.pages.pdf import Part
from tingsu.pages.refusal import sentences_of, told
from tingsu.pages.rulebooks import (
    Book,
    Differences,
    Draft,
    Problem,
    PublishingForm,
    edit,
    show,
    tell_differences,
    tell_tables,
)  # fmt: skip
from tingsu.people.access import Can, actor_for
from tingsu.people.queries import alias_of

Text = str | Promise
DECISIONS = ("adopt", "leave")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One value of an entry; a dot in the name leads into a value of values (`steps.store`).

    `both` and `long`: a text in Chinese and English; `codes`: codes set apart by blanks or commas; `words`: one entry a
    line; `flag`: yes or no. Options may be a function, for lists that people keep.
    """

    name: str
    label: Text
    kind: Literal["text", "both", "long", "choice", "number", "codes", "words", "flag"] = "text"
    options: Mapping[str, Text] | Callable[[], Mapping[str, Text]] = field(default_factory=dict)
    required: bool = True
    hint: Text = ""
    """How it is typed; stands below the input, never in the head of a table."""

    @property
    def hint_words(self) -> Text:
        return self.hint or (_("One a line.") if self.kind == "words" else "")

    @property
    def parts(self) -> tuple[str, ...]:
        return LANGUAGES if self.kind in {"both", "long"} else ("",)

    @property
    def choices(self) -> Mapping[str, Text]:
        """What a choice or a flag offers."""
        if self.kind == "flag":
            return {"yes": _("Yes"), "no": _("No")}
        return self.options() if callable(self.options) else self.options

    def of(self, row: Mapping[str, Any]) -> Any:
        value: Any = row
        for step in self.name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def put(self, row: dict[str, Any], value: Any) -> None:
        *way, last = self.name.split(".")
        for step in way:
            row[step] = row = dict(row.get(step) or {})
        row[last] = value


@dataclass(frozen=True, kw_only=True)
class Editor:
    """A rulebook with its list of entries, or with plain values when `entries` is empty.

    A rulebook with several lists has an editor for each, with a `name` of its own; `beside` links them. `key` is what
    tells entries apart; without it their place does. `roles` may publish; without it whoever may publish rules.
    """

    app: str
    kind: str
    slug: str
    title: Text
    intro: Text
    columns: tuple[Column, ...]
    entries: str = ""
    name: str = ""
    key: str = "code"
    roles: tuple[str, ...] = ()
    beside: tuple[tuple[Text, str], ...] = ()
    offers: bool = False
    """Entries that ship later are offered to a firm that has published its own (`shipped_entries`)."""
    remarks: Callable[[], list[str]] | None = None
    """What the page points out about the rules in force, such as gaps."""
    part: str = ""
    """A template that shows a body as people will meet it, instead of the table and below the inputs of a draft."""
    part_context: Callable[[Mapping[str, Any]], dict[str, Any]] = lambda body: {}

    def __post_init__(self) -> None:
        if self.offers:
            shipped_entries.offer(self.kind, self.entries, self.key)

    @property
    def url_name(self) -> str:
        return f"{self.app}:{self.name or self.kind}"

    def keyed(self, body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The entries of a body by what tells them apart."""
        return {
            str(row.get(self.key, place)) if self.key else str(place): row
            for place, row in enumerate(self.rows(body), 1)
        }

    def title_of(self, row: Mapping[str, Any]) -> str:
        """What an entry is called: its name, or its first value."""
        if not row:
            return ""
        name = in_language(row["name"]) if isinstance(row.get("name"), Mapping) else ""
        first = name or str(said(self.columns[0], row))
        return first if self.key else " · ".join(filter(None, (first, self._begins(row))))

    def _begins(self, row: Mapping[str, Any]) -> str:
        """How the text of an entry begins, where nothing else tells entries of one kind apart."""
        texts = (said(one, row) for one in self.columns[1:] if one.kind in {"both", "long"})
        return Truncator(next(texts, "")).chars(30)

    @property
    def draft_title(self) -> str:
        """What is drafted; of several lists in one rulebook, which."""
        part = next((str(label) for label, address in self.beside if address == self.url_name), "")
        return _("Draft: %(title)s") % {"title": " · ".join(filter(None, (str(self.title), part)))}

    def rows(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        return list(body[self.entries]) if self.entries else [dict(body)]

    def body(self, newest: Mapping[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {**newest, self.entries: rows} if self.entries else {**newest, **rows[0]}


@dataclass(frozen=True)
class Cell:
    """One input of the form: its column, language (if any), name, value."""

    column: Column
    language: str
    name: str
    value: Any
    error: str = ""
    """Why this input is refused."""

    @property
    def lines(self) -> int:
        """How tall a long text stands open: a letter is read whole."""
        return max(2, min(20, str(self.value).count("\n") + 2))

    @property
    def label(self) -> str:
        """What stands above the input."""
        return str(self.column.label)

    @property
    def described_by(self) -> str:
        """The ids of what stands below the input."""
        hint = [f"hint-{self.name}"] if self.column.hint_words else []
        return " ".join([*hint, *([f"error-{self.name}"] if self.error else [])])


def pages(editor: Editor) -> list[URLPattern]:
    """The two pages of a rulebook, to be mounted by the app that owns it."""

    @require_GET
    def shown(request: HttpRequest) -> HttpResponse:
        return _show(request, editor)

    @require_http_methods(["GET", "POST"])
    def draft(request: HttpRequest) -> HttpResponse:
        return _edit(request, editor)

    tell_differences(editor.kind, _differences(editor))
    tell_tables(editor.kind, partial(_printed, editor), name=editor.url_name)
    address = f"settings/{editor.slug}/"
    name = editor.name or editor.kind
    found = [path(address, shown, name=name), path(f"{address}edit/", draft, name=f"edit_{name}")]
    if editor.offers:

        @require_POST
        def decide(request: HttpRequest) -> HttpResponse:
            return _decide(request, editor)

        found.append(path(f"{address}shipped/", decide, name=f"shipped_{name}"))
    return found


def _show(request: HttpRequest, editor: Editor) -> HttpResponse:
    actor = actor_for(request, needs=Can.RULEBOOKS)
    may_edit = not editor.roles or actor.has_role(*editor.roles)
    return show(
        request,
        _book(editor),
        "complaints/rulebook.html",
        lambda rules: {
            "editor": editor,
            "lines": [[said(column, row) for column in editor.columns] for row in editor.rows(rules.body)],
            "remarks": editor.remarks() if editor.remarks else [],
            "offered": _offered(editor, may_edit),
            "decide_url_name": f"{editor.app}:shipped_{editor.name or editor.kind}",
            **editor.part_context(rules.body),
        },
        may_edit=may_edit,
    )


def _printed(editor: Editor, rules: Rules) -> list[Part]:
    """The page of a version on paper: a table of its entries, or its values line by line."""
    heading = next((str(label) for label, address in editor.beside if address == editor.url_name), "")
    rows = [[printed(column, row) for column in editor.columns] for row in editor.rows(rules.body)]
    labels = [str(column.label) for column in editor.columns]
    return [as_table(heading, labels, rows) if editor.entries else as_values(heading, labels, rows[0])]


def _offered(editor: Editor, may_edit: bool) -> list[tuple[str, str, list[str]]]:
    """What this release brings and nobody has decided on: code, what it is called, and its values in words."""
    if not editor.offers or not may_edit:
        return []
    return [
        (str(row[editor.key]), editor.title_of(row), [after_label(c.label, words) for c in editor.columns if (words := said(c, row))])
        for row in shipped_entries.offered(editor.kind)
    ]  # fmt: skip


def _decide(request: HttpRequest, editor: Editor) -> HttpResponse:
    """Adopt an entry that this release brings, or leave it out for good; each is a version like every other."""
    actor = _publisher(request, editor)
    code, decision = request.POST.get("code", ""), request.POST.get("decision", "")
    if decision not in DECISIONS:
        raise NotFound
    adopt = decision == "adopt"
    words = (
        _("Shipped with a release, adopted: %(code)s") if adopt else _("Shipped with a release, not adopted: %(code)s")
    )
    note = words % {"code": code}
    with told(request, note):
        shipped_entries.decide(actor=actor, kind=editor.kind, code=code, adopt=adopt, note=note)
    return HttpResponseRedirect(reverse(editor.url_name), status=303)


def _publisher(request: HttpRequest, editor: Editor) -> Actor:
    actor = actor_for(request, needs=Can.RULEBOOKS)
    if editor.roles and not actor.has_role(*editor.roles):
        raise NotAllowed
    return actor


def _differences(editor: Editor) -> Differences:
    return lambda before, after: differences(editor, before, after)


def _book(editor: Editor) -> Book:
    name = editor.name or editor.kind
    return Book(
        kind=editor.kind,
        title=editor.title,
        draft_title=editor.draft_title,
        url_name=editor.url_name,
        edit_url_name=f"{editor.app}:edit_{name}",
        name_of=alias_of,
        differences=_differences(editor),
    )


def _edit(request: HttpRequest, editor: Editor) -> HttpResponse:
    actor = _publisher(request, editor)

    def draft(posted: Any, newest: Rules) -> Draft:
        rows = editor.rows(newest.body)
        read = Draft(form=PublishingForm(posted, newest=newest, note_needed=False))
        refused: dict[str, str] = {}
        if posted is not None:
            rows = read_rows(editor, posted, rows)
            read.body = shipped_entries.left_out(editor.kind, newest.body, editor.body(newest.body, rows))
            try:
                rulebooks.kinds()[editor.kind].check(read.body)
            except TingsuError as error:
                refused = sentences_of(error)
        entries = [_cells(editor, index, row, refused) for index, row in enumerate(rows)]
        read.problems = _problems(entries, refused)
        read.context = {
            "editor": editor,
            "entries": entries,
            **editor.part_context(newest.body if read.body is None else read.body),
            "blank": _cells(editor, len(rows), {}) if editor.entries else None,
        }
        return read

    return edit(request, _book(editor), "complaints/edit_rulebook.html", draft, actor=actor)


def _problems(entries: list[dict[str, Any]], refused: Mapping[str, str]) -> list[Problem]:
    """Every refusal for the summary: with the way to its input where it has one, as it is otherwise."""
    found, told = [], set()
    for entry in entries:
        for cell in entry["cells"]:
            if cell.error:
                told.add(cell.error)
                lead = f"{entry['title']} · " if entry["title"] else ""
                found.append(Problem(text=lead + after_label(cell.label, cell.error), anchor=f"f-{cell.name}"))
    return [*found, *(Problem(text=sentence) for sentence in refused.values() if sentence not in told)]


def _cells(
    editor: Editor, index: int, row: Mapping[str, Any], refused: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """The inputs of an entry. A refusal stands at its input: `list.3.column.language` counts entries from one."""
    cells = []
    place = f"{editor.entries}.{index + 1}." if editor.entries else ""
    for column in editor.columns:
        value = column.of(row)
        # What is refused of a text as a whole stands at the language that is not there.
        blamed = next((part for part in column.parts if part and not (value or {}).get(part)), column.parts[0])
        for part in column.parts:
            shown = (value or {}).get(part, "") if part else value
            if isinstance(shown, list):
                shown = ("\n" if column.kind == "words" else ", ").join(shown)
            elif column.kind == "flag" and row:
                shown = "yes" if shown else "no"
            cells.append(
                Cell(
                    column,
                    part,
                    f"entry-{index}-{column.name}{'-' + part if part else ''}",
                    "" if shown is None else shown,
                    refused.get(f"{place}{column.name}{'.' + part if part else ''}")
                    or (refused.get(f"{place}{column.name}", "") if part == blamed else ""),
                )
            )
    return {"index": index, "place": index + 1, "title": editor.title_of(row), "cells": cells,
            "wrong": any(cell.error for cell in cells)}  # fmt: skip

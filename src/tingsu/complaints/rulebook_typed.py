"""The entries of a rulebook as they were typed into its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from tingsu.kernel.spelling import tidy
from tingsu.kernel.typed import whole_number

if TYPE_CHECKING:
    from tingsu.complaints.rulebook_pages import Editor

MOST_ENTRIES = 300


def read_rows(editor: Editor, post: QueryDict, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries as typed, in the order of their place numbers. Values the form does not show stay as they were."""
    known = {row.get(editor.key): row for row in before}
    found: list[tuple[int, int, dict[str, Any]]] = []
    for index in range(MOST_ENTRIES):
        typed = {name: tidy(post.get(name, ""), lines=True) for name in _names(editor, index)}
        if not any(name in post for name in typed):
            break
        if post.get(f"entry-{index}-remove") or (editor.entries and not any(typed.values())):
            continue
        row = _row(editor, index, typed)
        kept = known.get(row.get(editor.key), {}) if editor.entries and editor.key else {}
        place = whole_number(post.get(f"entry-{index}-place", ""))
        found.append((index + 1 if place is None else place, index, {**kept, **row}))
    return [row for _place, _index, row in sorted(found, key=lambda entry: entry[:2])] or (
        [] if editor.entries else before
    )


def _names(editor: Editor, index: int) -> list[str]:
    return [f"entry-{index}-{c.name}{'-' + part if part else ''}" for c in editor.columns for part in c.parts]


def _row(editor: Editor, index: int, typed: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in editor.columns:
        name = f"entry-{index}-{column.name}"
        if column.kind in {"both", "long"}:
            texts = {part: typed[f"{name}-{part}"] for part in column.parts}
            column.put(row, texts if any(texts.values()) else {})
        elif column.kind == "number":
            number = whole_number(typed[name], digits=9)
            column.put(row, typed[name] if number is None else number)
        elif column.kind == "words":
            column.put(row, list(dict.fromkeys(line.strip() for line in typed[name].splitlines() if line.strip())))
        elif column.kind == "flag":
            column.put(row, typed[name] == "yes")
        elif column.kind == "codes":
            column.put(row, typed[name].replace(",", " ").replace("，", " ").replace("、", " ").split())
        else:
            column.put(row, typed[name])
    return row

"""The values of a rulebook's entries in words: on its page, on paper, and as what a version changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tingsu.kernel.fields import LANGUAGES, in_language
from tingsu.kernel.punctuation import listed
from tingsu.pages.rulebooks import Change

if TYPE_CHECKING:
    from tingsu.complaints.rulebook_pages import Column, Editor


def said(column: Column, row: Mapping[str, Any]) -> Any:
    value = column.of(row)
    if column.kind in {"both", "long"}:
        return in_language(value)
    if column.kind == "choice":
        return column.choices.get(value or "", value or "")
    if column.kind == "flag":
        return column.choices["yes" if value else "no"]
    return ", ".join(value) if isinstance(value, list) else ("" if value is None else value)


def printed(column: Column, row: Mapping[str, Any]) -> str:
    value = column.of(row)
    if isinstance(value, list) and column.kind in {"codes", "words"}:
        return listed(str(column.choices.get(str(one), one)) for one in value)
    return "" if value in (None, "", [], {}) and value is not False else str(said(column, row))


def differences(editor: Editor, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What a version changes, entry by entry and value by value, as whoever approves it reads it: from what to what, in both languages."""
    old, new = editor.keyed(before), editor.keyed(after)
    found: list[Change] = []
    for code, row in new.items():
        earlier = old.get(code, {})
        changed = [one for one in editor.columns if (one.of(earlier) or None) != (one.of(row) or None)]
        title = editor.title_of(row)
        found += [Change.of(_what(title, one), _whole(one, earlier), _whole(one, row)) for one in changed]
    found += [Change.of(editor.title_of(row), _("in it"), "") for code, row in old.items() if code not in new]
    stay, now = [code for code in old if code in new], [code for code in new if code in old]
    if stay != now:
        titles = {code: editor.title_of(new[code]) for code in now}
        found.append(
            Change.of(_("The order"), listed(map(titles.__getitem__, stay)), listed(map(titles.__getitem__, now)))
        )
    return found


def _what(title: str, column: Column) -> str:
    """Which value of which entry; books of single values have no entries to name."""
    return " · ".join(filter(None, (title, str(column.label))))


def _whole(column: Column, row: Mapping[str, Any]) -> str:
    """A value with its texts of every language; nothing where nothing is set."""
    value = column.of(row) if row else None
    if column.kind in {"both", "long"}:
        texts = value or {}
        return "\n".join(dict.fromkeys(str(texts[one]) for one in LANGUAGES if texts.get(one)))
    return "" if value in (None, "", [], {}) else str(printed(column, row))

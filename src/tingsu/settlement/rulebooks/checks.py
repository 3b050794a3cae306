"""Reading entries of a rulebook body; every refusal names the line."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError

CODE = re.compile(r"^[a-z0-9][a-z0-9._-]{0,39}$|^[A-Z]?\d{1,2}$")
TEXT_LIMIT = 400
ENTRIES_LIMIT = 300

Problems = dict[str, TingsuError]


def wrong(problems: Problems, place: str, sentence: Any, **data: Any) -> None:
    problems.setdefault(place, InvalidValue(sentence, **data))


def entries_of(body: dict[str, Any], name: str, problems: Problems) -> list[dict[str, Any]]:
    """The list of entries of a body, each an object with a code of its own."""
    entries = body.get(name) if isinstance(body, dict) else None
    if not isinstance(entries, list) or not entries or len(entries) > ENTRIES_LIMIT:
        wrong(problems, name, _("A list of at least one entry is needed."))
        return []
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        code = entry.get("code") if isinstance(entry, dict) else None
        if not isinstance(code, str) or not CODE.match(code):
            wrong(
                problems,
                f"{name}.{number}.code",
                _("Line %(number)s: give a short code of small letters, digits, - and _."),
                number=number,
            )
        elif code in seen:
            wrong(
                problems,
                f"{name}.{number}.code",
                _("Line %(number)s: the code %(entry)s is used twice."),
                number=number,
                entry=code,
            )
        else:
            seen.add(code)
    return [entry for entry in entries if isinstance(entry, dict)]


def both_languages(entry: dict[str, Any], field: str, place: str, problems: Problems, *, required: bool = True) -> None:
    """A text in Chinese and English; optional ones may be missing altogether, never in one language only."""
    value = entry.get(field)
    if not value and not required:
        return
    texts = value if isinstance(value, dict) else {}
    for language in ("zh-Hans", "en"):
        text = texts.get(language)
        if not isinstance(text, str) or not text.strip() or len(text) > TEXT_LIMIT:
            wrong(
                problems,
                f"{place}.{field}",
                _("Give this text in Chinese and in English, at most %(limit)s characters each."),
                limit=TEXT_LIMIT,
            )


def link(entry: dict[str, Any], place: str, problems: Problems) -> None:
    value = entry.get("link", "")
    if not isinstance(value, str) or (value and not _leads_there(value)):
        wrong(problems, f"{place}.link", _("A link begins with https://."))


def _leads_there(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def one_of(value: Any, allowed: Iterable[str], place: str, problems: Problems) -> None:
    if value not in set(allowed):
        wrong(problems, place, _("Choose one of the options."))


def refuse_if(problems: Problems) -> None:
    if problems:
        raise InvalidInput(problems)


Check = Callable[[dict[str, Any]], None]

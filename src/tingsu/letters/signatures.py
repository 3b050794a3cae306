"""The signature below a mail to a party: that of the unit of whoever writes, of one above it, or the firm's.

A rulebook in versions. It names units and never a person; a line with two hyphens stands before it, by which mail programs know a signature.
"""

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.rulebook_rows import check_rows, wrong_texts
from tingsu.letters.templates_book import PLACE, render
from tingsu.people.directory import directory

KIND = "mail_signatures"
FIRM = "*"
"""In the place of a unit: for everybody whose units have none."""
MOST, LIMIT, MOST_LINES = 200, 500, 10
PLACES = frozenset({"organisation", "hotline"})
MARK = "-- "


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: no mail has a signature; templates say who writes. Treat as read-only."""
    return {"signatures": []}


def check(body: Mapping[str, Any]) -> None:
    """Each unit once, in both languages, of few lines, with no places but two. Raises InvalidInput."""
    known = {FIRM, *(unit.code for unit in directory().units.values())}
    errors: dict[str, TingsuError] = {}

    def wrong(row: Mapping[str, Any], rows: list[Any]) -> Any:
        if row.get("unit") not in known:
            yield "unit", InvalidValue(code="choice")
        elif [one.get("unit") for one in rows].count(row["unit"]) > 1:
            yield "unit", InvalidValue(_("This unit has a signature already."), code="twice")
        if problem := wrong_texts(row.get("text"), LIMIT, _("Say it in both languages.")):
            yield "text", problem
        elif any(len(words.strip().split("\n")) > MOST_LINES for words in row["text"].values()):
            yield "text", InvalidValue(_("A signature has at most %(most)s lines."), code="lines", most=MOST_LINES)
        elif unknown := set(PLACE.findall(" ".join(row["text"].values()))) - PLACES:
            sentence = _("A signature knows the places {organisation} and {hotline}, not %(places)s.")
            yield (
                "text",
                InvalidValue(sentence, code="unknown_place", places=", ".join(f"{{{one}}}" for one in sorted(unknown))),
            )

    check_rows(body, "signatures", MOST, errors, wrong)
    if errors:
        raise InvalidInput(errors)


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, _("Signatures of mails"), shipped, check)


def signature(writer: uuid.UUID | None, language: str, values: Mapping[str, str]) -> str:
    """Of the unit of whoever writes, in the language of the letter; empty where there is none."""
    found = {row["unit"]: row["text"] for row in rulebooks.in_force(KIND).body["signatures"]}
    if not found:
        return ""
    known = directory()
    codes = [known.units[one].code for one in known.units_of(writer) if one in known.units]
    text = next((found[code] for code in (*codes, FIRM) if code in found), None)
    return render(in_language(text, language), {name: values.get(name, "") for name in PLACES}).strip() if text else ""


def signed(body: str, words: str) -> str:
    """A mail with its signature below."""
    return f"{body.rstrip()}\n\n{MARK}\n{words}" if words else body


def ours() -> list[list[str]]:
    """The signatures in force, line by line: where one stands in the middle of a mail that comes back, what follows it is new."""
    rows, firm = rulebooks.in_force(KIND).body["signatures"], current_organisation()
    found = [
        render(words, {"organisation": in_language(firm.name, language), "hotline": firm.hotline})
        for row in rows
        for language, words in row["text"].items()
    ]
    return [[line.strip() for line in words.strip().split("\n")] for words in found if words.strip()]


def firms(language: str) -> str:
    """What the preview of a template shows below it: the firm's own, or in words that there are some of units."""
    rows = rulebooks.in_force(KIND).body["signatures"]
    found = next((row["text"] for row in rows if row["unit"] == FIRM), None)
    if found is not None:
        return str(in_language(found, language))
    words = pgettext("place", "signature of the unit of whoever writes")
    return f"〔{words}〕" if rows else ""

"""The lists that the documents leave open, and what an organisation adds to them: problem types, objects, scenes (TR-01, TR-02, IN-04).

A rulebook, versioned like every other. An own entry counts under one of the documented ones (`like`): limits, the laws that are
offered first and the rules for infringements hold for it as for that one, and figures can be told by the document's five and four.
The routing table and the topics of departments and colleagues may name it by itself. What was recorded keeps its entry when a later
version drops it: it is offered no longer, and still has its word and its filter.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.rulebook_rows import Row, check_rows, wrong_texts
from tingsu.kernel.tenancy import organisation_or_none
from tingsu.process.steps import Options

KIND = "lists"
CODE = re.compile(r"[a-z][a-z0-9_]{1,9}")
"""Fits the narrowest column of the three."""
LETTERS = re.compile(r"[A-Z]{2}")
MOST, NAME_LIMIT = 40, 40


@dataclass(frozen=True)
class OpenList:
    """One list: the field of the complaint that takes it, its place in the rulebook, and the entries of the document."""

    field: str
    key: str
    documented: type[TextChoices]

    @cached_property
    def own_codes(self) -> frozenset[str]:
        """The codes of the document's entries."""
        return frozenset(self.documented.values)


PROBLEM_TYPE = OpenList("problem_type", "problem_types", terms.ProblemType)
OBJECT_TYPE = OpenList("object_type", "object_types", terms.ObjectType)
SCENE = OpenList("scene", "scenes", terms.Scene)
LISTS = (PROBLEM_TYPE, OBJECT_TYPE, SCENE)
BY_FIELD = {one.field: one for one in LISTS}


def shipped() -> dict[str, Any]:
    """Version 0: nothing beside what the documents name."""
    return {one.key: [] for one in LISTS}


def check(body: Mapping[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each wrong field, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    for one in LISTS:
        given = _given_letters() if one is PROBLEM_TYPE else {}
        check_rows(body, one.key, MOST, errors, partial(_wrong, one, given))
    if errors:
        raise InvalidInput(errors)


def _wrong(one: OpenList, given: Mapping[str, str], row: Row, rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    code, name = row.get("code"), row.get("name")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        yield (
            "code",
            InvalidValue(_("A code has 2 to 10 small letters, digits or _, and begins with a letter."), code="code"),
        )
    elif code in one.documented.values:
        yield "code", InvalidValue(_("The document has an entry with this code already."), code="twice")
    elif sum(other.get("code") == code for other in rows) > 1:
        yield "code", InvalidValue(_("This code stands in the list twice."), code="twice")
    if problem := wrong_texts(name, NAME_LIMIT, _("An own entry needs a name in both languages.")):
        yield "name", problem
    if row.get("like") not in one.documented.values:
        yield "like", InvalidValue(_("Choose the entry of the document under which this one counts."), code="choice")
    if one is PROBLEM_TYPE and (letters := row.get("letters") or ""):
        yield from (("letters", problem) for problem in _wrong_letters(str(letters), str(code), rows, given))


def _wrong_letters(
    letters: str, code: str, rows: Iterable[Mapping[str, Any]], given: Mapping[str, str]
) -> Iterator[TingsuError]:
    others = {other.get("letters") for other in rows if other.get("code") != code}
    if not LETTERS.fullmatch(letters):
        yield InvalidValue(_("The letters of a number are two capital letters, such as WL."), code="letters")
    elif letters in {*terms.NUMBER_CODE.values(), *others} or given.get(letters, code) != code:
        yield InvalidValue(_("Numbers of another problem type have these letters."), code="twice")


def _given_letters() -> dict[str, str]:
    """Which problem type each pair of letters was given to first, in any version: numbers keep what they say (RG-13)."""
    found: dict[str, str] = {}
    for row in reversed(list(_ever(PROBLEM_TYPE))):
        if row.get("letters"):
            found.setdefault(row["letters"], row["code"])
    return found


def _now(one: OpenList) -> list[dict[str, Any]]:
    """The own entries in force; none outside of an organisation, where only the documents are known."""
    return list(rulebooks.in_force(KIND).body[one.key]) if organisation_or_none() else []


def _ever(one: OpenList) -> Iterator[dict[str, Any]]:
    """Every own entry that was published, the newest version first. No query: versions are at hand."""
    if organisation_or_none():
        for rules in rulebooks.versions(KIND):
            yield from rules.body[one.key]


def _offered(one: OpenList) -> Callable[[Any], Options]:
    def options(thing: Any) -> Options:
        """What may be chosen; a thing that has an entry of an earlier version may keep it."""
        found: dict[str, str | Promise] = dict(one.documented.choices)
        found |= {row["code"]: in_language(row["name"]) for row in _now(one)}
        kept = getattr(thing, one.field, "") or ""
        return tuple((found if not kept or kept in found else found | {kept: word(one, kept)}).items())

    options.__name__ = one.key
    return options


problem_types = _offered(PROBLEM_TYPE)
object_types = _offered(OBJECT_TYPE)
scenes = _offered(SCENE)


def words(one: OpenList) -> dict[str, str | Promise]:
    """Every entry that a record may have, with its word: the document's, those in force, those dropped since."""
    found: dict[str, str | Promise] = dict(one.documented.choices)
    for row in _ever(one):
        found.setdefault(row["code"], in_language(row["name"]))
    return found


def word(one: OpenList, code: str) -> str:
    """What an entry is called; the code itself for one that nobody knows."""
    return str(words(one).get(code, code))


def codes(one: OpenList) -> frozenset[str]:
    """What rules may name: the document's entries and those in force."""
    return frozenset({*one.documented.values, *(row["code"] for row in _now(one))})


def counts_under(one: OpenList, code: str) -> str:
    """The entry of the document that an own one counts under; the code itself for a documented one."""
    if code in one.own_codes:
        return code
    return next((str(row["like"]) for row in _ever(one) if row["code"] == code), code)


def within(one: OpenList, documented: str) -> list[str]:
    """A documented entry and every own one that counts under it: for questions to the database."""
    own = dict.fromkeys(row["code"] for row in _ever(one))
    return [documented, *(code for code in own if counts_under(one, code) == documented)]


def letters_of(problem_type: str) -> str:
    """The two letters that the number of a complaint carries for its problem type (RG-13)."""
    own = next((row for row in _ever(PROBLEM_TYPE) if row["code"] == problem_type), {})
    return str(own.get("letters") or terms.NUMBER_CODE[counts_under(PROBLEM_TYPE, problem_type)])


def all_letters() -> tuple[str, ...]:
    """Every pair of letters that a number may have."""
    own = (row["letters"] for row in _ever(PROBLEM_TYPE) if row.get("letters"))
    return tuple(dict.fromkeys([*terms.NUMBER_CODE.values(), *own]))


def topic_of(complaint: Any) -> str:
    """The problem type of the document that a complaint's own one counts under: what rules by type go by."""
    return counts_under(PROBLEM_TYPE, complaint.problem_type)

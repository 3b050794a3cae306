"""What a statement needs before it can be in force: who took part, what it has to contain, where it comes from (VL-02, VL-03, VL-15, VL-16, MS-09).

A passage is quoted for each point and sought in the text as it stands, so that no tick outlives the sentence it stood for. Vision, mission
and culture are read together: what one of them says need not be repeated in the others.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.leadership import terms
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Options, Step, asks_who, guard
from tingsu.process.values import RowsInvalid
from tingsu.registers.declaration import LEADERS
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

LEAST_QUESTIONS = 2
PARTS = (
    ("leaders", _("no leader is named who took part in drafting")),
    ("staff", _("no grass-roots employee is named who took part in drafting")),
    ("opinions", _("no opinion of an interested party is recorded")),
)
STANDING = (*terms.UNDER_WAY, terms.IN_FORCE)


def leaders(entry: Any) -> Options:
    """Those who lead."""
    return tuple((str(one.pk), people.staff_identity(one.pk)) for one in people.active_members(roles=LEADERS))


def grass_roots(entry: Any) -> Options:
    """Those who lead nobody."""
    leading = {one.pk for one in people.active_members(roles=LEADERS)}
    return tuple(
        (str(one.pk), people.staff_identity(one.pk)) for one in people.active_members() if one.pk not in leading
    )


def points(entry: Any) -> Options:
    """What this statement has to contain."""
    kind = entry.codes.get("kind") if entry is not None else None
    return terms.needed_of(kind) if kind else terms.CHECKS


def roots(entry: Any) -> Options:
    """Versions of vision, mission and culture that are or were in force."""
    rows = Entry.objects.filter(register=terms.STATEMENT, state__in=(terms.IN_FORCE, terms.SUPERSEDED))
    found = rows.filter(codes__kind__in=terms.ROOTS).order_by("-speaks_of", "pk")
    return tuple((str(row.pk), version_words(row)) for row in found[:60])


def version_words(row: Entry) -> str:
    """Kind, version and number of a statement in a line."""
    words = terms.kind_words(row.codes.get("kind", ""))
    edition = row.codes.get("edition")
    called = f"{words} {row.number}"
    if not edition:
        return called
    version = _("version")
    return f"{called} · {version} {edition}"


def taken_part(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Core values are drafted by leaders and grass-roots employees who have heard others (ISC 4.1.3)."""
    if kind_of(opened) != terms.VALUES:
        return []
    missing = [(name, sentence) for name, sentence in PARTS if not opened.holds(name)]
    if any(name == "opinions" for name, _sentence in missing) or not missing:
        return [Unmet(f"no_{name}", sentence) for name, sentence in missing]
    return [] if alone.warned(opened, "drafted_alone") else [Unmet(f"no_{name}", words) for name, words in missing]


def complete(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Every point has its passage, and the passage stands in the text; each missing one is named."""
    needed, quoted = dict(terms.needed_of(kind_of(opened))), _quoted(opened)
    whole = squeezed(" ".join(_read_together(opened))) if quoted else ""
    found = []
    for code, point in needed.items():
        if not quoted.get(code):
            found.append(Unmet("point_missing", _("not found: “%(point)s”"), point=str(point)))
        elif not any(squeezed(passage) in whole for passage in quoted[code]):
            sentence = _("the passage for “%(point)s” does not stand in the text any more")
            found.append(Unmet("not_quoted", sentence, point=str(point)))
    return found


def derived(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Core values name the vision, mission and culture in force, and the document in which they are written down."""
    if kind_of(opened) != terms.VALUES:
        return []
    named = [str(pk) for pk in opened.entry.codes.get("derived", [])]
    stand = {row.codes["kind"] for row in of_state(terms.IN_FORCE) if str(row.pk) in named}
    found = [
        Unmet("not_derived", _("the version in force of “%(kind)s” is not named as its origin"), kind=terms.kind_words(kind))
        for kind in terms.ROOTS
        if kind not in stand
    ]  # fmt: skip
    if not opened.holds("documented"):
        found.append(Unmet("not_documented", _("say in which document the values are written down")))
    return found


def asked(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What everybody has to understand comes with questions (VL-17)."""
    if kind_of(opened) != terms.VALUES or len(opened.entry.codes.get("questions", [])) >= LEAST_QUESTIONS:
        return []
    return [
        Unmet("no_questions", _("at least %(least)s questions show whether it was understood"), least=LEAST_QUESTIONS)
    ]


@guard("by_top_management")
@asks_who
def by_top_management(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Values and policy are put in force by top management (CTS 5.2)."""
    from tingsu.people.roles import Role

    if kind_of(opened) not in terms.BY_TOP_MANAGEMENT or opened.actor.has_role(Role.TOP_MGMT):
        return []
    return (
        []
        if alone.warned(opened, "own_work")
        else [Unmet("not_top", _("values and policy are approved by top management"))]
    )


def quoted(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """Each passage is one of the text. Raises InvalidInput beside the line."""
    whole = squeezed(" ".join(_read_together(opened)))
    wrong: dict[int, dict[str, TingsuError]] = {
        place: {"passage": InvalidValue(_("These words do not stand in the text: copy them from it."), code="not_quoted")}
        for place, row in enumerate(values["checks"])
        if squeezed(row["passage"]) not in whole
    }  # fmt: skip
    if wrong:
        raise InvalidInput({"checks": RowsInvalid(wrong)})


def kind_of(opened: OpenedEntry) -> str:
    return str(opened.entry.codes.get("kind", ""))


def of_state(*states: str) -> list[Entry]:
    """Statements in some states. One query, few rows."""
    return list(Entry.objects.filter(register=terms.STATEMENT, state__in=states).select_related("stream"))


def _with_others(opened: OpenedEntry) -> list[tuple[Mapping[str, Any], Mapping[str, str]]]:
    """Codes and texts of a statement; of vision, mission and culture also those of the other two."""
    found: list[tuple[Mapping[str, Any], Mapping[str, str]]] = [(opened.entry.codes, opened.texts_now())]
    if kind_of(opened) in terms.ROOTS:
        others = [row for row in of_state(*STANDING) if row.codes.get("kind") in terms.ROOTS]
        found += [(row.codes, row.written_or_none() or {}) for row in others if row.codes["kind"] != kind_of(opened)]
    return found


def _read_together(opened: OpenedEntry) -> list[str]:
    """The texts in both languages."""
    return [texts.get(name, "") for _codes, texts in _with_others(opened) for name in ("text_zh", "text_en")]


def _quoted(opened: OpenedEntry) -> dict[str, list[str]]:
    """The passages that were quoted for each point."""
    found: dict[str, list[str]] = {}
    for codes, texts in _with_others(opened):
        for place, row in enumerate(codes.get("checks", [])):
            if passage := texts.get(f"checks.{place}.passage"):
                found.setdefault(row["item"], []).append(passage)
    return found


def squeezed(text: str) -> str:
    """A text without the spaces and line breaks that a copy may lose."""
    return "".join(text.split()).casefold()

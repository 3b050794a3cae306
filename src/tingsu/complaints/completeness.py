"""What makes a registration complete: for each way in, and for each problem category beside it (RG-16, CTS 8.1 b2).

A rulebook of two tables: which fields a registration that came by telephone, e-mail and so on must have, and what a category asks
more. A complaint is measured by the version that held when it was registered. What is missing never keeps anybody from registering
(CA-50): it becomes a task, and what the complainant does not wish to give counts as given (RG-17).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.complaints.fields import CATALOGUE, CaseField
from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.rulebook_rows import Row, check_rows
from tingsu.people.roles import Role

KIND = "completeness"
MOST = 200
PLAIN = frozenset({"text", "longtext", "choice", "choices", "date", "hour"})
ASKED: dict[str, CaseField] = {
    one.name: one
    for one in CATALOGUE
    if one.of == "complaint"
    and one.asked
    and one.stored
    and one.field.kind in PLAIN
    and not one.never_empty
    and one.corrected
}
"""What a rule may ask for: fields of the complaint that may be empty and can be filled in afterwards."""
DESCRIPTION = "description"
"""Asked of every registration by every door; stands for itself."""


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: product and date, whatever the way in. Treat as read-only."""
    always = dict.fromkeys(terms.Mode.values, True)
    return {"fields": [{"field": name, "modes": always} for name in ("product", "occurred_on")], "categories": []}


def check(body: Mapping[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each wrong field, named as the editor names it."""
    errors: dict[str, TingsuError] = {}
    for key, wrong in (("fields", _wrong_field), ("categories", _wrong_category)):
        seen: set[tuple[str, str]] = set()
        check_rows(body, key, MOST, errors, partial(wrong, seen))
    if errors:
        raise InvalidInput(errors)


def _wrong_field(seen: set[tuple[str, str]], row: Row, _rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    modes = row.get("modes")
    if row.get("field") not in ASKED:
        yield "field", InvalidValue(code="choice")
    elif ("", row["field"]) in seen:
        yield "field", InvalidValue(_("This field stands in the list twice."), code="twice")
    else:
        seen.add(("", row["field"]))
    if not isinstance(modes, Mapping) or set(modes) - set(terms.Mode.values):
        yield "field", InvalidValue(code="rows")
    elif not all(isinstance(asked, bool) for asked in modes.values()):
        yield "field", InvalidValue(code="choice")


def _wrong_category(seen: set[tuple[str, str]], row: Row, _rows: list[Row]) -> Iterator[tuple[str, TingsuError]]:
    if row.get("category") not in {str(number) for number in terms.CATEGORIES}:
        yield "category", InvalidValue(code="choice")
    if row.get("field") not in ASKED:
        yield "field", InvalidValue(code="choice")
    elif (str(row.get("category")), row["field"]) in seen:
        yield "field", InvalidValue(_("This line stands in the list twice."), code="twice")
    else:
        seen.add((str(row.get("category")), row["field"]))


def rules_for(complaint: Any) -> rulebooks.Rules:
    """The version by which a complaint is measured: the one that held when it was registered."""
    return rulebooks.in_force(KIND, complaint.registered_at)


def needed(complaint: Any) -> list[str]:
    """The fields that make this registration complete, each once. No query."""
    body = rules_for(complaint).body
    numbers = {str(entry["no"]) for entry in complaint.categories}
    return list(
        dict.fromkeys(
            [
                DESCRIPTION,
                *(row["field"] for row in body["fields"] if row["modes"].get(complaint.mode)),
                *(row["field"] for row in body["categories"] if row["category"] in numbers),
            ]
        )
    )


def missing_fields(complaint: Any) -> list[str]:
    """What is still missing; withheld ones count as given (RG-16, RG-17)."""
    return [
        name
        for name in needed(complaint)
        if name not in complaint.withheld and getattr(complaint, _column(name)) in ("", b"", None, [])
    ]


def _column(name: str) -> str:
    return ASKED[name].stored if name in ASKED else name


def label(name: str) -> str:
    """What a missing field is called inside a sentence."""
    words = str(ASKED[name].field.label if name in ASKED else _("problem description"))
    return words[:1].lower() + words[1:]


def _fields() -> dict[str, Any]:
    return {name: one.field.label for name, one in ASKED.items()}


def _categories() -> dict[str, str]:
    return {str(number): f"{number} {name}" for number, (name, _extra) in terms.CATEGORIES.items()}


PAGES = (
    (pgettext_lazy("completeness", "By way in"), "complaints:completeness"),
    (pgettext_lazy("completeness", "By category"), "complaints:completeness_categories"),
)
INTRO = _(
    "What a registration must say to be complete. Whatever is missing, the complaint is registered and numbered at once; "
    "what is missing becomes a task of its owner. A complaint is measured by the version that held when it was registered."
)
ROLES = (Role.SUPERVISOR, Role.MGMT_REP)
FIELD = Column(name="field", label=pgettext_lazy("completeness", "Field"), kind="choice", options=_fields)
BY_MODE = Editor(
    app="complaints", kind=KIND, slug="completeness", title=_("Complete registration"), intro=INTRO, entries="fields", key="field",
    roles=ROLES, beside=PAGES,
    columns=(FIELD, *(Column(name=f"modes.{mode}", label=label, kind="flag", required=False) for mode, label in terms.Mode.choices)),
)  # fmt: skip
BY_CATEGORY = Editor(
    app="complaints", kind=KIND, name="completeness_categories", slug="completeness/categories", title=_("Complete registration"),
    intro=INTRO, entries="categories", key="", roles=ROLES, beside=PAGES,
    columns=(Column(name="category", label=_("Category"), kind="choice", options=_categories), FIELD),
)  # fmt: skip

rulebooks.register_kind(KIND, _("Complete registration"), shipped, check)

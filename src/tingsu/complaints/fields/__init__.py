"""A field of a complaint, once: what the forms, the API, the panels, filters, ledger and privacy table are made from.

`CATALOGUE` has one entry for every column of `Complaint`, `Party` and `Demand` and for everything a registration asks.
"""

from functools import cache

from tingsu.complaints.fields import content, course, matter, people, receipt
from tingsu.complaints.fields.declared import PARTIES, CaseField, Place
from tingsu.privacy import fields as privacy
from tingsu.process.steps import Field

__all__ = [
    "CATALOGUE",
    "INTAKE_FIELDS",
    "LEDGER_FIELDS",
    "PARTIES",
    "CaseField",
    "Place",
    "asked_of",
    "case_field",
    "offered",
    "on_form",
]

CATALOGUE: tuple[CaseField, ...] = (*matter.FIELDS, *content.FIELDS, *people.FIELDS, *receipt.FIELDS, *course.FIELDS)
ASKED: tuple[CaseField, ...] = tuple(one for one in CATALOGUE if one.asked)
INTAKE_FIELDS: tuple[Field, ...] = tuple(one.field for one in ASKED)
"""The registration form as every door reads it (RG-01 … RG-08, RG-15)."""
LEDGER_FIELDS: tuple[str, ...] = tuple(one.stored for one in CATALOGUE if one.ledger)
"""Columns that `verify` rebuilds from the ledger; they may change only through `Case.set`."""
FILTERS: tuple[CaseField, ...] = tuple(one for one in CATALOGUE if one.filterable)
CORRECTED: tuple[CaseField, ...] = tuple(one for one in CATALOGUE if one.corrected)
_BY_NAME = {one.name: one for one in CATALOGUE}


def case_field(name: str) -> CaseField:
    """One field by its name at the doors."""
    return _BY_NAME[name]


@cache
def asked_of(of: Place) -> tuple[CaseField, ...]:
    """What a registration asks of the complaint itself, or of one party, and keeps in a column."""
    return tuple(one for one in ASKED if one.of == of and one.stored)


def offered(door: str, part: str = "") -> tuple[CaseField, ...]:
    """What a door (desk, portal, api) asks for; one part of its form, if given, in the order of the catalogue."""
    return tuple(one for one in CATALOGUE if (place := getattr(one, door)) and (not part or place == part))


def code_words(name: str, code: str) -> str:
    """What a code of a closed list means, in the reader's language; anything else stands for itself."""
    known = _BY_NAME.get(name)
    if known is not None and known.words is not None:
        return known.words(code)
    options = known.field.options if known is not None else ()
    return str(dict(options).get(code, code)) if isinstance(options, tuple) else code


def shown_in(panel: str) -> tuple[CaseField, ...]:
    """What a panel of the case page shows."""
    return tuple(one for one in CATALOGUE if one.shown == panel)


def on_form(form: str, section: int) -> tuple[CaseField, ...]:
    """What a section of a paper form asks or tells (`form_b`, `form_c`), in the order of the form."""
    placed = [(*map(int, place.split(".")), one) for one in CATALOGUE if (place := getattr(one, form))]
    return tuple(one for part, _place, one in sorted(placed, key=lambda each: each[:2]) if part == section)


def _declare_personal() -> None:
    for one in (*CATALOGUE, *matter.DEMAND_LINE):
        if one.personal is not None:
            privacy.declare(one.of, one.column or one.name, one.personal, one.field.label)
    for role in PARTIES[1:]:
        # Whoever stands in the case is a person like the complainant: what is asked of one may be recorded of another.
        for one in CATALOGUE:
            if one.of == "complainant" and one.personal is not None:
                privacy.declare(role, one.stored, one.personal, one.field.label)


_declare_personal()

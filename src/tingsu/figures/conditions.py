"""What an indicator counts, as words that people type and a query: `mode in internet, email; replied_after <= 1440` (KP-01).

Parts set apart by `;` must all hold, alternatives within a part are set apart by `|`. A part names a column of the facts, then `=`, `!=`,
`<=`, `>=`, `<`, `>`, `in` with a list, `is empty` or `is known`. Nothing else is understood, so nothing that is typed reaches the database as
words: columns are looked up in a list, values become parameters.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.figures.models import Fact
from tingsu.kernel.errors import InvalidValue

LIMIT = 300
_PART = re.compile(
    r"(?P<name>[a-z_]+)\s*(?:(?P<sign>!=|<=|>=|=|<|>)\s*(?P<value>[^;|]*)|in\s+(?P<list>[^;|]+)|is\s+(?P<is>empty|known))"
)
SIGNS = {"<=": "__lte", ">=": "__gte", "<": "__lt", ">": "__gt"}
UNTOLD = frozenset(
    {
        "id",
        "organisation_id",
        "seq",
        "category",
        "stages",
        "department_id",
        "lead_unit_id",
        "unit_concerned_id",
        "supplier_id",
    }
)
"""Columns that no definition names: ids and what is made for other questions."""
KINDS: Mapping[str, str] = {
    one.attname: {"BooleanField": "flag", "CharField": "code", "ArrayField": "numbers", "DateField": "day"}.get(
        one.get_internal_type(), "number"
    )
    for one in Fact._meta.concrete_fields
    if one.attname not in UNTOLD
}
"""Each column that a definition may name, and what stands in it."""
NUMBERS = frozenset(name for name, kind in KINDS.items() if kind == "number")
_CODES: Mapping[str, Callable[[], Any]] = {
    "kind": lambda: terms.Kind.values,
    "mode": lambda: terms.Mode.values,
    "state": lambda: terms.State.values,
    "grade": lambda: terms.Grade.values,
    "urgency": lambda: terms.Urgency.values,
    "verdict": lambda: terms.Verdict.values,
    "outcome": lambda: terms.Outcome.values,
    "province": lambda: terms.PROVINCES,
    "product_type": lambda: terms.ProductType.values,
}
"""Closed lists: a value that stands in none would never be met."""


def condition(words: str) -> Q:
    """The query of a definition; of nothing typed, every fact. Raises InvalidValue with the part that is not understood."""
    whole = Q()
    for part in filter(None, (one.strip() for one in words.split(";"))):
        either = Q(pk__in=[])
        for one in part.split("|"):
            either |= _one(one.strip())
        whole &= either
    return whole


def _one(words: str) -> Q:
    found = _PART.fullmatch(words)
    if found is None:
        raise InvalidValue(
            _("“%(part)s” is not understood. A part reads like “mode in internet, email” or “replied_after <= 1440”."),
            code="condition", part=words[:60],
        )  # fmt: skip
    name = found["name"]
    if name not in KINDS:
        raise InvalidValue(_("Facts have no column “%(name)s”."), code="column", name=name[:60])
    kind = KINDS[name]
    if found["is"]:
        empty = {"code": Q(**{name: ""}), "numbers": Q(**{name: []})}.get(kind, Q(**{f"{name}__isnull": True}))
        return empty if found["is"] == "empty" else ~empty
    if found["list"]:
        values = [_value(name, kind, one) for one in found["list"].split(",") if one.strip()]
        return Q(**{f"{name}__overlap": values}) if kind == "numbers" else Q(**{f"{name}__in": values})
    sign, value = found["sign"], _value(name, kind, found["value"])
    if sign in SIGNS:
        if kind != "number":
            raise InvalidValue(_("“%(name)s” is not a number: only =, != and “in” go with it."), code="sign", name=name)
        return Q(**{name + SIGNS[sign]: value})
    same = Q(**{f"{name}__contains": [value]}) if kind == "numbers" else Q(**{name: value})
    return same if sign == "=" else ~same


def _value(name: str, kind: str, typed: str) -> Any:
    typed = typed.strip()
    if kind in {"number", "numbers"}:
        if not re.fullmatch(r"-?[0-9]{1,9}", typed, re.ASCII):
            raise InvalidValue(_("“%(name)s” is compared with a whole number."), code="number", name=name)
        return int(typed)
    if kind == "flag":
        if typed not in {"yes", "no"}:
            raise InvalidValue(_("“%(name)s” is “yes” or “no”."), code="flag", name=name)
        return typed == "yes"
    if kind == "day":
        raise InvalidValue(
            _("“%(name)s” is a day: the period says which. Ask “is known” or “is empty”."), code="day", name=name
        )
    if not re.fullmatch(r"[a-z0-9_]{1,40}", typed) or (name in _CODES and typed not in _CODES[name]()):
        raise InvalidValue(_("“%(value)s” is no value of “%(name)s”."), code="choice", name=name, value=typed[:60])
    return typed


def summed(words: str) -> tuple[str, ...]:
    """Columns that a definition adds up, such as `kept_feedback + missed_feedback`. Raises InvalidValue."""
    names = tuple(one.strip() for one in words.split("+"))
    for name in names:
        if name not in NUMBERS:
            raise InvalidValue(_("Facts have no number called “%(name)s”."), code="column", name=name[:60])
    return names

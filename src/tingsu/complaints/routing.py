"""Which department answers for which complaints: problem type × product × branch → department (AS-05, CO-04)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists, terms
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet, too_long
from tingsu.people import queries as people
from tingsu.people.models import Unit

KIND = "routing"
LINE_KEYS = frozenset({"problem_type", "product", "branch", "unit"})
MOST_LINES = 500


def shipped() -> dict[str, Any]:
    """Version 0: no lines; the topics of the departments decide, then the default queue."""
    return {"lines": [], "default": ""}


def check(body: dict[str, Any]) -> None:
    """Lines name a problem type (or none) and the code of a department that exists. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    lines = body.get("lines")
    codes = {unit.code for unit in people.units(kind=Unit.Kind.DEPARTMENT)}
    if not isinstance(lines, list) or len(lines) > MOST_LINES or not all(isinstance(line, dict) for line in lines):
        errors["lines"] = InvalidValue(code="rows")
    else:
        for line in lines:
            if problem := _problem_of(line, codes):
                errors["lines"] = problem
                break
    default = body.get("default")
    if not isinstance(default, str) or (default and default not in codes):
        errors["default"] = InvalidValue(code="unit")
    if errors:
        raise InvalidInput(errors)


def _problem_of(line: dict[str, Any], codes: set[str]) -> InvalidValue | None:
    if unknown := sorted(set(line) - LINE_KEYS):
        return InvalidValue(
            _("Routing may not look at “%(name)s”: only problem type, product and branch decide."),
            code="unequal",
            name=unknown[0],
        )
    if line.get("problem_type", "") not in {"", *lists.codes(lists.PROBLEM_TYPE)}:
        return InvalidValue(code="choice")
    if line.get("unit") not in codes:
        return InvalidValue(code="unit")
    for words in (line.get(name, "") for name in ("product", "branch")):
        if not isinstance(words, str):
            return InvalidValue()
        if len(words) > 120:
            return too_long(words, 120)
    return None


def route(problem_type: str, product: str, branch: str, lines: Iterable[dict[str, Any]]) -> str:
    """The unit code of the most particular line that fits, or an empty text. Products and branches match by part."""
    best, best_weight = "", -1
    for line in lines:
        asked = (
            (line.get("problem_type", ""), line.get("problem_type", "") == problem_type, 1),
            (line.get("product", ""), line.get("product", "").lower() in product.lower(), 2),
            (line.get("branch", ""), line.get("branch", "").lower() in branch.lower(), 4),
        )
        if all(fits for wanted, fits, _weight in asked if wanted):
            weight = sum(weight for wanted, _fits, weight in asked if wanted)
            if weight > best_weight:
                best, best_weight = line["unit"], weight
    return best


def department_for(problem_type: str, product: str = "", branch: str = "") -> Unit | None:
    """The department responsible: by a line of the table, by its topics, by the default queue; None if nobody is named."""
    body = rulebooks.in_force(KIND).body
    departments = {unit.code: unit for unit in people.units(kind=Unit.Kind.DEPARTMENT)}
    for topic in dict.fromkeys([problem_type, lists.counts_under(lists.PROBLEM_TYPE, problem_type)]):
        if unit := departments.get(route(topic, product, branch, body["lines"])):
            return unit
        for unit in departments.values():
            if topic in unit.topics:
                return unit
    return departments.get(body["default"])


def topics_without_department() -> list[str]:
    """Problem types that nobody would be asked about: the gap that CO-04 wants shown."""
    return [code for code, _word in lists.problem_types(None) if department_for(code) is None]


def responsible(complaint: Any) -> Unit | None:
    """What the table says of a complaint as it stands."""
    return department_for(complaint.problem_type, complaint.product, complaint.branch)


def follow(case: Any, before: Unit | None) -> None:
    """Problem type, product or branch have changed: a department that the table had named follows the table (AS-05).

    `before` is what the table said of the complaint until then. One that was chosen by hand or by a ruling stays.
    """
    c = case.complaint
    if c.department_by not in {"", terms.ChosenBy.TABLE}:
        return
    after = responsible(c)
    if after == before or (before is not None and c.department_id not in {None, before.pk}):
        return
    case.set("department_id", after.pk if after else None)
    case.set("department_by", str(terms.ChosenBy.TABLE) if after else "")


def stays_ruled(case: Any, step: Any, values: dict[str, Any] | None) -> list[Unmet]:
    """A ruling of the committee binds: who answers for the matter changes by another ruling only (AS-13)."""
    c = case.complaint
    chosen = values.get("department") if values else None
    if c.department_by != terms.ChosenBy.RULING or (values is not None and chosen in {None, "", c.department_id}):
        return []
    sentence = _("the committee has ruled that %(unit)s answers for this matter; only another ruling changes that")
    return [Unmet("ruled", sentence, unit=people.unit_name(c.department_id))]

"""Problem categories, problem types and objects, and the table that proposes one from the other (TR-01–TR-04, TR-20, TR-22)."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists, terms
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError

KIND = "categories"
CATEGORY_CODES = frozenset(str(number) for number in terms.CATEGORIES)
SUBCATEGORY = re.compile(r"([1-9]|[12][0-9]|3[0-5])\.[1-9][0-9]?")

_MAPPING: dict[int, tuple[str, str]] = {
    1: ("consumer", "service"), 2: ("consumer", "service"), 3: ("consumer", "service"), 4: ("consumer", "service"),
    5: ("product", "product"), 6: ("consumer", "service"), 7: ("product", "product"), 8: ("consumer", "product"),
    9: ("product", "product"), 10: ("consumer", "service"), 11: ("consumer", "service"), 12: ("consumer", "service"),
    13: ("consumer", "process"), 14: ("consumer", "service"), 15: ("consumer", "service"), 16: ("operation", "process"),
    17: ("consumer", "process"), 18: ("operation", "process"), 19: ("operation", "process"), 20: ("operation", "process"),
    21: ("operation", "process"), 22: ("operation", "process"), 23: ("consumer", "process"), 24: ("consumer", "process"),
    25: ("consumer", "process"), 26: ("operation", "process"), 27: ("operation", "service"), 28: ("operation", "process"),
    29: ("operation", "service"), 30: ("operation", "process"), 31: ("operation", "process"), 32: ("consumer", "service"),
    33: ("operation", "process"), 34: ("consumer", "process"), 35: ("consumer", "service"),
}  # fmt: skip


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0: no sub-categories yet, the examples of ISC 8.2.1, our mapping. Treat as read-only."""
    return {
        "subcategories": [],
        "problem_types": {
            "qualification": {"zh-Hans": "营业执照、特许经营许可证等审核", "en": "business licence, franchise permit"},
            "product": {"zh-Hans": "账号、产品故障、体验不佳", "en": "account, malfunction, poor experience"},
            "ip": {"zh-Hans": "知识产品、著作权、商标", "en": "knowledge products, copyright, trade mark"},
            "consumer": {"zh-Hans": "退换货、退款、运费争议", "en": "return and refund, exchange, freight dispute"},
            "operation": {"zh-Hans": "服务续费、费用退还", "en": "service renewal, refund of fees"},
        },
        "mapping": [
            {"category": str(number), "problem_type": problem, "object_type": about}
            for number, (problem, about) in _MAPPING.items()
        ],
    }


def check(body: dict[str, Any]) -> None:
    """The 35 names of RL-2 are fixed and not part of the body; sub-categories and the mapping are free. Raises InvalidInput."""
    errors: dict[str, TingsuError] = {}
    subs = body.get("subcategories")
    if not isinstance(subs, list) or not all(isinstance(one, dict) for one in subs):
        errors["subcategories"] = InvalidValue(code="rows")
    else:
        codes = [str(one.get("code")) for one in subs]
        if not all(SUBCATEGORY.fullmatch(code) for code in codes) or len(set(codes)) != len(codes):
            errors["subcategories"] = InvalidValue(
                _("A sub-category has the number of its category, a dot and its own number, such as 6.1, each once."),
                code="code",
            )
        elif not all(_named(one.get("name")) for one in subs):
            errors["subcategories"] = InvalidValue(
                _("Every sub-category needs a name in both languages."), code="required"
            )
    types = body.get("problem_types")
    if (
        not isinstance(types, dict)
        or set(types) != set(terms.ProblemType.values)
        or not all(map(_named, types.values()))
    ):
        errors["problem_types"] = InvalidValue(
            _("Each of the five problem types needs examples in both languages."), code="required"
        )
    mapping = body.get("mapping")
    if not isinstance(mapping, list) or not all(_maps(one) for one in mapping):
        errors["mapping"] = InvalidValue(
            _("A line of the mapping names a category, a problem type and an object."), code="rows"
        )
    elif len({one["category"] for one in mapping}) != len(mapping):
        errors["mapping"] = InvalidValue(_("A category stands in the mapping twice."), code="twice")
    if errors:
        raise InvalidInput(errors)


def _named(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(language), str) and value[language] for language in ("zh-Hans", "en")
    )


def _maps(line: Any) -> bool:
    return (
        isinstance(line, dict)
        and line.get("category") in CATEGORY_CODES
        and line.get("problem_type") in lists.codes(lists.PROBLEM_TYPE)
        and line.get("object_type") in lists.codes(lists.OBJECT_TYPE)
    )


def propose(categories: Iterable[int], body: dict[str, Any]) -> tuple[str, str]:
    """Problem type and object that fit most of these categories, or empty texts: a proposal only (TR-22)."""
    lines = {line["category"]: line for line in body["mapping"]}
    hits = [lines[str(number)] for number in categories if str(number) in lines]
    if not hits:
        return "", ""
    problem = Counter(line["problem_type"] for line in hits).most_common(1)[0][0]
    about = Counter(line["object_type"] for line in hits if line["problem_type"] == problem).most_common(1)[0][0]
    return problem, about

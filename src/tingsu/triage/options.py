"""What several steps of triage offer to choose from; lists that the enterprise changes come from its rulebooks."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tingsu.complaints import terms
from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.process.steps import Options, options, options_from
from tingsu.triage import classification, criteria, risk_rules
from tingsu.triage.models import CRITERIA


def _rules_of(part: str, complaint: Any) -> Options:
    body = rulebooks.in_force(risk_rules.KIND).body
    return tuple((rule["code"], in_language(rule["name"])) for rule in body[part])


urgent_topics = options("urgent_topics")(partial(_rules_of, "urgent"))
high_risk_reasons = options("high_risk_reasons")(partial(_rules_of, "high_risk"))
risk_marks = options_from("risk_marks")(partial(_rules_of, "marks"))


@options_from("categories")
def categories(complaint: Any) -> Options:
    """The 35 categories of RL-2 in their order, each followed by the enterprise's sub-categories (TR-03)."""
    subs = rulebooks.in_force(classification.KIND).body["subcategories"]
    found: list[tuple[str, Any]] = []
    for number, (name, _extra) in terms.CATEGORIES.items():
        found.append((str(number), _("%(number)s %(name)s") % {"number": number, "name": name}))
        found += [
            (sub["code"], f"{sub['code']} {in_language(sub['name'])}")
            for sub in subs
            if sub["code"].startswith(f"{number}.")
        ]
    return (*found, *_no_longer_offered(complaint, {code for code, _name in found}))


def _no_longer_offered(complaint: Any, offered: set[str]) -> Options:
    """Sub-categories that the case has and new ones no longer get: a form must not lose them."""
    kept = [entry for entry in getattr(complaint, "categories", ()) if entry.get("sub", "") not in {"", *offered}]
    return tuple((one["sub"], f"{one['sub']} {terms.CATEGORIES[one['no']][0]}") for one in kept)


def _scale_of(criterion: str, complaint: Any) -> Options:
    """The scale of one criterion, each step with its guidance (TR-09)."""
    body = rulebooks.in_force(criteria.KIND).body
    anchors = next(one["anchors"] for one in body["criteria"] if one["code"] == criterion)
    return tuple(
        (
            str(step["value"]),
            _guided(step["value"], in_language(step["name"]), in_language(anchors.get(str(step["value"])))),
        )
        for step in body["scale"]
    )


def _guided(value: int, name: str, guidance: str) -> str:
    if not guidance:
        return f"{value} {name}"
    return _("%(value)s %(name)s: %(guidance)s") % {"value": value, "name": name, "guidance": guidance}


SCALES = {one: options(f"assessment_{one}")(partial(_scale_of, one)) for one in CRITERIA}
"""The scale of each criterion, as a step's field takes it."""


def named(part: str, codes: list[str]) -> list[str]:
    """The names of risk rules by their codes; a code that is no longer in force stands for itself."""
    names = dict(_rules_of(part, None))
    return [str(names.get(code, code)) for code in codes]

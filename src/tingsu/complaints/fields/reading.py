"""The values of a complaint's fields for whoever reads them: pages, forms on paper, programs, corrections."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tingsu.complaints import lists, terms
from tingsu.complaints.categories import code_of
from tingsu.complaints.fields.declared import CaseField
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.hours import hour_words
from tingsu.kernel.punctuation import apart, in_brackets, listed
from tingsu.people.queries import alias_of, unit_name
from tingsu.privacy.fields import Sight, sight
from tingsu.process.steps import options_of

EMPTY: tuple[Any, ...] = ("", None, [], False)


def says_something(one: CaseField, value: Any) -> bool:
    """Worth a line: given, and not what stands there by default."""
    return one.always or (value != one.default if one.default is not None else value not in EMPTY)


def in_words(one: CaseField, value: Any) -> Any:
    """Codes in the reader's words; dates and instants stay what they are for the page to write."""
    if one.name == "categories":
        return apart(category_words(value))
    kind, field = one.field.kind, one.field
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if kind == "hour":
        return hour_words(value)
    if kind == "unit":
        return unit_name(value)
    if kind == "member":
        return alias_of(value)
    if kind == "choice" and one.words is not None:
        return one.words(str(value))
    if kind in {"choice", "choices"}:
        words = lists.words(lists.BY_FIELD[one.name]) if one.name in lists.BY_FIELD else dict(options_of(field))
        return listed(str(words.get(code, code)) for code in (value if isinstance(value, list) else [value]))
    return value


def category_words(categories: Iterable[dict[str, Any]]) -> list[str]:
    """Each category as it is recorded: the sub-category where one was chosen, the length of the delay."""
    from tingsu.complaints.fields import case_field

    words = dict(options_of(case_field("categories").field))
    found = []
    for entry in categories:
        code = category_code(entry)
        name = str(words.get(code, f"{code} {terms.CATEGORIES.get(entry['no'], ('',))[0]}"))
        delay = _delay_words(entry)
        found.append(f"{name}{in_brackets(delay)}" if delay else name)
    return found


def _delay_words(entry: dict[str, Any]) -> str:
    length = entry.get("delay")
    if not length:
        return ""
    if entry.get("unit") == "hour":
        return _("%(hours)s hours late") % {"hours": length}
    return _("%(days)s days late") % {"days": length}


category_code = code_of


def visible(actor: Actor, one: CaseField, *, door: str) -> bool:
    """May the reader see a plain field at all? What is not personal is part of the matter."""
    return one.personal is None or sight(actor, one.of, one.stored, door=door) is Sight.CLEAR


def raw_value(complaint: Complaint, one: CaseField) -> Any:
    """A plain value of the complaint's own row as a form takes it."""
    value = getattr(complaint, one.stored)
    if one.name == "categories":
        return [category_code(entry) for entry in value]
    if isinstance(one.default, bool):
        return "yes" if value else "no"
    return value

"""The filters of a list of cases as a page shows them: a form that works without scripts, and a chip for each one in force."""

from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tingsu.complaints import filters
from tingsu.complaints.fields import CaseField, case_field
from tingsu.complaints.options import RECEIVING_KINDS, RECEIVING_ROLES
from tingsu.desk.asked import OWNER, SINCE, UNIT, UNTIL, Asked
from tingsu.kernel.actor import Actor
from tingsu.kernel.punctuation import after_label, listed
from tingsu.people import queries as people

CLOSED = frozenset({"closed", "archived"})
"""The queue holds open complaints only."""


def form_of(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    """Every filter as a plain field: who has the case, the fields of the complaint, the days of receipt."""
    language = get_language() or ""
    owners = [(str(one.pk), people.staff_identity(one.pk)) for one in people.active_members(roles=RECEIVING_ROLES)]
    if asked.owner and str(asked.owner) not in dict(owners):
        owners.append((str(asked.owner), people.staff_identity(asked.owner)))
    units = [(str(unit.pk), people.unit_name(unit.pk)) for unit in people.units(kind=RECEIVING_KINDS)]
    return [
        {"name": OWNER, "label": _("Owner"), "options": options_drawn(owners, str(asked.owner or ""))},
        {"name": UNIT, "label": _("Group of the owner"), "options": options_drawn(units, str(asked.unit or ""))},
        *(
            {"name": name, "label": one.field.label, "options": _options(one, asked.filters.get(name, ""), language)}
            for name, one in filters.filters_for(actor).items()
        ),
        {"name": SINCE, "label": _("Received from"), "day": asked.since},
        {"name": UNTIL, "label": _("Received until"), "day": asked.until},
    ]


def _options(one: CaseField, chosen: str, language: str) -> SafeString:
    """Lists of the enterprise's own are drawn anew, for a rulebook may change them."""
    drawing = _drawn_options if isinstance(one.field.options, tuple) else _drawn_options.__wrapped__
    return drawing(one.name, chosen, language)


@lru_cache(maxsize=512)
def _drawn_options(name: str, chosen: str, language: str) -> SafeString:
    return options_drawn([pair for pair in filters.choices(case_field(name)) if pair[0] not in CLOSED], chosen)


def options_drawn(choices: Any, chosen: str) -> SafeString:
    """The options of a select, and one for any. No end tags, and no quotes about a plain word: HTML leaves both to the reader."""
    picked = mark_safe(" selected")
    rows = ((_value(code), picked if code == chosen else "", word) for code, word in [("", _("Any")), *choices])
    return format_html_join("", "<option value={}{}>{}", rows)


def _value(code: str) -> str:
    return code if code.isascii() and code.replace("_", "").replace("-", "").isalnum() else format_html('"{}"', code)


def dropped_words(asked: Asked) -> str:
    """What of the address was left out, in words."""
    return listed(after_label(case_field(name).field.label, value[:40]) for name, value in asked.dropped.items())


def chips_of(asked: Asked) -> list[dict[str, Any]]:
    """What narrows the list, each with the address of the list without it."""
    chips = []
    if asked.owner:
        chips.append(_chip(_("Owner"), people.staff_identity(asked.owner) or "–", asked.url(owner=None)))
    if asked.unit:
        chips.append(_chip(_("Group of the owner"), people.unit_name(asked.unit), asked.url(unit=None)))
    for name, value in asked.filters.items():
        one = case_field(name)
        rest = {key: other for key, other in asked.filters.items() if key != name}
        words = {str(code): label for code, label in filters.choices(one)}
        chips.append(_chip(one.field.label, words[value], asked.url(filters=rest, dropped={})))
    for name, label, day in ((SINCE, _("Received from"), asked.since), (UNTIL, _("Received until"), asked.until)):
        if day:
            chips.append(_chip(label, date_format(day, "Y-m-d"), asked.url(**{name: None})))
    return chips


def _chip(label: Any, value: Any, remove: str) -> dict[str, Any]:
    return {"label": label, "value": value, "remove": remove}

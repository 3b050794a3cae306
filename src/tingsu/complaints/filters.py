"""The filters of the queue, the API and saved views, made from the catalogue of fields (TR-22)."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists
from tingsu.complaints.fields import FILTERS, CaseField
from tingsu.complaints.fields.matter import YES_NO
from tingsu.complaints.fields.reading import visible
from tingsu.complaints.marks import unusual
from tingsu.complaints.models import Complaint, ComplaintMark
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.process.steps import Options, options_of

Filters = dict[str, str]


def filters_for(actor: Actor) -> dict[str, CaseField]:
    """What this reader may filter by: nobody finds out by a filter what they are not shown."""
    return {one.name: one for one in FILTERS if visible(actor, one, door="page")}


NAMED = 60
"""Values that a refusal names at the most."""


def choices(one: CaseField) -> Options:
    """The values of a filter; yes and no for what is so or not. An entry of a list that was dropped still finds its cases."""
    if one.name in lists.BY_FIELD:
        return tuple(lists.words(lists.BY_FIELD[one.name]).items())
    return YES_NO if one.field.kind == "bool" else options_of(one.field)


def read(actor: Actor, asked: Mapping[str, str]) -> tuple[Filters, Filters]:
    """The filters that a question names, and those whose value there is not (or not for this reader)."""
    mine = filters_for(actor)
    known: Filters = {}
    unknown: Filters = {}
    for one in FILTERS:
        if not (value := asked.get(one.name, "")):
            continue
        allowed = one.name in mine and value in {str(code) for code, _label in choices(one)}
        (known if allowed else unknown)[one.name] = value
    return known, unknown


def read_strictly(actor: Actor, asked: Mapping[str, str]) -> Filters:
    """The same for programs: an unknown value is refused, for whoever misspells one must not get the whole archive.

    Raises InvalidInput.
    """
    known, unknown = read(actor, asked)
    if unknown:
        mine = filters_for(actor)
        raise InvalidInput({name: _not_taken(name, value, name in mine) for name, value in unknown.items()})
    return known


def _not_taken(name: str, value: str, mine: bool) -> InvalidValue:
    """The refusal of a value, with those that the filter takes, where this reader may filter by it."""
    one = next(one for one in FILTERS if one.name == name)
    codes = [str(code) for code, _label in choices(one)] if mine else []
    if not codes:
        return InvalidValue(_("This filter does not take “%(value)s”."), code="choice", value=value[:60])
    sentence = _("This filter does not take “%(value)s”. It takes: %(allowed)s.")
    return InvalidValue(sentence, code="choice", value=value[:60], allowed=", ".join(codes[:NAMED]))


def narrowed(rows: QuerySet[Complaint], filters: Filters) -> QuerySet[Complaint]:
    """The complaints that fit all of these filters."""
    for one in FILTERS:
        if not (code := filters.get(one.name)):
            continue
        if one.above is not None:
            rows = rows.filter(**{f"{one.stored}__{'gt' if code == 'yes' else 'lte'}": one.above})
            continue
        value = (code == "yes") if isinstance(one.default, bool) or one.field.kind == "bool" else code
        if one.marked and (one.several or unusual(one, value)):
            marked = ComplaintMark.objects.filter(mark=f"{one.name}:{code}")
            rows = rows.filter(pk__in=marked.values("complaint_id"))
        else:
            rows = rows.filter(**{one.stored: value})
    return rows

"""By what facts are told apart: each dimension with its words and the words of its values (MO-08)."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.casework.panels import PARTIES
from tingsu.complaints import lists, terms
from tingsu.complaints.fields.people import GROUPS
from tingsu.complaints.fields.receipt import DOORS
from tingsu.people import queries as people

Label = str | Promise
YES_NO: Mapping[Any, Label] = {True: _("Yes"), False: _("No")}
UNTOLD = _("Not stated")


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A column of the facts, what it is called, and what its values are called."""

    column: str
    label: Label
    words: Callable[[], Mapping[Any, Label]]
    untold: Label = UNTOLD
    """What no value is called."""

    def told(self, value: Any) -> str:
        """The words of a value; one that a list has dropped shows its code, so that nothing that was counted vanishes."""
        if value in {None, ""}:
            return str(self.untold)
        if isinstance(value, uuid.UUID):
            return str(self.words().get(value, "")) or people.unit_name(value) or _now("A unit that is no more")
        return str(self.words().get(value, value))

    def read(self, written: str) -> Any:
        """A value as an address has it; what cannot be read is a value that no fact has."""
        example = next(iter(self.words()), "")
        if isinstance(example, bool):
            return written == "True"
        if self.column.endswith("_id"):
            try:
                return uuid.UUID(written) if written else None
            except ValueError:
                return uuid.UUID(int=0)
        if isinstance(example, int):
            if not written:
                return None
            return int(written) if len(written) < 5 and written.isascii() and written.isdigit() else -1
        return written


def _listed(name: str) -> Callable[[], Mapping[Any, Label]]:
    return lambda: lists.words(lists.BY_FIELD[name])


def _of(choices: Any) -> Callable[[], Mapping[Any, Label]]:
    return lambda: dict(choices)


_ALL = (
    Dimension(column="channel", label=_("Channel"), words=_of(DOORS)),
    Dimension(column="mode", label=_("Mode"), words=_of(terms.Mode.choices)),
    Dimension(column="kind", label=pgettext_lazy("complaint", "Kind"), words=_of(terms.Kind.choices)),
    Dimension(column="problem_type", label=_("Problem type"), words=_listed("problem_type")),
    Dimension(column="category", label=_("Problem category"), words=lambda: {no: str(one[0]) for no, one in terms.CATEGORIES.items()}),
    Dimension(column="object_type", label=_("Object"), words=_listed("object_type")),
    Dimension(column="scene", label=_("Scene"), words=_listed("scene")),
    Dimension(column="product_type", label=_("Kind of product"), words=_of(terms.ProductType.choices)),
    Dimension(column="province", label=_("Province"), words=_of(terms.PROVINCES)),
    Dimension(column="department_id", label=_("Department responsible"), words=dict),
    Dimension(column="unit_concerned_id", label=_("Unit complained of"), words=dict),
    Dimension(column="supplier_id", label=_("Supplier of the handler"), words=people.supplied_units, untold=_("Our own people")),
    Dimension(column="grade", label=_("Grade"), words=_of(terms.Grade.choices)),
    Dimension(column="urgency", label=_("Urgency"), words=_of(terms.Urgency.choices)),
    Dimension(column="major", label=_("Major complaint"), words=lambda: YES_NO),
    Dimension(column="crisis", label=_("Public-opinion crisis"), words=lambda: YES_NO),
    Dimension(column="difficult", label=_("Difficult"), words=lambda: YES_NO),
    Dimension(column="opinion_risk", label=_("Risk of major negative public opinion"), words=lambda: YES_NO),
    Dimension(column="litigation_risk", label=_("Risk of litigation"), words=lambda: YES_NO),
    Dimension(column="penalty_risk", label=_("Risk of an administrative penalty"), words=lambda: YES_NO),
    Dimension(column="state", label=_("Stage"), words=_of(terms.State.choices)),
    Dimension(column="verdict", label=_("Verdict"), words=_of(terms.Verdict.choices)),
    Dimension(column="outcome", label=_("Outcome"), words=_of(terms.Outcome.choices)),
    Dimension(column="responsible", label=_("Who bears most responsibility"), words=lambda: PARTIES),
    Dimension(column="respondent", label=_("Respondent"), words=_of(terms.PartyKind.choices)),
    Dimension(column="group", label=_("Special group"), words=_of(GROUPS)),
    Dimension(column="repeated", label=_("Repeated"), words=lambda: YES_NO),
    Dimension(column="withdrawn", label=_("Withdrawn"), words=lambda: YES_NO),
    Dimension(column="score", label=_("Rating"), words=lambda: {score: str(score) for score in range(1, 6)}),
)  # fmt: skip
DIMENSIONS: dict[str, Dimension] = {one.column: one for one in _ALL}

"""Rows that belong to one complaint: the base of the sub-objects of process.md §6, and reading them.

Conditions and panels of many apps ask for the same few rows. Inside `with reading(complaint):` each table is asked once,
all of its rows for the case together. A reading ends with its block, and what is read outside of one is kept by nobody:
a step looks at its conditions inside one and changes the case after it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.kernel.crypto import Erased
from tingsu.kernel.rows import as_json, asked, asked_together, row_of, write_row
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel

Row = TypeVar("Row", bound=TenantModel)
Thing = TypeVar("Thing")


@dataclass(frozen=True, eq=False)
class Note(Generic[Thing]):
    """The name and type of something that is found out once for one reading of a case; declared by whoever finds it out."""

    name: str


_along: list[type[TenantModel]] = []


def read_along(model: type[TenantModel]) -> None:
    """Let a table of another room, which names its complaint in `complaint_id`, be read together with the rows of a case."""
    _along.append(model)


@dataclass(eq=False)
class Reading:
    """What has been read of one case between the beginning and the end of one `reading`."""

    complaint: Complaint
    rows: dict[Any, list[Any]] = field(default_factory=dict)
    """The rows of each table asked so far."""
    notes: dict[Note[Any], Any] = field(default_factory=dict)

    def note(self, note: Note[Thing], thing: Thing) -> Thing:
        """Keep something for the rest of this reading."""
        self.notes[note] = thing
        return thing

    def noted(self, note: Note[Thing]) -> Thing | None:
        """What was kept under this note, if anything."""
        return self.notes.get(note)

    def everything(self) -> None:
        """Ask all tables of the case in one statement."""
        of_case: tuple[type[TenantModel], ...] = (Party, Demand, *CaseRow.__subclasses__(), *_along)
        tables: dict[type[models.Model], str] = dict.fromkeys(of_case, "complaint_id")
        found = asked_together(tables, self.complaint.pk)
        self.rows = {model: _attached(rows, self.complaint) for model, rows in found.items()}


class ChangedWhileRead(RuntimeError):
    """A case was changed inside a reading of it: what was read for its conditions would be told as if it still stood."""


_UNDER_WAY: ContextVar[Reading | None] = ContextVar("tingsu_reading", default=None)


@contextmanager
def reading(complaint: Complaint) -> Iterator[Reading]:
    """Keep what is read of this case until the block ends; a block inside another of the same case continues it.

    Of the case as this very object: the same case opened for a step is read anew. The case may not change inside.
    """
    outer = _UNDER_WAY.get()
    if outer is not None and outer.complaint is complaint:
        yield outer
        return
    before = _UNDER_WAY.set(Reading(complaint))
    try:
        yield reading_of(complaint)
    finally:
        _UNDER_WAY.reset(before)


def reading_of(complaint: Complaint) -> Reading:
    """The reading under way; outside of one an empty one, which nobody keeps."""
    under_way = _UNDER_WAY.get()
    return under_way if under_way is not None and under_way.complaint is complaint else Reading(complaint)


def check_not_read(complaint: Complaint) -> None:
    """Raises ChangedWhileRead."""
    under_way = _UNDER_WAY.get()
    if under_way is not None and under_way.complaint is complaint:
        raise ChangedWhileRead(complaint.number)


def with_rows(rows: QuerySet[Any], *of_case: type[TenantModel], case: str = "pk") -> Any:
    """Rows of a list with those of some tables of their cases, read in the same statement; `case` is the column with the
    case's id. `rows_from` tells them.
    """
    read = {
        f"{KEPT}{model._meta.model_name}": ArraySubquery(
            model.objects.filter(complaint_id=OuterRef(case)).order_by("id").values(one=as_json(model))
        )
        for model in of_case
    }
    return rows.annotate(**read)


def rows_from(row: Any, complaint: Complaint, *of_case: type[TenantModel]) -> dict[Any, list[Any]]:
    """What `with_rows` read with a row, table by table: to be known in a `reading` of the case."""
    return {
        model: _attached([row_of(model, one) for one in getattr(row, f"{KEPT}{model._meta.model_name}")], complaint)
        for model in of_case
    }


KEPT = "rows_of_"


def rows_of(model: type[Row], complaint: Complaint, **equals: Any) -> list[Row]:
    """The rows of one complaint in the order they were made, with the complaint attached. At most one query.

    `equals` compares attributes; `name__in` takes several values.
    """
    known = reading_of(complaint).rows
    if model not in known:
        known[model] = _attached(asked(model, OF_CASE, complaint.pk).all(), complaint)
    return [row for row in known[model] if all(_matches(row, name, value) for name, value in equals.items())]


OF_CASE = "complaint_id = %s ORDER BY id"


def _attached(rows: list[Row], complaint: Complaint) -> list[Row]:
    for row in rows:
        row.complaint = complaint  # type: ignore[attr-defined]
    return rows


def _matches(row: TenantModel, name: str, value: Any) -> bool:
    if name.endswith("__in"):
        return getattr(row, name[:-4]) in value
    if isinstance(value, models.Model):
        return bool(getattr(row, f"{name}_id") == value.pk)
    return bool(getattr(row, name) == value)


class CaseRow(TenantModel):
    """A row of one complaint; its free text is sealed under the complaint's key and erased with it."""

    complaint = TenantForeignKey(Complaint, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def of(cls, complaint: Complaint, **filters: Any) -> list[Self]:
        """The rows of one complaint in the order they were made (see `rows_of`)."""
        return rows_of(cls, complaint, **filters)

    def save(self, *_args: Any, update_fields: Iterable[str] | None = None, **_kwargs: Any) -> None:
        """Write the row, or some of its columns, by a prepared statement as everything that an action writes."""
        write_row(self, None if update_fields is None else tuple(update_fields))

    def seal(self, field: str, plain: str) -> None:
        """Put a text into its sealed column; the context binds it to row and column. Raises Erased."""
        key = self.complaint.stream.key()
        setattr(self, field, key.seal(plain, self._context(field)) if plain else None)

    def seal_all(self, **texts: str) -> None:
        """Put several texts into their columns."""
        for name, plain in texts.items():
            self.seal(name, plain)

    def text(self, field: str) -> str:
        """Open one text. The caller answers for the right to see the case. Raises Erased."""
        sealed = getattr(self, field)
        return self.complaint.stream.key().open(sealed, self._context(field)) if sealed else ""

    def shown(self, field: str) -> str:
        """The text for a page: what stands there, or that it has been erased."""
        try:
            return self.text(field)
        except Erased:
            return _("(erased)")

    def covered(self, field: str) -> str:
        """The text for a page, with what points to people in the case masked inside it (PS-06)."""
        from tingsu.complaints.covering import covered

        return covered(self.complaint, self.shown(field))

    def for_form(self, field: str) -> str:
        """The text to be changed in a form; nothing if it points to a person, for a form sends back what it shows."""
        from tingsu.complaints.covering import is_plain

        text = self.shown(field)
        return text if is_plain(self.complaint, text) else ""

    def _context(self, field: str) -> str:
        return f"{self._meta.model_name}:{self.pk}:{field}"

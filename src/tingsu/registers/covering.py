"""Who is named in an entry of a register, and by which row of the privacy table each of its texts is shown (PS-05, PS-06)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from tingsu.privacy.fields import TABLE
from tingsu.privacy.masking import Known, known_values, together
from tingsu.privacy.show import known_about_each
from tingsu.registers.declaration import Register
from tingsu.registers.models import Entry, EntryLink

MOST_LINKED = 20
"""Of so many linked things the people are known to an entry."""


def place_of(register: Register, name: str) -> tuple[str, str]:
    """Where a field of an entry stands in the privacy table: what is not about a person is a note."""
    subject, _dot, place = register.personal.get(name, "history.note").partition(".")
    return subject, place


def known_in(register: Register, written: Mapping[str, str], entry: Entry | None = None) -> Known:
    """The people whose values no other text of the entry tells: those it names in fields of their own, and those of the cases
    it is linked with. Two queries for an entry that no list has prepared (`know`), none otherwise.
    """
    found = []
    for name in register.personal:
        rule = TABLE.get(place_of(register, name))
        if rule is not None and written.get(name):
            found.append({"kind": "person", rule.mask: written[name]})
    return together([known_values(found), *(people_of(entry) if entry is not None else ())])


def with_links(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Rows of a list with the ids of what they are linked with, for `know`."""
    links = EntryLink.objects.filter(entry=OuterRef("pk")).order_by("made_at", "id").values("other_id")
    return rows.annotate(linked=ArraySubquery(links[:MOST_LINKED]))


def know(entries: Iterable[Entry]) -> list[Entry]:
    """Learn for a whole list who stands in the linked cases: a query for the people, where anything is linked, and one for the
    links unless `with_links` read them. Gives the entries.
    """
    rows: list[Any] = list(entries)
    if unread := {row.pk: row for row in rows if not hasattr(row, "linked")}:
        for row in unread.values():
            row.linked = []
        for pk, other in (
            EntryLink.objects.filter(entry_id__in=unread).order_by("made_at", "id").values_list("entry_id", "other_id")
        ):
            if len(unread[pk].linked) < MOST_LINKED:
                unread[pk].linked.append(other)
    ids = {other for row in rows for other in row.linked}
    known = known_about_each(ids)
    for row in rows:
        row.people = [known[other] for other in row.linked if other in known]
    return rows


def people_of(entry: Entry) -> list[Known]:
    """Who stands in the cases that an entry is linked with."""
    row: Any = entry
    if not hasattr(row, "people"):
        know([row])
    people: list[Known] = row.people
    return people


def forget_people(entry: Entry) -> None:
    """Look anew: a link was made or taken away."""
    for name in ("people", "linked"):
        entry.__dict__.pop(name, None)


def meet(entry: Entry, people: Known) -> None:
    """Whoever links it with something just made says who stands in that."""
    row: Any = entry
    row.people = [*getattr(row, "people", ()), people]

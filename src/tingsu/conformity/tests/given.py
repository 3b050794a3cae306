"""Entries, clauses and lines of the conformity view, taken through the real actions."""

from datetime import UTC, date, datetime
from typing import Any

from tests.cast import Cast, Person
from tingsu.conformity import view
from tingsu.conformity.profiles import clauses
from tingsu.kernel.clock import travel_to
from tingsu.kernel.proofs import Holds
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def opened(who: Person, name: str, at: datetime = AT, **values: Any) -> Entry:
    with travel_to(at):
        return open_entry(actor=who.actor, register=registers()[name], opening=Opening(values=values))


def take(person: Person, entry: Entry, step: str, at: datetime = AT, **values: Any) -> Entry:
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(at):
        return take_step(actor=person.actor, entry=row, register=registers()[row.register], step=step, values=values)


def line(cited: str, at: datetime = AT) -> view.Line:
    with travel_to(at):
        document = clauses()[cited].document.lower()
        return next(one for one in view.readiness(document).lines if one.clause.cited == cited)


def shown(entry: view.Line, sort: str = "records") -> dict[str, Holds]:
    return {str(one.what): one.holds for one in entry.proofs if one.sort == sort}


def evidence(cast: Cast, subject: str, at: datetime = AT, **values: Any) -> Entry:
    given = {"subject": subject, "statement": "会议纪要与照片", "speaks_of": "2026-02-20", **values}
    return take(cast.mgmt_rep, opened(cast.supervisor, "evidence", at, **given), "approve", at)


def about(cast: Cast, cited: str = "CTS 6.3", at: datetime = AT, **values: Any) -> Entry:
    given = {"about": cited, "responsible": str(cast.qa.id), "note": "按规定执行", **values}
    return opened(cast.supervisor, "clause", at, **given)

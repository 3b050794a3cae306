"""The register of duties as they come due: each occurrence is a promise with owner, day and proof (MS-34, RL-6).

A job opens what a stretch of time owes, once; closes what the product's own records prove, without a second entry by hand; and
warns whoever leads so many days before, where the duty says so. What nobody did stays owed, with the next one beside it.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from tingsu.evaluation import duties, proving
from tingsu.evaluation.duties import LEADER, MICRO, OWNERS, Duty
from tingsu.evaluation.spans import Span, span_of, spans_from
from tingsu.figures.values import today
from tingsu.kernel import kinds, rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role
from tingsu.process.steps import Options, Step, guard
from tingsu.quality.access import first_of
from tingsu.registers import actions
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.saying import Said, says

NAME, TIMER = "duty", "duty_due"
OPEN, DONE, WAIVED = "open", "done", "waived"
LOOKS_BACK = 400
"""So many days back something may have become owed that no job opened: a server that stood still."""


def known(thing: Any) -> Options:
    """Every duty of the rulebook in force, and the one of this occurrence."""
    found = {one.code: one.name for one in duties.every_duty()}
    if isinstance(thing, Entry) and (own := duty_in(thing.codes)):
        found.setdefault(own.code, own.name)
    return tuple(found.items())


def duty_in(codes: Mapping[str, Any]) -> Duty | None:
    """The duty of an occurrence, as it was when that began."""
    return duties.duty_of(str(codes.get("duty", "")), int(codes.get("version", 0)))


def span_in(codes: Mapping[str, Any]) -> Span | None:
    """The stretch of time of an occurrence."""
    duty = duty_in(codes)
    return span_of(duty.every, date.fromisoformat(codes["first_on"])) if duty and codes.get("first_on") else None


def begun(opened: OpenedEntry, values: Mapping[str, Any]) -> None:
    """An occurrence begins: its stretch, and who answers for it. Raises InvalidInput."""
    duty = duties.duty_of(str(values["duty"]), rulebooks.in_force(duties.KIND).version)
    assert duty is not None  # noqa: S101 one of the options
    span = span_of(duty.every, values["first_on"])
    if values["due_on"] < span.first:
        raise InvalidInput(
            {"due_on": InvalidValue(_("It cannot be due before its stretch of time begins."), code="early")}
        )
    opened.put("version", duty.version)
    opened.put("last_on", span.last)
    if opened.entry.owner_id is None and (owner := first_of((duty.role, *OWNERS))) is not None:
        opened.own(owner)


@says(NAME)
def _what(told: Mapping[str, Any]) -> str:
    duty = duties.duty_of(told["duty"], told["version"])
    return f"{duty.name if duty else told['duty']} {told['period']}"


@guard("proof_given")
def proof_given(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What was done is shown: by a record of ours, a document, a file, or the place where it lies. The note of the small review is its record."""
    if (
        values is None
        or opened.entry.codes.get("duty") == MICRO
        or any(values.get(name) for name in ("number", "place", "files"))
    ):
        return []
    return [Unmet("no_proof", _("a duty is done with its proof: name the record, the place, or add a file"), guard="")]


@guard("not_the_owner")
def not_the_owner(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody lets off himself; one who works alone is only noted (ME-11)."""
    if opened.entry.owner_id != opened.actor.id or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_duty", _("you answer for this duty: somebody else decides that it does not apply"), guard="")]


def done(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It was done: on a day of its stretch or later, proved by the record that is named. Raises InvalidInput."""
    span = span_in(opened.entry.codes)
    if span is not None and values["done_on"] < span.first:
        refusal = InvalidValue(
            _("This day lies before %(first)s, when this duty began."), code="early", first=span.first.isoformat()
        )
        raise InvalidInput({"done_on": refusal})
    if number := values.get("number"):
        found = kinds.find_number(opened.actor, number)
        if found is None or found.id == opened.entry.pk:
            refusal = InvalidValue(_("Nothing that you may see has this number."), code="choice")
            raise InvalidInput({"number": refusal})
        actions.link_opened(opened, found.id, "proved")


def proved(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A record of ours proves it."""
    opened.put("by_itself", True)
    if values.get("number") and (row := Entry.objects.filter(number=values["number"]).first()):
        actions.link_opened(opened, row.pk, "proved")


def given_back(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The proof does not hold: it is owed again, by another day."""
    for name in ("done_on", "by_itself"):
        opened.put(name, None)


def entry_id(duty: Duty, span: Span, leader: uuid.UUID | None = None) -> uuid.UUID:
    """One occurrence for each stretch of a duty (and leader), however often the job runs."""
    return uuid.uuid5(current_organisation_id(), f"{NAME}:{duty.code}:{span.written}:{leader or ''}")


def open_owed() -> list[Entry]:
    """Every occurrence that is owed and not there yet. Two queries and those of the opening."""
    day, zone = today(), current_organisation().time_zone
    # A firm owes nothing for the time before the first of them was opened: it begins with what is not late on that day.
    first = Entry.objects.filter(register=NAME).order_by("opened_at").values_list("opened_at", flat=True).first()
    began = local_date(first, zone) if first else day
    since = max(local_date(current_organisation().created_at, zone), day - timedelta(days=LOOKS_BACK))
    wanted: dict[uuid.UUID, tuple[Duty, Span, uuid.UUID | None]] = {}
    for duty in duties.duties():
        for span in spans_from(duty.every, since, day + timedelta(days=1)):
            if duty.begins_on(span) <= day and duty.due_on(span) >= began and proving.arises(duty, span):
                for leader in _of_whom(duty):
                    wanted[entry_id(duty, span, leader)] = (duty, span, leader)
    there = set(Entry.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    fresh = [(pk, one) for pk, one in wanted.items() if pk not in there]
    return [_open(pk, *one) for pk, one in sorted(fresh, key=lambda pair: pair[1][1].first)]


def owner_of(duty: Duty) -> uuid.UUID | None:
    """Who answers for a duty of the firm: whoever holds its role, or the next of those who may."""
    return first_of((duty.role, *OWNERS))


def _of_whom(duty: Duty) -> list[uuid.UUID | None]:
    if duty.each != LEADER:
        return [None]
    return [one.pk for one in people.active_members(roles=(Role.TOP_MGMT,))]


def _open(pk: uuid.UUID, duty: Duty, span: Span, leader: uuid.UUID | None) -> Entry:
    owner = leader or owner_of(duty)
    values = {
        "duty": duty.code, "first_on": span.first.isoformat(), "due_on": duty.due_on(span, owner).isoformat(),
        "owner": str(owner or ""),
        "leader": str(leader or ""),
    }  # fmt: skip
    called = Said(NAME, {"duty": duty.code, "version": duty.version, "period": span.written})
    opening = Opening(id=pk, values={name: value for name, value in values.items() if value}, said={"what": called})
    return open_entry(actor=_actor(), register=registers()[NAME], opening=opening)


def _actor() -> Any:
    return automation("evaluation.duties", current_organisation_id())


def prove_open() -> int:
    """Close every open occurrence that a record of ours proves. Gives how many."""
    closed = 0
    for row in Entry.objects.filter(register=NAME, state=OPEN).order_by("opened_at", "pk"):
        duty, span = duty_in(row.codes), span_in(row.codes)
        if duty is None or span is None:
            continue
        found = proving.proof_of(duty, span, row.codes.get("leader"))
        if found is not None:
            closed += _taken(row, "prove", {"number": found.number, "done_on": found.on.isoformat()})
    return closed


def warn() -> int:
    """Warn whoever leads of what is still owed so many days before its day, once (MS-22: 60 days). Gives how many."""
    told, day = 0, today()
    for row in Entry.objects.filter(register=NAME, state=OPEN).order_by("opened_at", "pk"):
        duty = duty_in(row.codes)
        if duty is None or not duty.warning or row.codes.get("warned_on"):
            continue
        if date.fromisoformat(row.codes["due_on"]) - timedelta(days=duty.warning) <= day:
            told += _taken(row, "warn", {})
    return told


def _taken(row: Entry, step: str, values: dict[str, Any]) -> bool:
    """One step of the system; False when somebody was quicker."""
    try:
        take_step(actor=_actor(), entry=row, register=registers()[NAME], step=step, values=values)
    except TingsuError:
        return False
    return True


def warned(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """From now on it has been said."""
    opened.put("warned_on", local_date(opened.at, current_organisation().time_zone))


def keep_up() -> None:
    """All of it, in the order in which it makes sense."""
    open_owed()
    prove_open()
    warn()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one duty stands on a day: the words for it, what is owed, since when it was done last."""

    duty: Duty
    overdue: tuple[Entry, ...]
    open: tuple[Entry, ...]
    """Still owed, and not late."""
    last_done: date | None

    @property
    def clauses(self) -> tuple[str, ...]:
        return self.duty.clauses

    @property
    def state(self) -> str:
        """overdue, due, done, or planned where nothing has come due yet."""
        if self.overdue:
            return "overdue"
        return "due" if self.open else "done" if self.last_done else "planned"


def standing(day: date) -> list[Standing]:
    """Every duty in use with its occurrences that are owed: what the conformity view shows of MS-34. Two queries."""
    rows: dict[str, list[Entry]] = {}
    for row in Entry.objects.filter(register=NAME, state=OPEN).order_by("speaks_of", "pk"):
        rows.setdefault(str(row.codes.get("duty")), []).append(row)
    last = _last_done()
    return [
        Standing(
            duty=duty, overdue=tuple(row for row in rows.get(duty.code, ()) if late(row, day)),
            open=tuple(row for row in rows.get(duty.code, ()) if not late(row, day)), last_done=last.get(duty.code),
        )
        for duty in duties.duties()
    ]  # fmt: skip


def late(row: Entry, day: date) -> bool:
    """Is it still owed after its day?"""
    return row.state == OPEN and str(row.codes.get("due_on", "")) < day.isoformat()


def _last_done() -> dict[str, date]:
    code, on = KeyTextTransform("duty", "codes"), KeyTextTransform("done_on", "codes")
    rows = Entry.objects.filter(register=NAME, state=DONE).order_by().values(code=code).annotate(last=Max(on))
    return {row["code"]: date.fromisoformat(row["last"]) for row in rows if row["last"]}


def of_year(year: int) -> Iterable[Entry]:
    """Occurrences that come due in a year. One query."""
    first, last = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
    near = Entry.objects.filter(register=NAME, speaks_of__gte=date(year - 1, 1, 1), speaks_of__lte=date(year, 12, 31))
    return [row for row in near.order_by("speaks_of", "pk") if first <= str(row.codes.get("due_on", "")) <= last]

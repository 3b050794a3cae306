"""What entries of registers prove: a register says which clauses, and nothing of it is wired here (MS-29).

A register whose clauses do not depend on an entry is looked for while it is empty; where its entries only come when something
happens, an empty one is no gap.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity import sql
from tingsu.conformity.profiles import clause_of
from tingsu.conformity.sql import Proved
from tingsu.kernel import proofs
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.proofs import Holds, Proof
from tingsu.registers.declaration import Register, registers

SORT = "records"
AGE = timedelta(days=365)
"""A record that holds without an end, and is over, speaks for so long (MS-11)."""
SOON = timedelta(days=60)
BY_OCCASION = frozenset({"slip_batch", "spill_over", "letter_format", "site", "data_quality", "system_change"})
"""Registers whose entries come when something happens: an empty one is no gap."""


def proving() -> dict[str, Register]:
    """Registers whose entries may prove clauses, without those of which a source of its own speaks."""
    spoken = proofs.spoken_for()
    return {name: one for name, one in registers().items() if name not in spoken}


def always(register: Register) -> tuple[str, ...]:
    """Clauses that every entry of a register proves, whatever it holds."""
    if register.name in BY_OCCASION:
        return ()
    try:
        return register.clauses({})
    except (KeyError, AttributeError, TypeError):  # they depend on what an entry holds
        return ()


def counts(register: Register, state: str) -> bool:
    """Is an entry in this state a record that shows something? What waits for approval, was refused or withdrawn is none."""
    known = register.state_by_code.get(state)
    if known is None:
        return False
    if register.speaks_of:
        return known.tone == "done"
    ends_well = any(one.tone == "done" and not one.open for one in register.states)
    return known.open or known.tone == "done" or not ends_well


def day_of(row: Proved, zone: str) -> date:
    """The day that an entry speaks of; never the day of upload where it says one."""
    return row.speaks_of or local_date(row.opened_at, zone)


def standing_of(register: Register, row: Proved, day: date, zone: str) -> Holds:
    """How one entry that counts stands on a day."""
    if row.expires_on is not None:
        if row.expires_on < day:
            return Holds.EXPIRED
        return Holds.ENDING if row.expires_on < day + SOON else Holds.VALID
    known = register.state_by_code[row.state]
    if known.open or day_of(row, zone) > day - AGE:
        return Holds.VALID
    return Holds.EXPIRED


_ORDER = (Holds.VALID, Holds.ENDING, Holds.EXPIRED)


def proofs_of_entries(day: date) -> Iterable[Proof]:
    """One proof for each register and clause. One statement, whose work does not grow with the entries."""
    known, zone = proving(), current_organisation().time_zone
    rows: defaultdict[tuple[str, str], list[Proved]] = defaultdict(list)
    for row in sql.proved(sorted(known)):
        rows[row.register, row.clause].append(row)
    for (name, clause), found in rows.items():
        yield _told(known[name], clause, found, day, zone)
    for name, register in known.items():
        for clause in always(register):
            if (name, clause) not in rows:
                yield _missing(register, clause, _none_yet(register))


def _told(register: Register, clause: str, rows: list[Proved], day: date, zone: str) -> Proof:
    alive = [row for row in rows if counts(register, row.state)]
    if not alive:
        return _missing(register, clause, _none_in_force(register))
    stands = {row.id: standing_of(register, row, day, zone) for row in alive}
    best = min(stands.values(), key=_ORDER.index)
    until = max((row.expires_on for row in alive if row.expires_on), default=None)
    total = rows[0].total
    return Proof(
        clauses=(clause,), sort=SORT, what=register.many, count=total, on=max(day_of(row, zone) for row in alive),
        until=until if best is not Holds.VALID or all(row.expires_on for row in alive) else None, holds=best,
        gap=_too_old(register) if best is Holds.EXPIRED else _ends_soon(register) if best is Holds.ENDING else "",
        url=address(register, clause),
    )  # fmt: skip


def _missing(register: Register, clause: str, gap: proofs.Label) -> Proof:
    return Proof(
        clauses=(clause,), sort=SORT, what=register.many, count=0, holds=Holds.MISSING, gap=gap, url=reverse("registers:list", args=[register.name]),
    )  # fmt: skip


def address(register: Register, clause: str) -> str:
    """The entries of a register that prove a clause."""
    return f"{reverse('registers:list', args=[register.name])}?{urlencode({'clause': clause})}"


def _none_yet(register: Register) -> proofs.Label:
    return format_lazy(_("Nothing is kept in “{register}” yet: open the first entry."), register=register.many)


def _none_in_force(register: Register) -> proofs.Label:
    return format_lazy(_("No entry in “{register}” counts: approve what waits, or open a new one."), register=register.many)  # fmt: skip


def _too_old(register: Register) -> proofs.Label:
    return format_lazy(
        _("What stands in “{register}” has expired or is older than twelve months: renew it."), register=register.many
    )


def _ends_soon(register: Register) -> proofs.Label:
    return format_lazy(pgettext_lazy("proof", "“{register}” holds for less than two months more: prepare the next."), register=register.many)  # fmt: skip


def by_clause(found: Iterable[Proof]) -> Mapping[str, list[Proof]]:
    """Proofs by the clause of our list that they fall under; one that cites several letters of a clause stands there once."""
    told: defaultdict[str, list[Proof]] = defaultdict(list)
    for one in found:
        for clause in dict.fromkeys(clause_of(cited) for cited in one.clauses):
            if clause:
                told[clause].append(one)
    return told

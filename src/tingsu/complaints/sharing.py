"""Sharing cases out among colleagues: who may take one, and who has least to do (AS-06, AS-16)."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tingsu.complaints.models import Complaint
from tingsu.people.roles import STAFF_RANK


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who can own cases: the staff level held, the open cases owned, and whether at work."""

    id: uuid.UUID
    level: str
    load: int
    on_duty: bool
    unit_ids: frozenset[uuid.UUID] = frozenset()


Stands = Callable[[Colleague, Complaint], bool]
"""Does something stand between a colleague and a case (a conflict of interest)?"""


def able(case: Complaint, colleagues: Iterable[Colleague], stands: Stands) -> list[Colleague]:
    """Who may take a case over: at work, high enough, independent, and not the owner; the least laden first."""
    found = [
        one
        for one in colleagues
        if one.on_duty
        and one.id != case.owner_id
        and STAFF_RANK[one.level] >= STAFF_RANK[case.required_level]
        and not stands(one, case)
    ]
    return sorted(found, key=lambda one: (one.load, STAFF_RANK[one.level], one.id))


def to_move(owner: Colleague, colleagues: Sequence[Colleague]) -> int:
    """How many cases this person has too many: all when absent, else those above the mean of all who are at work."""
    if not owner.on_duty:
        return owner.load
    at_work = [one.load for one in colleagues if one.on_duty]
    return max(0, owner.load - -(-sum(at_work) // len(at_work))) if at_work else 0


def shared_out(
    cases: Iterable[Complaint], colleagues: Sequence[Colleague], stands: Stands
) -> Mapping[uuid.UUID, Colleague]:
    """For each case the colleague who would have least to do; a case nobody may take is left out. Each counts at once."""
    given: dict[uuid.UUID, int] = {}
    chosen: dict[uuid.UUID, Colleague] = {}
    for case in cases:
        fitting = able(case, colleagues, stands)
        if not fitting:
            continue
        best = min(fitting, key=lambda one: (one.load + given.get(one.id, 0), STAFF_RANK[one.level], one.id))
        given[best.id] = given.get(best.id, 0) + 1
        chosen[case.pk] = best
    return chosen

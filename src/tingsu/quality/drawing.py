"""Drawing cases: the frame, the signs of risk, and a draw that anybody can repeat from its seed (QC-01, AI-04).

Each case has a place between 0 and 1 that follows from the seed and its id alone (SHA-256); by risk the place is pulled forward by the
number of its signs (Efraimidis and Spirakis: chosen by the smallest -ln(place) / weight). So nobody chooses a case, the order of the
frame does not matter, and who has seed and frame gets the same sample.
"""

import math
import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from tingsu.complaints import process
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES
from tingsu.figures.models import Fact
from tingsu.figures.periods import MONTHS, period_of
from tingsu.kernel.clock import day_around
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.quality.plans import AUTOMATIC, FAIR, HANDLER, PATROL, RISK, VERDICTS, Plan

MOST_FRAMED = 20_000
"""So many cases a frame holds at most: the newest."""
LOW_SCORE, THIRD = 2, 3
SIGNS: tuple[str, ...] = ("grade", "urgent", "amount", "warnings", "reopened", "low_rating", "repeated", "marked")


@dataclass(frozen=True)
class Case:
    """One case of a frame."""

    id: uuid.UUID
    handler: uuid.UUID | None
    weight: int = 1


def new_seed() -> str:
    """A seed nobody can know beforehand; only the system makes one, so that nobody tries seeds until the sample pleases."""
    return secrets.token_hex(16)


def place(seed: str, case: uuid.UUID) -> float:
    """Where a case stands by the seed: more than 0, at most 1."""
    number = int.from_bytes(sha256(f"{seed}|{case}".encode()).digest()[:6])
    return (number + 1) / 2**48


def draw(seed: str, frame: Iterable[Case], number: int, least: int = 0) -> list[uuid.UUID]:
    """Which cases are drawn: of each handler `least`, as far as there are, then until there are `number`, in the order of the draw."""
    order = sorted(frame, key=lambda case: (-math.log(place(seed, case.id)) / case.weight, str(case.id)))
    taken: set[uuid.UUID] = set()
    of_handler: dict[uuid.UUID, int] = defaultdict(int)
    for case in order:
        if case.handler is not None and of_handler[case.handler] < least:
            of_handler[case.handler] += 1
            taken.add(case.id)
    for case in order:
        if len(taken) >= number:
            break
        taken.add(case.id)
    return [case.id for case in order if case.id in taken]


def digest(frame: Iterable[Case]) -> str:
    """A fingerprint of a frame: the ledger keeps it, so that no case can be put in or taken out afterwards."""
    lines = sorted(f"{case.id}|{case.handler or ''}|{case.weight}" for case in frame)
    return sha256("\n".join(lines).encode()).hexdigest()


def frame_of(plan: Plan, since: date, until: date) -> list[Case]:
    """The cases a plan draws from: closed from `since` to `until` (both days of the organisation), or open now for a patrol.

    By risk only those with a sign; automatic ones only where a program or the system decided; verdicts only where there is one.
    """
    rows = _rows(plan, since, until)[:MOST_FRAMED]
    known = list(rows.values("id", "owner_id", "grade", "urgency", "major", "crisis", "difficult", "repeat_count"))
    if plan.how == AUTOMATIC:
        decided = automatically_decided(one["id"] for one in known)
        known = [one for one in known if one["id"] in decided]
    if plan.how != RISK:
        return [Case(one["id"], one["owner_id"]) for one in known]
    facts = {one["id"]: one for one in _facts(known)}
    signed = [(one, signs(one, facts.get(one["id"], {}), plan.amount_fen)) for one in known]
    return [Case(one["id"], one["owner_id"], len(found)) for one, found in signed if found]


def _rows(plan: Plan, since: date, until: date) -> QuerySet[Complaint]:
    if plan.kind == PATROL:
        return Complaint.objects.filter(state__in=OPEN_STATES).order_by("-received_at", "-id")
    zone = current_organisation().time_zone
    start, _end = day_around(since, zone)
    _start, end = day_around(until, zone)
    rows = Complaint.objects.filter(closed_at__gte=start, closed_at__lt=end).order_by("-closed_at", "-id")
    return rows.exclude(verdict="") if plan.kind == VERDICTS else rows


def _facts(known: Sequence[Mapping[str, Any]]) -> Iterable[Any]:
    rows = Fact.objects.filter(pk__in=[one["id"] for one in known])
    return rows.values("id", "paid_fen", "limits_missed", "reopened", "score")


def signs(case: Mapping[str, Any], fact: Mapping[str, Any], amount_fen: int) -> list[str]:
    """The signs of risk that a case bears, by their codes."""
    score = fact.get("score")
    borne = {
        "grade": case["grade"] == "high_risk",
        "urgent": case["urgency"] == "urgent",
        "amount": (fact.get("paid_fen") or 0) >= amount_fen,
        "warnings": (fact.get("limits_missed") or 0) > 0,
        "reopened": (fact.get("reopened") or 0) > 0,
        "low_rating": score is not None and score <= LOW_SCORE,
        "repeated": case["repeat_count"] >= THIRD,
        "marked": bool(case["major"] or case["crisis"] or case["difficult"]),
    }
    return [name for name in SIGNS if borne[name]]


def deciding_events() -> tuple[set[str], set[str]]:
    """Kinds of events by which something is decided or told: of programs, and of the system itself.

    A letter that only says that a complaint has reached us is no decision; that a program registered it, is.
    """
    deciding = {step.event for step in process.PROCESS.values() if step.decides or step.of_body}
    told = {step.event for step in process.PROCESS.values() if step.reaches_complainant}
    return deciding | told | {"complaint.registered"}, deciding


def automatically_decided(ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some cases in which a program or the system itself decided or answered (AI-04)."""
    of_programs, of_system = deciding_events()
    by_nobody = Q(actor_kind="token", kind__in=of_programs) | Q(actor_kind="system", kind__in=of_system)
    rows = Event.objects.filter(by_nobody, stream_id__in=list(ids))
    return set(rows.values_list("stream_id", flat=True))


def took_part(member_id: uuid.UUID | None, complaint: Complaint) -> bool:
    """Did somebody handle this case in any way? Nobody checks own work."""
    if member_id is None:
        return False
    if member_id in {complaint.owner_id, complaint.first_owner_id}:
        return True
    return Event.objects.filter(stream_id=complaint.pk, actor_id=member_id).exists()


def those_who_took_part(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Everybody who did something on each of some cases. Two queries."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    events = Event.objects.filter(stream_id__in=ids).exclude(actor_id=None)
    for case, member in events.values_list("stream_id", "actor_id").distinct():
        if member is not None:
            found[case].add(member)
    for pk, owner, first in Complaint.objects.filter(pk__in=ids).values_list("id", "owner_id", "first_owner_id"):
        found[pk] |= {owner, first}
    return found


def is_fair(plan: Plan) -> bool:
    """Had every case of a handler the same chance? Only then its result says something of the handler's usual work."""
    return plan.how in FAIR


def least_of(plan: Plan) -> int:
    """How many each handler is owed."""
    return plan.least if plan.how == HANDLER else 0


def over(every: str, today: date) -> tuple[date, date] | None:
    """First and last day of the period that was over last; None for plans without one."""
    if every == "week":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)
    if every not in MONTHS:
        return None
    period = period_of(today, every).before()
    return period.first, period.last

"""Sudden complaints about one product from several provinces (TR-06, TR-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES, Grade
from tingsu.letters.models import Notice
from tingsu.letters.notices import notify

MOST = 500


@dataclass(frozen=True)
class Arrival:
    """When and from where one complaint came."""

    id: UUID
    received_at: datetime
    province: str


def burst(arrivals: Sequence[Arrival], of: UUID, window: timedelta) -> list[Arrival]:
    """The most arrivals that fit into one window together with the complaint `of`. Pure."""
    ordered = sorted(arrivals, key=lambda one: (one.received_at, one.id))
    best: list[Arrival] = []
    for first, start in enumerate(ordered):
        inside = [one for one in ordered[first:] if one.received_at - start.received_at <= window]
        if len(inside) > len(best) and any(one.id == of for one in inside):
            best = inside
    return best


def burst_around(complaint: Complaint, rules: dict[str, Any]) -> list[Arrival]:
    """The burst that a complaint belongs to, or nothing when it is too small. One query."""
    if not complaint.product:
        return []
    window = timedelta(hours=rules["window_hours"])
    near = Complaint.objects.filter(
        product=complaint.product,
        received_at__gte=complaint.received_at - window,
        received_at__lte=complaint.received_at + window,
    )
    rows = near.order_by("-received_at", "-id").values_list("id", "received_at", "province")[:MOST]
    found = burst([Arrival(*row) for row in rows], complaint.pk, window)
    return found if len(found) >= rules["complaints"] else []


def provinces_of(arrivals: Sequence[Arrival]) -> int:
    """From how many provinces they came; complaints without a province count for none."""
    return len({one.province for one in arrivals if one.province})


def prompt_the_others(complaint: Complaint, arrivals: Sequence[Arrival]) -> None:
    """Ask the owners of the other complaints of the burst to assess again, once each (TR-17)."""
    others = Complaint.objects.filter(pk__in=[one.id for one in arrivals], state__in=OPEN_STATES).exclude(
        pk=complaint.pk
    )
    told = set(
        Notice.objects.filter(
            stream_id__in=[one.id for one in arrivals], kind="case.reassess", data__because=["mass"]
        ).values_list("stream_id", flat=True)
    )
    for other in others.exclude(grade=Grade.HIGH_RISK).only("number", "owner_id"):
        if other.pk not in told:
            notify([other.owner_id], "case.reassess", other.pk, {"number": other.number, "because": ["mass"]})

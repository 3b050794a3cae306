"""Sudden complaints about one product, or one kind of problem, from several provinces (TR-06, TR-07).

What an assessor sees of one complaint is asked when it is judged; beside that a job looks each minute at what was registered,
so that no registration waits for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import OPEN_STATES, Grade
from tingsu.letters.models import Notice
from tingsu.letters.notices import notify

MOST = 500
BY_PROBLEM = 20
"""Where a version of the rules from before there was a number says nothing."""
WATCHED = 5_000
"""So many of the newest complaints of a window are looked at together at most."""


@dataclass(frozen=True)
class Arrival:
    """When and from where one complaint came."""

    id: UUID
    received_at: datetime
    province: str


Subject = tuple[str, str]
"""What complaints of a group have in common: ("product", its words) or ("problem", type and category)."""


def subjects_of(product: str, problem_type: str, categories: Iterable[Mapping[str, Any]]) -> list[Subject]:
    """By what a complaint is grouped: its product, and each kind of problem that a category names."""
    found = [("product", product.strip())] if product.strip() else []
    return [*found, *(("problem", f"{problem_type}:{entry['no']}") for entry in categories)]


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
    """The burst about its product that a complaint belongs to, or nothing when it is too small. One query.

    A kind of problem is too wide to raise the proposal of each complaint by itself: those bursts are watched for (`bursts_at`).
    """
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


READ = ("id", "received_at", "province", "product", "problem_type", "categories")


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[Subject, list[Arrival]]:
    groups: dict[Subject, list[Arrival]] = defaultdict(list)
    for pk, received_at, province, product, problem_type, categories in rows:
        for subject in dict.fromkeys(subjects_of(product, problem_type, categories)):
            groups[subject].append(Arrival(pk, received_at, province))
    return groups


def bursts_at(at: datetime, rules: dict[str, Any]) -> list[tuple[Subject, list[Arrival]]]:
    """Every group that is a burst now, the largest first: received in the window that ends at this instant, still open. One query."""
    since = at - timedelta(hours=rules["window_hours"])
    rows = Complaint.objects.filter(received_at__gte=since, received_at__lte=at, state__in=OPEN_STATES)
    groups = _grouped(rows.order_by("-received_at", "-id").values_list(*READ)[:WATCHED])
    large = [
        (subject, found)
        for subject, found in groups.items()
        if len(found) >= _needed(subject, rules) and provinces_of(found) >= rules["provinces"]
    ]
    return sorted(large, key=lambda pair: (-len(pair[1]), pair[0]))


def _needed(subject: Subject, rules: dict[str, Any]) -> int:
    """How many make a burst; of a kind of problem more, for a category is wider than a product. 0 in the rules: never."""
    if subject[0] == "product":
        return int(rules["complaints"])
    return int(rules.get("problem_complaints", BY_PROBLEM)) or WATCHED + 1


def provinces_of(arrivals: Sequence[Arrival]) -> int:
    """From how many provinces they came; complaints without a province count for none."""
    return len({one.province for one in arrivals if one.province})


def prompt_the_others(complaint: Complaint, arrivals: Sequence[Arrival]) -> None:
    """Ask the owners of the other complaints of the burst to assess again, once each (TR-17)."""
    prompt([one.id for one in arrivals if one.id != complaint.pk])


def prompt(ids: Collection[UUID]) -> None:
    """Ask the owners of complaints of a burst to assess them as high-risk, once each (TR-07, TR-17)."""
    asked = Notice.objects.filter(stream_id__in=ids, kind="case.reassess", data__because=["mass"])
    told = set(asked.values_list("stream_id", flat=True))
    rows = Complaint.objects.filter(pk__in=[one for one in ids if one not in told], state__in=OPEN_STATES)
    for one in rows.exclude(grade=Grade.HIGH_RISK).only("number", "owner_id"):
        notify([one.owner_id], "case.reassess", one.pk, {"number": one.number, "because": ["mass"]})

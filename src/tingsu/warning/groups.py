"""Which of the things that complaints have in common stand out in a week, and which of them are the same complaints (MO-02)."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Count

from tingsu.warning.detection import DAYS, Seen, discovered, held_against
from tingsu.warning.models import Trace

Value = tuple[str, ...]
"""Kind and fingerprint, as an alarm keeps them."""
SAME = 0.6
"""Two things are one group where so large a share of the complaints of the smaller is in the larger."""
MOST = 500
"""Things of a week that are looked at, the most widespread first."""


def of_week(
    until: date, weights: Sequence[float], least: int, level: float, known: Collection[Value]
) -> list[tuple[Value, Seen]]:
    """The groups of the week that ends with a day. Four queries, over the traces of these weeks alone."""
    week = Trace.objects.filter(
        received_on__gt=until - timedelta(days=DAYS), received_on__lte=until, mark__isnull=False
    )
    every = week.values("kind", "mark").distinct().count()
    frequent = (
        week.values("kind", "mark")
        .annotate(number=Count("pk"))
        .filter(number__gte=least)
        .order_by("-number", "mark")[:MOST]
    )
    things = {(str(row["kind"]), bytes(row["mark"]).hex()): int(row["number"]) for row in frequent}
    if not things:
        return []
    rows = Trace.objects.filter(
        mark__in=[bytes.fromhex(mark) for _kind, mark in things],
        received_on__gt=until - timedelta(days=DAYS * len(weights)), received_on__lte=until,
    )  # fmt: skip
    counts: dict[Value, list[int]] = {thing: [0] * len(weights) for thing in things}
    for kind, mark, on, number in rows.values_list("kind", "mark", "received_on").annotate(Count("pk")):
        if (key := (kind, bytes(mark).hex())) in counts:
            counts[key][(until - on).days // DAYS] += number
    held: dict[Value, set[uuid.UUID]] = defaultdict(set)
    for kind, mark, pk in rows.filter(received_on__gt=until - timedelta(days=DAYS)).values_list(
        "kind", "mark", "complaint_id"
    ):
        held[kind, bytes(mark).hex()].add(pk)
    return standing_out(counts, held, weights, every, level, known)


def standing_out(
    counts: Mapping[Value, Sequence[int]], held: Mapping[Value, set[uuid.UUID]], weights: Sequence[float], every: int, level: float,
    known: Collection[Value],
) -> list[tuple[Value, Seen]]:  # fmt: skip
    """Of the frequent things those that stand out among `every` one of the week; each group once, by a name it has had. Pure."""
    seen = {thing: held_against(told, weights) for thing, told in counts.items()}
    out = discovered({thing: one.chance for thing, one in seen.items()}, level / 100, every)
    found: list[tuple[Value, Seen]] = []
    taken: list[set[uuid.UUID]] = []
    for thing in sorted(out, key=lambda one: (one not in known, seen[one].chance, -seen[one].count, one)):
        mine = held[thing]
        if any(len(mine & other) >= SAME * min(len(mine), len(other)) for other in taken):
            continue
        taken.append(mine)
        found.append((thing, seen[thing]))
    return found

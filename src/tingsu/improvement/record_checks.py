"""What is looked for in the records of a month: missing and wrong ones, by whoever recorded them (RC-09).

Each check is one condition on complaints that were received in the month; wrong records are those that somebody had to correct because
we had recorded them wrongly. Nothing of what people wrote is read.
"""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.correcting import OURS
from tingsu.complaints.terms import State
from tingsu.kernel.kinds import Label
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation

MOST_READ = 50_000
"""So many complaints of a month are looked at: the newest."""
WRONG = "wrong"


@dataclass(frozen=True)
class Check:
    """One thing that may be missing or wrong in a record."""

    code: str
    label: Label
    found: Q


CHECKS = (
    Check("incomplete", _("Registration not complete"), Q(completed_at=None)),
    Check(
        "unconfirmed",
        _("Not confirmed by the complainant"),
        Q(record_confirmed_at=None) & (Q(anonymous=False) | Q(mode="letter")),
    ),
    Check("uncategorised", _("Judged, without a problem category"), Q(categories=[]) & ~Q(grade="")),
    Check("unclear", _("Judged, without what it is about"), Q(object_type="") & ~Q(grade="")),
    Check("uncompared", _("Possible repetition not compared"), ~Q(possible_repeats=[])),
    Check("impossible", _("Happened after it was received"), Q(occurred_on__gt=F("received_on"))),
    Check(
        "unwritten", _("Closed without a verdict"), Q(state__in=[State.CLOSED, State.ARCHIVED], verdict="", outcome="")
    ),
)
KINDS: tuple[tuple[str, Label], ...] = (
    *((one.code, one.label) for one in CHECKS),
    (WRONG, _("Recorded wrongly, corrected")),
)


@dataclass
class Recorder:
    """What one person recorded in a month: how many complaints, how many of them lack something, how many were wrong."""

    recorded: int = 0
    lacking: int = 0
    wrong: int = 0


@dataclass
class Found:
    """The records of a month."""

    recorded: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    people: dict[uuid.UUID | None, Recorder] = field(default_factory=dict)
    records: list[tuple[str, uuid.UUID | None, list[str]]] = field(default_factory=list)
    """Number, who recorded it, what is missing or wrong; the newest first."""

    @property
    def flawed(self) -> int:
        """Records that lack something or were wrong, each once."""
        return len(self.records)


def look(start: datetime, end: datetime) -> Found:
    """Look through the complaints received from `start` until before `end`. Two queries."""
    zone = ZoneInfo(current_organisation().time_zone)
    marks: dict[str, Any] = {
        f"is_{one.code}": ExpressionWrapper(one.found, output_field=BooleanField()) for one in CHECKS
    }
    rows = (
        Complaint.objects.filter(received_at__gte=start, received_at__lt=end)
        .annotate(received_on=TruncDate("received_at", tzinfo=zone))
        .annotate(**marks)
        .order_by("-received_at", "-id")
        .values_list("pk", "number", "first_owner_id", *marks)[:MOST_READ]
    )
    wrong = wrong_between(start, end)
    found = Found()
    for pk, number, who, *flags in rows:
        codes = [one.code for one, flag in zip(CHECKS, flags, strict=True) if flag]
        if pk in wrong:
            codes.append(WRONG)
        found.recorded += 1
        found.counts.update(codes)
        person = found.people.setdefault(who, Recorder())
        person.recorded += 1
        person.lacking += any(flags)
        person.wrong += pk in wrong
        if codes:
            found.records.append((number, who, codes))
    return found


def wrong_between(start: datetime, end: datetime) -> set[uuid.UUID]:
    """Complaints received in this time of which a record was found to be wrong, whenever that was. One query."""
    received = Complaint.objects.filter(received_at__gte=start, received_at__lt=end)
    events = Event.objects.filter(
        kind="complaint.record_corrected", stream_id__in=received.values("pk"), data__cause=OURS
    )
    return set(events.values_list("stream_id", flat=True))

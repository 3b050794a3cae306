"""How long money takes by each means of payment and what it costs a complainant to get it: what could be dropped (RM-17).

Of payments that left in the last DAYS: working hands on the way, papers asked for, days from agreement to the day on which the
complainant says that the money is there, or by which these means bring it. Below ENOUGH payments nothing but the count is said.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.utils.translation import gettext as _

from tingsu.kernel.clock import local_date, now
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.settlement.models import Payment
from tingsu.settlement.rulebooks import payments

DAYS = 90
ENOUGH = 5
SLOW = timedelta(days=2)
"""So long after the day that the complainant was told one may take to say that the money is there."""
MOST = 5_000
P = Payment.State


@dataclass
class Flow:
    """Payments by one means: how many, and of each the days, steps and files that it took."""

    paid: int = 0
    days: list[int] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    papers: list[int] = field(default_factory=list)
    applied: int = 0
    returned: int = 0
    missing: int = 0
    answered: int = 0
    """Of how many the complainant has said when the money was there, and of how many that was later than they were told."""
    late: int = 0


def flows(at: datetime) -> dict[str, Flow]:
    """By means, of the DAYS up to an instant. Two queries: payments from the index of the days on which they left, and their applications."""
    since, zone = at - timedelta(days=DAYS), current_organisation().time_zone
    left = (
        Payment.objects.filter(paid_at__gte=since, paid_at__lte=at).select_related("item").order_by("-paid_at")[:MOST]
    )
    back = Payment.objects.filter(state=P.RETURNED, checked_at__gte=since, checked_at__lte=at).values_list(
        "means", flat=True
    )[:MOST]
    found: dict[str, Flow] = defaultdict(Flow)
    rows = list(left)
    papers = _papers(row for row in rows if row.asked_at)
    for row in rows:
        flow = found[row.means]
        flow.paid += 1
        flow.missing += row.state == P.MISSING
        flow.applied += row.asked_at is not None
        flow.steps.append(1 + (row.asked_at is not None) + (row.checked_at is not None))
        flow.papers.append(papers.get(row.pk, 0))
        said = local_date(row.answered_at, zone) if row.state == P.RECEIVED and row.answered_at else None
        if said and row.arrives_on:
            flow.answered += 1
            flow.late += said > row.arrives_on + SLOW
        arrived = said or row.arrives_on
        if arrived:
            flow.days.append((arrived - local_date(row.item.opened_at, zone)).days)
    for means in back:
        found[means].returned += 1
    return dict(found)


def _papers(rows: Iterable[Payment]) -> dict[uuid.UUID, int]:
    """How many files each application brought."""
    asked = {str(row.pk): row.pk for row in rows}
    streams = {row.complaint_id for row in Payment.objects.filter(pk__in=asked.values()).only("complaint_id")}
    events = Event.objects.filter(stream_id__in=streams, kind="complaint.payment_asked")
    found = {}
    for event in events:
        if pk := asked.get(str(event.body.get("payment"))):
            found[pk] = len((event.body.get("values") or {}).get("files") or [])
    return found


def flow_words() -> list[str]:
    """A sentence for each means that was used, and a proposal where something seems to be done for nothing."""
    lines = []
    known = flows(now())
    for code, name in payments.options():
        flow = known.get(code)
        if flow is None or not flow.paid:
            continue
        told = {"means": name, "count": flow.paid, "days": DAYS}
        if flow.paid < ENOUGH:
            lines.append(_("%(means)s, last %(days)s days: %(count)s payments, too few to say more.") % told)
            continue
        told |= {
            "took": _half(median(flow.days)) if flow.days else "–", "steps": _half(median(flow.steps)), "papers": _half(median(flow.papers)),
        }  # fmt: skip
        words = _(
            "%(means)s, last %(days)s days: %(count)s payments, in the middle %(took)s days from agreement to the money, "
            "steps: %(steps)s, files asked for: %(papers)s."
        )
        lines.append(words % told)
        lines += proposals(code, str(name), flow)
    return lines


def proposals(code: str, name: str, flow: Flow) -> list[str]:
    """What could be dropped or looked into; a person decides and publishes the next version of the rules."""
    entry = payments.entry_of(code)
    words = {
        "orders": _("Proposal: none of the %(count)s applications by %(means)s came back. Order only from a higher amount on."),
        "papers": _("Proposal: %(means)s is applied for with files, and none changed a decision. Ask for fewer."),
        "slow": _("Look into it: %(means)s takes longer than the %(days)s working days that complainants are told."),
        "missing": _("Look into it: %(count)s payments by %(means)s have not arrived."),
    }  # fmt: skip
    return [
        words[one]
        % {
            "means": name,
            "count": flow.missing if one == "missing" else flow.applied,
            "days": entry["arrives_days"] if entry else "",
        }
        for one in seen(flow)
    ]


def seen(flow: Flow) -> list[str]:
    """The same as codes: orders (fewer need one), papers (fewer are asked for), slow, missing."""
    asked = {
        "orders": flow.applied >= ENOUGH and not flow.returned,
        "papers": bool(flow.papers) and median(flow.papers) >= 1 and not flow.returned,
        "slow": flow.answered >= ENOUGH and 2 * flow.late > flow.answered,
        "missing": flow.missing > 0,
    }
    return [one for one, there in asked.items() if there]


def _half(value: float) -> str:
    return f"{value:g}"

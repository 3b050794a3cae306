"""The facts of a case counted a second time, in Python, from its history: what the one statement of `figures.sql` must agree with."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tingsu.aftercare.queries import round_of
from tingsu.calendars.arithmetic import ONE_DAY, is_working_day, working_time_between
from tingsu.calendars.queries import calendar_in_force
from tingsu.casework.models import Investigation
from tingsu.clocks.models import WaitingInterval
from tingsu.clocks.timers import timers
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.verify import fold
from tingsu.figures import folding
from tingsu.figures.models import Fact
from tingsu.figures.sql import TIMERS
from tingsu.kernel.clock import now
from tingsu.kernel.models import Event
from tingsu.kernel.organisations import current_organisation
from tingsu.people.access import in_office
from tingsu.people.models import Post
from tingsu.settlement.models import Cost, ExecutionItem, OutsideCase

TOLD = (
    "kind", "problem_type", "object_type", "scene", "mode", "channel", "province", "product_type", "anonymous", "withdrawn", "state",
    "grade", "urgency", "major", "crisis", "difficult", "repeated", "repeat_count", "escalation_level", "severity", "complexity",
    "investigation_mode", "verdict", "outcome", "department_id", "lead_unit_id",
)  # fmt: skip
"""What the ledger itself tells of the row; the rest of the codes stands in the row alone."""
OF_THE_ROW = ("group", "customer_type", "remedy_requested", "unit_concerned_id")


def minutes(end: Any, start: Any) -> int | None:
    return int((end - start).total_seconds() // 60) if end else None


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def recount(complaint: Complaint) -> dict[str, Any]:
    """Every column of the fact of one complaint, as they should be."""
    events = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))
    row, promises, wrong = fold(complaint.pk, complaint.organisation_id, events)
    assert not wrong
    zone = ZoneInfo(current_organisation().time_zone)
    received, closed = instant(row["received_at"]), instant(row["closed_at"])
    assert received is not None
    numbers = [one["no"] for one in row["categories"]]
    stages: Counter[str] = Counter()
    seen, returns, at_once, since = [], 0, False, complaint.registered_at
    for one in events:
        old, new = one.body.get("set", {}).get("state", ("", ""))
        if new:
            stages[old] += (one.at - since).total_seconds()  # type: ignore[assignment]
            seen.append(old)
            returns += new in seen
            at_once = at_once or (old, new) == ("registered", "evaluating")
            since = one.at
    ours = [one for one in promises.values() if timers()[one["kind"]].owed_by_us]
    kept = Counter(one["kind"] for one in ours if one["ending"] == "met" and not one["breached_at"])
    missed = Counter(one["kind"] for one in ours if one["breached_at"])
    waits = Counter[str]()
    for wait in WaitingInterval.objects.filter(stream_id=complaint.pk, until__isnull=False):
        waits[wait.on] += (wait.until - wait.since).total_seconds()  # type: ignore[operator,assignment]
    rounds = sorted(Investigation.of(complaint), key=lambda one: -one.round)
    ended = next((one for one in rounds if one.state == "concluded"), None)
    together = Counter[str]()
    for line in ended.responsibility if ended else []:
        together[line["party"]] += line["share"]
    shares = sorted(together, key=lambda one: (-together[one], one))
    asked = round_of(complaint)
    scored = asked.rating.rated_at if asked and asked.rating else None
    if asked and asked.score and not asked.rating:
        scored = next(one.called_at for one in reversed(asked.callbacks) if one.score)
    others = sorted(Party.objects.filter(complaint=complaint, role="respondent"), key=lambda one: one.pk)
    found: dict[str, Any] = {name: row[name] for name in TOLD}
    found |= {name: getattr(complaint, name) for name in OF_THE_ROW}
    found |= {f"{risk}_risk": risk in row["risk_marks"] for risk in ("opinion", "litigation", "penalty")}
    found |= {
        "id": complaint.pk,
        "organisation_id": complaint.organisation_id,
        "seq": len(events),
        "categories": numbers,
        "category": numbers[0] if numbers else None,
        "respondent": others[0].kind if others else "",
        "responsible": shares[0] if shares else "",
        "supplier_id": _supplier(complaint.owner_id, closed or now()),
        "received_on": received.astimezone(zone).date(),
        "received_hour": received.astimezone(zone).hour,
        "closed_on": closed.astimezone(zone).date() if closed else None,
        "rated_on": scored.astimezone(zone).date() if scored else None,
        "registered_after": minutes(complaint.registered_at, received),
        "acknowledged_after": minutes(instant(row["acknowledged_at"]), received),
        "first_action_after": minutes(complaint.first_action_at, received),
        "investigated_after": minutes(complaint.investigated_at, received),
        "archived_after": minutes(instant(row["archived_at"]), closed),
        "closed_after_days": _working_days(received, closed),
        "stages": {state: int(seconds // 60) for state, seconds in stages.items()},
        "returns": returns,
        "reopened": sum(bool(one.reopened) for one in rounds),
        "solved_at_once": at_once,
        "limits_kept": sum(kept.values()),
        "limits_missed": sum(missed.values()),
        "score": asked.score if asked else None,
        "paid_fen": sum(one.paid_fen or 0 for one in ExecutionItem.of(complaint)),
        "cost_fen": sum(one.amount_fen or 0 for one in Cost.of(complaint)),
        "asked_fen": sum(one.amount_fen or 0 for one in complaint.demands.all()),
    }
    ways = OutsideCase.of(complaint)
    spent = [one.costs_fen for one in ways if one.costs_fen is not None]
    found["outside"] = any(one.filed_on or one.state in {"filed", "decided"} for one in ways)
    found["outside_fen"] = sum(spent) if spent else None
    over = closed and row["outcome"] in {"accepted", "unfounded_answered"} and not found["outside"]
    found["avoided_fen"] = max(0, found["asked_fen"] - found["paid_fen"]) if over else 0
    for name, column in (("replied", "first_reply_at"), ("answered", "answered_at"), ("closed", "closed_at")):
        at = instant(row[column])
        found[f"{name}_after"] = minutes(at, received)
        worked = working_time_between(received, at, calendar_in_force(at)) if at else None
        found[f"{name}_after_working"] = None if worked is None else int(worked.total_seconds() // 60)
    for name in ("complainant", "department", "respondent", "outside"):
        found[f"waited_{name}"] = int(waits[name] // 60)
    for name, timer in TIMERS.items():
        found |= {f"kept_{name}": kept[timer], f"missed_{name}": missed[timer]}
    return found


def _supplier(owner: Any, at: datetime) -> Any:
    """The supplier's unit in which somebody worked at an instant, by the newest post."""
    posts = [one for one in Post.objects.filter(member_id=owner).select_related("unit") if in_office(one, at)]
    supplied = sorted((one for one in posts if one.unit.supplier), key=lambda one: (one.since, one.pk))
    return supplied[-1].unit_id if supplied else None


def _working_days(start: datetime, end: datetime | None) -> int | None:
    """Days are counted from the day after the start, the day of the end among them."""
    if end is None:
        return None
    calendar = calendar_in_force(end)
    on, last, number = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date(), 0
    while on < last:
        on += ONE_DAY
        number += is_working_day(on, calendar)
    return number


def check_facts() -> list[Fact]:
    """Fold what moved, and compare every fact of the organisation with its recount; the facts."""
    folding.fold_moved()
    facts = {one.pk: one for one in Fact.objects.all()}
    cases = list(Complaint.objects.all())
    assert facts.keys() == {one.pk for one in cases}
    for case in cases:
        fact, counted = facts[case.pk], recount(case)
        names = {one.attname for one in Fact._meta.concrete_fields}
        assert names == counted.keys()
        told = {name: getattr(fact, name) for name in names}
        plain = {name: str(value) if name.endswith("_id") and value else value for name, value in told.items()}
        expected = {name: str(value) if name.endswith("_id") and value else value for name, value in counted.items()}
        wrong = {name: (plain[name], expected[name]) for name in names if plain[name] != expected[name]}
        assert not wrong, f"{case.number}: fact and recount differ in {wrong}"
    return list(facts.values())

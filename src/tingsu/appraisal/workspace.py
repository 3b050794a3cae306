"""The supervisor's workspace (OG-13): how rules and procedures are carried out, how the figures stand, and proposals on their way to a decision."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.documents import queries as documents
from tingsu.documents import readers
from tingsu.figures import indicators, shown, values
from tingsu.figures.periods import KINDS, period_of
from tingsu.improvement import pool
from tingsu.kernel import proofs
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date
from tingsu.kernel.organisations import current_organisation
from tingsu.people import queries as people
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.registers.reading import address_of, texts_seen

LATELY, YEAR = timedelta(days=30), timedelta(days=365)
MOST = 30


def limits(at: datetime) -> list[dict[str, Any]]:
    """Every limit that ended, passed or runs: kept, late, open and late, in thirty days; the worst share first. Two queries."""
    ended: Any = Promise.objects.filter(ended_at__gt=at - LATELY, ending=Promise.Ending.MET).order_by().values("kind")
    found: dict[str, dict[str, Any]] = {}
    for row in ended.annotate(all=Count("pk"), late=Count("pk", filter=Q(breached_at__isnull=False))):
        found[row["kind"]] = {"kept": row["all"] - row["late"], "late": row["late"], "open": 0}
    running: Any = Promise.objects.filter(ended_at=None, due_at__lte=at).order_by().values("kind")
    for row in running.annotate(all=Count("pk")):
        found.setdefault(row["kind"], {"kept": 0, "late": 0, "open": 0})["open"] = row["all"]
    lines = []
    for kind, told in found.items():
        whole = told["kept"] + told["late"] + told["open"]
        lines.append({"name": timer_name(kind), "percent": 100 * told["kept"] // whole, "whole": whole, **told})
    return sorted(lines, key=lambda one: (one["percent"], -one["whole"]))


def rules(at: datetime) -> list[proofs.Proof]:
    """Rulebooks in force; those that nobody here has decided on yet stand first."""
    found = list(proofs.rules_in_force(local_date(at, current_organisation().time_zone)))
    return sorted(found, key=lambda one: (one.holds is proofs.Holds.VALID, str(one.what)))


def procedures() -> list[dict[str, Any]]:
    """Documents in force, each with how many of its readers have not confirmed it yet. One query, and two for each document."""
    rows = (
        Entry.objects.filter(register="document", state="in_force").select_related("stream").order_by("number")[:MOST]
    )
    return [
        {
            "number": row.number, "title": (row.written_or_none() or {}).get("title", row.number), "url": address_of(row),
            "unread": len(readers.unread(row)), "review": row.codes.get("review_on", ""),
        }
        for row in rows
    ]  # fmt: skip


def performance(at: datetime) -> list[dict[str, Any]]:
    """Indicators beside their target in the running month, quarter and year; what misses it or is at risk first. A query each."""
    day, known = local_date(at, current_organisation().time_zone), indicators.indicators()
    found = []
    for kind in KINDS:
        period = period_of(day, kind)
        kept = values.kept(known, period)
        for one, line in shown.lines_of(known, kept, period, day):
            if line.standing:
                url = f"{reverse('figures:indicator', args=[one.code])}?period={period.written}"
                found.append(
                    {
                        "name": one.name,
                        "line": line,
                        "value": shown.value_words(one, line.counted),
                        "target": shown.target_words(one),
                        "url": url,
                    }
                )
    order = ("missed", "risk", "few", "met")
    return sorted(found, key=lambda one: order.index(one["line"].standing))


def proposals(actor: Actor, at: datetime) -> dict[str, Any]:
    """Improvements of the mechanism, of products and of services: which wait for a decision, and what became of those of a year. Two queries."""
    register = registers()[pool.NAME]
    rows = register.visible(actor, Entry.objects.filter(register=pool.NAME))
    waiting = []
    for row in (
        rows.filter(state__in=(pool.PROPOSED, pool.LATER)).select_related("stream").order_by("opened_at", "pk")[:MOST]
    ):
        waiting.append(
            {
                "number": row.number, "url": address_of(row), "what": texts_seen(actor, register, row, "page").get("what", ""),
                "about": dict(pool.ABOUT).get(row.codes.get("about", ""), ""), "state": row.get_state_display(),
                "days": (at - row.opened_at).days, "by": people.staff_identity(row.opened_by) if row.opened_by else "",
            }
        )  # fmt: skip
    states = Counter(rows.filter(opened_at__gt=at - YEAR).values_list("state", flat=True))
    told = [(one.label, states[one.code]) for one in register.states if states[one.code]]
    return {"waiting": waiting, "told": told, "all": sum(states.values())}


def shown_to(actor: Actor, at: datetime) -> dict[str, Any]:
    """Everything of the page."""
    return {
        "limits": limits(at), "rules": rules(at), "procedures": procedures(), "asked": documents.missing(), "performance": performance(at),
        "proposals": proposals(actor, at),
    }  # fmt: skip

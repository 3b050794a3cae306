"""Rounds of checks: drawn by a plan, walked through by reviewers, concluded with results and actions (QC-01, QC-05)."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import add_working_days
from tingsu.calendars.queries import calendar_in_force
from tingsu.complaints.models import Complaint
from tingsu.figures.values import today
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import queries as people
from tingsu.process.steps import Step, guard
from tingsu.quality import checking, drawing, tasks
from tingsu.quality.access import first_of
from tingsu.quality.following import actor
from tingsu.quality.models import Framed, Result
from tingsu.quality.plans import CALIBRATION, REVIEWERS, Plan, plan_named, plans
from tingsu.registers.actions import Link, Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry, EntryLink
from tingsu.registers.owed import Owed
from tingsu.registers.saying import Said, says

NAME = "quality_round"
ACTION, CONCLUDING = "quality_action", "quality_round_due"
ACTIONS = Owed(table="actions", timer=ACTION, called="what")
ACTING, CLOSED = "acting", "closed"


def opened(made: OpenedEntry, values: Mapping[str, Any]) -> None:
    """A round begins with its draw: frame, seed and sample are kept; the checks are opened by a job. Raises InvalidInput."""
    plan = plan_named(values["plan"])
    assert plan is not None  # noqa: S101 one of the options
    since, until = values["since"], values["until"]
    if since > until:
        raise InvalidInput({"until": InvalidValue(_("The last day lies before the first one."), code="range")})
    seed, frame = drawing.new_seed(), drawing.frame_of(plan, since, until)
    chosen = set(drawing.draw(seed, frame, plan.wanted(len(frame)), drawing.least_of(plan)))
    made.put("kind", plan.kind)
    made.put("plan_version", plan.version)
    made.put("framed", len(frame))
    made.put("drawn", len(chosen))
    made.put("number_asked", plan.wanted(len(frame)))
    made.put("least_asked", drawing.least_of(plan))
    made.write("seed", seed)
    made.write("digest", drawing.digest(frame))
    Framed.objects.bulk_create(
        Framed(round_id=made.entry.pk, complaint_id=one.id, handler_id=one.handler, weight=one.weight, drawn=one.id in chosen)
        for one in frame
    )  # fmt: skip
    if chosen:
        tasks.open_checks.defer(round_id=str(made.entry.pk))


def redrawn(entry: Entry) -> bool:
    """Is the sample what seed and frame give, and the frame the one whose fingerprint the ledger keeps? One query."""
    kept = list(Framed.objects.filter(round_id=entry.pk).values_list("complaint_id", "handler_id", "weight", "drawn"))
    frame = [drawing.Case(case, handler, weight) for case, handler, weight, _drawn in kept]
    texts, codes = entry.written_or_none() or {}, entry.codes
    again = drawing.draw(texts.get("seed", ""), frame, codes.get("number_asked", 0), codes.get("least_asked", 0))
    drawn = {case for case, _handler, _weight, was_drawn in kept if was_drawn}
    return drawing.digest(frame) == texts.get("digest") and set(again) == drawn


def open_checks(round_id: uuid.UUID) -> list[Entry]:
    """The checks of a round, one for each case and reviewer; those that stand already are left. Each is a transaction of its own."""
    entry = Entry.objects.get(pk=round_id)
    plan = plan_named(entry.codes["plan"])
    ids = list(
        Framed.objects.filter(round_id=round_id, drawn=True)
        .order_by("complaint_id")
        .values_list("complaint_id", flat=True)
    )
    if plan is None:
        return []
    taken = drawing.those_who_took_part(ids)
    numbers = dict(Complaint.objects.filter(pk__in=ids).values_list("id", "number"))
    load: Counter[uuid.UUID] = Counter()
    due = local_date(add_working_days(now(), plan.limit, calendar_in_force()), current_organisation().time_zone)
    made = []
    for case in ids:
        for place, reviewer in enumerate(reviewers(plan, taken[case], load, 2 if plan.kind == CALIBRATION else 1)):
            pk = uuid.uuid5(round_id, f"{case}:{place}")
            if case in numbers and not Entry.objects.filter(pk=pk).exists():
                with suppress(IntegrityError):  # another worker has opened it meanwhile
                    made.append(_open_check(pk, entry, plan, numbers[case], reviewer, due))
    return made


def _open_check(pk: uuid.UUID, entry: Entry, plan: Plan, number: str, reviewer: uuid.UUID | None, due: date) -> Entry:
    values = {
        "kind": plan.kind, "plan": plan.code, "card": plan.card, "number": number, "due_on": due.isoformat(),
        "owner": str(reviewer or ""),
    }  # fmt: skip
    return open_entry(
        actor=actor(), register=registers()[checking.NAME],
        opening=Opening(
            id=pk, values={name: value for name, value in values.items() if value},
            said={"about": checking.said(number, plan.kind, plan.card)}, links=(Link(other_id=entry.pk, kind="follows"),),
        ),
    )  # fmt: skip


def reviewers(plan: Plan, taken: set[uuid.UUID], load: Counter[uuid.UUID], number: int) -> list[uuid.UUID | None]:
    """Who checks a case: as many as are wanted of the role of the plan, then of the others who can, never one who took part in it.

    Whoever has fewest of this round comes first. Nobody left: the check waits without an owner for whoever leads.
    """
    found: list[uuid.UUID] = []
    for role in dict.fromkeys([plan.reviewer, *map(str, REVIEWERS)]):
        able = [one.pk for one in people.active_members(roles=(role,)) if one.pk not in taken and one.pk not in found]
        while able and len(found) < number:
            able.sort(key=lambda one: (load[one], str(one)))
            found.append(able.pop(0))
            load[found[-1]] += 1
    return [*found] or [None]


def draw_owed() -> list[Entry]:
    """Every plan whose period is over and has no round for it yet draws now."""
    made = []
    for plan in plans():
        span = drawing.over(plan.every, today())
        if span is None:
            continue
        pk = uuid.uuid5(current_organisation_id(), f"{NAME}|{plan.code}|{span[0]}|{span[1]}")
        if not Entry.objects.filter(pk=pk).exists() and Complaint.objects.exists():
            made.append(_open_round(pk, plan, *span))
    return made


def _open_round(pk: uuid.UUID, plan: Plan, since: date, until: date) -> Entry:
    owner = first_of((plan.reviewer, *REVIEWERS))
    values = {"plan": plan.code, "since": since.isoformat(), "until": until.isoformat(), "owner": str(owner or "")}
    told = Said(NAME, {"plan": plan.name, "since": since.isoformat(), "until": until.isoformat()})
    return open_entry(
        actor=actor(), register=registers()[NAME],
        opening=Opening(id=pk, values={name: value for name, value in values.items() if value}, said={"about": told}),
    )  # fmt: skip


@says(NAME)
def _about(told: Mapping[str, Any]) -> str:
    return str(_("%(plan)s, %(since)s to %(until)s") % told)


def checks_of(entry: Entry) -> list[Entry]:
    """The checks of a round. One query."""
    return list(rows_of_checks(entry).select_related("stream").order_by("number"))


def rows_of_checks(entry: Entry) -> QuerySet[Entry]:
    """The same as a question."""
    ids = EntryLink.objects.filter(other_id=entry.pk, kind="follows").values("entry_id")
    return Entry.objects.filter(pk__in=ids, register=checking.NAME)


@guard("all_checked")
def all_checked(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A round is concluded when every case that was drawn has been looked at."""
    waiting = {*checking.WAITING, checking.BLIND}
    rows = checks_of(opened.entry)
    left = [one.number for one in rows if one.state in waiting]
    if not left and len(rows) < opened.entry.codes.get("drawn", 0):
        return [Unmet("not_opened", _("the checks of this round are still being opened"), guard="")]
    if not left:
        return []
    return [Unmet("unchecked", _("not looked at yet: %(numbers)s"), guard="", numbers=", ".join(left[:10]))]


def concluded(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """What the checks came to."""
    rows = list(Result.objects.filter(round_id=opened.entry.pk).values_list("passed", "percent"))
    opened.put("checked", len(rows))
    opened.put("passed", sum(passed is True for passed, _percent in rows))
    opened.put("percent", _mean([percent for _passed, percent in rows if percent is not None]))


def _mean(numbers: Sequence[int]) -> int | None:
    return (2 * sum(numbers) + len(numbers)) // (2 * len(numbers)) if numbers else None


def accepted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Somebody who leads agrees: actions begin, or the round is over."""
    if opened.entry.codes.get("actions"):
        opened.move_to(ACTING)
        ACTIONS.begin(opened)
    else:
        opened.move_to(CLOSED)


def acted(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One action is done; with the last one the round is over."""
    if ACTIONS.finish(opened, values["action"]):
        opened.move_to(CLOSED)

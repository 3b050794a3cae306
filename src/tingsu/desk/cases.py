"""What the case page shows, gathered: steps with reasons, rail, clocks, panels, presence. Reads only."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _

from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.complaints import access, terms
from tingsu.complaints.access import steps_for
from tingsu.complaints.case import Case
from tingsu.complaints.guidance import Guidance, guidance_for, leads_on, most_owed_first
from tingsu.complaints.models import Complaint
from tingsu.complaints.moments import FIRST_MOMENT, at_the_first_moment
from tingsu.complaints.naming import subjects_of
from tingsu.complaints.registry import panels
from tingsu.desk import queue
from tingsu.desk.rail import stage_word
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain
from tingsu.kernel.shapes import found_by, later, shaped
from tingsu.pages.faces import date_words
from tingsu.people.queries import alias_of, unit_name
from tingsu.process.engine import step_of, unmet_for_form
from tingsu.process.steps import Step

SIDE_STEPS = 3


@dataclass(kw_only=True)
class Button:
    """A step as the page offers it; ``reasons`` say why it is not possible yet."""

    step: Step
    url: str
    label: str | LazyText
    key: str = ""
    reasons: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Buttons:
    """One solid button, a few beside it, the blocked ones with reasons, the rest in the menu, blocked ones there too."""

    main: Button | None = None
    side: list[Button] = field(default_factory=list)
    blocked: list[Button] = field(default_factory=list)
    more: list[Button] = field(default_factory=list)
    waiting: list[Button] = field(default_factory=list)
    guidance: Guidance = field(default_factory=lambda: Guidance(""))


def buttons_of(actor: Actor, complaint: Complaint, at: datetime, promises: list[Promise] | None = None) -> Buttons:
    """The steps that process and rights allow now. Hidden: what the role may not do at all."""
    case = looked_at(actor, complaint, at, promises)
    found = Buttons()
    holding: list[str] = []
    steps = reverse("desk:step", args=[complaint.number, "_"]).removesuffix("_/")
    for step in most_owed_first(steps_for(actor, complaint), complaint):
        if step.composed or not step_of(case, step):
            continue
        button = Button(
            step=step,
            url=f"{steps}{step.name}/",
            label=step.label,
            key=step.key,
            reasons=[str(unmet) for unmet in unmet_for_form(case, step)],
        )
        forward = leads_on(step, complaint)
        if forward and button.reasons and found.main is None:
            holding += button.reasons
        if button.reasons:
            (found.blocked if forward and len(found.blocked) < SIDE_STEPS else found.waiting).append(button)
        elif forward and found.main is None:
            found.main = button
        elif step.offered or forward or step.is_transition:
            found.side.append(button)
        else:
            found.more.append(button)
    found.side.sort(key=lambda button: not button.step.offered)
    shown = max(SIDE_STEPS, sum(button.step.offered for button in found.side))
    found.side, found.more = found.side[:shown], [*found.side[shown:], *found.more]
    found.guidance = guidance_for(actor, complaint, found.main.step if found.main else None, holding)
    return found


def looked_at(actor: Actor, complaint: Complaint, at: datetime, promises: list[Promise] | None = None) -> Case:
    """The case as conditions ask about it, for pages: nothing is locked and nothing will be written."""
    running = [one for one in promises if one.is_open] if promises is not None else _open_promises(complaint)
    return Case(Chain(complaint.stream), complaint, actor, at, running)


def reasons_of(actor: Actor, complaint: Complaint, step: Step, at: datetime) -> list[str]:
    """Why a step is not possible yet; empty when it is."""
    if complaint.state not in step.sources:
        return [
            _("In the present stage (%(stage)s) this step does not exist.") % {"stage": stage_word(complaint.state)}
        ]
    case = looked_at(actor, complaint, at)
    return [str(unmet) for unmet in unmet_for_form(case, step)]


def _open_promises(complaint: Complaint) -> list[Promise]:
    return list(Promise.objects.filter(stream_id=complaint.pk, ended_at__isnull=True))


@dataclass(frozen=True, kw_only=True)
class StripClock:
    """A clock of the head: a promise, its name, and where it is explained."""

    promise: Promise
    name: str
    explain_url: str


def promises_of(complaint: Complaint) -> list[Promise]:
    """Every time limit of a case, running or ended. One query."""
    return found_by(_promised, complaint.pk)


def _promised(case: Any) -> QuerySet[Promise]:
    return Promise.objects.filter(stream_id=case)


def clocks_of(complaint: Complaint, rows: list[Promise]) -> list[StripClock]:
    """Up to four clocks: what runs, nearest first; then what was kept last. Of several alike, each says what it is about."""
    running = sorted((row for row in rows if row.is_open), key=lambda row: (row.due_at, row.kind))
    ended = sorted(
        (row for row in rows if row.ending == Promise.Ending.MET and row.ended_at),
        key=lambda row: (row.ended_at or row.due_at, row.kind),
        reverse=True,
    )
    chosen = (running + ended)[:4]
    about = subjects_of(complaint, chosen)
    return [
        StripClock(
            promise=row,
            name=" · ".join(filter(None, [str(timer_name(row.kind)), about.get(str(row.subject_id), "")])),
            explain_url=reverse("clocks:explain", args=[row.pk]),
        )
        for row in chosen
    ]


@dataclass(frozen=True, kw_only=True)
class ShownPanel:
    """A declared part of the page, drawn."""

    key: str
    title: Any
    html: str
    note: str = ""


def panels_of(
    actor: Actor, complaint: Complaint, request: Any, where: str = "side", names: tuple[str, ...] | None = None
) -> list[ShownPanel]:
    """The panels that apps declare for this case and this reader, in their order; with `names` only those."""
    found = []
    for panel in panels(where):
        if names is not None and panel.name not in names:
            continue
        context = panel.context(actor, complaint)
        if context is not None:
            html = render_to_string(
                panel.template, {"complaint": complaint, "actor": actor, **context}, request=request
            )
            found.append(ShownPanel(key=panel.name, title=panel.title, html=html, note=str(context.get("note", ""))))
    return found


def panels_beside(actor: Actor, complaint: Complaint, request: Any, step: Step) -> list[ShownPanel]:
    """The panels that the form of a step is read beside, in the order the step names them."""
    shown = {
        panel.key: panel
        for where in ("side", "beside")
        for panel in panels_of(actor, complaint, request, where, names=step.beside)
    }
    return [shown[name] for name in step.beside if name in shown]


def facts_of(complaint: Complaint, cause: str | LazyText, at: datetime) -> list[Any]:
    """The line under the title."""
    facts = [
        cause,
        complaint.get_mode_display(),
        _("received %(when)s") % {"when": date_words(complaint.received_at, at=at)},
    ]
    if at_the_first_moment(complaint) and complaint.is_open:
        facts.append(str(FIRST_MOMENT))
    if complaint.supervised:
        facts.append(_("under supervision"))
    if complaint.reasonable_open:
        facts.append(_("reasonable demand open"))
    if complaint.loss_claimed:
        facts.append(_("claim of compensation open"))
    if complaint.escalation_level > 1:
        facts.append(_("escalation level %(level)s") % {"level": complaint.escalation_level})
    return facts


def offered_words(complaint: Complaint) -> str:
    """To whom the case is offered: a person, else a unit; empty when to nobody."""
    return alias_of(complaint.offered_member_id) or unit_name(complaint.offered_unit_id)


def waiting_words(complaint: Complaint) -> str:
    if not complaint.is_open or complaint.waiting_on == terms.WaitingOn.US:
        return ""
    return complaint.get_waiting_on_display()


def _beside(actor: Actor, everything: bool) -> QuerySet[Any, tuple[int, uuid.UUID, str]]:
    key, pk = later(itemgetter(0)), later(itemgetter(1))
    before = Q(work_key__lt=key) | Q(id__lt=pk)
    after = Q(work_key__gt=key) | Q(id__gt=pk)
    sides = [
        rows.filter(where, **{f"work_key__{side}": key}).order_by(*order).values_list("work_key", "id", "number")[:1]
        for rows in queue.open_ways(actor, everything=everything)
        for side, where, order in (("lte", before, ("-work_key", "-id")), ("gte", after, ("work_key", "id")))
    ]
    return sides[0].union(*sides[1:], all=True)


def neighbours(actor: Actor, complaint: Complaint) -> tuple[str, str]:
    """Numbers of the open cases that somebody sees before and after this one in the work list (CA-56). One query."""
    if complaint.next_due_at is None:
        return "", ""
    here = (complaint.work_key, complaint.pk)
    rows = shaped(_beside, actor, access.sees_everything(actor), at=here).rows()
    found = [((place, pk), number) for place, pk, number in rows]
    before = max((one for one in found if one[0] < here), default=(here, ""))
    after = min((one for one in found if one[0] > here), default=(here, ""))
    return before[1], after[1]

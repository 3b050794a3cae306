"""Department tasks, requests for an opinion and mediations that wait for a person."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tingsu.casework.models import DepartmentTask, Dispute, FunctionOpinion, LimitExtension, Mediation
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.complaints.covering import known_from
from tingsu.complaints.models import Complaint
from tingsu.complaints.moments import FIRST_MOMENT, at_the_first_moment
from tingsu.complaints.registry import head_notes
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.complaints.waiting import DutyKind, address_of, clock_of, declare_cases, duty_of, with_cases
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader, gathered
from tingsu.pages.faces import date_words
from tingsu.people.queries import alias_of, staff_identity, unit_name
from tingsu.privacy.masking import Known
from tingsu.privacy.show import show_text
from tingsu.process.waiting import Due, Item, Part, WaitingList, declare_list, page_of, short

KEPT = timedelta(days=14)
"""Answered tasks stay on the asker's list for two weeks."""
OPEN = ("open", "accepted")


@Asking
def tasks_for(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Tasks and requests for an opinion that wait for the person's units, nearest deadline first. One query."""
    if not actor.unit_ids:
        return Part(items=[])
    tasks, opinions = _tasks_of(actor)
    lists = tasks.order_by("due_at", "id"), opinions.order_by("-green", "due_at", "id")
    return (yield from _tasks_part(actor, at, page, *lists, most=most))


def _tasks_of(actor: Actor) -> tuple[QuerySet[DepartmentTask], QuerySet[FunctionOpinion]]:
    """Open tasks of the person's units, and open requests for their opinion."""
    return (
        DepartmentTask.objects.filter(unit_id__in=actor.unit_ids, state__in=OPEN),
        FunctionOpinion.objects.filter(unit_id__in=actor.unit_ids, state="open"),
    )


def _any_task(actor: Actor) -> QuerySet[Any]:
    tasks, opinions = (rows.values("pk") for rows in _tasks_of(actor))
    return tasks.union(opinions, all=True)


@Asking
def tasks_asked(actor: Actor, at: datetime, page: int = 1) -> Reader[Part]:
    """Tasks that this person asked for: open ones, and those answered in the last two weeks."""
    rows = DepartmentTask.objects.filter(asked_by=actor.id).filter(Q(state__in=OPEN) | Q(answered_at__gt=at - KEPT))
    return (yield from _tasks_part(actor, at, page, rows.order_by("due_at", "id")))


@Asking
def tasks_answered(actor: Actor, at: datetime, page: int = 1) -> Reader[Part]:
    """What the person's units have answered in the last two weeks, newest first: what was said can be read again."""
    if not actor.unit_ids:
        return Part(items=[])
    rows = DepartmentTask.objects.filter(
        unit_id__in=actor.unit_ids, state=DepartmentTask.State.ANSWERED, answered_at__gt=at - KEPT
    )
    return (yield from _tasks_part(actor, at, page, rows.order_by("-answered_at", "-id")))


def _tasks_part(actor: Actor, at: datetime, page: int, *lists: QuerySet[Any], most: int = 0) -> Reader[Part]:
    parts = yield from gathered(*(page_of(with_cases(actor, rows), page, most) for rows in lists))
    return Part(
        items=[_item(actor, row, row.complaint, known_from(row), at) for rows, _more in parts for row in rows],
        page=page,
        more=any(more for _rows, more in parts),
    )


def _asker(row: DepartmentTask) -> str:
    """Who of the body asked, by work identity and number: whom the department rings."""
    name = staff_identity(row.asked_by)
    return pgettext("task", "asked by %(who)s") % {"who": name} if name else ""


def _item(actor: Actor, row: Any, complaint: Complaint, known: Known, at: datetime) -> Item:
    if isinstance(row, FunctionOpinion):
        return Item(
            title=short(show_text(actor, "history", "text", row.shown("question"), "page", known=known)),
            number=complaint.number,
            note=_("asked %(when)s") % {"when": date_words(row.asked_at, at=at)},
            url=address_of(complaint),
            badge=gettext_lazy("Opinion, green channel") if row.green else gettext_lazy("Opinion"),
            **_opinion_clock(row, complaint),
        )
    return Item(
        title=short(show_text(actor, "history", "text", row.shown("request"), "page", known=known)),
        number=complaint.number,
        note=" · ".join(
            filter(
                None,
                (
                    str(FIRST_MOMENT) if at_the_first_moment(complaint) else "",
                    unit_name(row.unit_id),
                    str(row.get_kind_display()),
                    _asker(row),
                ),
            )
        ),
        url=address_of(complaint),
        promise=Due(started_at=row.asked_at, due_at=row.due_at) if row.state in OPEN else None,
        promise_name=timer_name("department_answer"),
        badge=row.get_state_display(),
    )


def _opinion_clock(row: FunctionOpinion, complaint: Complaint) -> dict[str, Any]:
    """The limit of the opinion itself; requests from before it had one show the next limit of the case."""
    if row.due_at is None:
        return clock_of(complaint)
    kind = "green_opinion" if row.green else "function_opinion"
    return {"promise": Due(started_at=row.asked_at, due_at=row.due_at), "promise_name": timer_name(kind)}


def waited_for(actor: Actor, complaint: Complaint) -> list[str]:
    """Functions that owe an opinion, and the mediator; what departments owe stands there by itself."""
    found = [
        _("%(who)s: opinion") % {"who": unit_name(one.unit_id) or one.covered("body")}
        for one in FunctionOpinion.of(complaint, state=FunctionOpinion.State.OPEN)
    ]
    return found + [
        _("%(who)s: mediation") % {"who": alias_of(one.mediator_id)}
        for one in Mediation.of(complaint, state=Mediation.State.OPEN)
    ]


head_notes(waited_for)


def mediations(actor: Actor) -> QuerySet[Mediation, tuple[str, Any]]:
    """Open mediations of this person."""
    rows = Mediation.objects.filter(mediator_id=actor.id, state=Mediation.State.OPEN).order_by("appointed_at", "id")
    return rows.values_list(duty_of(mediate=Q()), "complaint_id")


def objections(actor: Actor) -> QuerySet[Mediation, tuple[str, Any]]:
    """Objections to a mediator that no supervisor has decided on yet (MD-07)."""
    rows = Mediation.objects.filter(state=Mediation.State.OPEN, objected_at__isnull=False)
    rows = rows.filter(Q(ruled_at=None) | Q(ruled_at__lt=F("objected_at")))
    if not actor.has_role("supervisor"):
        rows = rows.none()
    return rows.order_by("objected_at", "id").values_list(duty_of(objection=Q()), "complaint_id")


def answers(actor: Actor) -> QuerySet[DepartmentTask, tuple[str, Any]]:
    """Answered tasks whose investigation goes on: whoever owns the case reads them, and returns them or concludes (IV-13)."""
    rows = DepartmentTask.objects.filter(
        state=DepartmentTask.State.ANSWERED, complaint__owner_id=actor.id, complaint__state=State.INVESTIGATING
    )
    return rows.order_by("answered_at", "id").values_list(duty_of(answered=Q()), "complaint_id")


def disputes(actor: Actor, me: str) -> QuerySet[Dispute, tuple[str, Any]]:
    """Disputes between departments on which this member of the committee has not given a word yet (AS-13)."""
    rows = Dispute.objects.filter(state=Dispute.State.OPEN, members__contains=[me], complaint__state__in=OPEN_STATES)
    rows = rows.exclude(votes__contains=[{"member": me}])
    return rows.order_by("due_at", "id").values_list(duty_of(dispute=Q()), "complaint_id")


declare_cases(
    disputes,
    DutyKind(
        name="dispute", label=pgettext_lazy("duty", "Dispute between departments to rule on"), step="rule_on_dispute",
        reads=(Dispute,), timer="department_ruling",
    ),
    facts=lambda actor: (str(actor.id),),
)  # fmt: skip


def extensions(actor: Actor) -> QuerySet[LimitExtension, tuple[str, Any]]:
    """Extensions of a limit that wait for a leader's decision, while the limit runs (SL-01)."""
    running = Promise.objects.filter(kind="decision", ended_at=None, breached_at=None).values("pk")
    rows = LimitExtension.objects.filter(state=LimitExtension.State.OPEN, promise_id__in=running)
    if not actor.has_role("supervisor", "mgmt_rep", "top_mgmt"):
        rows = rows.none()
    return rows.order_by("asked_at", "id").values_list(duty_of(extension=Q()), "complaint_id")


declare_cases(
    extensions,
    DutyKind(
        name="extension", label=pgettext_lazy("duty", "Extension of a limit to decide on"), step="allow_extension",
        reads=(LimitExtension,), timer="decision",
    ),
)  # fmt: skip
declare_cases(answers, DutyKind(name="answered", label=pgettext_lazy("duty", "Answer of a department to read")))
declare_cases(
    mediations, DutyKind(name="mediate", label=pgettext_lazy("duty", "Mediation"), step="mediate", reads=(Mediation,))
)
declare_cases(
    objections,
    DutyKind(
        name="objection", label=pgettext_lazy("duty", "Objection to a mediator to decide on"), step="rule_on_mediator",
        reads=(Mediation,),
    ),
)  # fmt: skip
declare_list(
    WaitingList(
        name="tasks",
        title=gettext_lazy("Tasks for my department"),
        part=tasks_for,
        order=30,
        whole="desk:tasks",
        any_rows=_any_task,
    )
)

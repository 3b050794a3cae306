"""Solutions to approve, measures to carry out and to verify."""

import uuid
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tingsu.complaints import committee
from tingsu.complaints.case_rows import rows_from, with_rows
from tingsu.complaints.covering import known_from
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.registry import head_notes, lacking
from tingsu.complaints.terms import State
from tingsu.complaints.waiting import (
    Duty,
    DutyKind,
    address_of,
    clock_of,
    declare_cases,
    declare_duties,
    duty_of,
    is_for_person,
    title_of,
    with_cases,
)
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.money import yuan
from tingsu.kernel.shapes import shaped
from tingsu.kernel.together import Asking, Reader
from tingsu.people.queries import alias_of
from tingsu.people.roles import Role
from tingsu.process.waiting import Item, Part, WaitingList, declare_list, page_of_those, window
from tingsu.settlement import authority, queries
from tingsu.settlement.models import Approval, ExecutionItem, OutsideCase, Payment, Remedy, Solution
from tingsu.settlement.naming import measure_name
from tingsu.settlement.payments import label
from tingsu.settlement.rulebooks import remedies

VERIFIERS = (Role.SPECIALIST, Role.SUPERVISOR, Role.QA)
DECIDED_BY = (Approval, Solution, Remedy, ExecutionItem, Party)
"""What the conditions of a decision ask of a case."""


def _to_decide(actor: Actor) -> QuerySet[Approval]:
    """Open approvals of a level that this person holds. Asked of the database: among many that wait for others, those that wait
    for this person would be cut off.
    """
    if not actor.roles:
        return Approval.objects.none()
    fitting = reduce(or_, (Q(roles__contains=[role]) for role in actor.roles))
    if committee.has_seat(actor.id):
        fitting |= Q(complaint__major=True) & ~Q(votes__contains=[{"member": str(actor.id)}])
    return Approval.objects.filter(fitting, decision="").exclude(asked_by=actor.id)


def _asked_by(row: Approval) -> str:
    return _("asked by %(who)s") % {"who": alias_of(row.asked_by)}


@Asking
def approvals_for(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Solutions that this person may decide about at this moment, as the step itself asks it. One query for a hundred."""
    rows = with_rows(_to_decide(actor).select_related("solution"), *DECIDED_BY, case="complaint_id")

    def mine(row: Approval) -> bool:
        case, rows = row.complaint, rows_from(row, row.complaint, *DECIDED_BY)
        if case.major and any(one["member"] == str(actor.id) for one in row.votes):
            return False
        return any(is_for_person(actor, case, step, at, rows=rows) for step in ("approve", "vote_on_solution"))

    found, more = yield from page_of_those(with_cases(actor, rows.order_by("asked_at", "id")), page, mine, most)
    items = [
        Item(
            title=_("Solution %(version)s, %(amount)s")
            % {"version": row.solution.version, "amount": yuan(row.solution.total_fen)},
            number=row.complaint.number,
            note=f"{title_of(actor, row.complaint, known_from(row))} · {_asked_by(row)}",
            url=address_of(row.complaint),
            badge=row.get_decision_display(),
            **clock_of(row.complaint),
        )
        for row in found
    ]
    return Part(items=items, page=page, more=more)


def approval_waited_for(actor: Actor, complaint: Complaint) -> list[str]:
    """The level that decides, the lowest competent one named first (RM-10)."""
    found = queries.open_approval(complaint)
    if found is None:
        return []
    if sitting := authority.sitting_on(found):
        words, needed = authority.tally(found, sitting)
        given = {"given": words.total(), "all": len(sitting), "needed": needed}
        return [_("approval: committee, %(given)s of %(all)s have given their word, %(needed)s must agree") % given]
    return [_("approval: %(who)s") % {"who": " / ".join(str(Role(role).label) for role in found.roles)}]


head_notes(approval_waited_for)


@lacking
def measures_missing(actor: Actor, complaint: Complaint) -> list[str]:
    """What the execution still owes: measures that nobody has carried out, and done ones that nobody has verified (FB-04)."""
    if complaint.state != State.EXECUTING:
        return []
    items = queries.current_items(complaint)
    states = [one.state for one in items]
    found = []
    if undone := states.count(ExecutionItem.State.OPEN):
        found.append(
            ngettext("%(n)s measure is not carried out yet", "%(n)s measures are not carried out yet", undone)
            % {"n": undone}
        )
    if unseen := states.count(ExecutionItem.State.DONE):
        found.append(
            ngettext("%(n)s measure is not verified yet", "%(n)s measures are not verified yet", unseen) % {"n": unseen}
        )
    return found


UNTOLD_AFTER = timedelta(days=1)
"""A solution that is not there after so long is planned, and the complainant told (RM-11)."""


@lacking
def plan_missing(actor: Actor, complaint: Complaint) -> list[str]:
    """A case that is being handled for a day, without a solution on its way or a plan that was told (RM-11)."""
    if complaint.state != State.HANDLING or complaint.entered_at is None or now() - complaint.entered_at < UNTOLD_AFTER:
        return []
    if queries.plan_in_force(complaint) or any(one.sent_at for one in Solution.of(complaint)):
        return []
    return [_("the solution takes longer, and the complainant was not told yet what is planned by when")]


SOFT = ("guidance", "consolation")


@lacking
def only_goods_and_money(actor: Actor, complaint: Complaint) -> list[str]:
    """Technical guidance and consolation belong to a solution, beside money and goods (RM-16)."""
    written = queries.solution_in(complaint, Solution.State.DRAFT, Solution.State.APPROVED)
    if complaint.state != State.HANDLING or written is None or not written.remedy_required:
        return []
    chosen = {row.code for row in Remedy.of(complaint, solution=written)}
    missing = [remedies.name_of(code) for code in SOFT if code not in chosen]
    if not missing:
        return []
    return [_("the solution offers none of this: %(what)s") % {"what": _(", ").join(missing)}]


def open_measures(actor: Actor) -> QuerySet[ExecutionItem]:
    """Open measures of this person; and done ones, for the owner to verify, or for others when the owner did them."""
    mine = Q(state=ExecutionItem.State.OPEN, executor_id=actor.id)
    if actor.has_role(*VERIFIERS):
        done = Q(state=ExecutionItem.State.DONE, complaint__state=State.EXECUTING)
        done &= ~Q(done_by=actor.id) & ~Q(executor_id=actor.id)
        owner = F("complaint__owner_id")
        whose = Q(complaint__owner_id=actor.id)
        if actor.has_role(Role.SUPERVISOR, Role.QA):
            whose |= Q(done_by=owner) | Q(executor_id=owner)
        mine |= done & whose
    return ExecutionItem.objects.filter(mine, current=True).order_by("due_on", "id")


def measures(actor: Actor, page: int) -> Reader[list[Duty]]:
    """The same as duties."""
    (items,) = yield [shaped(open_measures, actor, part=window(page))]
    return [_measure(item) for item in items]


def _measure(item: ExecutionItem) -> Duty:
    to_do = item.state == ExecutionItem.State.OPEN
    return Duty(
        kind="execute" if to_do else "verify",
        complaint_id=item.complaint_id,
        subject_id=item.pk,
        title=measure_name(item),
        note="" if to_do else _("done by %(who)s") % {"who": alias_of(item.done_by)},
    )


def refusals(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Refused results on which every way is told and none is pending: a supervisor says that all are used, or negotiates (P22)."""
    if not actor.has_role(Role.SUPERVISOR):
        return Complaint.objects.none().values_list(duty_of(exhaust=Q()), "pk")
    pending = OutsideCase.objects.filter(complaint=OuterRef("pk"), state=OutsideCase.State.FILED)
    rows = Complaint.objects.filter(~Exists(pending), state=State.EXTERNAL_ROUTE, ways_informed_at__isnull=False)
    return rows.order_by("next_due_at", "id").values_list(duty_of(exhaust=Q()), "pk")


def open_applications(actor: Actor) -> QuerySet[Payment]:
    """Payments applied for by somebody else: the owner of the case orders them; what the owner applied for, a supervisor."""
    mine = Q(complaint__owner_id=actor.id) & ~Q(asked_by=actor.id)
    if actor.has_role(Role.SUPERVISOR):
        mine |= Q(asked_by=F("complaint__owner_id")) & ~Q(asked_by=actor.id)
    rows = Payment.objects.filter(mine, state=Payment.State.ASKED, item__current=True, complaint__state=State.EXECUTING)
    return rows.order_by("asked_at", "id")


def applications(actor: Actor, page: int) -> Reader[list[Duty]]:
    """The same as duties."""
    (found,) = yield [shaped(open_applications, actor, part=window(page))]
    return [
        Duty(
            kind="order_payment",
            complaint_id=row.complaint_id,
            subject_id=row.pk,
            title=label(row),
            note=_("applied for by %(who)s") % {"who": alias_of(row.asked_by)},
        )
        for row in found
    ]


declare_cases(
    refusals,
    DutyKind(
        name="exhaust",
        label=pgettext_lazy("duty", "Refusal: decide what follows"),
        step="exhaust",
        timer="refusal_review",
    ),
)
declare_duties(
    measures,
    DutyKind(
        name="execute",
        label=pgettext_lazy("duty", "To carry out"),
        step="finish_item",
        subject="item",
        reads=(ExecutionItem,),
        timer="execution",
    ),
    DutyKind(
        name="verify",
        label=pgettext_lazy("duty", "To verify"),
        step="verify_item",
        subject="item",
        reads=(ExecutionItem, Party),
        timer="execution",
    ),
)
declare_duties(
    applications,
    DutyKind(
        name="order_payment",
        label=pgettext_lazy("duty", "Payment to order"),
        step="order_payment",
        subject="payment",
        reads=(Payment, ExecutionItem, Party),
        timer="execution",
    ),
)
declare_list(
    WaitingList(
        name="approvals", title=gettext_lazy("Waiting for my approval"), part=approvals_for, order=10,
        whole="desk:approvals", any_rows=_to_decide,
    )
)  # fmt: skip

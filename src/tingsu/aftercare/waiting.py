"""Callbacks, and requests for review or mediation, that wait for a person."""

import uuid
from collections.abc import Hashable

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, StrIndex
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import Callback, Rating, ResultNotice, ReviewRequest
from tingsu.aftercare.queries import CLOSE, FOLLOWERS, PROVE, PUBLISH, callbacks_due, left_of, published_types
from tingsu.aftercare.reviews import follow_ups_owed, mediations_owed
from tingsu.aftercare.rules import aftercare_rules
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.complaints.waiting import DutyKind, declare_cases, duty_of
from tingsu.kernel.actor import Actor
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.people.roles import Role

CLOSERS = (Role.SPECIALIST, Role.SUPERVISOR)
"""Who may close a case (P23)."""

NOTIFY = "notify"
ROUND = (ResultNotice, Rating, Callback, ReviewRequest)


def rules(actor: Actor) -> tuple[Hashable, ...]:
    """On what the questions below depend beside the person (see `kernel.shapes`)."""
    in_force = aftercare_rules()
    return in_force["callback_attempts"], in_force["low_rating"], alone.one_person()


def closing(actor: Actor) -> tuple[Hashable, ...]:
    """The same, who may close a case, whether this person is one of them, and which types are published."""
    closers = frozenset(one.pk for one in people.active_members(roles=CLOSERS))
    return closers, actor.id in closers, *published_types(), *rules(actor)


def callbacks(actor: Actor, *rules: Hashable) -> QuerySet[ResultNotice, tuple[str, uuid.UUID]]:
    """Calls that are due, after a low rating by somebody else than who handled the case (SC-03)."""
    due = callbacks_due(actor.id, follows=actor.has_role(*FOLLOWERS))
    return due.values_list(duty_of(call_low=Q(low=True), call=Q()), "complaint_id")


def results(
    actor: Actor, closers: frozenset[uuid.UUID], closes: bool, *rules: Hashable
) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Results to tell, to publish and to prove, and cases to close once calls and ratings are done: of the owner, or of those who close (P23).

    A case whose owner may not close it is everybody's who supervises.
    """
    supervises = actor.has_role(Role.SUPERVISOR)
    own = [NOTIFY, PUBLISH, PROVE, *([CLOSE] if supervises or closes else [])]
    mine = Q(owner_id=actor.id)
    whose = mine | ~Q(owner_id__in=closers) if supervises else mine
    # One question about each case, asked last: whether a notice stands, and what is left to do about it.
    left = Coalesce(Subquery(left_of(Q(complaint=OuterRef("pk"))).values("left")[:1]), Value(NOTIFY))
    wanted = Case(When(mine, then=Value(" ".join(own))), default=Value(CLOSE), output_field=CharField())
    rows = Complaint.objects.filter(whose, state=State.EVALUATING).annotate(left=left)
    rows = rows.alias(fits=StrIndex(wanted, F("left"))).filter(fits__gt=0)
    return rows.order_by("next_due_at", "id").values_list("left", "pk")


declare_cases(
    results,
    DutyKind(name="notify", label=pgettext_lazy("duty", "Result to tell"), step="notify_result"),
    DutyKind(
        name="publish",
        label=pgettext_lazy("duty", "Reply to publish in its channel"),
        step="publish_reply",
        reads=ROUND,
    ),
    DutyKind(
        name="prove", label=pgettext_lazy("duty", "Proof that the notice arrived"), step="prove_delivery", reads=ROUND
    ),
    DutyKind(name="close", label=pgettext_lazy("duty", "To close"), step="close"),
    facts=closing,
)


def requests(actor: Actor) -> QuerySet[ReviewRequest, tuple[str, uuid.UUID]]:
    """Requests for review or mediation that wait for a written result: those this person was named for, and, for whoever
    may follow up, those where nobody could be named.
    """
    mine = Q(reviewer_id=actor.id)
    if actor.has_role(*FOLLOWERS):
        mine |= Q(reviewer_id=None)
    rows = ReviewRequest.objects.filter(mine, state=ReviewRequest.State.OPEN).order_by("due_at", "id")
    return rows.values_list(Value("review", output_field=CharField()), "complaint_id")


declare_cases(
    requests,
    DutyKind(
        name="review",
        label=pgettext_lazy("duty", "Written result of a review or mediation"),
        step="answer_review",
        reads=(ReviewRequest,),
        timer="review_request",
    ),
)


def promised_mediations(actor: Actor) -> QuerySet[ReviewRequest, tuple[str, uuid.UUID]]:
    """Mediations that the complainant was told of, and that wait for their mediator."""
    rows = mediations_owed(actor.id).order_by("complaint__next_due_at", "id")
    return rows.values_list(Value("mediator", output_field=CharField()), "complaint_id")


def promised_elsewhere(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Cases that carry on a closed one for which a mediation was promised, and that wait for their mediator."""
    rows = follow_ups_owed(actor.id).order_by("next_due_at", "id")
    return rows.values_list(Value("mediator_follow_up", output_field=CharField()), "pk")


declare_cases(
    promised_elsewhere,
    DutyKind(
        name="mediator_follow_up", label=pgettext_lazy("duty", "Promised mediation: ask for a mediator"), step="appoint_mediator"
    ),
)  # fmt: skip
declare_cases(
    promised_mediations,
    DutyKind(
        name="mediator", label=pgettext_lazy("duty", "Promised mediation: ask for a mediator"), step="appoint_mediator"
    ),
)
declare_cases(
    callbacks,
    DutyKind(name="call", label=pgettext_lazy("duty", "Callback"), step="callback", reads=ROUND, timer="callback"),
    DutyKind(
        name="call_low",
        label=pgettext_lazy("duty", "Callback after a low rating"),
        step="callback",
        reads=ROUND,
        timer="low_rating_call",
    ),
    facts=rules,
)

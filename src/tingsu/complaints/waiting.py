"""What waits for a person on cases: declared by the apps that know it, read together at constant cost (OG-08)."""

import uuid
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Choice
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise as LazyText
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timer_name
from tingsu.complaints import lists, terms
from tingsu.complaints.access import sees_everything, visible_to
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import reading, rows_from, with_rows
from tingsu.complaints.covering import known_from, known_in, with_people
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.steps.record import BEFORE_A_SOLUTION, CONFIRMED_BY
from tingsu.kernel.actor import Actor
from tingsu.kernel.ledger import Chain
from tingsu.kernel.models import Event
from tingsu.kernel.shapes import shaped
from tingsu.kernel.tenancy import TenantModel
from tingsu.kernel.together import Asking, Reader, all_of, gathered
from tingsu.letters.models import Letter
from tingsu.people.roles import Role
from tingsu.privacy.masking import Known
from tingsu.privacy.show import show_field
from tingsu.process.engine import is_for
from tingsu.process.waiting import MOST, Due, Item, Part, WaitingList, declare_list, in_order, short, window

MAX_REFUSALS = 3
"""Refused handovers before the supervisor rules (AS-01, default)."""
OPEN = ~Q(state__in=["closed", "archived"])
"""Written as the partial indexes have it, so that the planner takes them."""
PLANNERS = (Role.SUPERVISOR, Role.MGMT_REP)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing to be done on a case. A duty without a running limit of its own shows the next deadline of its case."""

    kind: str
    complaint_id: uuid.UUID
    subject_id: uuid.UUID | None = None
    """What it is about (an execution item, say): its own time limit is shown, and `title` names it."""
    title: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DutyKind:
    """What a duty is called, the step by which it is done, and the time limit it runs under.

    A duty whose step is not for the person (the role, or a condition that speaks of who acts) is not shown: the same
    function refuses there.
    """

    name: str
    label: str | LazyText
    step: str = ""
    """Empty where several steps do it."""
    subject: str = ""
    """The field of the step that names what the duty is about."""
    reads: tuple[type[TenantModel], ...] = ()
    """Tables of the case that this is asked of, read together with the cases of a page."""
    timer: str = ""


Duties = Callable[[Actor, int], Reader[list[Duty]]]
"""Duties of one page of a person's list: its `window`, most pressing first."""
Cases = Callable[..., QuerySet[Any, tuple[str, uuid.UUID]]]
"""Kind of duty and id of the case, most pressing first: from the person, of whose id it makes conditions only, and facts."""
Facts = Callable[[Actor], tuple[Hashable, ...]]
"""On what else the question of such cases depends (see `kernel.shapes`)."""
Row = TypeVar("Row", bound=Model)
_kinds: dict[str, DutyKind] = {}
_duties: list[Duties] = []
_cases: list[tuple[Cases, Facts]] = []


def declare_duties(duties: Duties, *kinds: DutyKind) -> None:
    """Say which duties an app finds for a person, at most a few queries; once, when the app loads."""
    _declare_kinds(kinds)
    _duties.append(duties)


def _declare_kinds(kinds: Iterable[DutyKind]) -> None:
    for kind in kinds:
        if kind.name in _kinds:
            raise RuntimeError(f"duty {kind.name} has two owners")
        _kinds[kind.name] = kind


def reads_also(name: str, *models: type[TenantModel]) -> None:
    """Tables that a condition of the duty's step asks, said by the app that they belong to. Raises KeyError."""
    _kinds[name] = replace(_kinds[name], reads=(*_kinds[name].reads, *models))


def duty_label(name: str) -> str:
    """What a kind of duty is called. Raises KeyError."""
    return str(_kinds[name].label)


def _no_facts(actor: Actor) -> tuple[Hashable, ...]:
    return ()


def declare_cases(cases: Cases, *kinds: DutyKind, facts: Facts = _no_facts) -> None:
    """The same for duties that are a kind and a case and no more: their questions are made once for people of the same roles."""
    _declare_kinds(kinds)
    _cases.append((cases, facts))


def case_questions() -> list[tuple[Cases, Facts]]:
    """What was declared, so that a test can make every question both ways."""
    return list(_cases)


def duty_of(**kinds: Q) -> Choice:
    """Which kind of duty a row is: the first whose condition holds; the last kind named takes the rest."""
    *others, last = kinds
    return Choice(
        *(When(kinds[kind], then=Value(kind)) for kind in others), default=Value(last), output_field=CharField()
    )


@Asking
def duties_on_cases(actor: Actor, at: datetime, page: int = 1, most: int = 0) -> Reader[Part]:
    """Every duty on a case, nearest deadline first. Two queries, however many there are.

    Who shows only ``most`` of the first page gets at least so many, where there are: the most pressing of each kind are looked
    at, and a hundred of each only where too few of those are for this person.
    """
    most = min(most or MOST, MOST)
    found = yield from _duties_among(actor, at, page, most)
    if most < MOST and found.more and len(found.items) < most:
        found = yield from _duties_among(actor, at, page, MOST)
    return found


def _duties_among(actor: Actor, at: datetime, page: int, most: int) -> Reader[Part]:
    asked = [shaped(cases, actor, *facts(actor), part=window(page, most)) for cases, facts in _cases]
    listed, *sources = yield from gathered(all_of(asked), *(duties(actor, page) for duties in _duties))
    sources += [[Duty(kind=kind, complaint_id=case) for kind, case in pairs] for pairs in listed]
    found = [duty for duties in sources for duty in duties[:most]]
    if not found:
        return Part(items=[], page=page)
    reads = {model for duty in found for model in _kinds[duty.kind].reads}
    cases = yield from _with_clocks(actor, {duty.complaint_id for duty in found}, reads)
    found = [one for one in found if one.complaint_id in cases]
    lines = [_line(actor, one, *cases[one.complaint_id]) for one in found if _is_for(actor, one, cases, at)]
    return Part(items=in_order(lines), page=page, more=any(len(duties) > most for duties in sources))


def _is_for(actor: Actor, one: Duty, cases: dict[uuid.UUID, tuple[Complaint, "Clocks"]], at: datetime) -> bool:
    kind = _kinds[one.kind]
    if not kind.step:
        return True
    values = {kind.subject: str(one.subject_id)} if kind.subject else None
    complaint = cases[one.complaint_id][0]
    return is_for_person(actor, complaint, kind.step, at, values, rows_from(complaint, complaint, *kind.reads))


def is_for_person(
    actor: Actor,
    complaint: Complaint,
    step: str,
    at: datetime,
    values: dict[str, Any] | None = None,
    rows: Mapping[Any, list[Any]] | None = None,
) -> bool:
    """Would this step of the process be this person's at this moment, whatever else it still waits for? `rows` of the case that
    are known already are not asked for.
    """
    with reading(complaint) as read:
        read.rows.update(rows or {})
        return is_for(Case(Chain(complaint.stream), complaint, actor, at, []), PROCESS[step], values)


def with_cases(actor: Actor, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Rows of cases together with their complaints, as far as this person may see these."""
    found: QuerySet[Row] = with_people(rows.select_related("complaint__stream"), "complaint_id")
    if sees_everything(actor):
        return found
    return found.filter(complaint_id__in=visible_to(actor).values("pk"))


def due_of(complaint: Complaint) -> Due | None:
    """The next time limit of a case, taken from the row alone."""
    if complaint.next_due_at is None:
        return None
    return Due(started_at=complaint.next_due_started_at or complaint.received_at, due_at=complaint.next_due_at)


def clock_of(complaint: Complaint) -> dict[str, Any]:
    """The next deadline of the case, for what has none of its own."""
    return {
        "promise": due_of(complaint),
        "promise_name": timer_name(complaint.next_due_kind) if complaint.next_due_kind else "",
    }


def cause_of(complaint: Complaint) -> str | LazyText:
    """The first problem category, else the problem type."""
    for entry in complaint.categories:
        known = terms.CATEGORIES.get(entry.get("no", 0))
        if known:
            return known[0]  # type: ignore[return-value]
    return lists.word(lists.PROBLEM_TYPE, complaint.problem_type)


def shown_text(
    actor: Actor, complaint: Complaint, field: str, known: Known | None = None, *, door: str = "page"
) -> str:
    """One of a complaint's sealed texts for this reader, without open windows: empty when hidden or erased."""
    people = known_in(complaint) if known is None else known
    return show_field(actor, complaint, field, door, known=people, windows={}).value


def title_of(actor: Actor, complaint: Complaint, known: Known | None = None) -> str:
    """A case on one line: its summary as this reader sees it, else its cause."""
    return short(shown_text(actor, complaint, "summary", known) or str(cause_of(complaint)))


@Asking
def matters_of(actor: Actor, ids: Collection[uuid.UUID] | Mapping[uuid.UUID, str]) -> Reader[dict[uuid.UUID, str]]:
    """What some cases are about, on one line each, as far as this reader may see them; other ids are left out. One query."""
    if not ids:
        return {}
    rows = visible_to(actor, Complaint.objects.filter(pk__in=list(ids))).select_related("stream")
    (found,) = yield [with_people(rows)]
    return {row.pk: title_of(actor, row, known_from(row)) for row in found}


def address_of(complaint: Complaint) -> str:
    return reverse("desk:case", args=[complaint.number])


Clocks = dict[tuple[str, str], Due]


def _with_clocks(
    actor: Actor, ids: Collection[uuid.UUID], reads: Collection[type[TenantModel]]
) -> Reader[dict[uuid.UUID, tuple[Complaint, Clocks]]]:
    """Cases with the running time limits of duties, by timer and by what they are about ("" for the case). One query."""
    timers = {kind.timer for kind in _kinds.values() if kind.timer}
    running = Promise.objects.filter(stream_id=OuterRef("pk"), kind__in=timers, ended_at__isnull=True)
    clock = JSONObject(timer="kind", about="subject_id", started="started_at", due="due_at")
    rows = visible_to(actor, Complaint.objects.filter(pk__in=ids)).select_related("stream")
    rows = with_rows(rows.annotate(duty_clocks=ArraySubquery(running.values(clock=clock))), *reads)
    (found,) = yield [with_people(rows)]
    return {row.pk: (row, {(one["timer"], one["about"] or ""): _due(one) for one in row.duty_clocks}) for row in found}


def _due(clock: dict[str, str]) -> Due:
    return Due(started_at=datetime.fromisoformat(clock["started"]), due_at=datetime.fromisoformat(clock["due"]))


def _line(actor: Actor, one: Duty, complaint: Complaint, clocks: Clocks) -> Item:
    kind = _kinds[one.kind]
    running = clocks.get((kind.timer, str(one.subject_id or ""))) or clocks.get((kind.timer, ""))
    shown = {"promise": running, "promise_name": timer_name(kind.timer)} if running else clock_of(complaint)
    title = _title_later(actor, complaint)
    return Item(
        title=one.title or title,
        number=complaint.number,
        note=one.note or (title if one.title else ""),
        url=reverse_lazy("desk:case", args=[complaint.number]),
        badge=kind.label,
        **shown,
    )


def _title_now(actor: Actor, complaint: Complaint) -> str:
    return title_of(actor, complaint, known_from(complaint))


_title_later = lazy(_title_now, str)


def whole_cases(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """High-risk cases whose plan must be adopted; own ones that are closed and not archived yet."""
    wanted = Q(state=terms.State.CLOSED, owner_id=actor.id)
    if actor.has_role(*PLANNERS):
        wanted |= Q(state=terms.State.PRE_PLAN)
    duty = duty_of(plan=Q(state=terms.State.PRE_PLAN), archive=Q())
    return Complaint.objects.filter(wanted).order_by("next_due_at", "id").values_list(duty, "pk")


def handovers(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Cases whose handover was refused three times and nobody ruled since: a supervisor does (AS-01)."""
    if not actor.has_role(Role.SUPERVISOR):
        return Complaint.objects.none().values_list(duty_of(rule=Q()), "pk")
    rows = Complaint.objects.filter(OPEN, offer_refusals__gte=MAX_REFUSALS, offered_member_id=None)
    return rows.order_by("next_due_at", "id").values_list(duty_of(rule=Q()), "pk")


def repetitions(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Own cases that came by themselves and may be about what the same person complained of before (RG-24)."""
    rows = Complaint.objects.filter(OPEN, owner_id=actor.id).exclude(possible_repeats=[])
    return rows.order_by("next_due_at", "id").values_list(duty_of(compare=Q()), "pk")


def incomplete(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Own cases whose registration still lacks something, until they are judged (RG-16)."""
    rows = Complaint.objects.filter(OPEN, owner_id=actor.id, completed_at=None, state__in=BEFORE_A_SOLUTION)
    return rows.order_by("next_due_at", "id").values_list(duty_of(incomplete=Q()), "pk")


def to_check(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Own cases that came by the website, by mail or otherwise without anybody to ask: their record is checked with the user, by
    telephone or other means, before the case is solved at once or goes on into the process; within the time in which handling has
    to begin (RG-20). An anonymous one has nobody to ask.
    """
    unchecked = Complaint.objects.filter(OPEN, owner_id=actor.id, record_confirmed_at=None, anonymous=False)
    rows = unchecked.filter(state__in=BEFORE_A_SOLUTION).exclude(mode__in=CONFIRMED_BY)
    return rows.order_by("next_due_at", "id").values_list(duty_of(check=Q()), "pk")


TOLD_SINCE = Q(kind="complaint.feedback_given") | Q(kind="complaint.contact_logged", data__values__direction="out")


def unreached(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Own cases of which a letter to a party failed and was not read on the page either, until it went out again or somebody
    told them by another means (AK-10).
    """
    unread = Letter.objects.filter(stream_id=OuterRef("pk"), member_id=None, read_at=None)
    failed = unread.filter(Q(state=Letter.State.FAILED) | ~Q(failed_channel=""))
    last = (
        Event.objects.filter(stream_id=OuterRef(OuterRef("pk")), kind="letter.failed")
        .order_by("-seq")
        .values("seq")[:1]
    )
    told = Event.objects.filter(TOLD_SINCE, stream_id=OuterRef("pk"), seq__gt=Subquery(last))
    rows = Complaint.objects.filter(OPEN, Exists(failed), ~Exists(told), owner_id=actor.id)
    return rows.order_by("next_due_at", "id").values_list(duty_of(unreached=Q()), "pk")


def by_hand(actor: Actor) -> QuerySet[Complaint, tuple[str, uuid.UUID]]:
    """Own cases of which a letter waits to be told by telephone, or to be printed and posted (AK-01)."""
    waiting = Letter.objects.filter(state=Letter.State.QUEUED, channel__in=("call", "post"))
    calls = waiting.filter(channel="call", stream_id=OuterRef("pk"))
    rows = Complaint.objects.filter(owner_id=actor.id, pk__in=waiting.values("stream_id"))
    return rows.order_by("next_due_at", "id").values_list(duty_of(tell=Q(Exists(calls)), post=Q()), "pk")


declare_cases(
    by_hand,
    DutyKind(name="tell", label=pgettext_lazy("duty", "Tell a letter by telephone"), step="letter_told"),
    DutyKind(name="post", label=pgettext_lazy("duty", "Print a letter and post it"), step="letter_posted"),
)
declare_cases(
    unreached,
    DutyKind(
        name="unreached",
        label=pgettext_lazy("duty", "A letter failed: reach them by another means"),
        step="log_contact",
    ),
)
declare_cases(
    incomplete,
    DutyKind(name="incomplete", label=pgettext_lazy("duty", "Registration to complete"), step="correct_record"),
)
declare_cases(
    to_check,
    DutyKind(
        name="check",
        label=pgettext_lazy("duty", "Record to check with the user"),
        step="confirm_record",
        timer="handling_start",
    ),
)
declare_cases(repetitions, DutyKind(name="compare", label=pgettext_lazy("duty", "Possible repetition to confirm")))
declare_cases(
    handovers, DutyKind(name="rule", label=pgettext_lazy("duty", "Three refusals: decide who takes it"), step="assign")
)
declare_cases(
    whole_cases,
    DutyKind(name="plan", label=pgettext_lazy("duty", "Pre-handling plan"), step="adopt_pre_plan"),
    DutyKind(name="archive", label=pgettext_lazy("duty", "To archive"), step="archive", timer="archiving"),
)
declare_list(WaitingList(name="case_duties", title=_("To do on cases"), part=duties_on_cases, order=20))

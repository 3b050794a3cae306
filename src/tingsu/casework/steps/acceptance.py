"""Acceptance for investigation, and further rounds of it: P07, P11, P14."""

from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from tingsu.casework.depth import proposed_depth
from tingsu.casework.guards import competent, independent
from tingsu.casework.models import DEPTH_RANK, Depth, Investigation
from tingsu.casework.options import departments, ids
from tingsu.casework.steps.tasks import ask_department
from tingsu.complaints import routing, terms
from tingsu.complaints.case import Case
from tingsu.complaints.guards import acknowledged, record_confirmed
from tingsu.complaints.handover import take_over
from tingsu.complaints.joining import join, tell_unit
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.files import store
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.fields import in_language
from tingsu.people import queries as people
from tingsu.process.steps import Field, Options, Step, Values


def proposed(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The depth that the weight of the case proposes (IV-06), and the mode chosen before, at first alone."""
    mode = complaint.investigation_mode or terms.InvestigationMode.INDEPENDENT
    found: dict[str, Any] = {"depth": str(proposed_depth(complaint)), "mode": str(mode)}
    if complaint.department_id is not None:
        department = str(complaint.department_id)
        found |= {"department": department, "units": [department], "request": gettext(USUAL_REQUEST)}
    return found


USUAL_REQUEST = gettext_noop(
    "Please check the facts, send us the service records and material that you have, and say how it came about."
)
"""What the department responsible is asked first (SVC 3.2.1); whoever accepts the case changes or empties it."""


def department_of_accept(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """AS-05: who is asked something is named; another department than the one responsible so far has a reason."""
    if values is None:
        return []
    if ruled := routing.stays_ruled(case, step, values):
        return ruled
    chosen, so_far = values["department"], case.complaint.department_id
    if chosen is None and values["request"]:
        return [Unmet("no_department", _("choose the department that is asked"), value_of="department")]
    if chosen is None or so_far in {None, chosen} or values["department_reason"]:
        return []
    sentence = _("%(unit)s was responsible so far. Say why another department is.")
    told = {"value_of": "department_reason", "unit": people.unit_name(so_far)}
    return [Unmet("department_reason", sentence, **told)]


def leads(complaint: Any) -> Options:
    """Who may lead a joint investigation: a group of the centre, or one of the departments; never the unit complained of (IV-03)."""
    concerned = str(complaint.unit_concerned_id) if complaint is not None else ""
    groups = [unit for kind in LEADING for unit in people.units(kind=kind)]
    own = tuple((str(unit.pk), in_language(unit.name)) for unit in groups)
    return tuple((code, label) for code, label in (*own, *departments(complaint)) if code != concerned)


LEADING = ("centre", "investigation", "handling")
"""Units of the centre that investigate."""


def dispatch(case: Case, values: Values) -> None:
    """The department responsible is set, and asked what was written: a task under its own limit (AS-05, IV-14)."""
    if values["department"] is None:
        return
    if values["department"] != case.complaint.department_id:
        case.set("department_id", values["department"])
        case.set("department_by", str(terms.ChosenBy.HAND))
    if values["request"]:
        ask_department(case, values["department"], values["request"])


def accept(case: Case, values: Values) -> None:
    """P07: ownership passes, the investigation opens with mode, depth and plan (IV-05, IV-06, IV-14, AS-01)."""
    if case.actor.id is None:
        raise RuntimeError("only a person can accept a case")
    proposed = proposed_depth(case.complaint)
    if DEPTH_RANK[Depth(values["depth"])] < DEPTH_RANK[proposed] and not values["depth_reason"]:
        sentence = _("For this case “%(depth)s” is proposed. Say why less is enough.")
        raise InvalidInput({"depth_reason": InvalidValue(sentence, code="required", depth=proposed.label)})
    take_over(case, case.actor.id, "complaint.accepted")
    case.set("investigation_mode", values["mode"])
    units = ids(values["units"])
    case.set("lead_unit_id", values["lead"] or min(case.actor.unit_ids, key=str, default=None))
    row = _open_round(
        case,
        mode=values["mode"],
        depth=values["depth"],
        proposed=proposed,
        plan=values["plan"],
        unit_ids=values["units"],
    )
    row.seal("depth_reason", values["depth_reason"])
    row.save(update_fields=["depth_reason"])
    for unit_id in units:
        join(case, "dept", unit_id=unit_id)
        tell_unit(case, unit_id, "case.joint_investigation")
    dispatch(case, values)


ACCEPT = Step(
    id="P07",
    name="accept",
    of_body=True,
    event="complaint.accepted",
    label=_("Accept for investigation"),
    sources=(State.ROUTING,),
    target=State.INVESTIGATING,
    who=("offered",),
    guards=(acknowledged, record_confirmed, competent, independent, department_of_accept),
    stops=("handling_start",),
    starts=("investigation",),
    may_start=("department_answer",),
    main=True,
    guide=_("Read the record, choose who investigates and to what depth, then accept or send it back with a reason."),
    clause="ISC 4.1.4, 9.2.2; SVC 3.2.1; SZ 6(6)",
    effect=accept,
    first=proposed,
    fields=(
        Field(
            name="mode",
            label=_("Investigation mode"),
            kind="choice",
            options=tuple(terms.InvestigationMode.choices),
            required=True,
        ),
        Field(
            name="units",
            label=_("Departments taking part"),
            kind="choices",
            options=departments,
            when=("mode", "joint"),
            required=True,
        ),
        Field(
            name="lead",
            label=_("Leading unit"),
            kind="unit",
            options=leads,
            when=("mode", "joint"),
            help=_("Left empty, the unit of whoever accepts the case leads."),
        ),
        Field(
            name="depth",
            label=_("Depth"),
            kind="choice",
            required=True,
            options=(("basic", _("Basic")), ("standard", _("Standard")), ("in_depth", _("In depth"))),
        ),
        Field(name="depth_reason", label=_("Why less depth than proposed is enough"), kind="longtext", limit=1000),
        Field(name="plan", label=_("Investigation plan"), kind="longtext", required=True),
        Field(name="department", label=_("Department responsible"), kind="unit", options=departments),
        Field(name="department_reason", label=_("Why another department is responsible"), limit=300),
        Field(
            name="request",
            label=_("What the department responsible is asked at once"),
            kind="longtext",
            help=_("It gets this as a task with its own time limit. Empty: nothing is asked yet."),
        ),
    ),
)


def _open_round(case: Case, *, mode: str, depth: str, proposed: str, plan: str, unit_ids: list[str]) -> Investigation:
    """A new round; a round that is still open is left as it stands and marked as taken up again."""
    rounds = Investigation.objects.filter(complaint=case.complaint)
    rounds.filter(state=Investigation.State.OPEN).update(state=Investigation.State.REPLACED)
    row = Investigation(
        complaint=case.complaint, round=rounds.count() + 1, investigator_id=case.complaint.owner_id, mode=mode, depth=depth,
        proposed_depth=proposed, unit_ids=unit_ids, opened_at=case.at,
    )  # fmt: skip
    row.seal("plan", plan)
    row.save(force_insert=True)
    case.fact("investigation", row.pk)
    case.fact("round", row.round)
    return row


def _next_round(case: Case, why: str, words: str) -> None:
    """The verdict is open again; the earlier one stays in its round and in the ledger (P11, P14).

    What opened it stands under its own name: it is nobody's plan.
    """
    last = Investigation.objects.filter(complaint=case.complaint).order_by("-round").first()
    proposed = proposed_depth(case.complaint)
    mode = case.complaint.investigation_mode or terms.InvestigationMode.INDEPENDENT
    case.set("investigation_mode", str(mode))
    row = _open_round(
        case,
        mode=mode,
        depth=last.depth if last else proposed,
        proposed=proposed,
        plan="",
        unit_ids=last.unit_ids if last else [],
    )
    row.reopened = why
    row.seal("reopened_words", words)
    row.save(update_fields=["reopened", "reopened_words"])
    case.set("verdict", "")
    case.set("answered_at", None)


def contest(case: Case, values: Values) -> None:
    """P11: new facts reopen the verdict; T13 starts again by the table (TR-17)."""
    if values["files"]:
        store.attach(values["files"], case.complaint.pk, case.at, actor=case.actor)
    _next_round(case, Investigation.Reopened.CONTEST, values["new_facts"])
    if case.complaint.waiting_on == terms.WaitingOn.COMPLAINANT:
        case.wait_on(terms.WaitingOn.US)
    case.tell([case.complaint.owner_id], "case.contested")


CONTEST = Step(
    id="P11",
    name="contest",
    event="complaint.answer_contested",
    label=_("Contest with new facts"),
    sources=(State.ANSWERING,),
    target=State.INVESTIGATING,
    who=("complainant", "agent", "owner"),
    stops=("parties_opinion",),
    cancels=("answer",),
    starts=("investigation",),
    clause="SZ 6(6); ISC 9.2.2",
    effect=contest,
    fields=(
        Field(name="new_facts", label=_("New facts"), kind="longtext", required=True),
        Field(name="files", label=_("Files"), kind="files"),
    ),
)


def reinvestigate(case: Case, values: Values) -> None:
    """P14: the facts do not carry a solution yet; the owner investigates again."""
    _next_round(case, Investigation.Reopened.QUESTIONS, values["open_questions"])
    case.tell([case.complaint.owner_id], "case.reinvestigate")


REINVESTIGATE = Step(
    id="P14",
    name="reinvestigate",
    of_body=True,
    decides=True,
    event="complaint.reinvestigation_ordered",
    label=_("Investigate again"),
    sources=(State.HANDLING,),
    target=State.INVESTIGATING,
    who=("owner", "supervisor"),
    cancels=("solution",),
    starts=("investigation",),
    beside=("investigation", "matter"),
    clause="SZ 6(6)",
    effect=reinvestigate,
    fields=(Field(name="open_questions", label=_("Open questions"), kind="longtext", required=True),),
)


STEPS = (ACCEPT, CONTEST, REINVESTIGATE)

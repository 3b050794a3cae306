"""Writing a solution and submitting it for approval: E13."""

import uuid
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import reading, rows_of
from tingsu.complaints.joining import join
from tingsu.complaints.models import Complaint, Demand
from tingsu.complaints.recorded import demands_of
from tingsu.complaints.steps.common import BASES
from tingsu.complaints.terms import DemandKind, State
from tingsu.complaints.waiting import is_for_person
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidValue, Unmet
from tingsu.kernel.ids import new_id
from tingsu.kernel.money import plain_yuan, yuan
from tingsu.people import queries as people
from tingsu.people.authority import limit_of
from tingsu.people.roles import Role
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.process.values import has_empty_place
from tingsu.settlement import authority, queries
from tingsu.settlement.from_record import first_proposal
from tingsu.settlement.items import SHORT
from tingsu.settlement.models import Approval, DemandAnswer, Remedy, Solution
from tingsu.settlement.options import executor_options, recurrence_options, remedy_options, response_options
from tingsu.settlement.said_amounts import refuse_other_amounts
from tingsu.settlement.solutions import (
    S,
    approved,
    check_remedies,
    each_demand_once,
    keep_judgements,
    new_version,
    not_reasonable,
    settle,
    submittable,
    write_anew,
    write_remedies,
)
from tingsu.settlement.splitting import granted_elsewhere, one_by_one
from tingsu.settlement.wording import letter_text

REMEDIES = Field(
    name="remedies",
    label=_("Remedies"),
    kind="rows",
    rows=(
        Field(name="code", label=_("Remedy"), kind="choice", options=remedy_options, required=True),
        Field(name="amount", label=_("Amount (yuan)"), kind="money"),
        Field(name="text", label=_("Details")),
        Field(name="executor", label=_("Carried out by"), kind="member", options=executor_options),
        Field(name="due_on", label=_("To be done by"), kind="date", future=True),
    ),
)


@options("demands")
def demand_options(complaint: Any) -> Options:
    """What the complainant asks for, one by one."""
    if complaint is None:
        return ()
    return tuple((str(demand.pk), demand_label(complaint, demand)) for demand in demands_of(complaint))


def demand_label(complaint: Complaint, demand: Any) -> str:
    parts = [str(DemandKind(demand.kind).label)]
    if demand.amount_fen:
        parts.append(yuan(demand.amount_fen))
    if detail := _detail(demand):
        parts.append(detail)
    return " · ".join(parts)


def _detail(demand: Any) -> str:
    try:
        text = demand.text()
    except Erased:
        return ""
    found: str = text if len(text) <= SHORT else text[: SHORT - 1] + "…"
    return found


def no_solution_waiting(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if queries.open_approval(case.complaint) is None:
        return []
    return [
        Unmet("waits_for_approval", _("a solution waits for approval; it must be approved, returned or refused first"))
    ]


def solution_to_go_on_from(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The latest version to go on from; for the first one what the demands and the verdict say."""
    latest = queries.latest_solution(complaint)
    if latest is None or latest.state == S.REJECTED:
        linked = recurrence_options(complaint)
        return first_proposal(actor, complaint) | ({"recurrence": linked[0][0]} if linked else {})
    return {
        "opinion": latest.for_form("opinion"),
        "remedy_required": latest.remedy_required,
        "remedies": [
            _remedy(row) for row in sorted(Remedy.of(complaint, solution=latest), key=lambda row: row.position)
        ],
        "answers": [_answer(row) for row in DemandAnswer.of(complaint, solution=latest)],
        "bases": latest.bases,
        "prevention": latest.for_form("prevention"),
        "recurrence": str(latest.recurrence_id or ""),
        "wording": latest.for_form("wording"),
        "conditions": latest.for_form("conditions"),
        "responses": latest.responses,
    }


def _remedy(row: Remedy) -> dict[str, Any]:
    return {
        "code": row.code,
        "amount": plain_yuan(row.amount_fen) if row.amount_fen else "",
        "text": row.for_form("detail"),
        "executor": str(row.executor_id or ""),
        "due_on": row.due_on,
    }


def _answer(row: DemandAnswer) -> dict[str, Any]:
    return {
        "demand": str(row.demand_id),
        "reasonable": row.reasonable,
        "decision": row.decision,
        "reason": row.for_form("reason"),
    }


def draft_solution(case: Case, values: Values) -> None:
    """A new version; an older one that is not with the complainant is replaced (FB-03)."""
    check_remedies(values["remedies"], required=values["remedy_required"])
    check_answers(values["answers"])
    refuse_other_amounts(values["remedies"], demands_of(case.complaint), wording=values["wording"])
    replaced = Solution.objects.filter(complaint=case.complaint, state__in=(S.DRAFT, S.APPROVED, S.SENT, S.AGREED))
    for older in replaced:
        if older.state == S.APPROVED:
            write_anew(case)
        settle(case, older, S.REPLACED)
    solution = new_version(
        case, remedy_required=values["remedy_required"], rows=values["remedies"], basis_codes=values["bases"]
    )
    solution.seal_all(
        opinion=values["opinion"],
        prevention=values["prevention"],
        wording=values["wording"],
        conditions=values["conditions"],
    )
    solution.responses = values["responses"] or []
    solution.recurrence_id = uuid.UUID(values["recurrence"]) if values["recurrence"] else None
    solution.save(force_insert=True)
    write_remedies(solution, values["remedies"])
    for row in values["answers"]:
        answer = DemandAnswer(
            complaint=case.complaint,
            solution=solution,
            demand_id=uuid.UUID(row["demand"]),
            reasonable=bool(row["reasonable"]),
            decision=row["decision"],
        )
        answer.seal_all(reason=row["reason"])
        answer.save(force_insert=True)
    keep_judgements(case, {row["demand"]: bool(row["reasonable"]) for row in values["answers"]})
    case.fact("solution", solution.pk)
    case.fact("version", solution.version)
    case.fact("total_fen", solution.total_fen)


def nothing_written(complaint: Complaint) -> bool:
    """A draft or an approved version is there to go on with; after a return, a refusal or a failure one is written."""
    latest = queries.latest_solution(complaint)
    return latest is None or latest.state not in {S.DRAFT, S.SUBMITTED, S.APPROVED}


def own_limit(actor: Actor, complaint: Complaint) -> str:
    """What the author may grant alone, and what the case owes already (OG-09); of a marked case, who decides whatever it costs."""
    above = authority.roles_above(complaint, [], 0) if authority.marks_of(complaint) else ()
    if above and not actor.has_role(*above):
        deciding = " / ".join(str(Role(role).label) for role in above)
        return gettext("Whatever it costs, a solution of this case needs approval: %(roles)s.") % {"roles": deciding}
    limit, owed = limit_of(actor), queries.committed_fen(complaint)
    if limit is None:
        return ""
    words = gettext("Without approval you may grant %(limit)s for one case.") % {"limit": yuan(limit)}
    more = gettext("Granted already in this case: %(owed)s.") % {"owed": yuan(owed)} if owed else ""
    return f"{words} {more}".strip()


DRAFT_SOLUTION = Step(
    id="E13",
    name="draft_solution",
    of_body=True,
    decides=True,
    event="complaint.solution_drafted",
    label=_("Write a solution"),
    sources=(State.HANDLING,),
    who=("owner",),
    guards=(no_solution_waiting,),
    main=True,
    guide=_("Answer each demand, choose measures with amount, executor and day, and cite the basis."),
    main_while=nothing_written,
    offered=True,
    clause="SVC 2.2.1, 2.2.2; ISC 9.3.1",
    hint=own_limit,
    may_start=("solution",),
    effect=draft_solution,
    beside=("matter", "investigation", "remedies"),
    first=solution_to_go_on_from,
    fields=(
        Field(name="opinion", label=_("Handling opinion"), kind="longtext", required=True),
        Field(name="remedy_required", label=_("Remedy required"), kind="bool"),
        REMEDIES,
        Field(
            name="answers",
            label=_("Answer to each demand"),
            kind="rows",
            rows=(
                Field(name="demand", label=_("Demand"), kind="choice", options=demand_options, required=True),
                Field(name="reasonable", label=_("Reasonable"), kind="bool"),
                Field(
                    name="decision",
                    label=_("Decision"),
                    kind="choice",
                    required=True,
                    options=(("granted", _("Granted")), ("partly", _("Partly granted")), ("refused", _("Refused"))),
                ),
                Field(name="reason", label=_("Reason")),
            ),
        ),
        BASES,
        Field(name="prevention", label=_("Against recurrence, or why nothing"), kind="longtext", required=True),
        Field(
            name="recurrence",
            label=_("Record against recurrence"),
            kind="choice",
            options=recurrence_options,
            help=_(
                "A nonconformity or rectification linked with this case. Without one, say above why nothing is needed."
            ),
        ),
        Field(name="wording", label=_("Words to the complainant"), kind="longtext", required=True),
        Field(
            name="conditions",
            label=_("Conditions"),
            kind="longtext",
            limit=1000,
            help=_("What must come first, such as sending the goods back. Told with the words above."),
        ),
        Field(
            name="responses",
            label=_("Kind of response"),
            kind="choices",
            options=response_options,
            help=_("Left empty, they follow from the measures."),
        ),
    ),
)


def check_answers(rows: list[Values]) -> None:
    """Each demand once, a reason for what is not granted in full (RM-05) or not reasonable (VL-13). Raises InvalidInput."""

    def lacks(row: Values) -> InvalidValue | None:
        if row["decision"] != DemandAnswer.Decision.GRANTED:
            return InvalidValue(_("Give the reason why this demand is not granted in full."))
        return None if row["reasonable"] else not_reasonable()

    each_demand_once("answers", rows, lacks)


def solution_draft(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if submittable(case) is not None:
        return []
    return [Unmet("no_draft", _("there is no solution that could be submitted; write one first"))]


def solution_complete(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """RM-01, RM-05: remedies with executor and date, an answer to each demand, at least one basis."""
    solution = submittable(case)
    if solution is None:
        return []
    unmet = []

    def missing(code: str, sentence: Any) -> None:
        unmet.append(Unmet(code, sentence))

    remedies = Remedy.of(case.complaint, solution=solution)
    if solution.remedy_required and not remedies:
        missing("no_remedy", _("a remedy is required but none is chosen"))
    if any(remedy.executor_id is None or remedy.due_on is None for remedy in remedies):
        missing("no_executor", _("each remedy needs a person who carries it out and a date"))
    if not solution.bases:
        missing("no_basis", _("cite at least one handling basis"))
    if not case.complaint.withdrawn:
        answered = {answer.demand_id for answer in DemandAnswer.of(case.complaint, solution=solution)}
        if {demand.pk for demand in rows_of(Demand, case.complaint)} - answered:
            missing(
                "demand_unanswered",
                _("each demand of the complainant needs an answer: granted, partly granted or refused"),
            )
    if values is not None and has_empty_place(letter_text(solution)):
        missing("placeholder", InvalidValue.SENTENCES["placeholder"])
    return unmet


def submit_solution(case: Case, values: Values) -> None:
    """Within the own authority it is approved at once, with an event of its own; else it goes to the competent level, that of a
    major complaint to the members of the committee.

    What the same person was granted elsewhere counts too: two sums below a limit are one above it (OG-09).
    """
    solution = submittable(case)
    assert solution is not None  # noqa: S101 - guard solution_draft
    one_by_one(case.complaint)
    codes = list(Remedy.objects.filter(solution=solution).values_list("code", flat=True))
    total = solution.total_fen + queries.committed_fen(case.complaint, besides=solution)
    elsewhere = granted_elsewhere(case.complaint)
    sitting = authority.committee_for(case.complaint, case.actor.id, solution.drafted_by)
    alone = not sitting and authority.may_decide_alone(case.actor, case.complaint, codes, total + elsewhere.fen)
    roles = () if alone else authority.roles_above(case.complaint, codes, total + elsewhere.fen)
    approval = Approval(
        id=new_id(), complaint=case.complaint, solution=solution, roles=list(roles), marks=list(authority.marks_of(case.complaint)),
        committed_fen=total, related_fen=elsewhere.fen, related=list(elsewhere.numbers),
        authority_version=authority.authority_version(), own_authority=alone, asked_by=case.actor.id, asked_at=case.at,
    )  # fmt: skip
    solution.submitted_at = case.at
    case.fact("solution", solution.pk)
    case.fact("approval", approval.pk)
    case.fact("total_fen", total)
    if alone:
        approval.decision, approval.decided_by, approval.decided_at = Approval.Decision.APPROVED, case.actor.id, case.at
        approved(case, solution)
        case.chain.record(
            "complaint.solution_approved_within_authority", actor=case.actor, at=case.at,
            data={"solution": solution.pk, "approval": approval.pk, "total_fen": total, "authority_version": approval.authority_version},
        )  # fmt: skip
    else:
        solution.state = S.SUBMITTED
        case.fact("roles", roles)
        if sitting:
            case.fact("committee", sitting)
    approval.save(force_insert=True)
    solution.save(update_fields=["state", "submitted_at", "approved_at"])
    if not alone:
        ask_committee(case, sitting)
        case.tell(sitting or deciders(case, roles), "approval.asked", total_fen=total)


def ask_committee(case: Case, sitting: Collection[uuid.UUID]) -> None:
    """Members of the committee who work elsewhere see the case from now on (PS-11)."""
    for member_id in sitting:
        join(case, "committee", member_id=member_id)


def deciders(case: Case, roles: Collection[str]) -> list[uuid.UUID]:
    """Those among the holders of some roles who may decide about the solution that waits: whom it is worth telling."""
    complaint = case.complaint
    with reading(complaint):
        able = [one for one in people.actors_with(roles) if is_for_person(one, complaint, "approve", case.at)]
    return [one.id for one in able if one.id]


SUBMIT_SOLUTION = Step(
    id="E13",
    name="submit_solution",
    of_body=True,
    decides=True,
    shortens=("solution",),
    event="complaint.solution_submitted",
    label=_("Submit for approval"),
    sources=(State.HANDLING,),
    who=("owner",),
    guards=(solution_draft, solution_complete),
    main=True,
    guide=_("Read the draft once more, then submit it; within your authority it is approved at once."),
    beside=("remedies", "matter"),
    clause="SVC 2.2.2",
    effect=submit_solution,
)


STEPS = (DRAFT_SOLUTION, SUBMIT_SOLUTION)

"""E13 and P13: writing, submitting, approving, returning and sending a solution; P04: solving at once."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.effects import complainant_of
from tingsu.complaints.models import CaseMember
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.letters import outbox
from tingsu.letters.notices import notify
from tingsu.people import queries as people
from tingsu.process.registry import effect
from tingsu.process.values import RowsInvalid
from tingsu.settlement import authority, queries
from tingsu.settlement.guards import sendable, submittable
from tingsu.settlement.models import Approval, DemandAnswer, ExecutionItem, PartyOpinion, Remedy, Solution
from tingsu.settlement.rulebooks import bases, remedies
from tingsu.settlement.wording import letter_text, respondent_text

Values = dict[str, Any]
S = Solution.State


@effect("draft_solution")
def draft_solution(case: Case, values: Values) -> None:
    """A new version; an older one that is not with the complainant is replaced (FB-03)."""
    check_remedies(values["remedies"], required=values["remedy_required"])
    check_answers(values["answers"])
    for older in Solution.objects.filter(complaint=case.complaint, state__in=(S.DRAFT, S.APPROVED, S.SENT, S.AGREED)):
        settle(case, older, S.REPLACED)
    solution = new_version(
        case, remedy_required=values["remedy_required"], rows=values["remedies"], basis_codes=values["bases"]
    )
    solution.seal_all(opinion=values["opinion"], prevention=values["prevention"], wording=values["wording"])
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
    case.fact("solution", solution.pk)
    case.fact("version", solution.version)
    case.fact("total_fen", solution.total_fen)


def new_version(
    case: Case, *, remedy_required: bool, rows: list[Values], basis_codes: list[str], **fields: Any
) -> Solution:
    """The next version of the case, unsaved, with the rulebook versions it was made under."""
    latest = queries.latest_solution(case.complaint)
    return Solution(
        id=new_id(), complaint=case.complaint, version=(latest.version if latest else 0) + 1, remedy_required=remedy_required,
        bases=basis_codes, bases_version=bases.in_force().version, remedies_version=remedies.in_force().version,
        total_fen=sum(row["amount"] or 0 for row in rows), drafted_by=case.actor.id, drafted_at=case.at, **fields,
    )  # fmt: skip


def write_remedies(solution: Solution, rows: list[Values]) -> list[Remedy]:
    written = []
    for position, row in enumerate(rows, 1):
        remedy = Remedy(
            id=new_id(), complaint=solution.complaint, solution=solution, position=position, code=row["code"], amount_fen=row["amount"],
            executor_id=row.get("executor"), due_on=row.get("due_on"),
        )  # fmt: skip
        remedy.seal_all(detail=row["text"])
        written.append(remedy)
    return Remedy.objects.bulk_create(written)


def check_remedies(rows: list[Values], *, required: bool) -> None:
    """Amount and text where the list asks for them (RM-03). Raises InvalidInput."""
    known = remedies.by_code()
    wrong: dict[int, dict[str, TingsuError]] = {}
    for index, row in enumerate(rows):
        extra = known[row["code"]]["extra"]
        if extra == "amount" and not row["amount"]:
            wrong[index] = {"amount": InvalidValue(_("This measure needs its amount in yuan."))}
        elif row["amount"] == 0:
            wrong[index] = {"amount": InvalidValue(_("Leave the amount empty when nothing is paid."))}
        if extra == "text" and not row["text"]:
            wrong.setdefault(index, {})["text"] = InvalidValue(_("Describe this measure."))
    if wrong:
        raise InvalidInput({"remedies": RowsInvalid(wrong)})
    if rows and not required:
        raise InvalidInput({"remedy_required": InvalidValue(_("Remedies are listed, so a remedy is required."))})


def check_answers(rows: list[Values]) -> None:
    """Each demand once, a reason for what is not granted in full (RM-05). Raises InvalidInput."""
    wrong: dict[int, dict[str, TingsuError]] = {}
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row["demand"] in seen:
            wrong[index] = {"demand": InvalidValue(_("This demand is answered twice."))}
        elif row["decision"] != DemandAnswer.Decision.GRANTED and not row["reason"]:
            wrong[index] = {"reason": InvalidValue(_("Give the reason why this demand is not granted in full."))}
        seen.add(row["demand"])
    if wrong:
        raise InvalidInput({"answers": RowsInvalid(wrong)})


def settle(case: Case, solution: Solution, state: str) -> None:
    """A version reaches its end: agreed, refused or replaced."""
    solution.state, solution.settled_at = state, case.at
    solution.save(update_fields=["state", "settled_at"])


@effect("submit_solution")
def submit_solution(case: Case, values: Values) -> None:
    """Within the own authority it is approved at once, with an event of its own; else it goes to the competent level."""
    solution = submittable(case)
    assert solution is not None  # noqa: S101 - guard solution_draft
    codes = list(Remedy.objects.filter(solution=solution).values_list("code", flat=True))
    total = solution.total_fen + queries.committed_fen(case.complaint, besides=solution)
    alone = authority.may_decide_alone(case.actor, case.complaint, codes, total)
    roles = () if alone else authority.roles_above(case.complaint, codes, total)
    approval = Approval(
        id=new_id(), complaint=case.complaint, solution=solution, roles=list(roles), marks=list(authority.marks_of(case.complaint)),
        committed_fen=total, authority_version=authority.authority_version(), own_authority=alone, asked_by=case.actor.id, asked_at=case.at,
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
        told = [member.pk for member in people.active_members(roles=roles) if member.pk != case.actor.id]
        notify(told, "approval.asked", case.complaint.pk, {"number": case.complaint.number, "total_fen": total})
    approval.save(force_insert=True)
    solution.save(update_fields=["state", "submitted_at", "approved_at"])


def approved(case: Case, solution: Solution) -> None:
    """Once approved, sending is due at once (FB-02)."""
    solution.state, solution.approved_at = S.APPROVED, case.at
    case.shorten("solution")


@effect("approve")
def approve(case: Case, values: Values) -> None:
    approval = _decide(case, Approval.Decision.APPROVED, values["reason"])
    solution = approval.solution
    approval.marks = list(authority.marks_of(case.complaint))
    approval.committed_fen = solution.total_fen + queries.committed_fen(case.complaint, besides=solution)
    approval.save(update_fields=["marks", "committed_fen"])
    approved(case, solution)
    solution.save(update_fields=["state", "approved_at"])
    notify([case.complaint.owner_id], "approval.given", case.complaint.pk, {"number": case.complaint.number})


@effect("return_solution")
def return_solution(case: Case, values: Values) -> None:
    approval = _decide(case, Approval.Decision.RETURNED, values["reason"])
    approval.solution.state = S.RETURNED
    approval.solution.save(update_fields=["state"])
    notify([case.complaint.owner_id], "approval.returned", case.complaint.pk, {"number": case.complaint.number})


def _decide(case: Case, decision: str, reason: str) -> Approval:
    approval = queries.open_approval(case.complaint)
    assert approval is not None  # noqa: S101 - guard approval_open
    approval.decision, approval.decided_by, approval.decided_at = decision, case.actor.id, case.at
    approval.seal_all(reason=reason)
    approval.save(update_fields=["decision", "decided_by", "decided_at", "reason"])
    case.fact("solution", approval.solution_id)
    case.fact("approval", approval.pk)
    return approval


@effect("send_solution")
def send_solution(case: Case, values: Values) -> None:
    """P13: to the complainant, the respondent and the staff concerned; the list of those informed is kept (FB-01, FB-02)."""
    solution = sendable(case)
    assert solution is not None  # noqa: S101 - guard solution_ready
    solution.state, solution.sent_at = S.SENT, case.at
    solution.save(update_fields=["state", "sent_at"])
    answer_by = case.start("parties_opinion").due_at
    told_of_result(case)
    informed = []
    recipients = {
        party.pk: party
        for party in queries.parties_concerned(case.complaint)
        if party.role == terms.PartyRole.RESPONDENT
    }
    if first := complainant_of(case.complaint):
        recipients = {first.pk: first, **recipients}
    for party in recipients.values():
        template, words = (
            ("respondent_notice", {"content": respondent_text(solution)})
            if party.role == terms.PartyRole.RESPONDENT
            else ("solution", {"wording": letter_text(solution)})
        )
        letter = outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template=template, intent=f"solution:{solution.version}:{party.pk}",
            values={**words, "answer_by": answer_by, "handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip
        informed.append({"party": party.pk, "letter": letter.pk})
    concerned = [
        *Remedy.objects.filter(solution=solution).values_list("executor_id", flat=True),
        *CaseMember.objects.filter(complaint=case.complaint).values_list("member_id", flat=True),
    ]
    staff = sorted({one for one in concerned if one is not None and one != case.actor.id}, key=str)
    notify(staff, "solution.sent", case.complaint.pk, {"number": case.complaint.number})
    case.fact("solution", solution.pk)
    case.fact("version", solution.version)
    case.fact("informed", [*informed, *({"member": one} for one in staff)])
    case.wait_on(terms.WaitingOn.COMPLAINANT)
    if case.complaint.withdrawn and not solution.remedy_required:
        _withdrawal_is_agreement(case, solution)


def told_of_result(case: Case) -> None:
    """A solution is feedback too: first reply and last feedback are dated by it, a promised date is kept by it."""
    if case.complaint.first_reply_at is None:
        case.set("first_reply_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", None)


def _withdrawal_is_agreement(case: Case, solution: Solution) -> None:
    """The complainant's statement counts as agreement to “no remedy required” (process.md §8.6)."""
    for party in queries.parties_concerned(case.complaint):
        if party.role == terms.PartyRole.COMPLAINANT:
            PartyOpinion(
                complaint=case.complaint, solution=solution, party=party, agrees=True, means="withdrawal", given_at=case.at,
                recorded_by_kind=case.actor.kind, recorded_by=case.actor.id,
            ).save(force_insert=True)  # fmt: skip
            case.fact("agreed_by_withdrawal", party.pk)


@effect("solve_directly")
def solve_directly(case: Case, values: Values) -> None:
    """P04: offered, accepted and done in one contact; the same rows as on the long way, so that every figure counts it."""
    check_remedies(values["remedies"], required=bool(values["remedies"]))
    solution = new_version(
        case, remedy_required=bool(values["remedies"]), rows=values["remedies"], basis_codes=values["bases"],
        state=S.AGREED, origin=Solution.Origin.DIRECT, submitted_at=case.at, approved_at=case.at, sent_at=case.at, settled_at=case.at,
    )  # fmt: skip
    solution.seal_all(opinion=values["solution"], wording=values["solution"])
    solution.save(force_insert=True)
    for remedy in write_remedies(solution, values["remedies"]):
        item = ExecutionItem(
            complaint=case.complaint, solution=solution, remedy=remedy.code, position=remedy.position, amount_fen=remedy.amount_fen,
            paid_fen=remedy.amount_fen, executor_id=case.actor.id, done_by=case.actor.id, opened_at=case.at, done_at=case.at,
            state=ExecutionItem.State.DONE,
        )  # fmt: skip
        item.seal_all(duty=remedy.text("detail"), proof=values["proof"])
        item.save(force_insert=True)
    Approval(
        complaint=case.complaint, solution=solution, committed_fen=solution.total_fen, authority_version=authority.authority_version(),
        own_authority=True, asked_by=case.actor.id, asked_at=case.at, decision=Approval.Decision.APPROVED, decided_by=case.actor.id, decided_at=case.at,
    ).save(force_insert=True)  # fmt: skip
    for party in queries.parties_concerned(case.complaint):
        if party.role == terms.PartyRole.COMPLAINANT:
            opinion = PartyOpinion(
                complaint=case.complaint, solution=solution, party=party, agrees=True, means="direct", given_at=case.at,
                recorded_by_kind=case.actor.kind, recorded_by=case.actor.id,
            )  # fmt: skip
            opinion.seal_all(words=values["accepted_by"])
            opinion.save(force_insert=True)
    told_of_result(case)
    case.set("verdict", terms.Verdict.FOUNDED)
    case.set("outcome", terms.Outcome.ACCEPTED)
    case.fact("solution", solution.pk)
    case.fact("total_fen", solution.total_fen)

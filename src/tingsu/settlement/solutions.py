"""Versions of a solution: which may be submitted or sent, how one is written and settled. What steps share."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.engine import new_promise
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Demand
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.ids import new_id
from tingsu.process.steps import Values
from tingsu.process.values import RowsInvalid
from tingsu.settlement import authority, queries
from tingsu.settlement.models import Approval, Remedy, Solution
from tingsu.settlement.rulebooks import bases, remedies

S = Solution.State


def sendable(case: Case) -> Solution | None:
    """The version to send: an approved one, or one sent before an upgrade and now reconfirmed (P26)."""
    return queries.solution_in(case.complaint, S.APPROVED, S.SENT)


def approval_covers(case: Case, solution: Solution) -> bool:
    approved = Approval.of(case.complaint, solution=solution, decision=Approval.Decision.APPROVED)
    given = max(approved, key=lambda one: one.decided_at or one.asked_at, default=None)
    if given is None:
        return False
    total = solution.total_fen + queries.committed_fen(case.complaint, besides=solution)
    return total <= given.committed_fen and set(authority.marks_of(case.complaint)) <= set(given.marks)


def submittable(case: Case) -> Solution | None:
    """A draft, or an earlier approval that no longer covers the case."""
    solution = queries.solution_in(case.complaint, S.DRAFT, S.APPROVED, S.SENT)
    if solution is None or (solution.state != S.DRAFT and approval_covers(case, solution)):
        return None
    return solution


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


def settle(case: Case, solution: Solution, state: str) -> None:
    """A version reaches its end: agreed, refused or replaced."""
    solution.state, solution.settled_at = state, case.at
    solution.save(update_fields=["state", "settled_at"])


def approved(case: Case, solution: Solution) -> None:
    """Once approved, sending is due at once (FB-02)."""
    solution.state, solution.approved_at = S.APPROVED, case.at
    case.shorten("solution")


def write_anew(case: Case) -> None:
    """What was approved is not sent: the hour for sending it ends, and the limit for a solution runs again (FB-02).

    It runs from where it began; where that end has passed already, from now on.
    """
    begun = case.complaint.entered_at
    whole = new_promise(
        case.row.pk,
        "solution",
        at=begun,
        facts=case.policy_facts(),
        owner_id=case.complaint.owner_id,
        place=case.place(),
    )
    case.start("solution", at=begun if whole.due_at > case.at else case.at)


def told_of_result(case: Case) -> None:
    """A solution is feedback too: first reply and last feedback are dated by it, a promised date is kept by it."""
    if case.complaint.first_reply_at is None:
        case.set("first_reply_at", case.at)
    case.set("last_feedback_at", case.at)
    case.set("next_feedback_at", None)


def keep_judgements(case: Case, judged: Mapping[str, bool]) -> None:
    """Which demands are reasonable, by id; those that are not named keep what was said of them. An open one decides between two cases
    due the same day (VL-13, CA-56).
    """
    demands = rows_of(Demand, case.complaint)
    for demand in demands:
        said = judged.get(str(demand.pk))
        if said is not None and said != demand.reasonable:
            demand.reasonable = said
            demand.save(update_fields=["reasonable"])
    case.set("reasonable_open", any(one.reasonable for one in demands))


def not_reasonable() -> InvalidValue:
    """What is said where the reason for calling a demand unreasonable is missing (VL-13)."""
    return InvalidValue(_("Give the reason why this demand is not a reasonable one."))


def each_demand_once(field: str, rows: list[Values], lacks: Callable[[Values], InvalidValue | None]) -> None:
    """Refuse a demand that is named twice, and a line whose missing reason `lacks` asks for. Raises InvalidInput."""
    wrong: dict[int, dict[str, TingsuError]] = {}
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row["demand"] in seen:
            wrong[index] = {"demand": InvalidValue(_("This demand is answered twice."))}
        elif not row["reason"] and (missing := lacks(row)):
            wrong[index] = {"reason": missing}
        seen.add(row["demand"])
    if wrong:
        raise InvalidInput({field: RowsInvalid(wrong)})

"""Conditions on solutions, approvals, opinions, execution and outside ways (process.md §2, §3)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Demand
from tingsu.complaints.terms import PartyRole
from tingsu.kernel.errors import Unmet
from tingsu.kernel.money import yuan
from tingsu.people.authority import quick_limits, within_authority
from tingsu.process.registry import guard
from tingsu.process.steps import Step
from tingsu.settlement import authority, queries
from tingsu.settlement.models import Approval, DemandAnswer, ExecutionItem, OutsideCase, Remedy, Solution
from tingsu.settlement.rulebooks import ways
from tingsu.settlement.workplace import is_micro, paid_directly_today

Values = dict[str, Any] | None
S = Solution.State
SILENCE_ATTEMPTS = 3
"""Documented attempts to get an opinion before no answer counts as no agreement (SZ 6(8), default)."""


@guard("G7")
def basis_cited(case: Case, step: Step, values: Values) -> list[Unmet]:
    """IV-10. A complaint that is out of scope is answered with that reason alone (P05)."""
    if step.name == "send_solution":
        solution = queries.latest_solution(case.complaint)
        cited = bool(solution and solution.bases)
    else:
        cited = values is None or bool(values["bases"]) or bool(values.get("out_of_scope"))
    return (
        []
        if cited
        else [
            Unmet(
                "G7",
                "no_basis",
                _("cite at least one handling basis: law, standard, rule, contract, promise or practice"),
            )
        ]
    )


@guard("G8")
def authorised(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Within the own authority, or approved by the competent level for this total and these marks (OG-09, RM-10)."""
    if step.name == "solve_directly":
        return _direct_within_authority(case, values)
    solution = sendable(case)
    if solution is None or approval_covers(case, solution):
        return []
    return [
        Unmet(
            "G8",
            "not_approved",
            _("the solution has not been approved for its present total and the marks of the case"),
        )
    ]


def _direct_within_authority(case: Case, values: Values) -> list[Unmet]:
    codes, fen = (
        ([row["code"] for row in values["remedies"]], sum(row["amount"] or 0 for row in values["remedies"]))
        if values
        else ([], 0)
    )
    unmet = []
    total = fen + queries.committed_fen(case.complaint)
    if not authority.may_decide_alone(case.actor, case.complaint, codes, total, step="solve_directly"):
        unmet.append(
            Unmet(
                "G8",
                "beyond_authority",
                _("this goes beyond your own authority; pass the case on so that it can be approved"),
            )
        )
    most, daily = quick_limits()
    if fen and case.actor.roles == {"frontline"} and fen <= most:
        today = paid_directly_today(case.actor.id, case.at)
        if today + fen > daily:
            unmet.append(
                Unmet(
                    "G8",
                    "daily_cap",
                    _("quick compensation of one person is limited to %(daily)s a day; %(used)s are used"),
                    daily=yuan(daily),
                    used=yuan(today),
                )
            )
    return unmet


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


@guard("no_solution_waiting")
def no_solution_waiting(case: Case, step: Step, values: Values) -> list[Unmet]:
    if queries.open_approval(case.complaint) is None:
        return []
    return [
        Unmet(
            "no_solution_waiting",
            "waits_for_approval",
            _("a solution waits for approval; it must be approved or returned first"),
        )
    ]


@guard("solution_draft")
def solution_draft(case: Case, step: Step, values: Values) -> list[Unmet]:
    if submittable(case) is not None:
        return []
    return [Unmet("solution_draft", "no_draft", _("there is no solution that could be submitted; write one first"))]


def submittable(case: Case) -> Solution | None:
    """A draft, or an earlier approval that no longer covers the case."""
    solution = queries.solution_in(case.complaint, S.DRAFT, S.APPROVED, S.SENT)
    if solution is None or (solution.state != S.DRAFT and approval_covers(case, solution)):
        return None
    return solution


@guard("solution_complete")
def solution_complete(case: Case, step: Step, values: Values) -> list[Unmet]:
    """RM-01, RM-05: remedies with executor and date, an answer to each demand, at least one basis."""
    solution = submittable(case)
    if solution is None:
        return []
    unmet = []

    def missing(code: str, sentence: Any) -> None:
        unmet.append(Unmet("solution_complete", code, sentence))

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
    return unmet


@guard("approval_open")
def approval_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    if queries.open_approval(case.complaint):
        return []
    return [Unmet("approval_open", "nothing_to_approve", _("no solution waits for approval"))]


@guard("not_own_solution")
def not_own_solution(case: Case, step: Step, values: Values) -> list[Unmet]:
    approval = queries.open_approval(case.complaint)
    if approval is None or case.actor.id not in {approval.asked_by, approval.solution.drafted_by}:
        return []
    return [Unmet("not_own_solution", "own_solution", _("who wrote a solution cannot decide on it"))]


@guard("within_authority")
def within_own_authority(case: Case, step: Step, values: Values) -> list[Unmet]:
    """The total of the whole case decides, not this version alone (OG-09)."""
    approval = queries.open_approval(case.complaint)
    if approval is None:
        return []
    codes = [remedy.code for remedy in Remedy.of(case.complaint, solution=approval.solution)]
    total = approval.solution.total_fen + queries.committed_fen(case.complaint, besides=approval.solution)
    roles = authority.roles_above(case.complaint, codes, total)
    if case.actor.has_role(*roles) and within_authority(case.actor, step.name, codes, total):
        return []
    return [
        Unmet(
            "within_authority",
            "beyond_authority",
            _("%(total)s for this case is beyond your authority"),
            total=yuan(total),
        )
    ]


@guard("solution_ready")
def solution_ready(case: Case, step: Step, values: Values) -> list[Unmet]:
    if sendable(case):
        return []
    return [Unmet("solution_ready", "no_solution", _("there is no approved solution to send"))]


@guard("all_agree")
def all_agree(case: Case, step: Step, values: Values) -> list[Unmet]:
    """Everybody concerned has said yes; silence is never agreement (P15)."""
    solution = queries.solution_in(case.complaint, S.SENT)
    opinions = queries.latest_opinions(solution) if solution else {}
    unmet = []
    for party in queries.parties_concerned(case.complaint):
        opinion = opinions.get(party.pk)
        if opinion is None or not opinion.agrees:
            who = PartyRole(party.role).label
            unmet.append(Unmet("all_agree", "no_agreement", _("no agreement on record: %(party)s"), party=who))
    if solution is None:
        unmet.append(Unmet("all_agree", "no_solution", _("no solution has been sent")))
    return unmet


@guard("somebody_disagrees")
def somebody_disagrees(case: Case, step: Step, values: Values) -> list[Unmet]:
    if _refusals(case):
        return []
    return [Unmet("somebody_disagrees", "nobody_disagrees", _("record first that a party does not agree"))]


def _refusals(case: Case) -> list[Any]:
    solution = queries.solution_in(case.complaint, S.SENT)
    return [one for one in queries.latest_opinions(solution).values() if not one.agrees] if solution else []


@guard("refused_after_negotiation_or_silent")
def refused_after_negotiation_or_silent(case: Case, step: Step, values: Values) -> list[Unmet]:
    """P17: a refusal with an attempt to negotiate (or negotiation refused), or silence after T16 and three attempts."""
    name = "refused_after_negotiation_or_silent"
    solution = queries.solution_in(case.complaint, S.SENT)
    if solution is None or solution.sent_at is None:
        return [Unmet(name, "no_solution", _("no solution has been sent"))]
    if refusals := _refusals(case):
        tried = bool(Solution.of(case.complaint, state=S.REFUSED))
        tried = tried or queries.contacts_since(case.complaint, solution.sent_at, "negotiation") > 0
        if tried or any(not refusal.negotiable for refusal in refusals):
            return []
        return [Unmet(name, "not_negotiated", _("the party is ready to negotiate: record at least one attempt first"))]
    running = case.running("parties_opinion")
    unmet = []
    if running is not None and case.at <= running.due_at:
        unmet.append(Unmet(name, "period_runs", _("nobody has refused, and the time for an opinion has not passed")))
    if queries.contacts_since(case.complaint, solution.sent_at, "opinion") < SILENCE_ATTEMPTS:
        unmet.append(
            Unmet(
                name,
                "attempts_missing",
                _("without an answer, %(count)s attempts to reach the party must be on record"),
                count=SILENCE_ATTEMPTS,
            )
        )
    return unmet


# execution


def chosen_item(case: Case, values: Values) -> ExecutionItem | None:
    if not values or not values.get("item"):
        return None
    return next((item for item in queries.current_items(case.complaint) if str(item.pk) == values["item"]), None)


def _item_in(case: Case, values: Values, state: str, name: str, sentence: Any) -> list[Unmet]:
    if values is None:
        found = any(item.state == state for item in queries.current_items(case.complaint))
    else:
        item = chosen_item(case, values)
        found = item is not None and item.state == state
    return [] if found else [Unmet(name, "wrong_item", sentence)]


@guard("item_open")
def item_open(case: Case, step: Step, values: Values) -> list[Unmet]:
    return _item_in(case, values, ExecutionItem.State.OPEN, "item_open", _("choose an item that is still open"))


@guard("item_done")
def item_done(case: Case, step: Step, values: Values) -> list[Unmet]:
    return _item_in(
        case, values, ExecutionItem.State.DONE, "item_done", _("choose an item that is done and not yet verified")
    )


@guard("all_items_verified")
def all_items_verified(case: Case, step: Step, values: Values) -> list[Unmet]:
    left = sum(item.state != ExecutionItem.State.VERIFIED for item in queries.current_items(case.complaint))
    return (
        [Unmet("all_items_verified", "not_verified", _("%(count)s items are not verified yet"), count=left)]
        if left
        else []
    )


@guard("something_unverified")
def something_unverified(case: Case, step: Step, values: Values) -> list[Unmet]:
    """P19: only what is not verified yet can still fail."""
    if any(item.state != ExecutionItem.State.VERIFIED for item in queries.current_items(case.complaint)):
        return []
    return [Unmet("something_unverified", "all_verified", _("every item is verified; nothing of it has failed"))]


@guard("verifier_not_executor")
def verifier_not_executor(case: Case, step: Step, values: Values) -> list[Unmet]:
    """FB-04: whoever did it does not check it. A micro enterprise gets a recorded warning instead (process.md §8.9)."""
    if values is None or not verifies_own_work(case, values) or is_micro():
        return []
    return [Unmet("verifier_not_executor", "own_work", _("somebody other than the executor must verify"))]


def verifies_own_work(case: Case, values: dict[str, Any]) -> bool:
    item = chosen_item(case, values)
    items = [item] if item else queries.current_items(case.complaint)
    return any(case.actor.id in {one.executor_id, one.done_by} for one in items)


# other ways


@guard("ways_informed")
def ways_informed(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.complaint.ways_informed_at:
        return []
    return [Unmet("ways_informed", "not_informed", _("the complainant has not been told of the other ways yet"))]


@guard("no_outside_case_pending")
def no_outside_case_pending(case: Case, step: Step, values: Values) -> list[Unmet]:
    filed = len(OutsideCase.of(case.complaint, state=OutsideCase.State.FILED))
    if not filed:
        return []
    return [
        Unmet(
            "no_outside_case_pending", "pending", _("%(count)s cases outside are not decided or ended yet"), count=filed
        )
    ]


@guard("outside_deadline_runs")
def outside_deadline_runs(case: Case, step: Step, values: Values) -> list[Unmet]:
    if case.running("outside_deadline"):
        return []
    return [Unmet("outside_deadline_runs", "no_deadline", _("no deadline of an outside body is running"))]


@guard("every_way_answered")
def every_way_answered(case: Case, step: Step, values: Values) -> list[Unmet]:
    """FB-08: each way of the list used, declined, unanswered, or not applicable with a reason; negotiation was tried (XR-03)."""
    if values is None:
        return []
    name = "every_way_answered"
    given = {row["way"]: row for row in values["ways"]}
    unmet = []
    missing = [label for code, label in ways.options() if code not in given]
    if missing or len(given) != len(values["ways"]):
        unmet.append(
            Unmet(
                name,
                "ways_missing",
                _("answer each way of the list once; missing: %(ways)s"),
                ways=", ".join(missing) or "–",
            )
        )
    if any(row["result"] == "not_applicable" and not row["remark"] for row in given.values()):
        unmet.append(Unmet(name, "reason_missing", _("say why a way is not applicable")))
    if given.get(ways.NEGOTIATION, {}).get("result") == "not_applicable":
        unmet.append(
            Unmet(name, "negotiation_first", _("negotiation can be tried or declined, but is always applicable"))
        )
    return unmet

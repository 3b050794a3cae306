"""Solving a complaint at once: P04."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.guards import acknowledged, basis_cited, grade_general, not_difficult, record_confirmed
from tingsu.complaints.recorded import demands_of
from tingsu.complaints.steps.common import BASES, LATE_REASON, lateness_explained
from tingsu.complaints.terms import State
from tingsu.kernel.errors import InvalidInput, InvalidValue, Unmet
from tingsu.kernel.money import yuan
from tingsu.kernel.punctuation import listed
from tingsu.people.authority import limit_of, quick_limits
from tingsu.process.steps import Before, Field, InTheCall, Step, Values, guard
from tingsu.settlement import authority, queries
from tingsu.settlement.from_record import settled_at_once
from tingsu.settlement.models import Approval, ExecutionItem, PartyOpinion, Solution
from tingsu.settlement.options import remedy_options
from tingsu.settlement.payments import pay
from tingsu.settlement.rulebooks import payments
from tingsu.settlement.said_amounts import refuse_other_amounts
from tingsu.settlement.solutions import S, check_remedies, new_version, told_of_result, write_remedies
from tingsu.settlement.splitting import Elsewhere, granted_elsewhere, one_by_one, paid_without_order
from tingsu.settlement.steps.payment import MEANS_OF_PAYMENT
from tingsu.settlement.workplace import paid_directly_today


def _beyond(case: Case, total: int) -> Unmet:
    """With both amounts where it is the amount that goes too far."""
    limit = limit_of(case.actor)
    if limit is None or total <= limit:
        words = _("this goes beyond your own authority; pass the case on so that it can be approved")
        return Unmet("beyond_authority", words)
    words = _(
        "%(total)s for this case goes beyond your own authority of %(limit)s; pass the case on so that it can be approved"
    )
    return Unmet("beyond_authority", words, total=yuan(total), limit=yuan(limit))


def _split(whole: int, elsewhere: Elsewhere) -> Unmet:
    """Small sums to one person that are large together go the long way."""
    words = _(
        "with what the same person was granted in %(numbers)s this is %(total)s, beyond your own authority; "
        "pass the case on so that it can be approved"
    )
    return Unmet("split", words, numbers=listed(elsewhere.numbers), total=yuan(whole))


@guard("G8")
def within_own_authority(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """What is given at once stays within the own authority, and quick compensation within its daily limit (OG-09, RM-10)."""
    codes, fen = (
        ([row["code"] for row in values["remedies"]], sum(row["amount"] or 0 for row in values["remedies"]))
        if values
        else ([], 0)
    )
    unmet = []
    if fen:
        one_by_one(case.complaint, str(case.actor.id))
    total = fen + queries.committed_fen(case.complaint)
    if not authority.may_decide_alone(case.actor, case.complaint, codes, total, step="solve_directly"):
        unmet.append(_beyond(case, total))
    elif fen and (elsewhere := granted_elsewhere(case.complaint)).fen:
        whole = total + elsewhere.fen
        if not authority.may_decide_alone(case.actor, case.complaint, codes, whole, step="solve_directly"):
            unmet.append(_split(whole, elsewhere))
    most, daily = quick_limits()
    if fen and case.actor.roles == {"frontline"} and fen <= most:
        today = paid_directly_today(case.actor.id, case.at)
        if today + fen > daily:
            unmet.append(
                Unmet(
                    "daily_cap",
                    _("quick compensation of one person is limited to %(daily)s a day; %(used)s are used"),
                    daily=yuan(daily),
                    used=yuan(today),
                )
            )
    return unmet


def solve_directly(case: Case, values: Values) -> None:
    """P04: offered, accepted and done in one contact; the same rows as on the long way, so that every figure counts it."""
    check_remedies(values["remedies"], required=bool(values["remedies"]))
    check_means(case, values)
    refuse_other_amounts(values["remedies"], demands_of(case.complaint), solution=values["solution"])
    solution = new_version(
        case, remedy_required=bool(values["remedies"]), rows=values["remedies"], basis_codes=values["bases"],
        state=S.AGREED, origin=Solution.Origin.DIRECT, submitted_at=case.at, approved_at=case.at, sent_at=case.at, settled_at=case.at,
    )  # fmt: skip
    solution.seal_all(opinion=values["solution"], wording=values["solution"])
    solution.save(force_insert=True)
    paid = []
    for remedy in write_remedies(solution, values["remedies"]):
        item = ExecutionItem(
            complaint=case.complaint, solution=solution, remedy=remedy.code, position=remedy.position, amount_fen=remedy.amount_fen,
            paid_fen=remedy.amount_fen, executor_id=case.actor.id, done_by=case.actor.id, opened_at=case.at, done_at=case.at,
            state=ExecutionItem.State.DONE,
        )  # fmt: skip
        item.seal_all(duty=remedy.text("detail"), proof=values["proof"])
        item.save(force_insert=True)
        paid += [item] if item.amount_fen else []
    for item in paid:
        pay(case, item, values["means"])
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


def check_means(case: Case, values: Values) -> None:
    """Money given at once leaves by means that are said, and that need neither account nor another's order (RM-08).

    Raises InvalidInput. The sum counts, with what went to the same person without an order before. Where no
    money is given they say nothing.
    """
    fen = sum(row["amount"] or 0 for row in values["remedies"])
    refused = None
    if fen and not values["means"]:
        refused = InvalidValue(_("Say by what means it was paid."), code="required")
    elif fen and payments.asks_account(values["means"]):
        words = _("These means need a payee and an account: pass the case on, so that the payment can be applied for.")
        refused = InvalidValue(words, code="account_needed")
    elif fen and payments.must_be_ordered(values["means"], fen + paid_without_order(case.complaint)):
        words = _("So much money is paid by these means on an order only: choose other means, or pass the case on.")
        refused = InvalidValue(words, code="not_ordered")
    if refused:
        raise InvalidInput({"means": refused})


SOLVE_DIRECTLY = Step(
    id="P04",
    name="solve_directly",
    of_body=True,
    decides=True,
    event="complaint.solved_directly",
    label=_("Solve directly"),
    sources=(State.REGISTERED,),
    target=State.EVALUATING,
    who=("frontline", "specialist"),
    guards=(
        "G1",
        "G5",
        grade_general,
        not_difficult,
        acknowledged,
        record_confirmed,
        basis_cited,
        within_own_authority,
        lateness_explained,
    ),
    stops=(
        "urgent_response",
        "first_reply",
        "handling_start",
        "push_to_investigation",
        "dedicated_contact",
        "progress_feedback",
        "promised_date",
        "planned_solution",
        "repeat_solution",
        "after_sales",
        "decision",
        "early_resolution",
    ),
    starts=("progress_feedback", "callback"),
    offered=True,
    before=Before(step="assess_and_grade", needed=lambda complaint: not complaint.grade, settles=("G1",)),
    at_receipt=_("Register and solve"),
    in_the_call=InTheCall(
        title=_("Solve in this call"),
        hint=_(
            "For an ordinary case that is settled while you speak: it is registered, acknowledged, graded as general and solved "
            "at once. What you leave empty is taken from the record: what they ask for is given, on the basis cited most for such problems."
        ),
        from_record=("solution", "remedies", "means", "bases", "accepted_by"),
    ),
    first=settled_at_once,
    clause="ISC 8.3.1, 9.6.4; SZ 4(2).5",
    effect=solve_directly,
    fields=(
        Field(name="solution", label=_("Solution"), kind="longtext", required=True),
        Field(
            name="remedies",
            label=_("Remedies"),
            kind="rows",
            rows=(
                Field(name="code", label=_("Remedy"), kind="choice", options=remedy_options, required=True),
                Field(name="amount", label=_("Amount (yuan)"), kind="money"),
                Field(name="text", label=_("Details")),
            ),
        ),
        replace(MEANS_OF_PAYMENT, help=_("Where money is among the measures.")),
        BASES,
        Field(name="accepted_by", label=_("How the complainant accepted"), required=True),
        Field(name="proof", label=_("Proof that it is done"), kind="longtext", required=True),
        LATE_REASON,
    ),
)


STEPS = (SOLVE_DIRECTLY,)

"""Sending the solution to everybody concerned: P13."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.guards import CITE_BASIS
from tingsu.complaints.models import CaseMember
from tingsu.complaints.steps.common import LATE_REASON, lateness_explained
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.errors import Unmet
from tingsu.letters import outbox
from tingsu.process.steps import Step, Values, guard
from tingsu.settlement import queries
from tingsu.settlement.models import PartyOpinion, Remedy, Solution
from tingsu.settlement.solutions import S, approval_covers, sendable, told_of_result
from tingsu.settlement.wording import letter_text, respondent_text


def solution_ready(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if sendable(case):
        return []
    return [Unmet("no_solution", _("there is no approved solution to send"))]


@guard("G7")
def basis_cited(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """IV-10, for the solution."""
    solution = queries.latest_solution(case.complaint)
    return [] if solution and solution.bases else [Unmet("no_basis", CITE_BASIS)]


@guard("G8")
def approved(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Approved by the competent level, or within the own authority, for this total and these marks (OG-09, RM-10)."""
    solution = sendable(case)
    if solution is None or approval_covers(case, solution):
        return []
    return [
        Unmet("not_approved", _("the solution has not been approved for its present total and the marks of the case"))
    ]


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
    case.tell(staff, "solution.sent")
    case.fact("solution", solution.pk)
    case.fact("version", solution.version)
    case.fact("informed", [*informed, *({"member": one} for one in staff)])
    case.wait_on(terms.WaitingOn.COMPLAINANT)
    if case.complaint.withdrawn and not solution.remedy_required:
        _withdrawal_is_agreement(case, solution)


def _withdrawal_is_agreement(case: Case, solution: Solution) -> None:
    """The complainant's statement counts as agreement to “no remedy required” (process.md §8.6)."""
    for party in queries.parties_concerned(case.complaint):
        if party.role == terms.PartyRole.COMPLAINANT:
            PartyOpinion(
                complaint=case.complaint, solution=solution, party=party, agrees=True, means="withdrawal", given_at=case.at,
                recorded_by_kind=case.actor.kind, recorded_by=case.actor.id,
            ).save(force_insert=True)  # fmt: skip
            case.fact("agreed_by_withdrawal", party.pk)


SEND_SOLUTION = Step(
    id="P13",
    name="send_solution",
    of_body=True,
    decides=True,
    event="complaint.solution_sent",
    label=_("Send the solution"),
    sources=(State.HANDLING,),
    target=State.FEEDBACK,
    who=("owner",),
    guards=(
        solution_ready,
        "G5",
        "G6",
        basis_cited,
        approved,
        "mediated_if_difficult",
        "risk_assessed",
        "opinions_weighed",
        "crisis_mediated",
        lateness_explained,
    ),
    stops=(
        "solution",
        "repeat_solution",
        "decision",
        "early_resolution",
        "urgent_response",
        "first_reply",
        "dedicated_contact",
        "progress_feedback",
        "promised_date",
        "planned_solution",
    ),
    starts=("progress_feedback",),
    may_start=("parties_opinion",),
    main=True,
    guide=_("Send the approved solution to everybody concerned and ask for their opinion."),
    reaches_complainant=True,
    beside=("remedies", "matter"),
    clause="ISC 9.3.1, 9.4.1; SZ 6(7), 6(8); CTS 8.5; SVC 2.2.2",
    effect=send_solution,
    fields=(LATE_REASON,),
)


STEPS = (SEND_SOLUTION,)

"""What the parties say about a solution that was sent, and what follows: E23, P15–P17."""

import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.steps.common import MEANS
from tingsu.complaints.steps.contact import usual_means
from tingsu.complaints.telling import tell_of_ways
from tingsu.complaints.terms import PartyRole, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, Unmet
from tingsu.kernel.ids import new_id
from tingsu.letters import outbox
from tingsu.process.steps import Field, Options, Step, Values, options
from tingsu.settlement import queries
from tingsu.settlement.items import open_items
from tingsu.settlement.models import PartyOpinion, Remedy, Solution
from tingsu.settlement.solutions import S, settle


@options("opinion_parties")
def opinion_party_options(complaint: Any) -> Options:
    if complaint is None:
        return ()
    return tuple((str(party.pk), str(PartyRole(party.role).label)) for party in queries.parties_concerned(complaint))


def record_opinion(case: Case, values: Values) -> None:
    """FB-01: agree or not, in their words, when and by what means. A party speaks for itself only."""
    solution = sent_solution(case)
    party = next(one for one in queries.parties_concerned(case.complaint) if str(one.pk) == values["party"])
    if not may_speak_for(case.actor, party):
        raise NotAllowed(_("You can only give your own opinion."))
    opinion = PartyOpinion(
        id=new_id(), complaint=case.complaint, solution=solution, party=party, agrees=values["agrees"] == "agree",
        negotiable=bool(values["negotiable"]), means=values["means"], given_at=case.at,
        recorded_by_kind=case.actor.kind, recorded_by=case.actor.id,
    )  # fmt: skip
    opinion.seal_all(words=values["text"])
    opinion.save(force_insert=True)
    case.fact("solution", solution.pk)
    case.fact("opinion", opinion.pk)
    if party.role == terms.PartyRole.COMPLAINANT and case.complaint.waiting_on == terms.WaitingOn.COMPLAINANT:
        case.wait_on(terms.WaitingOn.US)
    if case.actor.kind != "member":
        case.tell([case.complaint.owner_id], "opinion.given", agrees=opinion.agrees)


def may_speak_for(actor: Actor, party: Party) -> bool:
    if actor.kind == "complainant":
        return party.role == terms.PartyRole.COMPLAINANT
    return actor.id == party.pk if actor.kind == "respondent" else True


def sent_solution(case: Case) -> Solution:
    """The version that is with the parties. Raises ConditionsUnmet."""
    solution = queries.solution_in(case.complaint, S.SENT)
    if solution is None:
        raise ConditionsUnmet([Unmet("no_solution", _("no solution has been sent"))])
    return solution


def whose_opinion(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """Who has not spoken yet, if it is just one, by the means the complaint came by."""
    solution = queries.solution_in(complaint, S.SENT)
    spoken = queries.latest_opinions(solution) if solution else {}
    silent = [party for party in queries.parties_concerned(complaint) if party.pk not in spoken]
    means = usual_means(complaint)
    return {"means": means, **({"party": str(silent[0].pk)} if len(silent) == 1 else {})}


def somebody_is_silent(complaint: Complaint) -> bool:
    """Whose opinion is still asked for: while somebody's is, it is what comes next."""
    solution = queries.solution_in(complaint, S.SENT)
    spoken = queries.latest_opinions(solution) if solution else {}
    return any(party.pk not in spoken for party in queries.parties_concerned(complaint))


RECORD_OPINION = Step(
    id="E23",
    name="record_opinion",
    event="complaint.party_opinion_recorded",
    label=_("Record an opinion"),
    sources=(State.FEEDBACK,),
    who=("owner", "complainant", "agent", "respondent"),
    main=True,
    guide=_("Ask each party who has not answered yet, and record what they say in their words."),
    main_while=somebody_is_silent,
    offered=True,
    clause="ISC 9.4.1",
    effect=record_opinion,
    beside=("remedies", "opinions"),
    first=whose_opinion,
    fields=(
        Field(name="party", label=_("Whose opinion"), kind="choice", options=opinion_party_options, required=True),
        Field(
            name="agrees",
            label=_("Opinion"),
            kind="choice",
            required=True,
            options=(("agree", _("Agrees")), ("disagree", _("Does not agree"))),
        ),
        Field(name="means", label=_("By what means"), kind="choice", options=MEANS, required=True),
        Field(name="negotiable", label=_("Ready to negotiate"), kind="bool"),
        Field(name="text", label=_("In their words"), kind="longtext", limit=2000),
    ),
)


def all_agree(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Everybody concerned has said yes; silence is never agreement (P15)."""
    solution = queries.solution_in(case.complaint, S.SENT)
    opinions = queries.latest_opinions(solution) if solution else {}
    unmet = []
    for party in queries.parties_concerned(case.complaint):
        opinion = opinions.get(party.pk)
        if opinion is None or not opinion.agrees:
            who = PartyRole(party.role).label
            unmet.append(Unmet("no_agreement", _("no agreement on record: %(party)s"), party=who))
    if solution is None:
        unmet.append(Unmet("no_solution", _("no solution has been sent")))
    return unmet


def agree(case: Case, values: Values) -> None:
    """P15: each remedy becomes an execution item with its own time limit (FB-04)."""
    solution = sent_solution(case)
    settle(case, solution, S.AGREED)
    remedies = sorted(Remedy.of(case.complaint, solution=solution), key=lambda row: row.position)
    open_items(case, solution=solution, duties=[
        {"remedy": row.code, "amount": row.amount_fen, "text": row.text("detail"), "executor": row.executor_id, "due_on": row.due_on}
        for row in remedies
    ], promised_at=solution.sent_at)  # fmt: skip
    case.fact("solution", solution.pk)
    case.wait_on(terms.WaitingOn.US)


AGREE = Step(
    id="P15",
    name="agree",
    decides=True,
    event="complaint.agreed",
    label=_("Agreement reached"),
    sources=(State.FEEDBACK,),
    target=State.EXECUTING,
    who=("owner", "complainant", "agent", "respondent"),
    guards=(all_agree,),
    stops=("parties_opinion",),
    may_start=("execution",),
    main=True,
    guide=_("Everybody agrees: confirm it, and the measures begin."),
    beside=("remedies", "opinions"),
    clause="ISC 9.4.2; SZ 6(9)",
    effect=agree,
)


def somebody_disagrees(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if _refusals(case):
        return []
    return [Unmet("nobody_disagrees", _("record first that a party does not agree"))]


def _refusals(case: Case) -> list[Any]:
    solution = queries.solution_in(case.complaint, S.SENT)
    return [one for one in queries.latest_opinions(solution).values() if not one.agrees] if solution else []


def revise(case: Case, values: Values) -> None:
    """P16: the version stays as refused; the next one answers the counter-proposal (FB-03)."""
    solution = sent_solution(case)
    settle(case, solution, S.REFUSED)
    case.fact("solution", solution.pk)
    case.wait_on(terms.WaitingOn.US)


REVISE = Step(
    id="P16",
    name="revise",
    event="complaint.solution_taken_back",
    label=_("Revise the solution"),
    sources=(State.FEEDBACK,),
    target=State.HANDLING,
    who=("owner",),
    guards=(somebody_disagrees,),
    stops=("parties_opinion",),
    starts=("solution",),
    main=True,
    guide=_("Somebody does not agree: write a new version from the record, or lead to another way."),
    clause="SZ 6(8), 7; ISC 9.3.1",
    effect=revise,
    beside=("remedies", "opinions"),
    fields=(
        Field(name="counter_proposal", label=_("Counter-proposal"), kind="longtext", required=True),
        Field(name="refusal_reason", label=_("Reason of the refusal"), kind="longtext", required=True),
    ),
)


SILENCE_ATTEMPTS = 3
"""Documented attempts to get an opinion before no answer counts as no agreement (SZ 6(8), default)."""


def refused_after_negotiation_or_silent(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """P17: a refusal with an attempt to negotiate (or negotiation refused), or silence after T16 and three attempts."""
    solution = queries.solution_in(case.complaint, S.SENT)
    if solution is None or solution.sent_at is None:
        return [Unmet("no_solution", _("no solution has been sent"))]
    if refusals := _refusals(case):
        tried = bool(Solution.of(case.complaint, state=S.REFUSED))
        tried = tried or queries.contacts_since(case.complaint, solution.sent_at, "negotiation") > 0
        if tried or any(not refusal.negotiable for refusal in refusals):
            return []
        return [Unmet("not_negotiated", _("the party is ready to negotiate: record at least one attempt first"))]
    running = case.running("parties_opinion")
    unmet = []
    if running is not None and case.at <= running.due_at:
        unmet.append(Unmet("period_runs", _("nobody has refused, and the time for an opinion has not passed")))
    if queries.contacts_since(case.complaint, solution.sent_at, "opinion") < SILENCE_ATTEMPTS:
        unmet.append(
            Unmet(
                "attempts_missing",
                _("without an answer, %(count)s attempts to reach the party must be on record"),
                count=SILENCE_ATTEMPTS,
            )
        )
    return unmet


def no_agreement(case: Case, values: Values) -> None:
    """P17: the complaint stays open; the other ways are told and the refusal is on record (FB-06, FB-07, FB-15)."""
    solution = sent_solution(case)
    case.fact("refused_by", refusing_roles(solution))
    if advised := advise_respondents(case, solution):
        case.fact("advised", [party.pk for party in advised])
    settle(case, solution, S.REFUSED)
    case.fact("solution", solution.pk)
    tell_of_ways(case)
    case.wait_on(terms.WaitingOn.COMPLAINANT)


def advise_respondents(case: Case, solution: Solution) -> list[Party]:
    """FB-15: a respondent who does not accept is told what is open to that side; the complainant's ways are not theirs."""
    refusing = {key for key, one in queries.latest_opinions(solution).items() if not one.agrees}
    told = [one for one in rows_of(Party, case.complaint, role=terms.PartyRole.RESPONDENT) if one.pk in refusing]
    for party in told:
        outbox.queue_letter(
            case.chain, complaint=case.complaint, party=party, template="respondent_ways",
            intent=f"respondent_ways:{party.pk}:{case.event_id}", values={"handler": case.complaint.owner_id}, at=case.at,
        )  # fmt: skip
    return told


def refusing_roles(solution: Solution) -> list[str]:
    """Which side did not accept; empty after silence."""
    refusing: list[uuid.UUID] = [one.party_id for one in queries.latest_opinions(solution).values() if not one.agrees]
    return sorted(set(Party.objects.filter(pk__in=refusing).values_list("role", flat=True)))


NO_AGREEMENT = Step(
    id="P17",
    name="no_agreement",
    decides=True,
    event="complaint.agreement_failed",
    label=_("No agreement"),
    sources=(State.FEEDBACK,),
    target=State.EXTERNAL_ROUTE,
    who=("owner", "complainant", "agent", "respondent"),
    guards=(refused_after_negotiation_or_silent,),
    stops=("parties_opinion",),
    starts=("refusal_review",),
    offered=True,
    beside=("remedies", "opinions"),
    clause="ISC 9.4.3; SZ 6(9), 7; CTS 8.6 d",
    effect=no_agreement,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
)


STEPS = (RECORD_OPINION, AGREE, REVISE, NO_AGREEMENT)

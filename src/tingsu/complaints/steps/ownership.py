"""Handing over and assigning: E07."""

import uuid

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.case import Case
from tingsu.complaints.handover import below_level, not_ready, offer, take_over
from tingsu.complaints.independence import stands_in_the_way
from tingsu.complaints.options import receiving_members
from tingsu.complaints.proposing import proposal_words, proposed_member
from tingsu.complaints.steps.escalation import climb
from tingsu.complaints.terms import OPEN_STATES, State
from tingsu.complaints.waiting import MAX_REFUSALS
from tingsu.kernel.errors import NotFound, Unmet
from tingsu.people import alone
from tingsu.people import queries as people
from tingsu.process.steps import Field, Step, Values


def no_offer_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if case.complaint.offered_member_id is None and case.complaint.offered_unit_id is None:
        return []
    return [Unmet("offer_open", _("the case is already offered to somebody who has not answered yet"))]


def transfer_allowed(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    c = case.complaint
    unmet = []
    if c.offer_refusals >= MAX_REFUSALS and not case.actor.has_role("supervisor"):
        unmet.append(Unmet("refused_thrice", _("three handovers were refused; the supervisor decides")))
    if values is not None and values["member"] == c.owner_id:
        unmet.append(Unmet("same_owner", _("this person already owns the case")))
    if values is None:
        return unmet
    return unmet + below_level(c, c.required_level, values["member"]) + stands_in_the_way(c, values["member"])


def transfer(case: Case, values: Values) -> None:
    offer(case, None, values["member"])


TRANSFER = Step(
    id="E07",
    name="transfer",
    of_body=True,
    event="complaint.handover_offered",
    label=_("Hand over"),
    sources=OPEN_STATES,
    who=("owner", "supervisor"),
    guards=(no_offer_open, transfer_allowed),
    clause="ISC 4.1.4",
    effect=transfer,
    first=proposed_member,
    hint=proposal_words,
    beside=("candidates", "matter"),
    fields=(
        Field(name="member", label=_("To whom"), kind="member", options=receiving_members, required=True),
        Field(name="note", label=_("Handover note"), kind="longtext", required=True),
    ),
)


def accept_transfer(case: Case, values: Values) -> None:
    take_over(case, _person(case), "complaint.handover_accepted")


def _person(case: Case) -> uuid.UUID:
    if case.actor.id is None:
        raise NotFound
    return case.actor.id


ACCEPT_TRANSFER = Step(
    id="E07",
    name="accept_transfer",
    event="complaint.handover_accepted",
    label=_("Accept the case"),
    sources=tuple(state for state in OPEN_STATES if state != State.ROUTING),
    who=("offered",),
    guards=("G4", "G5"),
    main=True,
    guide=_("The case is offered to you: take it over, or refuse with a reason."),
    clause="ISC 4.1.4",
    effect=accept_transfer,
)


def refuse_transfer(case: Case, values: Values) -> None:
    """E07: a refusal returns the case; in routing it goes back to the dispatcher's desk, never to nobody."""
    case.set("offer_refusals", case.complaint.offer_refusals + 1)
    if (
        case.complaint.state == terms.State.ROUTING
        and case.complaint.offered_member_id
        and case.complaint.offered_unit_id
    ):
        case.set("offered_member_id", None)
    elif case.complaint.state != terms.State.ROUTING:
        case.set("offered_member_id", None)
        case.set("offered_unit_id", None)
    case.tell([case.complaint.owner_id], "case.refused")
    if case.complaint.offer_refusals >= MAX_REFUSALS:
        climb(case, "refused")  # the supervisor rules (AS-01)


REFUSE_TRANSFER = Step(
    id="E07",
    name="refuse_transfer",
    event="complaint.handover_refused",
    label=_("Refuse the case"),
    sources=OPEN_STATES,
    who=("offered",),
    offered=True,
    clause="ISC 4.1.4",
    effect=refuse_transfer,
    fields=(Field(name="reason", label=_("Reason"), kind="longtext", required=True),),
)


def offer_open(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    c = case.complaint
    if (c.offered_member_id or c.offered_unit_id) and c.state != terms.State.ROUTING:
        return []
    return [Unmet("no_offer", _("there is no offer to take back in this stage"))]


def withdraw_offer(case: Case, values: Values) -> None:
    case.set("offered_member_id", None)
    case.set("offered_unit_id", None)


WITHDRAW_OFFER = Step(
    id="E07",
    name="withdraw_offer",
    of_body=True,
    event="complaint.offer_withdrawn",
    label=_("Take back the offer"),
    sources=OPEN_STATES,
    who=("owner", "supervisor"),
    guards=(offer_open,),
    clause="ISC 4.1.4",
    effect=withdraw_offer,
)


def assignable(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if values is None:
        return []
    c = case.complaint
    unmet = []
    if values["member"] == c.owner_id:
        unmet.append(Unmet("same_owner", _("this person already owns the case")))
    unmet += not_ready(values["member"])
    if c.required_level and not people.has_level(values["member"], c.required_level):
        if not values["override_reason"]:
            sentence = _("the case needs a higher staff level; choose another person or give a reason")
            unmet.append(Unmet("level_too_low", sentence))
        elif values["member"] == case.actor.id and not alone.warned(case, "level_too_low"):
            sentence = _("nobody lifts themselves above their staff level; another supervisor assigns it to you")
            unmet.append(Unmet("own_level", sentence))
    return unmet + stands_in_the_way(c, values["member"])


def assign(case: Case, values: Values) -> None:
    """A supervisor's assignment. In routing it offers, for the process wants an acceptance; elsewhere it decides.

    A level that was overridden with a reason stands in the event, where G4 finds it when the case is accepted (AS-02).
    """
    needed = case.complaint.required_level
    if needed and not people.has_level(values["member"], needed):
        case.fact("level_overridden", needed)
    if case.complaint.state == terms.State.ROUTING:
        offer(case, case.complaint.offered_unit_id, values["member"])
    else:
        take_over(case, values["member"], "complaint.assigned")
        case.tell([values["member"]], "case.assigned")


ASSIGN = Step(
    id="E07",
    name="assign",
    of_body=True,
    key="a",
    event="complaint.assigned",
    label=_("Assign"),
    sources=OPEN_STATES,
    who=("supervisor",),
    guards=(assignable,),
    clause="AS-01; AS-06",
    effect=assign,
    first=proposed_member,
    hint=proposal_words,
    beside=("candidates", "matter"),
    fields=(
        Field(name="member", label=_("To whom"), kind="member", options=receiving_members, required=True),
        Field(name="choice", label=_("Why this person"), kind="longtext", limit=2000),
        Field(name="override_reason", label=_("Reason for overriding the required level"), limit=500),
    ),
)


STEPS = (TRANSFER, ACCEPT_TRANSFER, REFUSE_TRANSFER, WITHDRAW_OFFER, ASSIGN)

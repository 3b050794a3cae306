"""What a party can do with a proposal: agree, disagree, negotiate again."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.actions import Following
from tingsu.complaints.models import Complaint
from tingsu.complaints.moves import Move, Speaker, Typed, declare_moves, spoken_for
from tingsu.complaints.terms import State
from tingsu.kernel.errors import ConditionsUnmet, Unmet
from tingsu.people.alone import one_person
from tingsu.settlement import queries
from tingsu.settlement.models import Solution
from tingsu.settlement.payments import P, payments_in


def prepare_opinion(speaker: Speaker, typed: Typed, values: dict[str, Any]) -> None:
    """An opinion is about the version on the page, not about one sent meanwhile."""
    solution = queries.solution_in(speaker.complaint, Solution.State.SENT)
    if solution is None or str(solution.version) != typed.get("proposal"):
        sentence = _("the proposal has changed meanwhile; read the new one first")
        raise ConditionsUnmet([Unmet("proposal_changed", sentence, guard="solution_ready")])
    party = spoken_for(speaker.complaint, speaker.party)
    values["party"] = str(party.pk) if party else ""
    if values["agrees"] == "disagree":
        values["negotiable"] = "yes" if typed.get("negotiable") != "no" else "no"


def follow_agreement(typed: Typed, text: str) -> Following:
    """When everybody concerned has agreed, the execution begins at once (P15); else the others are waited for."""
    return Following(step="agree", if_possible=True)


def follow_refusal(typed: Typed, text: str) -> Following | None:
    """Who does not want to negotiate is told of the other ways at once (P17); the complaint stays open."""
    if typed.get("negotiable") != "no":
        return None
    return Following(step="no_agreement", values={"reason": text})


def _carried_out() -> str:
    """Nobody is promised a second person where one person does everything (ME-11)."""
    if one_person():
        return gettext("We carry out what is written here by the dates given, and check that it is done.")
    return gettext("We carry out what is written here by the dates given, and somebody else checks that it is done.")


def money_unanswered(complaint: Complaint) -> bool:
    """Paid, and not yet said to be there."""
    return bool(payments_in(complaint, P.PAID, P.MISSING))


def money_unsaid(complaint: Complaint) -> bool:
    """Paid, and nothing said of it yet: what is missing is said once."""
    return bool(payments_in(complaint, P.PAID))


declare_moves(
    Move(
        name="agree",
        step="record_opinion",
        title=_("Agree to the proposal"),
        button=_("I agree"),
        follows=lazy(_carried_out, str)(),
        label=_("Anything to add (for example how to reach you for the payment)"),
        text="text",
        asks=("proposal",),
        needs_text=False,
        fixed=(("agrees", "agree"), ("means", "portal")),
        prepare=prepare_opinion,
        then=follow_agreement,
        done=_("Your agreement is recorded. We now carry out the proposal."),
        done_in=(
            (
                State.FEEDBACK,
                _("Your agreement is recorded. We are waiting for the other side and will tell you."),
            ),
        ),
        order=10,
    ),
    Move(
        name="disagree",
        step="record_opinion",
        title=_("Do not agree to the proposal"),
        button=_("I do not agree"),
        follows=_(
            "Declining does not affect your rights. You can keep negotiating or ask for mediation; the complaint stays open."
        ),
        label=_("Why not, and what would you accept?"),
        text="text",
        asks=("proposal", "negotiable"),
        fixed=(("agrees", "disagree"), ("means", "portal")),
        prepare=prepare_opinion,
        then=follow_refusal,
        done=_("Your opinion is recorded. We will get back to you."),
        done_in=(
            (
                State.EXTERNAL_ROUTE,
                _("Your refusal is recorded. The complaint stays open; the list of other ways is below."),
            ),
        ),
        order=20,
    ),
    Move(
        name="money_arrived",
        step="confirm_receipt",
        title=_("The money has arrived"),
        button=_("The money has arrived"),
        follows=_("We note the day; you need not do anything else."),
        label=_("Anything to add"),
        text="text",
        needs_text=False,
        fixed=(("arrived", "yes"),),
        open_if=money_unanswered,
        done=_("Thank you. We have noted that you received the money."),
        order=30,
    ),
    Move(
        name="money_missing",
        step="confirm_receipt",
        title=_("The money has not arrived"),
        button=_("The money has not arrived"),
        follows=_("The person responsible for your complaint is told at once and looks into it."),
        label=_("Anything that helps us find it (optional)"),
        text="text",
        needs_text=False,
        fixed=(("arrived", "no"),),
        open_if=money_unsaid,
        done=_("We are sorry. We will look into it at once and let you know."),
        order=31,
    ),
    Move(
        name="negotiate",
        step="renegotiate",
        title=_("Negotiate again"),
        button=_("Negotiate again"),
        follows=_("We prepare another proposal."),
        label=_("What would you accept?"),
        text="new_position",
        done=_("Received. We are preparing another proposal."),
        order=60,
    ),
)

"""What a party can do on the follow-up page: each move is one or two steps of the process, taken by `take_step`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints import access
from tingsu.complaints.actions import Following, take_step
from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, Unmet
from tingsu.portal import asks
from tingsu.portal.session import OpenCase
from tingsu.settlement import queries
from tingsu.settlement.models import Solution

SCORES = ("score", "timeliness", "effectiveness", "attitude", "redress")
TEXT_LIMIT = 6000

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing a party can do: the step it takes, the fields it asks, what its page says."""

    name: str
    step: str
    title: Words
    button: Words
    follows: Words
    """What happens afterwards, said before the button."""
    label: Words = ""
    """The words above the text field; empty for a move without text."""
    text: str = ""
    """The step's field that takes the text."""
    fixed: tuple[tuple[str, str], ...] = ()
    """Values of the step that the move implies."""
    needs_text: bool = True
    files: bool = False
    own_page: bool = True
    states: tuple[State, ...] = ()
    """Only in these stages; empty takes the stages of the step."""
    prefix: Words = ""
    done: Words = ""

    def typed(self, post: QueryDict) -> dict[str, Any]:
        """What was typed, as it was typed."""
        names = ("text", "negotiable", "proposal", *SCORES)
        return {name: post.get(name, "")[:TEXT_LIMIT] for name in names if post.get(name)}

    def typed_as(self, field: str) -> str:
        """The page's name of a field of the step."""
        return "text" if field == self.text else field


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move(
            name="agree", step="record_opinion", title=gettext_lazy("Agree to the proposal"), button=gettext_lazy("I agree"),
            follows=gettext_lazy("We carry out what is written here by the dates given, and somebody else checks that it is done."),
            label=gettext_lazy("Anything to add (for example how to reach you for the payment)"), text="text", needs_text=False,
            fixed=(("agrees", "agree"), ("means", "portal")),
            done=gettext_lazy("Your agreement is recorded. We now carry out the proposal."),
        ),
        Move(
            name="disagree", step="record_opinion", title=gettext_lazy("Do not agree to the proposal"), button=gettext_lazy("I do not agree"),
            follows=gettext_lazy("Declining does not affect your rights. You can keep negotiating or ask for mediation; the complaint stays open."),
            label=gettext_lazy("Why not, and what would you accept?"), text="text",
            fixed=(("agrees", "disagree"), ("means", "portal")),
            done=gettext_lazy("Your opinion is recorded. We will come back to you."),
        ),
        Move(
            name="accept", step="answer_settled", title=gettext_lazy("Accept the answer"), button=gettext_lazy("I accept the answer"),
            follows=gettext_lazy("We send you the formal result and ask how satisfied you are."),
            fixed=(("reaction", "accepted"),), needs_text=False,
            done=gettext_lazy("Thank you, your acceptance is recorded."),
        ),
        Move(
            name="contest", step="contest", title=gettext_lazy("Contest the answer with new facts"), button=gettext_lazy("Send new facts"),
            follows=gettext_lazy("We take up the investigation again and answer anew."),
            label=gettext_lazy("Which facts or evidence did we not know?"), text="new_facts", files=True,
            done=gettext_lazy("Received. We look into it again."),
        ),
        Move(
            name="reject", step="reject_answer", title=gettext_lazy("Reject the answer"), button=gettext_lazy("I reject the answer"),
            follows=gettext_lazy("The complaint stays open. We send you the list of other ways: mediation, consumer council, arbitration, court."),
            label=gettext_lazy("Why do you not accept it?"), text="reason",
            done=gettext_lazy("Your rejection is recorded. The list of other ways is below."),
        ),
        Move(
            name="negotiate", step="renegotiate", title=gettext_lazy("Negotiate again"), button=gettext_lazy("Negotiate again"),
            follows=gettext_lazy("We prepare another proposal."),
            label=gettext_lazy("What would you accept?"), text="new_position",
            done=gettext_lazy("Received. We prepare another proposal."),
        ),
        Move(
            name="withdraw", step="withdraw", title=gettext_lazy("Withdraw the complaint"), button=gettext_lazy("Withdraw the complaint"),
            follows=gettext_lazy(
                "We end the handling and send you a short notice. Dangers to people and high risks are still looked into. "
                "You can complain again at any time."
            ),
            label=gettext_lazy("Why do you withdraw? (a few words)"), text="statement",
            done=gettext_lazy("Your withdrawal is recorded."),
        ),
        Move(
            name="review", step="add_facts", title=gettext_lazy("Ask for review"), button=gettext_lazy("Ask for review"),
            follows=gettext_lazy("Somebody who did not handle the complaint calls you or writes to you about it. The complaint is not closed before that."),
            label=gettext_lazy("What is wrong with the result?"), text="facts", states=(State.EVALUATING,),
            prefix=gettext_lazy("[Review asked for]"),
            done=gettext_lazy("Your request for review is recorded."),
        ),
        Move(
            name="add", step="add_facts", title=gettext_lazy("Add evidence or facts"), button=gettext_lazy("Send"), follows="",
            label=gettext_lazy("What is new?"), text="facts", files=True, own_page=False,
            done=gettext_lazy("Received and added to your complaint."),
        ),
        Move(
            name="confirm", step="confirm_record", title=gettext_lazy("Confirm the record"), button=gettext_lazy("Yes, this is correct"),
            follows="", fixed=(("how", "online"),), needs_text=False, own_page=False,
            done=gettext_lazy("Thank you. Your record is confirmed."),
        ),
        Move(
            name="rate", step="rate", title=gettext_lazy("Are you satisfied?"), button=gettext_lazy("Send the rating"), follows="",
            label=gettext_lazy("What should we know?"), text="comment", needs_text=False, own_page=False,
            done=gettext_lazy("Thank you for your rating."),
        ),
    )
}  # fmt: skip


def open_moves(complaint: Complaint, actor: Actor) -> list[Move]:
    """What stage and role allow now. Conditions that hang on values are asked when the step is taken."""
    allowed = {step.name for step in access.steps_for(actor, complaint)}
    return [move for move in MOVES.values() if move.step in allowed and _fits(move, complaint)]


def _fits(move: Move, complaint: Complaint) -> bool:
    if move.states and complaint.state not in move.states:
        return False
    if move.name in {"accept", "contest", "reject"} and not complaint.answered_at:
        return False
    if move.name == "confirm" and complaint.record_confirmed_at:
        return False
    return not (move.name == "withdraw" and complaint.withdrawn)


def make(move: Move, opened: OpenCase, typed: Mapping[str, Any], files: list[str]) -> str:
    """Take the step and whatever directly follows from it; returns the sentence that says so.

    Raises InvalidInput, ConditionsUnmet, NotAllowed; then nothing is written.
    """
    text = str(typed.get("text", "")).strip()
    if move.needs_text and not text and not (move.files and files):
        raise InvalidInput({move.text: InvalidValue(_("Write a few words."), code="required")})
    values: dict[str, Any] = dict(move.fixed)
    if move.text:
        values[move.text] = (
            f"{move.prefix} {text}".strip() if move.prefix else text or (_("(files only)") if files else "")
        )
    if move.files:
        values["files"] = files
    PREPARED.get(move.name, lambda *_rest: None)(opened, typed, values)
    then = FOLLOWED.get(move.name, lambda *_rest: None)(typed, text)
    complaint = take_step(
        actor=opened.actor, complaint_id=opened.complaint.pk, step=move.step, values=values, then=then
    )
    return str(SAID.get((move.name, State(complaint.state)), move.done))


def prepare_opinion(opened: OpenCase, typed: Mapping[str, Any], values: dict[str, Any]) -> None:
    """An opinion is about the version on the page, not about one sent meanwhile."""
    solution = queries.solution_in(opened.complaint, Solution.State.SENT)
    if solution is None or str(solution.version) != typed.get("proposal"):
        raise ConditionsUnmet(
            [
                Unmet(
                    "solution_ready",
                    "proposal_changed",
                    _("the proposal has changed meanwhile; read the new one first"),
                )
            ]
        )
    party = asks.speaks_for(opened.complaint, opened.party)
    values["party"] = str(party.pk) if party else ""
    if values["agrees"] == "disagree":
        values["negotiable"] = "yes" if typed.get("negotiable") != "no" else "no"


def prepare_rating(opened: OpenCase, typed: Mapping[str, Any], values: dict[str, Any]) -> None:
    if not typed.get("score"):
        raise InvalidInput({"score": InvalidValue(_("Choose one of the five."), code="required")})
    values |= {name: typed[name] for name in SCORES if typed.get(name)}


def follow_agreement(typed: Mapping[str, Any], text: str) -> Following:
    """When everybody concerned has agreed, the execution begins at once (P15); else the others are waited for."""
    return Following(step="agree", if_possible=True)


def follow_refusal(typed: Mapping[str, Any], text: str) -> Following | None:
    """Who does not want to negotiate is told of the other ways at once (P17); the complaint stays open."""
    if typed.get("negotiable") != "no":
        return None
    return Following(step="no_agreement", values={"reason": text})


Prepare = Callable[[OpenCase, Mapping[str, Any], dict[str, Any]], None]
Follow = Callable[[Mapping[str, Any], str], Following | None]
PREPARED: dict[str, Prepare] = {"agree": prepare_opinion, "disagree": prepare_opinion, "rate": prepare_rating}
FOLLOWED: dict[str, Follow] = {"agree": follow_agreement, "disagree": follow_refusal}
SAID: dict[tuple[str, State], Words] = {
    ("agree", State.FEEDBACK): gettext_lazy(
        "Your agreement is recorded. We are waiting for the other side and will tell you."
    ),
    ("disagree", State.EXTERNAL_ROUTE): gettext_lazy(
        "Your refusal is recorded. The complaint stays open; the list of other ways is below."
    ),
}
"""What is said instead of the usual, by where the complaint stands after the move."""

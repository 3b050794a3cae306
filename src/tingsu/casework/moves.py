"""What a complainant can do with an answer: accept it, contest it with new facts, reject it."""

from django.utils.translation import gettext_lazy as _

from tingsu.casework.steps.mediation import open_mediation, waits_for_ruling
from tingsu.complaints.models import Complaint
from tingsu.complaints.moves import Move, declare_moves


def mediator_named(complaint: Complaint) -> bool:
    """A mediation is under way, and no objection to its mediator waits."""
    row = open_mediation(complaint)
    return row is not None and not waits_for_ruling(row)


def answered(complaint: Complaint) -> bool:
    """There is an answer to speak about."""
    return complaint.answered_at is not None


declare_moves(
    Move(
        name="accept",
        step="answer_settled",
        title=_("Accept the answer"),
        button=_("I accept the answer"),
        follows=_("We send you the formal result and ask how satisfied you are."),
        fixed=(("reaction", "accepted"),),
        needs_text=False,
        open_if=answered,
        done=_("Thank you, your acceptance is recorded."),
        order=30,
    ),
    Move(
        name="contest",
        step="contest",
        title=_("Contest the answer with new facts"),
        button=_("Send new facts"),
        follows=_("We take up the investigation again and answer anew."),
        label=_("Which facts or evidence did we not know?"),
        text="new_facts",
        files=True,
        open_if=answered,
        done=_("Received. We will look into it again."),
        order=40,
    ),
    Move(
        name="object",
        step="object_to_mediator",
        title=_("Object to the mediator"),
        button=_("Send my objection"),
        follows=_("A supervisor decides whether another mediator takes over, and you read the decision here."),
        label=_("Why do you not trust the mediator?"),
        text="words",
        open_if=mediator_named,
        done=_("Your objection is recorded. A supervisor decides on it."),
        order=60,
    ),
    Move(
        name="reject",
        step="reject_answer",
        title=_("Reject the answer"),
        button=_("I reject the answer"),
        follows=_(
            "The complaint stays open. We send you the list of other ways: mediation, consumer council, arbitration, court."
        ),
        label=_("Why do you not accept it?"),
        text="reason",
        open_if=answered,
        done=_("Your rejection is recorded. The list of other ways is below."),
        order=50,
    ),
)

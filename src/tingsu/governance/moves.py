"""What a complainant can do about the own data on the follow-up page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.moves import Choice, Move, Speaker, Typed, declare_moves
from tingsu.governance.answering import KINDS


def prepare(speaker: Speaker, typed: Typed, values: dict[str, Any]) -> None:
    """What is asked for; the step itself refuses a kind that is none."""
    values["asked"] = typed.get("asked", "")


declare_moves(
    Move(
        name="data",
        step="ask_about_data",
        title=_("Ask about your personal data"),
        button=_("Send the request"),
        follows=_(
            "Your request gets a number, and we answer with reasons within the time that this page then tells. A copy is looked through by "
            "two colleagues and lies on this page to be fetched."
        ),
        choice=Choice(name="asked", label=_("What do you ask for?"), options=KINDS),
        label=_("What exactly do you ask for?"),
        text="words",
        asks=("asked",),
        prepare=prepare,
        done=_("Your request is recorded. By when it is answered stands below."),
        order=98,
    ),
)

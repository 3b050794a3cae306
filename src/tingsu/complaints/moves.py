"""What a party can do on the follow-up page: each move is one step of the process, or two in one transaction (AK-06).

The app that owns the subject declares its moves in `moves.py`; the portal draws what is open and knows none of them by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints import access
from tingsu.complaints.actions import Following, take_step
from tingsu.complaints.fields.people import CHANNELS
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PartyRole, State
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.spelling import tidy

Words = str | Promise
Typed = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Who moves: the party of this browser on this complaint."""

    actor: Actor
    complaint: Complaint
    party: Party


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several things that a move's page lets choose; its form sends it by this name."""

    name: str
    label: Words
    options: tuple[tuple[str, Words], ...]


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
    asks: tuple[str, ...] = ()
    """Other names that its form sends."""
    choice: Choice | None = None
    fixed: tuple[tuple[str, str], ...] = ()
    """Values of the step that the move implies."""
    needs_text: bool = True
    files: bool = False
    own_page: bool = True
    states: tuple[State, ...] = ()
    """Only in these stages; empty takes the stages of the step."""
    open_if: Callable[[Complaint], bool] | None = None
    """Only while this holds."""
    prefix: Words = ""
    prepare: Callable[[Speaker, Typed, dict[str, Any]], None] | None = None
    """Adds to the step's values; raises InvalidInput or ConditionsUnmet."""
    then: Callable[[Typed, str], Following | None] | None = None
    """What follows in the same transaction."""
    done: Words = ""
    tells_code: bool = False
    """Afterwards the page shows the access code, once."""
    done_in: tuple[tuple[State, Words], ...] = ()
    """What is said instead when the complaint stands in this stage afterwards."""
    order: int = 100

    def typed(self, post: QueryDict) -> dict[str, Any]:
        """What was typed, as it was typed."""
        return {name: post.get(name, "") for name in ("text", *self.asks) if post.get(name)}

    def typed_as(self, field: str) -> str:
        """The page's name of a field of the step."""
        return "text" if field == self.text else field


_moves: dict[str, Move] = {}


def declare_moves(*moves: Move) -> None:
    """Add moves, once each, when the app loads. Raises RuntimeError for a second of the same name."""
    for move in moves:
        if move.name in _moves:
            raise RuntimeError(f"two moves are called {move.name}")
        _moves[move.name] = move


def known_moves() -> dict[str, Move]:
    """Every declared move by name, in their order."""
    return {move.name: move for move in sorted(_moves.values(), key=lambda move: (move.order, move.name))}


def open_moves(complaint: Complaint, actor: Actor) -> list[Move]:
    """What stage and role allow now. Conditions that hang on values are asked when the step is taken."""
    allowed = {step.name for step in access.steps_for(actor, complaint)}
    return [move for move in known_moves().values() if move.step in allowed and _fits(move, complaint)]


def _fits(move: Move, complaint: Complaint) -> bool:
    if move.states and complaint.state not in move.states:
        return False
    return move.open_if is None or move.open_if(complaint)


def make(move: Move, speaker: Speaker, typed: Typed, files: Sequence[str]) -> str:
    """Take the step and whatever directly follows from it; returns the sentence that says so.

    Raises InvalidInput, ConditionsUnmet, NotAllowed; then nothing is written.
    """
    text = tidy(str(typed.get("text", "")), lines=True)
    if move.needs_text and not text and not (move.files and files):
        raise InvalidInput({move.text: InvalidValue(_("Write a few words."), code="required")})
    values: dict[str, Any] = dict(move.fixed)
    if move.text:
        said = text or (_("(files only)") if files else "")
        values[move.text] = f"{move.prefix} {text}".strip() if move.prefix else said
    if move.files:
        values["files"] = list(files)
    if move.prepare:
        move.prepare(speaker, typed, values)
    complaint = take_step(
        actor=speaker.actor,
        complaint_id=speaker.complaint.pk,
        step=move.step,
        values=values,
        then=move.then(typed, text) if move.then else None,
    )
    return str(next((words for state, words in move.done_in if complaint.state == state), move.done))


def spoken_for(complaint: Complaint, party: Party) -> Party | None:
    """Whose opinion this browser gives: an agent gives the complainant's."""
    if party.role == PartyRole.AGENT:
        return Party.objects.filter(complaint=complaint, role=PartyRole.COMPLAINANT).first()
    return party


declare_moves(
    Move(
        name="withdraw",
        step="withdraw",
        title=gettext_lazy("Withdraw the complaint"),
        button=gettext_lazy("Withdraw the complaint"),
        follows=gettext_lazy(
            "We end the handling and send you a short notice. Dangers to people and high risks are still looked into. "
            "You can complain again at any time."
        ),
        label=gettext_lazy("Why do you withdraw? (a few words)"),
        text="statement",
        open_if=lambda complaint: not complaint.withdrawn,
        done=gettext_lazy("Your withdrawal is recorded."),
        order=70,
    ),
    Move(
        name="add",
        step="add_facts",
        title=gettext_lazy("Add evidence or facts"),
        button=gettext_lazy("Send"),
        follows="",
        label=gettext_lazy("What is new?"),
        text="facts",
        files=True,
        own_page=False,
        done=gettext_lazy("Received and added to your complaint."),
        order=90,
    ),
    Move(
        name="reached_by",
        step="choose_means",
        title=gettext_lazy("How you hear from us"),
        button=gettext_lazy("Keep"),
        follows=gettext_lazy("From the next letter on we use this means, as long as we have an address for it."),
        choice=Choice(
            name="preferred_channel", label=gettext_lazy("How would you like to hear from us?"), options=CHANNELS
        ),
        asks=("preferred_channel",),
        needs_text=False,
        done=gettext_lazy("We have noted how you wish to hear from us."),
        order=98,
    ),
    Move(
        name="new_code",
        step="renew_code",
        title=gettext_lazy("Exchange the access code"),
        button=gettext_lazy("Make a new code"),
        follows=gettext_lazy(
            "The old code stops at once, and the complaint closes wherever else it is open. The new code is shown on the next page, "
            "once; where we can write to you, a letter tells it too."
        ),
        fixed=(("purpose", "—"),),
        needs_text=False,
        done=gettext_lazy("The old access code no longer opens anything."),
        tells_code=True,
        order=99,
    ),
    Move(
        name="confirm",
        step="confirm_record",
        title=gettext_lazy("Confirm the record"),
        button=gettext_lazy("Yes, this is correct"),
        follows="",
        fixed=(("how", "online"),),
        needs_text=False,
        own_page=False,
        open_if=lambda complaint: not complaint.record_confirmed_at,
        done=gettext_lazy("Thank you. Your record is confirmed."),
        order=95,
    ),
)

"""The nine stops of the stage rail for twelve states (look and feel §0), from the row and the events of its moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy

from tingsu.complaints.models import Complaint
from tingsu.complaints.terms import State
from tingsu.pages.faces import date_words, length_words

Text = str | Promise

STOPS: tuple[tuple[Text, tuple[State, ...]], ...] = (
    (pgettext_lazy("stage", "Accepted"), (State.REGISTERED,)),
    (pgettext_lazy("stage", "Report and plan"), (State.PRE_PLAN,)),
    (pgettext_lazy("stage", "Routing"), (State.ROUTING,)),
    (pgettext_lazy("stage", "Investigation"), (State.INVESTIGATING,)),
    (pgettext_lazy("stage", "Handling"), (State.HANDLING, State.ANSWERING)),
    (pgettext_lazy("stage", "Opinion"), (State.FEEDBACK,)),
    (pgettext_lazy("stage", "Execution"), (State.EXECUTING, State.EXTERNAL_ROUTE)),
    (pgettext_lazy("stage", "Rating and callback"), (State.EVALUATING,)),
    (pgettext_lazy("stage", "Closed and archived"), (State.CLOSED, State.ARCHIVED)),
)
OTHER_NAMES: dict[State, Text] = {
    State.ANSWERING: pgettext_lazy("stage", "Answer and calm"),
    State.EXTERNAL_ROUTE: pgettext_lazy("stage", "Other ways"),
    State.CLOSED: pgettext_lazy("stage", "Closed"),
    State.ARCHIVED: pgettext_lazy("stage", "Archived"),
}
POSITION = {state: number for number, (_name, states) in enumerate(STOPS, 1) for state in states}
OPTIONAL = 2


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop: its name, done / now / ahead / skipped, a dashed side way, and a note with a real time.

    A stop that was never entered carries no tick: it was not needed, and nothing of it was done.
    """

    name: Text
    state: str
    optional: bool = False
    late: bool = False
    paused: bool = False
    note: str = ""


def stage_word(state: str) -> Text:
    """The stage of a case in the queue's words."""
    known = State(state)
    return OTHER_NAMES.get(known) or STOPS[POSITION[known] - 1][0]


def stops_of(complaint: Complaint, left_at: Mapping[str, datetime], at: datetime) -> list[Stop]:
    """The rail of a case; ``left_at`` says when each state was last left."""
    here = POSITION[State(complaint.state)]
    late = bool(complaint.next_due_at and complaint.next_due_at <= at and complaint.is_open)
    found = []
    for number, (name, states) in enumerate(STOPS, 1):
        times = [left_at[state] for state in states if state in left_at]
        taken = next((state for state in states if state in left_at and state in OTHER_NAMES), None)
        if number == here:
            found.append(_here(complaint, at, late))
        elif number < here:
            passed = bool(times)
            found.append(
                Stop(
                    name=OTHER_NAMES[taken] if taken and left_at[taken] == max(times) else name,
                    state="done" if passed else "skipped",
                    optional=not passed,
                    note=date_words(max(times), at=at) if times else gettext("not needed"),
                )
            )
        else:
            optional = number == OPTIONAL
            found.append(
                Stop(name=name, state="ahead", optional=optional, note=gettext("if needed") if optional else "")
            )
    return found


def _here(complaint: Complaint, at: datetime, late: bool) -> Stop:
    since = complaint.entered_at
    name = stage_word(complaint.state)
    if complaint.state == State.ARCHIVED:
        return Stop(name=name, state="done", note=date_words(since, at=at))
    begun = at - since < timedelta(minutes=1)
    note = (
        pgettext("stage", "just begun") if begun else gettext("for %(length)s") % {"length": length_words(at - since)}
    )
    return Stop(name=name, state="now", late=late, optional=complaint.state == State.EXTERNAL_ROUTE, note=note)

"""How complaints come to a record of a major or mass event: with the report upward (P02, P26), or linked (E17)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.privacy.masking import mask_text
from tingsu.process.steps import Field, Options, Step, options
from tingsu.registers.covering import know, known_in
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.triage import major_events

NEW, MOST = "new", 100


@options("major_events")
def events_to_join(complaint: Any) -> Options:
    """A new record, or one of those that are open."""
    return ((NEW, _("Open a new record")), *_titles(major_events.open_records()[:MOST]))


@options("major_events_of_case")
def events_of_case(complaint: Any) -> Options:
    """Open records that the complaint belongs to."""
    return _titles(major_events.records_of(complaint)[:MOST]) if complaint else ()


def _titles(rows: Iterable[Entry]) -> Options:
    """Number and name; whoever a linked case knows is masked in it (PS-06)."""
    register, found = registers()["major_event"], []
    for row in know(rows):
        texts = row.worded_or_none() or {}
        found.append((row.number, f"{row.number} · {mask_text(texts.get('name', ''), known_in(register, texts, row))}"))
    return tuple(found)


EVENT_FIELDS = (
    Field(
        name="event", label=_("Event record"), kind="choice", options=events_to_join,
        help=_("For a major complaint or mass complaints: open a record, or join one that is open."),
    ),
    Field(
        name="event_kind", label=_("Kind of event"), kind="choice", when=("event", "new"), required=True,
        options=(("major", _("Major complaint")), ("mass", _("Mass complaints"))),
    ),
    Field(name="event_name", label=_("Name of the event"), when=("event", "new"), required=True, limit=120),
)  # fmt: skip


def enter_event(case: Case, values: dict[str, Any], story: str) -> None:
    """Open the record that the form asks for, or join the one it names. Nothing when it names none. Raises InvalidInput."""
    if not values["event"]:
        return
    try:
        if values["event"] == NEW:
            pk = major_events.begin(case, kind=values["event_kind"], name=values["event_name"], story=story)
        else:
            pk = major_events.record_id(values["event"])
        fresh = major_events.joined(case, pk)
    except NotFound as error:
        raise InvalidInput({"event": error}) from error
    if not fresh:
        sentence = _("The complaint already belongs to this record.")
        raise InvalidInput({"event": InvalidValue(sentence, code="joined")})


def join_event(case: Case, values: dict[str, Any]) -> None:
    """E17: the complaint belongs to a major or mass event (MS-23)."""
    enter_event(case, values, values["event_story"])


def leave_event(case: Case, values: dict[str, Any]) -> None:
    """E17: it was linked by mistake; both histories keep that it was."""
    if not major_events.joined(case, major_events.record_id(values["event"]), leaves=True):
        raise ConditionsUnmet([Unmet("not_joined", _("the complaint does not belong to this record"))])


JOIN_EVENT = Step(
    id="E17", name="join_event", event="complaint.event_joined", label=_("Link to an event record"), sources=OPEN_STATES,
    who=(*STAFF, "owner", "system"), clause="CTS 7.4; ISC 8.2.2", effect=join_event,
    fields=(
        *(replace(one, required=True) for one in EVENT_FIELDS),
        Field(
            name="event_story", label=pgettext_lazy("event record", "What happened"), kind="longtext",
            when=("event", "new"), required=True,
        ),
    ),
)  # fmt: skip
LEAVE_EVENT = Step(
    id="E17", name="leave_event", event="complaint.event_left", label=_("Unlink from an event record"), sources=OPEN_STATES,
    who=(*STAFF, "owner"), clause="CTS 7.4; ISC 8.2.2", effect=leave_event,
    fields=(
        Field(name="event", label=_("Event record"), kind="choice", options=events_of_case, required=True),
        Field(name="reason", label=_("Reason"), limit=500, required=True),
    ),
)  # fmt: skip
STEPS = (JOIN_EVENT, LEAVE_EVENT)

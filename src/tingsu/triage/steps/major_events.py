"""How complaints come to a record of a major or mass event: with the report upward (P02, P26), or linked (E17)."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.privacy.masking import mask_text
from tingsu.process.steps import Field, Options, Step, options
from tingsu.triage import major_events
from tingsu.triage.models import MajorEvent

NEW = "new"


MOST = 100


@options("major_events")
def events_to_join(complaint: Any) -> Options:
    """A new record, or one of those that are open."""
    return ((NEW, _("Open a new record")), *_titles(_open_ones()))


@options("major_events_of_case")
def events_of_case(complaint: Any) -> Options:
    """Open records that the complaint belongs to."""
    return _titles(_open_ones().filter(cases__complaint=complaint)) if complaint else ()


def _open_ones() -> QuerySet[MajorEvent]:
    return MajorEvent.objects.filter(closed_at=None).select_related("stream").order_by("-opened_at", "-id")


def _titles(rows: QuerySet[MajorEvent]) -> Options:
    return tuple((event.number, f"{event.number} · {mask_text(event.shown('name'))}") for event in rows[:MOST])


EVENT_FIELDS = (
    Field(
        name="event",
        label=_("Event record"),
        kind="choice",
        options=events_to_join,
        help=_("For a major complaint or mass complaints: open a record, or join one that is open."),
    ),
    Field(
        name="event_kind",
        label=_("Kind of event"),
        kind="choice",
        when=("event", "new"),
        required=True,
        options=(("major", _("Major complaint")), ("mass", _("Mass complaints"))),
    ),
    Field(name="event_name", label=_("Name of the event"), when=("event", "new"), required=True, limit=120),
)


def enter_event(case: Case, values: dict[str, Any], story: str) -> None:
    """Open the record that the form asks for, or join the one it names. Nothing when it names none."""
    if not values["event"]:
        return
    try:
        if values["event"] == NEW:
            chain, event = major_events.begin(
                actor=case.actor, at=case.at, kind=values["event_kind"], name=values["event_name"], story=story
            )
        else:
            chain, event = major_events.lock_event(values["event"])
    except (NotFound, major_events.EventClosed) as error:
        raise InvalidInput({"event": error}) from error
    if not major_events.join(chain, event, case.complaint, actor=case.actor, at=case.at):
        sentence = _("The complaint already belongs to this record.")
        raise InvalidInput({"event": InvalidValue(sentence, code="joined")})
    chain.flush()
    case.fact("major_event", event.pk)


def join_event(case: Case, values: dict[str, Any]) -> None:
    """E17: the complaint belongs to a major or mass event (MS-23)."""
    enter_event(case, values, values["event_story"])


JOIN_EVENT = Step(
    id="E17",
    name="join_event",
    event="complaint.event_joined",
    label=_("Link to an event record"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    clause="CTS 7.4; ISC 8.2.2",
    effect=join_event,
    fields=(
        *(replace(one, required=True) for one in EVENT_FIELDS),
        Field(
            name="event_story",
            label=pgettext_lazy("event record", "What happened"),
            kind="longtext",
            when=("event", "new"),
            required=True,
        ),
    ),
)


def leave_event(case: Case, values: dict[str, Any]) -> None:
    """E17: it was linked by mistake; both histories keep that it was."""
    chain, event = major_events.lock_event(values["event"])
    if not major_events.leave(chain, event, case.complaint, actor=case.actor, at=case.at):
        sentence = _("the complaint does not belong to this record")
        raise ConditionsUnmet([Unmet("not_joined", sentence)])
    chain.flush()
    case.fact("major_event", event.pk)


LEAVE_EVENT = Step(
    id="E17",
    name="leave_event",
    event="complaint.event_left",
    label=_("Unlink from an event record"),
    sources=OPEN_STATES,
    who=(*STAFF, "owner"),
    clause="CTS 7.4; ISC 8.2.2",
    effect=leave_event,
    fields=(
        Field(name="event", label=_("Event record"), kind="choice", options=events_of_case, required=True),
        Field(name="reason", label=_("Reason"), limit=500, required=True),
    ),
)


STEPS = (JOIN_EVENT, LEAVE_EVENT)

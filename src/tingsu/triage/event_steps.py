"""How complaints come to a record of a major or mass event: with the report upward (P02, P26), or linked (E17)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.case import Case
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, InvalidValue, NotFound, Unmet
from tingsu.privacy.masking import mask_text
from tingsu.process.registry import effect
from tingsu.process.steps import Options, options_from
from tingsu.triage import major_events
from tingsu.triage.models import MajorEvent

NEW = "new"
MOST = 100


@options_from("major_events")
def events_to_join(complaint: Any) -> Options:
    """A new record, or one of those that are open."""
    return ((NEW, _("Open a new record")), *_titles(_open_ones()))


@options_from("major_events_of_case")
def events_of_case(complaint: Any) -> Options:
    """Open records that the complaint belongs to."""
    return _titles(_open_ones().filter(cases__complaint=complaint)) if complaint else ()


def _open_ones() -> QuerySet[MajorEvent]:
    return MajorEvent.objects.filter(closed_at=None).select_related("stream").order_by("-opened_at", "-id")


def _titles(rows: QuerySet[MajorEvent]) -> Options:
    return tuple((event.number, f"{event.number} · {mask_text(event.shown('name'))}") for event in rows[:MOST])


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
        sentence = gettext_lazy("The complaint already belongs to this record.")
        raise InvalidInput({"event": InvalidValue(sentence, code="joined")})
    chain.flush()
    case.fact("major_event", event.pk)


@effect("join_event")
def join_event(case: Case, values: dict[str, Any]) -> None:
    """E17: the complaint belongs to a major or mass event (MS-23)."""
    enter_event(case, values, values["event_story"])


@effect("leave_event")
def leave_event(case: Case, values: dict[str, Any]) -> None:
    """E17: it was linked by mistake; both histories keep that it was."""
    chain, event = major_events.lock_event(values["event"])
    if not major_events.leave(chain, event, case.complaint, actor=case.actor, at=case.at):
        sentence = gettext_lazy("the complaint does not belong to this record")
        raise ConditionsUnmet([Unmet("leave_event", "not_joined", sentence)])
    chain.flush()
    case.fact("major_event", event.pk)

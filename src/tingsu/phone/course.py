"""The record of a call: brought up to what its events tell, and what its page shows beside (IG-04, RG-19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.people.access import Can, may
from tingsu.phone import rules
from tingsu.phone.folding import Course
from tingsu.phone.numbers import Caller
from tingsu.privacy.fields import may_reveal
from tingsu.process.steps import Step, guard
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

STATE_OF = {"going": "going", "answered": "answered", "missed": "missed", "closed": "missed"}
"""The state of the record by what became of the call; all others need nobody."""
OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class News:
    """What one event brings beside the course: a number, a recording. None: it says nothing of it. The tag is the last one of all
    events by their time, whichever came last.
    """

    caller: Caller | None = None
    recording: str = ""
    recording_until: date | None = None
    tag: str = ""


def write(opened: OpenedEntry, course: Course, news: News) -> None:
    """Bring a record up to date. The history says old and new of every value; numbers and recordings are sealed texts."""
    for name in ("direction", "outcome", "started_at", "queued_at", "answered_at", "ended_at", "waited"):
        opened.put(name, getattr(course, name))
    opened.put("doubtful", course.doubtful or None)
    opened.write("agent", " → ".join(course.agents)[:200])
    if news.caller is not None:
        opened.write("caller", news.caller.number)
        opened.put("withheld", news.caller.withheld or None)
    if news.recording:
        opened.write("recording", news.recording)
        opened.put("recording_until", news.recording_until)
    if news.tag and "mark" not in opened.entry.hands:  # whoever marked it knows better than a machine
        opened.put("tag", news.tag)
    state = STATE_OF.get(course.outcome, OTHER)
    if opened.entry.state != state:
        opened.move_to(state)


def typed(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A call that somebody writes down stands in the register and is counted in no figure: those come from the telephone system."""
    answered = bool(values["answered_at"])
    outcome = values["direction"] if values["direction"] != "in" else ("answered" if answered else "missed")
    opened.put("outcome", outcome)
    opened.move_to(STATE_OF.get(outcome, OTHER))


@guard("call_ends_last")
def in_order(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A call that somebody writes down begins, is answered and ends in this order."""
    if values is None or "started_at" not in values:
        return []
    began, answered, ended = (values.get(name) for name in ("started_at", "answered_at", "ended_at"))
    unmet = []
    if began and answered and answered < began:
        unmet.append(
            Unmet("answered_first", _("it cannot be answered before it began"), guard="", value_of="answered_at")
        )
    if ended and ended < (answered or began or ended):
        unmet.append(
            Unmet("ended_first", _("it cannot end before it began or was answered"), guard="", value_of="ended_at")
        )
    return unmet


def forget_recording(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Where the recording lay is said no longer; that there was one stays in the history."""
    opened.write("recording", "")
    opened.put("recording_until", None)


def context(actor: Actor, entry: Entry) -> dict[str, Any]:
    """What the page of a call offers: the recording of a trusted server, and to register what it was about."""
    return {
        "recording_link": recording_link(actor, entry),
        "register_url": f"{reverse('desk:register')}?call={entry.number}" if may(actor, Can.REGISTER) else "",
    }


def recording_link(actor: Actor, entry: Entry) -> str:
    """The address of the recording, while it is kept and where its server is one of the telephone system's. We never fetch it.

    For whoever may open the number too: the names of recordings often tell it (PS-06).
    """
    if not may_reveal(actor, "contact", "phone"):
        return ""
    recording = (entry.written_or_none() or {}).get("recording", "")
    until = parse_date(str(entry.codes.get("recording_until") or ""))
    if until is not None and until < today():
        return ""
    return recording if rules.trusted(recording) else ""


def today(at: datetime | None = None) -> date:
    """The day where the organisation is."""
    return local_date(at or now(), current_organisation().time_zone)

"""What the register of nonconformities adds to the kit: its options, the items of a plan, the review of its effect."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.terms import OPEN_STATES
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.people import alone
from tingsu.process.steps import Options, Step, asks_who
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.models import Entry

ACTION_TIMER = "corrective_action"


def stages(entry: Any) -> Options:
    """The stages of a complaint, in which something went wrong."""
    return tuple((str(state), state.label) for state in OPEN_STATES)


def open_actions(entry: Entry | None) -> Options:
    """Actions of the plan that are not done yet, as their place in it."""
    if entry is None:
        return ()
    texts = entry.written_or_none() or {}
    done = set(entry.codes.get("actions_done", ()))
    places = range(len(entry.codes.get("actions", ())))
    return tuple((str(one), texts.get(f"actions.{one}.what", str(one + 1))) for one in places if str(one) not in done)


def doers(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who has an action of the approved plan still to do."""
    done = set(codes.get("actions_done", ()))
    lines = enumerate(codes.get("actions", ())) if codes.get("prevention") else ()
    return tuple(str(line["owner"]) for place, line in lines if str(place) not in done)


def item_id(entry: Entry, place: int) -> uuid.UUID:
    """The subject of the promise of one action of the present plan."""
    return uuid.uuid5(entry.pk, f"action:{entry.codes.get('round', 0)}:{place}")


def counted_plan(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """A plan, and each one after a review that found no effect, counts as a round of its own."""
    opened.put("round", opened.entry.codes.get("round", 0) + 1)
    opened.put("actions_done", [])


def start_actions(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Each approved action is a promise of its own, owed by whom the plan names (IM-04)."""
    for place, line in enumerate(opened.entry.codes["actions"]):
        opened.start(
            ACTION_TIMER,
            due_at=end_of(line["until"]),
            subject_id=item_id(opened.entry, place),
            owner_id=uuid.UUID(line["owner"]),
        )
    others = {uuid.UUID(line["owner"]) for line in opened.entry.codes["actions"]} - {opened.actor.id}
    opened.tell(sorted(others, key=str), "given")


def finish_action(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """One action is done with a result; the last one brings the entry to the review of its effect."""
    place = values["action"]
    opened.put("actions_done", [*opened.entry.codes.get("actions_done", []), place])
    opened.end(ACTION_TIMER, subject_id=item_id(opened.entry, int(place)))
    if len(opened.entry.codes["actions_done"]) == len(opened.entry.codes["actions"]):
        opened.move_to("review")


def review_day_reached(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Effect is judged after the time that the plan set, not before (IM-05)."""
    day = parse_date(opened.entry.codes["review_on"])
    if day is None or local_date(opened.at, current_organisation().time_zone) >= day:
        return []
    return [Unmet("too_early", _("the review of the effect was set for %(day)s"), guard="", day=day.isoformat())]


@asks_who
def no_own_action(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Whoever carried out an action of the plan does not judge its effect; one who works alone is only noted (ME-11)."""
    own = str(opened.actor.id) in {str(line["owner"]) for line in opened.entry.codes.get("actions", ())}
    if not own or alone.warned(opened, "own_work"):
        return []
    return [Unmet("own_action", _("you carried out an action of this plan: somebody else judges the effect"), guard="")]


def let_go(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """It was none: nothing is owed any more."""
    for kind in ("nonconformity_reaction", "nonconformity_evaluation"):
        opened.end(kind, "cancelled")

"""The ladder on the page of a complaint, and its editor among the settings (AS-07)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.kinds import conditions
from tingsu.clocks.kinds import kinds as clocked
from tingsu.clocks.ladder import KIND
from tingsu.clocks.ladder_rules import CALL_WORDS, TRIGGER_WORDS
from tingsu.clocks.ladder_words import standing
from tingsu.clocks.receivers import receivers
from tingsu.clocks.words import UNITS
from tingsu.complaints.models import Complaint
from tingsu.complaints.registry import Panel, panel
from tingsu.complaints.rulebook_pages import Column, Editor, Text
from tingsu.complaints.watched import CONDITIONS
from tingsu.kernel.actor import Actor
from tingsu.kernel.kinds import kind
from tingsu.kernel.organisations import current_organisation

ASKED = ("grade", "urgency", "at_risk")
"""What the entry of a level may ask of a complaint, in its editor."""
ASKED_ELSEWHERE: Mapping[str, Text] = {
    "register": _("Register"),
    "state": _("State of an entry"),
    "severity": _("Severity of an entry"),
}
"""What it may ask of everything else."""


def things() -> dict[str, Text]:
    """The kinds of things that may have a ladder of their own."""
    return {"": _("everything else"), **{name: kind(name).one for name in clocked()}}


def told() -> dict[str, Text]:
    """Everybody a level may tell, and nobody."""
    return {"": "–", **receivers()}


def _conditions() -> tuple[Column, ...]:
    asked = {**{one.name: one.label for one in CONDITIONS if one.name in ASKED}, **ASKED_ELSEWHERE}
    return tuple(
        Column(name=f"when.{name}", label=label, kind="choice", options=_answers(name), required=False)
        for name, label in asked.items()
    )


def _answers(name: str) -> Callable[[], Mapping[str, Text]]:
    def answers() -> dict[str, Text]:
        known = conditions().get(name)
        return {"": _("any"), **(known.values if known else {})}

    return answers


LADDER = Editor(
    app="complaints",
    kind=KIND,
    slug="escalation",
    title=_("Escalation ladder"),
    intro=_(
        "From level to level: who is told, how long they have to take it up, and what leads to them. The first level is where "
        "everything begins. On the last level escalation goes on, to another receiver of it."
    ),
    entries="rungs",
    columns=(
        Column(name="of", label=_("Applies to"), kind="choice", options=things, required=False),
        Column(name="code", label=_("Code")),
        Column(name="name", label=_("Level"), kind="both"),
        Column(name="to.first", label=_("First receiver"), kind="choice", options=told),
        Column(name="to.second", label=_("Second receiver"), kind="choice", options=told, required=False),
        Column(name="to.third", label=_("Third receiver"), kind="choice", options=told, required=False),
        Column(name="call", label=_("How many of them"), kind="choice", options=CALL_WORDS),
        Column(name="letter", label=_("E-mail beside the notice"), kind="flag"),
        Column(name="limit.amount", label=_("Time to take it up"), kind="number", required=False),
        Column(name="limit.unit", label=_("Unit"), kind="choice", options={unit.value: UNITS[unit] for unit in Unit}),
        *(Column(name=f"on.{name}", label=words, kind="flag", required=False) for name, words in TRIGGER_WORDS.items()),
        Column(name="timers", label=_("Only of these limits (names)"), kind="codes", required=False),
        *_conditions(),
        Column(name="times", label=_("Only after so many escalations"), kind="number", required=False),
        Column(name="hours", label=_("Only from this age on (hours)"), kind="number", required=False),
    ),
    remarks=lambda: [gettext("Limits of the shipped ladder are our own values; no document gives any.")],
)


def escalation_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """While somebody is waited for, everybody who opens the case sees who; those who were told can take it up."""
    if complaint.escalation_level == 1 or not complaint.is_open:
        return None
    shown = standing(actor, complaint.pk)
    return {"standing": shown, "zone": current_organisation().time_zone} if shown else None


panel(
    Panel(
        name="escalation",
        title=_("Escalation"),
        template="clocks/standing.html",
        context=escalation_context,
        order=7,
        where="top",
    )
)

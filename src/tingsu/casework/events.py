"""The events of casework: acceptance, investigation, tasks, opinions, mediation, answers."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.events import Audience, EventKind, Group, Personal, Told, declare
from tingsu.pages.words import moment_words
from tingsu.people.queries import public_identity

MEDIATED = {
    "open": _("A mediation session was held; it goes on"),
    "agreed": _("The mediation ended with an agreement"),
    "not_agreed": _("The mediation ended without an agreement; your complaint stays open"),
    "refused": _("The mediation did not take place; your complaint stays open"),
}
RULED = {
    "yes": _("Your objection was accepted: another mediator takes over"),
    "no": _("Your objection was looked at: the mediator stays"),
}


def mediator_line(values: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Who mediates, by work identity (invariant 7)."""
    who = public_identity(uuid.UUID(str(values["member"]))) if values.get("member") else ""
    return [gettext("Mediator: %(who)s") % {"who": who}] if who else []


def invitation_lines(values: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """When and how, as the letter says it."""
    at = values.get("held_at")
    told = [gettext("When: %(at)s") % {"at": moment_words(datetime.fromisoformat(str(at)))}] if at else []
    return [*told, gettext("How and where: %(how)s") % {"how": texts["how"]}] if texts.get("how") else told


BOTH = frozenset({Audience.STAFF, Audience.COMPLAINANT})

declare(
    EventKind(
        name="complaint.extension_asked",
        words=pgettext_lazy("event", "asked to extend the limit for a decision"),
        group=Group.CLOCKS,
        icon="clock",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.limit_extended",
        words=pgettext_lazy("event", "allowed the extension of the limit"),
        group=Group.TALK,
        icon="clock",
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("We need longer for our decision"), text="told"),
    ),
    EventKind(
        name="complaint.extension_refused",
        words=pgettext_lazy("event", "refused the extension of the limit"),
        group=Group.CLOCKS,
        icon="clock",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.answered_not_ours",
        words=pgettext_lazy("event", "answered: not our responsibility"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.accepted",
        words=pgettext_lazy("event", "accepted the case for investigation"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.clue_noted",
        words=pgettext_lazy("event", "noted a clue"),
        group=Group.INSIDE,
        icon="flag",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.lead_proposed",
        words=pgettext_lazy("event", "put a criminal lead together"),
        group=Group.INSIDE,
        icon="flag",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.lead_approved",
        words=pgettext_lazy("event", "approved a criminal lead"),
        group=Group.INSIDE,
        icon="checks",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.lead_refused",
        words=pgettext_lazy("event", "refused a criminal lead"),
        group=Group.INSIDE,
        icon="x",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.lead_handed",
        words=pgettext_lazy("event", "handed a criminal lead over to law enforcement"),
        group=Group.INSIDE,
        icon="send",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.assistance_noted",
        words=pgettext_lazy("event", "noted assistance to law enforcement"),
        group=Group.INSIDE,
        icon="note",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.clue_followed",
        words=pgettext_lazy("event", "followed up a clue"),
        group=Group.INSIDE,
        icon="checks",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.ruling_requested",
        words=pgettext_lazy("event", "asked the committee to rule between departments"),
        group=Group.INSIDE,
        icon="users",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.dispute_voted",
        words=pgettext_lazy("event", "gave a word on the dispute between departments"),
        group=Group.INSIDE,
        icon="checks",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.dispute_withdrawn",
        words=pgettext_lazy("event", "withdrew the dispute between departments"),
        group=Group.INSIDE,
        icon="x",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.found_founded", words=pgettext_lazy("event", "concluded: founded"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.found_unfounded",
        words=pgettext_lazy("event", "concluded: not founded"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.answer_delivered",
        words=pgettext_lazy("event", "delivered the answer"),
        tone="ours",
        icon="send",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Our answer"), text="answer", answers=True),
    ),
    EventKind(
        name="complaint.answer_settled",
        group=Group.TALK,
        words=pgettext_lazy("event", "settled the answer"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You accepted the answer"), theirs=True),
    ),
    EventKind(
        name="complaint.answer_contested",
        words=pgettext_lazy("event", "contested with new facts"),
        tone="theirs",
        icon="message-circle",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You contested the answer"), text="new_facts", theirs=True),
    ),
    EventKind(
        name="complaint.answer_rejected",
        group=Group.TALK,
        words=pgettext_lazy("event", "rejected the answer"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You rejected the answer"), text="reason", theirs=True),
    ),
    EventKind(
        name="complaint.reinvestigation_ordered",
        words=pgettext_lazy("event", "had it investigated again"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.task_given",
        words=pgettext_lazy("event", "asked a department"),
        icon="subtask",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(name="complaint.task_accepted", words=pgettext_lazy("event", "accepted the task")),
    EventKind(
        name="complaint.task_answered",
        words=pgettext_lazy("event", "answered the task"),
        tone="done",
        icon="check",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.task_returned",
        words=pgettext_lazy("event", "returned the task"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.opinion_asked",
        words=pgettext_lazy("event", "asked for an opinion"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.opinion_given",
        words=pgettext_lazy("event", "gave an opinion"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.opinion_weighed",
        words=pgettext_lazy("event", "said how the solution stands to an opinion"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.deviation_ruled_on",
        words=pgettext_lazy("event", "decided on a deviation from an opinion"),
        icon="checks",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.released_data_settled",
        words=pgettext_lazy("event", "recorded what became of released data"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.functions_called",
        words=pgettext_lazy("event", "called the functions that the marked risks concern"),
        icon="users",
        group=Group.INSIDE,
    ),
    EventKind(
        name="complaint.risk_assessed",
        words=pgettext_lazy("event", "recorded a joint risk assessment"),
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.mediator_appointed",
        words=pgettext_lazy("event", "asked for mediation"),
        group=Group.TALK,
        audience=BOTH,
        told=Told(title=_("A mediator is to bring both sides together"), more=mediator_line),
    ),
    EventKind(
        name="complaint.mediation_called",
        words=pgettext_lazy("event", "invited to the mediation"),
        icon="calendar",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Invitation to the mediation"), text="note", more=invitation_lines),
    ),
    EventKind(
        name="complaint.mediation_recorded",
        words=pgettext_lazy("event", "recorded the mediation"),
        personal=Personal.TEXTS,
        group=Group.TALK,
        audience=BOTH,
        told=Told(title=lambda values: MEDIATED[values["result"]], text="agreement"),
    ),
    EventKind(
        name="complaint.mediator_objected",
        words=pgettext_lazy("event", "objected to the mediator"),
        tone="theirs",
        icon="flag",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You objected to the mediator"), text="words", theirs=True),
    ),
    EventKind(
        name="complaint.mediator_ruled_on",
        words=pgettext_lazy("event", "ruled on an objection to the mediator"),
        personal=Personal.TEXTS,
        group=Group.TALK,
        audience=BOTH,
        told=Told(title=lambda values: RULED[values["upheld"]], text="reply"),
    ),
)

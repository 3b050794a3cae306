"""The events of settlement: solutions, approvals, opinions, execution, outside cases."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import Audience, EventKind, Group, Personal, Told, declare
from tingsu.pages.words import day_words

BOTH = frozenset({Audience.STAFF, Audience.COMPLAINANT})


def opinion_title(values: Mapping[str, Any]) -> str | Promise:
    """What the party said to the proposal."""
    if values["agrees"] == "agree":
        return _("You agreed to the proposal")
    return _("You did not agree to the proposal")


def receipt_title(values: Mapping[str, Any]) -> str | Promise:
    """Whether the complainant has the money."""
    if values["arrived"] == "yes":
        return _("The money has arrived")
    return _("The money has not arrived yet")


def plan_lines(values: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """The day and the help until then, below what is planned."""
    day = _("Solution by %(day)s") % {"day": day_words(date.fromisoformat(str(values["by"])))}
    return [day, *([_("Until then: %(interim)s") % {"interim": texts["interim"]}] if texts.get("interim") else [])]


declare(
    EventKind(
        name="complaint.solution_planned",
        words=pgettext_lazy("event", "told what is planned"),
        tone="ours",
        icon="calendar",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("This takes longer; we told you what we plan"), text="measure", more=plan_lines),
    ),
    EventKind(
        name="complaint.solved_directly", words=pgettext_lazy("event", "solved it directly"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.demands_judged",
        words=pgettext_lazy("event", "said which demands are reasonable"),
        icon="checks",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.solution_drafted",
        words=pgettext_lazy("event", "wrote a solution"),
        tone="draft",
        icon="file-text",
        personal=Personal.TEXTS,
    ),
    EventKind(name="complaint.solution_submitted", words=pgettext_lazy("event", "submitted it for approval")),
    EventKind(
        name="complaint.solution_approved_within_authority",
        words=pgettext_lazy("event", "approved it within the own authority"),
    ),
    EventKind(
        name="complaint.solution_approved",
        words=pgettext_lazy("event", "approved the solution"),
        tone="done",
        icon="check",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.solution_voted",
        words=pgettext_lazy("event", "gave a word on the solution in the committee"),
        icon="scale",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.solution_returned",
        words=pgettext_lazy("event", "returned the solution"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.solution_not_approved",
        words=pgettext_lazy("event", "refused the solution"),
        tone="late",
        icon="x",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.solution_sent",
        personal=Personal.TEXTS,
        words=pgettext_lazy("event", "sent the solution"),
        tone="ours",
        icon="send",
        group=Group.TALK,
        audience=BOTH,
        told=Told(title=_("We sent you a proposal")),
    ),
    EventKind(
        name="complaint.party_opinion_recorded",
        words=pgettext_lazy("event", "recorded an opinion"),
        tone="theirs",
        icon="message-circle",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=opinion_title, text="text", theirs=True, party="party"),
    ),
    EventKind(name="complaint.agreed", words=pgettext_lazy("event", "reached agreement"), tone="done", icon="checks"),
    EventKind(
        name="complaint.solution_taken_back",
        words=pgettext_lazy("event", "took the solution back to revise it"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.agreement_failed", words=pgettext_lazy("event", "found no agreement"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.item_finished", words=pgettext_lazy("event", "carried out an item"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.payment_asked",
        words=pgettext_lazy("event", "applied for the payment"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.payment_ordered", words=pgettext_lazy("event", "ordered the payment"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.payment_returned",
        words=pgettext_lazy("event", "returned the application for the payment"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.payment_booked",
        words=pgettext_lazy("event", "took over that a payment of a batch was made"),
        tone="done",
        icon="check",
    ),
    EventKind(
        name="complaint.payment_refused",
        words=pgettext_lazy("event", "took over that the bank refused a payment"),
        tone="late",
        icon="x",
    ),
    EventKind(
        name="complaint.payment_answered",
        words=pgettext_lazy("event", "recorded whether the money has arrived"),
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=receipt_title, text="text", theirs=True),
    ),
    EventKind(
        name="complaint.item_verified", words=pgettext_lazy("event", "verified an item"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.recourse_opened",
        words=pgettext_lazy("event", "took recourse for an advance payment"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.recourse_closed", words=pgettext_lazy("event", "closed the recourse"), personal=Personal.TEXTS
    ),
    EventKind(name="complaint.cost_recorded", words=pgettext_lazy("event", "recorded a cost"), personal=Personal.TEXTS),
    EventKind(
        name="complaint.execution_verified",
        group=Group.TALK,
        words=pgettext_lazy("event", "verified the execution"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Everything agreed has been carried out and checked")),
    ),
    EventKind(
        name="complaint.execution_failed",
        group=Group.TALK,
        words=pgettext_lazy("event", "recorded that the execution failed"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Something agreed could not be carried out; we are preparing another proposal")),
    ),
    EventKind(
        name="complaint.outside_case_filed",
        words=pgettext_lazy("event", "recorded an outside case"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.outside_course_noted",
        words=pgettext_lazy("event", "noted hearing and costs of an outside case"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.outside_case_ended",
        words=pgettext_lazy("event", "ended an outside case"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.outside_body_replied_to",
        words=pgettext_lazy("event", "replied to an outside body"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.refusal_reviewed",
        words=pgettext_lazy("event", "reviewed the open refusal"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.negotiation_reopened",
        group=Group.TALK,
        words=pgettext_lazy("event", "reopened the negotiation"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You asked to negotiate again"), text="new_position", theirs=True),
    ),
    EventKind(
        name="complaint.outside_decision_entered",
        words=pgettext_lazy("event", "entered an outside decision"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.ways_exhausted",
        words=pgettext_lazy("event", "recorded that all ways are used"),
        personal=Personal.TEXTS,
    ),
)

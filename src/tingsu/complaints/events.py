"""The events of a complaint that it records itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.terms import PartyRole
from tingsu.kernel.events import Audience, EventKind, Group, Personal, Told, declare
from tingsu.pages.words import deadline_words

BOTH = frozenset({Audience.STAFF, Audience.COMPLAINANT})


def feedback_lines(values: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Why a date moved, how far we are, and when they hear next (AK-04)."""
    lines = [texts[name] for name in ("date_moved_reason", "progress") if texts.get(name)]
    if at := values.get("next_at"):
        lines.append(gettext("Next message by %(when)s") % {"when": deadline_words(datetime.fromisoformat(at))})
    return lines


declare(
    EventKind(
        name="complaint.registered",
        words=pgettext_lazy("event", "registered the complaint"),
        shows=(
            ("description", ""),
            ("additional_info", pgettext_lazy("event", "Besides")),
            ("remedy_text", pgettext_lazy("event", "Asks for")),
            ("department_reason", pgettext_lazy("event", "Why another department")),
            ("category_text", pgettext_lazy("event", "On the category")),
            ("other_text", pgettext_lazy("event", "On the category")),
        ),
        tone="theirs",
        icon="inbox",
        group=Group.TALK,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.acknowledged",
        words=pgettext_lazy("event", "acknowledged the complaint"),
        tone="ours",
        icon="mail",
        group=Group.TALK,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.interference_refused",
        words=pgettext_lazy(
            "event", "tried to change a decision of the complaint handling body from outside, and was refused"
        ),
        tone="late",
        icon="shield-lock",
    ),
    EventKind(name="complaint.registration_completed", words=pgettext_lazy("event", "completed the registration")),
    EventKind(
        name="complaint.record_confirmed",
        group=Group.TALK,
        words=pgettext_lazy("event", "confirmed the record"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You confirmed the record"), theirs=True),
    ),
    EventKind(name="complaint.passed_on", words=pgettext_lazy("event", "passed the case on"), personal=Personal.TEXTS),
    EventKind(
        name="complaint.ways_told",
        words=pgettext_lazy("event", "told the complainant of other ways"),
        tone="ours",
        icon="world",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Other ways open to you"), text="note"),
    ),
    EventKind(
        name="complaint.withdrawn",
        group=Group.TALK,
        words=pgettext_lazy("event", "withdrew the complaint"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You withdrew the complaint"), text="statement", theirs=True),
    ),
    EventKind(
        name="complaint.letter_told",
        words=pgettext_lazy("event", "called about a letter"),
        icon="phone",
        personal=Personal.TEXTS,
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.letter_posted",
        words=pgettext_lazy("event", "posted a letter"),
        icon="mail",
        personal=Personal.TEXTS,
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.letter_came_back",
        words=pgettext_lazy("event", "noted that a letter came back"),
        icon="alert-circle",
        tone="late",
        personal=Personal.TEXTS,
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.means_chosen",
        words=pgettext_lazy("event", "chose how letters come"),
        icon="mail",
        audience=BOTH,
        told=Told(title=_("How letters come was changed")),
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.code_renewed",
        words=pgettext_lazy("event", "exchanged the access code for a new one"),
        icon="shield-lock",
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("The access code was exchanged for a new one")),
        group=Group.TALK,
    ),
    EventKind(
        name="complaint.feedback_given",
        words=pgettext_lazy("event", "gave feedback"),
        tone="ours",
        icon="message-2",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Message from us"), text="content", more=feedback_lines, files="files"),
    ),
    EventKind(
        name="complaint.note_added",
        words=pgettext_lazy("event", "added an internal note"),
        tone="note",
        icon="lock",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.contact_logged",
        words=pgettext_lazy("event", "logged a contact"),
        tone="theirs",
        icon="phone",
        group=Group.TALK,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.handover_offered",
        words=pgettext_lazy("event", "handed the case over"),
        icon="users",
        personal=Personal.TEXTS,
    ),
    EventKind(name="complaint.handover_accepted", words=pgettext_lazy("event", "took the case over")),
    EventKind(
        name="complaint.handover_refused",
        words=pgettext_lazy("event", "refused to take the case"),
        personal=Personal.TEXTS,
    ),
    EventKind(name="complaint.offer_withdrawn", words=pgettext_lazy("event", "took the offer back")),
    EventKind(
        name="complaint.assigned",
        words=pgettext_lazy("event", "assigned the case"),
        icon="user-plus",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.escalated",
        words=pgettext_lazy("event", "escalated the case one level"),
        icon="arrow-up-right",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.supervised",
        words=pgettext_lazy("event", "put the case under supervision"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.supervision_ended",
        words=pgettext_lazy("event", "ended the supervision"),
        icon="flag",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.linked",
        words=pgettext_lazy("event", "linked another complaint"),
        icon="link",
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.repeats_ruled_out", words=pgettext_lazy("event", "compared earlier complaints: no repetition")
    ),
    EventKind(name="complaint.unlinked", words=pgettext_lazy("event", "removed a link"), personal=Personal.TEXTS),
    EventKind(name="complaint.waiting_set", words=pgettext_lazy("event", "noted whom the case waits on")),
    EventKind(
        name="complaint.record_corrected", words=pgettext_lazy("event", "corrected the record"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.person_corrected",
        words=pgettext_lazy("event", "put personal data right, on request: %(who)s"),
        fills=lambda body: {"who": str(dict(PartyRole.choices).get(body.get("who", ""), ""))},
        shows=(
            ("name", _("Full name")),
            ("phone", _("Telephone")),
            ("email", _("E-mail")),
            ("address", _("Address")),
            ("city", _("City")),
            ("postcode", _("Postcode")),
            ("added", _("Added to the record")),
        ),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.facts_added",
        words=pgettext_lazy("event", "added facts or evidence"),
        tone="theirs",
        icon="paperclip",
        group=Group.TALK,
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("You added"), text="facts", theirs=True),
    ),
)

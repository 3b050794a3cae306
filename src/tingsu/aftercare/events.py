"""The events of aftercare: notice, rating, callback, closing, file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import Audience, EventKind, Personal, Told, declare

BOTH = frozenset({Audience.STAFF, Audience.COMPLAINANT})

declare(
    EventKind(
        name="complaint.result_notified",
        words=pgettext_lazy("event", "sent the formal notice"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Formal notice of the result"), text="notice"),
    ),
    EventKind(name="complaint.rating_reminded", words=pgettext_lazy("event", "sent a reminder to rate")),
    EventKind(
        name="complaint.rated",
        words=pgettext_lazy("event", "rated our handling"),
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("Your rating"), text="comment", theirs=True),
    ),
    EventKind(
        name="complaint.called_back", words=pgettext_lazy("event", "recorded a callback"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.closed",
        words=pgettext_lazy("event", "closed the case"),
        tone="done",
        icon="archive",
        personal=Personal.TEXTS,
        audience=BOTH,
        told=Told(title=_("The complaint is settled")),
    ),
    EventKind(
        name="complaint.result_rejected", words=pgettext_lazy("event", "refused the result"), personal=Personal.TEXTS
    ),
    EventKind(
        name="complaint.archived",
        words=pgettext_lazy("event", "archived the file"),
        tone="done",
        icon="archive",
        personal=Personal.TEXTS,
    ),
)

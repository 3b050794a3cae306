"""The events of an organisation: how it began, what it says of itself, what it confirmed."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, declare

declare(
    EventKind(name="organisation.founded", words=pgettext_lazy("event", "set up the organisation"), icon="building"),
    EventKind(name="organisation.opened", words=pgettext_lazy("event", "opened the organisation for work"), icon="building"),
    EventKind(name="organisation.changed", words=pgettext_lazy("event", "changed what the organisation says of itself"), icon="edit"),
    EventKind(name="organisation.confirmed", words=pgettext_lazy("event", "confirmed a part of the set-up"), icon="check"),
    EventKind(name="organisation.completed", words=pgettext_lazy("event", "completed the set-up"), icon="checks"),
    EventKind(name="organisation.practice_asked", words=pgettext_lazy("event", "had a practice copy made"), icon="copy"),
    EventKind(name="organisation.practice_emptied", words=pgettext_lazy("event", "emptied the practice copy"), icon="trash"),
    EventKind(name="organisation.practice_founded", words=pgettext_lazy("event", "began as a practice copy"), icon="copy"),
    EventKind(name="organisation.practice_filled", words=pgettext_lazy("event", "filled the practice copy"), icon="check"),
)  # fmt: skip

"""The events of subscriptions."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Personal, declare

declare(
    EventKind(
        name="webhook.made", words=pgettext_lazy("event", "made the subscription to events"), personal=Personal.TEXTS
    ),
    EventKind(
        name="webhook.changed",
        words=pgettext_lazy("event", "changed the subscription to events"),
        personal=Personal.TEXTS,
    ),
    EventKind(name="webhook.secret_turned", words=pgettext_lazy("event", "gave the subscription a new secret")),
    EventKind(name="webhook.paused", words=pgettext_lazy("event", "paused the subscription")),
    EventKind(name="webhook.resumed", words=pgettext_lazy("event", "let the subscription go on")),
    EventKind(name="webhook.ended", words=pgettext_lazy("event", "ended the subscription")),
    EventKind(name="webhook.replayed", words=pgettext_lazy("event", "had events sent again")),
    EventKind(
        name="webhook.personal_decided",
        words=pgettext_lazy("event", "decided whether the subscription carries personal data"),
        personal=Personal.TEXTS,
    ),
)

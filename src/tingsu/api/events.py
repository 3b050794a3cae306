"""The events of access tokens."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Personal, declare

declare(
    EventKind(name="token.issued", words=pgettext_lazy("event", "issued the access token"), personal=Personal.TEXTS),
    EventKind(name="token.agreed", words=pgettext_lazy("event", "agreed that the program acts in the own name")),
    EventKind(name="token.approved", words=pgettext_lazy("event", "approved the access token as the second person")),
    EventKind(name="token.revoked", words=pgettext_lazy("event", "revoked the access token")),
)

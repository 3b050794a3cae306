"""What is told of mailboxes, in the history of the organisation."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Personal, declare
from tingsu.letters.notices import declare as declare_notices

SET, LOOKED_AT = "organisation.mailbox_set", "organisation.mailbox_looked_at"
EVENTS = (SET, LOOKED_AT)

declare(
    EventKind(
        name=SET, words=pgettext_lazy("event", "changed a mailbox that is read"), icon="mail", personal=Personal.TEXTS
    ),
    EventKind(
        name=LOOKED_AT,
        words=pgettext_lazy("event", "looked at a mailbox as the second person"),
        icon="check",
        personal=Personal.TEXTS,
    ),
)
declare_notices(
    {"mailbox.asks_look": (pgettext_lazy("notice", "A mailbox waits for a second person"), "users")},
    leads_to="mail:mailboxes",
)

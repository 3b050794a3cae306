"""The events of letters."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, Personal, declare

SMS_SET, SMS_LOOKED_AT = "organisation.text_messages_set", "organisation.text_messages_looked_at"
REPORTS_MOVED = "organisation.text_message_reports_moved"
ROBOT_SET, ROBOT_LOOKED_AT = "organisation.robot_set", "organisation.robot_looked_at"
SMS_EVENTS, ROBOT_EVENTS = (SMS_SET, SMS_LOOKED_AT, REPORTS_MOVED), (ROBOT_SET, ROBOT_LOOKED_AT)

declare(
    EventKind(name=SMS_SET, words=pgettext_lazy("event", "changed by whom text messages leave"), icon="message-circle", personal=Personal.TEXTS),
    EventKind(name=SMS_LOOKED_AT, words=pgettext_lazy("event", "looked at the account of text messages as the second person"), icon="check"),
    EventKind(name=REPORTS_MOVED, words=pgettext_lazy("event", "made another address for reports of text messages"), icon="refresh"),
    EventKind(name=ROBOT_SET, words=pgettext_lazy("event", "changed a group robot"), icon="bell", personal=Personal.TEXTS),
    EventKind(name=ROBOT_LOOKED_AT, words=pgettext_lazy("event", "looked at a group robot as the second person"), icon="check", personal=Personal.TEXTS),
)  # fmt: skip
declare(
    EventKind(name="letter.queued", words=pgettext_lazy("event", "Letter prepared"), alone=True, icon="mail"),
    EventKind(
        name="letter.sent", group=Group.TALK, words=pgettext_lazy("event", "Letter sent"), alone=True, icon="mail"
    ),
    EventKind(name="letter.delivered", words=pgettext_lazy("event", "Letter delivered"), alone=True, icon="mail"),
    EventKind(
        name="letter.read", group=Group.TALK, words=pgettext_lazy("event", "Letter read"), alone=True, icon="mail"
    ),
    EventKind(
        name="letter.failed",
        group=Group.TALK,
        words=pgettext_lazy("event", "Letter could not be sent"),
        alone=True,
        tone="late",
        icon="alert-circle",
    ),
    EventKind(name="letter.sent_again", words=pgettext_lazy("event", "Letter sent again"), alone=True, icon="mail"),
    EventKind(
        name="letter.withdrawn",
        words=pgettext_lazy("event", "Letter taken back before sending"),
        alone=True,
        icon="mail",
    ),
)

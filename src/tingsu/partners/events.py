"""The events of partners: what was asked of one on a case, and what became of its accounts."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Group, Personal, declare

declare(
    EventKind(
        name="complaint.partner_asked",
        words=pgettext_lazy("event", "asked a partner"),
        icon="inbox",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.partner_answered",
        words=pgettext_lazy("event", "answered for a partner"),
        icon="message-circle",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.partner_returned",
        words=pgettext_lazy("event", "returned a partner's answer"),
        icon="arrow-back-up",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="complaint.partner_withdrawn",
        words=pgettext_lazy("event", "withdrew a question to a partner"),
        icon="x",
        group=Group.INSIDE,
        personal=Personal.TEXTS,
    ),
    EventKind(name="partner_account.opened", words=pgettext_lazy("event", "opened an account for a partner")),
    EventKind(
        name="partner_account.commitment_renewed", words=pgettext_lazy("event", "noted a new commitment to secrecy")
    ),
    EventKind(
        name="partner_account.account_moved",
        words=pgettext_lazy("event", "gave the account another number in this installation"),
    ),
    EventKind(name="partner_account.program_made", words=pgettext_lazy("event", "made an access for a program")),
    EventKind(name="partner_account.program_ended", words=pgettext_lazy("event", "ended the access of a program")),
    EventKind(name="partner_account.closed", words=pgettext_lazy("event", "closed the partner's account")),
    EventKind(name="partner_account.password_given", words=pgettext_lazy("event", "gave a new password")),
    EventKind(name="partner_account.signed_in", words=pgettext_lazy("event", "signed in")),
    EventKind(
        name="partner_account.sign_in_closed", words=pgettext_lazy("event", "was locked out after failed sign-ins")
    ),
    EventKind(name="partner_account.password_chosen", words=pgettext_lazy("event", "chose a new password")),
    EventKind(name="partner_account.second_factor_set", words=pgettext_lazy("event", "switched the second factor on")),
    EventKind(
        name="partner_account.second_factor_reset", words=pgettext_lazy("event", "took away a lost second factor")
    ),
    EventKind(
        name="partner_account.second_factor_removed", words=pgettext_lazy("event", "switched the second factor off")
    ),
)

"""The events of members and departments."""

from django.utils.translation import pgettext_lazy

from tingsu.kernel.events import EventKind, Personal, declare

declare(
    EventKind(name="member.added", words=pgettext_lazy("event", "added the person")),
    EventKind(name="member.changed", words=pgettext_lazy("event", "changed the person's details")),
    EventKind(name="member.duty_set", words=pgettext_lazy("event", "set who is on duty")),
    EventKind(name="member.name_consent_given", words=pgettext_lazy("event", "agreed to the use of the name")),
    EventKind(
        name="member.name_consent_revoked", words=pgettext_lazy("event", "took back the consent to the use of the name")
    ),
    EventKind(name="member.readiness_set", words=pgettext_lazy("event", "set how far the person works alone")),
    EventKind(name="member.level_given", words=pgettext_lazy("event", "gave the staff level that was assessed")),
    EventKind(name="member.function_opened", words=pgettext_lazy("event", "opened a function after its training")),
    EventKind(
        name="member.interest_declared",
        words=pgettext_lazy("event", "declared an interest of their own"),
        personal=Personal.TEXTS,
    ),
    EventKind(
        name="member.interest_ended",
        words=pgettext_lazy("event", "noted that an interest is over"),
        personal=Personal.TEXTS,
    ),
    EventKind(name="member.deactivated", words=pgettext_lazy("event", "ended the access")),
    EventKind(
        name="member.account_moved",
        words=pgettext_lazy("event", "gave the account another number in this installation"),
    ),
    EventKind(name="member.reactivated", words=pgettext_lazy("event", "opened the access again")),
    EventKind(name="member.password_given", words=pgettext_lazy("event", "gave a new password")),
    EventKind(name="member.signed_in", words=pgettext_lazy("event", "signed in")),
    EventKind(name="member.sign_in_closed", words=pgettext_lazy("event", "was locked out after failed sign-ins")),
    EventKind(name="member.password_chosen", words=pgettext_lazy("event", "chose a new password")),
    EventKind(
        name="member.sign_in_changed", words=pgettext_lazy("event", "changed the sign-in"), personal=Personal.TEXTS
    ),
    EventKind(name="member.sessions_ended", words=pgettext_lazy("event", "ended open sessions")),
    EventKind(name="member.second_factor_set", words=pgettext_lazy("event", "switched the second factor on")),
    EventKind(name="member.second_factor_removed", words=pgettext_lazy("event", "switched the second factor off")),
    EventKind(name="member.second_factor_reset", words=pgettext_lazy("event", "took away a lost second factor")),
    EventKind(name="member.post_given", words=pgettext_lazy("event", "gave a post")),
    EventKind(
        name="member.post_described",
        words=pgettext_lazy("event", "wrote down the duties of a post"),
        personal=Personal.TEXTS,
    ),
    EventKind(name="member.post_ended", words=pgettext_lazy("event", "ended a post")),
    EventKind(name="member.post_confirmed", words=pgettext_lazy("event", "confirmed knowing the post")),
    EventKind(
        name="member.interference_refused",
        words=pgettext_lazy(
            "event", "tried to change a post of the complaint handling body from outside, and was refused"
        ),
    ),
    EventKind(
        name="unit.interference_refused",
        words=pgettext_lazy(
            "event", "tried to change a department of the complaint handling body from outside, and was refused"
        ),
    ),
    EventKind(name="unit.opened", words=pgettext_lazy("event", "opened the department")),
    EventKind(name="unit.changed", words=pgettext_lazy("event", "changed the department")),
    EventKind(name="unit.closed", words=pgettext_lazy("event", "closed the department")),
    EventKind(name="unit.reopened", words=pgettext_lazy("event", "reopened the department")),
)

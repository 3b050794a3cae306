"""Who reads the conformity view, and who stands at the door of auditors from outside. The only place that decides."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, SecondFactorNeeded, SignInNeeded
from tingsu.kernel.tenancy import organisation_or_none
from tingsu.people import queries as people
from tingsu.people import second_factor, sign_in_rules
from tingsu.people.access import Can, actor_for
from tingsu.people.roles import Role
from tingsu.registers.declaration import CHECKERS, LEADERS
from tingsu.registers.models import Entry

READERS = (*LEADERS, *CHECKERS, Role.DSO)


def reader(request: HttpRequest) -> Actor:
    """The person behind a page of the view. Raises NotAllowed."""
    actor = actor_for(request, needs=Can.DESK)
    if not people.reads_all(actor, READERS):
        raise NotAllowed(_("The conformity view is for those who lead and those who check."))
    return actor


@dataclass(frozen=True)
class Visitor:
    """An auditor from outside inside one request: the actor, and the audit that the account was granted for."""

    actor: Actor
    audit: Entry


class AccountOver(NotAllowed):
    """The days of the account are over, or have not come."""

    code, status = "account_over", 403
    sentence = _("This account opened from %(first)s to %(last)s. Ask your contact here for a new one.")


def visitor(request: HttpRequest) -> Visitor:
    """Who asks at the door of auditors, read anew for each request. Raises SignInNeeded, NotAllowed, SecondFactorNeeded."""
    from tingsu.conformity import outside

    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or organisation_or_none() is None:
        raise SignInNeeded
    audit = outside.account_of(user.pk)
    if audit is None or audit.state != "open":
        raise NotAllowed(
            _("This door is for auditors with an account that was granted and is not over."), code="no_auditor"
        )
    if getattr(user, "password_given", False):
        raise NotAllowed(
            _("This password was made by somebody else. Choose one of your own first: “Change password”."), code="password_given"
        )  # fmt: skip
    if not outside.holds_now(audit, also_later=False):
        raise AccountOver(first=audit.codes["valid_from"], last=audit.codes["valid_until"])
    actor = actor_of(audit)
    if second_factor.is_missing(request, user, actor):
        raise SecondFactorNeeded
    return Visitor(actor, audit)


def actor_of(audit: Entry) -> Actor:
    """The auditor as an actor: the ledger and the access log name the audit, never the person."""
    return Actor(
        kind="partner", id=audit.pk, organisation_id=audit.organisation_id, name=audit.number, roles=frozenset({sign_in_rules.PARTNER}),
    )  # fmt: skip

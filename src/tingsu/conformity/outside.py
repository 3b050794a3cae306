"""Audits by people from outside: when, by whom, and the read-only account of the auditor, which ends by itself (MS-29).

Who asks for an account does not grant it; whoever grants it has not asked. The account is no member of ours: it opens the door of
auditors alone, between two days, and nothing once the audit is over.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.conformity.access import READERS
from tingsu.conformity.profiles import profiles
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.erasing import erases
from tingsu.kernel.errors import ConditionsUnmet, NotAllowed, Unmet
from tingsu.kernel.events import EventKind
from tingsu.kernel.ids import new_code
from tingsu.kernel.organisations import current_organisation, in_practice
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import lockout, sessions
from tingsu.people.actions.accounts import PASSWORD_LENGTH, check_free, open_account, put_first_password
from tingsu.people.errors import OnlyPractice
from tingsu.people.models import Account, Membership
from tingsu.people.roles import Role
from tingsu.privacy import fields as privacy
from tingsu.privacy.fields import Rule
from tingsu.process.steps import Field, Step, guard
from tingsu.registers.actions import follow
from tingsu.registers.declaration import LEADERS, OPENER, OWNER, Do, Due, Register, State, declare
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

AUDIT = "outside_audit"
NAMELESS = "~closed-"
"""Stands in the place of a sign-in name; no name that anybody chooses begins so."""
LONGEST = timedelta(days=60)
"""An account lasts so long at most; then it is asked for anew."""
KINDS = (
    ("first", pgettext_lazy("audit", "First certification")),
    ("surveillance", pgettext_lazy("audit", "Surveillance")),
    ("renewal", pgettext_lazy("audit", "Recertification")),
    ("customer", pgettext_lazy("audit", "By a customer or partner")),
    ("authority", pgettext_lazy("audit", "By an authority")),
)
RESULTS = (
    ("passed", pgettext_lazy("audit", "Passed")),
    ("conditions", pgettext_lazy("audit", "Passed, findings to be closed")),
    ("failed", pgettext_lazy("audit", "Not passed")),
)
PURPOSE = _("Knowing who looked at our records as an auditor")
BASIS = _("Contract with the body that audits (PIPL art. 13)")
for _name, _mask, _label in (("name", "name", _("Full name")), ("username", "whole", _("Sign-in name"))):
    privacy.declare("outside_auditor", _name, Rule(_mask, PURPOSE, BASIS, privacy.IDENTITY, revealable=False), _label)


def documents(thing: Any) -> tuple[tuple[str, Any], ...]:
    """What an audit is held against."""
    return tuple((code, one.label) for code, one in profiles().items())


def today() -> date:
    return local_date(now(), current_organisation().time_zone)


@guard("of_fitting_days")
def of_fitting_days(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """The account opens and ends, not in the past, and not after two months."""
    if values is None:
        return []
    first, last = values["valid_from"], values["valid_until"]
    if last < first or last < today():
        return [Unmet("days", _("the account would have ended already"), value_of="valid_until")]
    if last - first > LONGEST:
        return [Unmet("too_long", _("sixty days at most: then it is asked for anew"), value_of="valid_until")]
    return []


@guard("name_is_free")
def name_is_free(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody else signs in with this name."""
    if values is None:
        return []
    taken = Account.objects.filter(username__iexact=values["username"]).exclude(pk=opened.entry.codes.get("account"))
    return (
        [Unmet("taken", _("somebody signs in with this name already"), value_of="username")] if taken.exists() else []
    )


@guard("still_to_come")
def still_to_come(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """What ended while it waited is asked for anew."""
    until = opened.entry.codes.get("valid_until")
    if until and date.fromisoformat(until) < today():
        return [Unmet("days", _("the days asked for are over: ask anew"))]
    return []


def shut(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The account opens nothing any more, and who is in is out."""
    close_account(opened.entry.codes.get("account"))


def close_account(account_id: int | None) -> int:
    """Nobody comes in with it, nobody is in, and nothing in it says whose it was: no name, no second factor. How many were closed.

    The name stands in the entry, under its key, as long as that is kept; an account that is granted again takes it from there.
    """
    if account_id is None:
        return 0
    sessions.end(account_id)
    Authenticator.objects.filter(user_id=account_id).delete()
    return Account.objects.filter(pk=account_id).update(
        is_active=False, username=f"{NAMELESS}{account_id}", password=""
    )


@erases("sign_in", "outside_audit")
def sign_in(entry_id: uuid.UUID, at: datetime) -> int:
    """With the entry the account goes that its auditor had, whatever state it was in."""
    held = Membership.objects.filter(member_id=entry_id).values_list("account_id", flat=True)
    return sum(close_account(one) for one in list(held))


def end_owed() -> int:
    """Each night: accounts whose last day is over are closed, though nobody did so by hand."""
    by = automation("conformity.expire", current_organisation_id())
    rows = Entry.objects.filter(register=AUDIT, state="open").values_list("pk", "codes")
    over = [pk for pk, codes in rows if str(codes.get("valid_until", "")) < today().isoformat()]
    for pk in over:
        with transaction.atomic(durable=True):
            follow(actor=by, entry_id=pk, register=REGISTER, step="run_out")
    return len(over)


def first_password(*, actor: Actor, entry: Entry) -> tuple[str, str]:
    """The sign-in name and a first password, shown once: (name, password). Makes the account where there is none.

    An account that was closed opens with this password alone: whoever had it before does not come in with their own.

    Raises NotAllowed, ConditionsUnmet, OnlyPractice, SignInNameTaken.
    """
    if not actor.has_role(*LEADERS):
        raise NotAllowed
    if in_practice():
        raise OnlyPractice
    if not holds_now(entry):
        raise ConditionsUnmet([Unmet("not_granted", _("no account was granted for today or later"))])
    username = entry.written().get("username", "")
    with transaction.atomic(durable=True):
        held = Account.objects.select_for_update().filter(pk=entry.codes.get("account") or 0).first()
        if held is None:
            held, password = open_account(username, "", None)
            Membership(account=held, organisation_id=current_organisation_id(), member_id=entry.pk).save(
                force_insert=True
            )
        else:
            password = new_code(PASSWORD_LENGTH)
            if held.username.lower() != username.lower():
                check_free(username, "", but=held.pk)
                held.username = username
            held.is_active = True
            held.save(update_fields=["username", "is_active"])
            put_first_password(held, password)
        follow(actor=actor, entry_id=entry.pk, register=REGISTER, step="password", values={"account": held.pk})
    lockout.forget_account(held.pk)
    return held.username, password or ""


def holds_now(entry: Entry, *, also_later: bool = True) -> bool:
    """Was an account granted that holds today, or that begins later?"""
    if entry.state != "open":
        return False
    first, last = (date.fromisoformat(entry.codes[name]) for name in ("valid_from", "valid_until"))
    return today() <= last and (also_later or first <= today())


def next_audit(day: date) -> Entry | None:
    """The audit that comes next: what the view counts the days to. One query."""
    rows = Entry.objects.filter(register=AUDIT, state__in=("planned", "asked", "open")).defer("texts")
    ahead = [row for row in rows if str(row.codes.get("audit_on", "")) >= day.isoformat()]
    return min(ahead, key=lambda row: (row.codes["audit_on"], row.number), default=None)


REGISTER = Register(
    name=AUDIT,
    one=_("Audit from outside"),
    many=_("Audits from outside"),
    hint=_(
        "When the certification body, a customer or an authority audits us, and the auditor's read-only account: asked for by one, granted "
        "by another, ended by itself."
    ),
    prefix="WS",
    icon="certificate",
    group="",
    title="scope",
    readers=READERS,
    openers=(*LEADERS, Role.QA),
    fields=(
        Field(name="body", label=_("Who audits"), limit=120),
        Field(name="kind", label=pgettext_lazy("audit", "Kind"), kind="choice", options=KINDS),
        Field(name="document", label=pgettext_lazy("audit", "Against"), kind="choice", options=documents),
        Field(name="audit_on", label=_("First day of the audit"), kind="date"),
        Field(name="scope", label=pgettext_lazy("audit", "What is audited"), kind="longtext", limit=1000),
        Field(name="auditor_name", label=_("Name of the auditor"), limit=60),
        Field(
            name="username", label=_("Sign-in name"), limit=60,
            help=_("With it the auditor signs in. A first password is made after the account was granted."),
        ),
        Field(name="bound", label=_("Commitment to secrecy"), limit=200, help=_("Where the signed commitment lies.")),
        Field(name="valid_from", label=_("Account from"), kind="date"),
        Field(name="valid_until", label=_("Account until"), kind="date", help=_("The last day on which it opens anything.")),
        Field(name="account", label=_("Account"), kind="number"),
        Field(name="result", label=pgettext_lazy("audit", "Result"), kind="choice", options=RESULTS),
        Field(name="findings", label=pgettext_lazy("audit", "Findings"), kind="longtext", limit=2000),
        Field(name="report", label=pgettext_lazy("audit", "Report"), kind="files"),
        Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
    ),
    form=("body*", "kind*", "document*", "audit_on*", "scope*"),
    passing=("reason",),
    own_part=frozenset({"account"}),
    personal={"auditor_name": "outside_auditor.name", "username": "outside_auditor.username"},
    columns=("body", "kind", "document", "audit_on", "valid_until"),
    filters=("kind", "document"),
    states=(
        State("planned", pgettext_lazy("audit", "Planned"), "soon"),
        State("asked", _("Account waits for approval"), "soon"),
        State("open", _("Account granted"), "done"),
        State("over", pgettext_lazy("audit", "Held"), "done", open=False),
        State("cancelled", pgettext_lazy("audit", "Cancelled"), open=False, final=True),
    ),
    opening={"may_start": ("outside_audit_day",)},
    dues=(
        Due(field="audit_on", timer="outside_audit_day", label=_("Audit from outside"), stops=_("held or cancelled")),
    ),
    steps=(
        Do(
            name="ask", label=_("Ask for an account"), event="account_asked", did=_("asked for an account of the auditor"), sources=("planned",),
            target="asked", who=(*LEADERS, Role.QA), asks=("auditor_name*", "username*", "bound*", "valid_from*", "valid_until*"),
            guards=(of_fitting_days, name_is_free), tells=(Role.MGMT_REP, Role.TOP_MGMT), icon="user-plus",
        ),
        Do(
            name="grant", label=_("Grant the account"), event="account_granted", did=_("granted the account"), sources=("asked",),
            target="open", who=(*LEADERS, Role.DSO), not_by=("ask",), guards=(still_to_come,), tells=(OPENER,), tone="done",
            icon="checks", clause="ISC 9.7.2.2",
        ),
        Do(
            name="refuse", label=_("Refuse the account"), event="account_refused", did=_("refused the account"), sources=("asked",),
            target="planned", who=(*LEADERS, Role.DSO), not_by=("ask",), asks=("reason*",), tells=(OPENER,), main=False, icon="x",
        ),
        Do(
            name="password", label=_("Make a first password"), event="password_given", did=_("made a first password"), sources=("open",),
            who=(), asks=("account*",), main=False, icon="lock",
        ),
        Do(
            name="shut", label=_("Close the account"), event="account_closed", did=_("closed the account"), sources=("open",), target="planned",
            who=(*LEADERS, Role.DSO), asks=("reason*",), effect=shut, tells=(OWNER,), main=False, icon="lock",
        ),
        Do(
            name="run_out", label=_("The account is over"), event="account_expired", did=_("closed the account, its days being over"),
            sources=("open",), target="planned", who=(), effect=shut, tells=(OWNER,), main=False, icon="hourglass",
        ),
        Do(
            name="move", label=pgettext_lazy("audit", "Set another day"), event="moved", did=_("set another day"),
            sources=("planned", "asked", "open"), who=(*LEADERS, Role.QA), asks=("audit_on*", "reason*"), main=False, icon="calendar",
        ),
        Do(
            name="conclude", label=pgettext_lazy("audit", "Note the result"), event="held", did=_("noted the result"), sources=("planned", "open"),
            target="over", who=(*LEADERS, Role.QA), asks=("result*", "findings", "report"), effect=shut, stops=("outside_audit_day",),
            tells=(Role.MGMT_REP, Role.TOP_MGMT), icon="file-check",
        ),
        Do(
            name="cancel", label=pgettext_lazy("audit", "Cancel the audit"), event="cancelled", did=_("cancelled the audit"),
            sources=("planned", "asked", "open"), target="cancelled", who=LEADERS, asks=("reason*",), effect=shut, stops=("outside_audit_day",),
            tells=(OWNER,), main=False, icon="x",
        ),
    ),
    extra_events=(
        EventKind(name="outside_audit.signed_in", words=pgettext_lazy("event", "signed in")),
        EventKind(name="outside_audit.sign_in_closed", words=pgettext_lazy("event", "was locked out after failed sign-ins")),
        EventKind(name="outside_audit.password_chosen", words=pgettext_lazy("event", "chose a new password")),
        EventKind(name="outside_audit.second_factor_set", words=pgettext_lazy("event", "switched the second factor on")),
        EventKind(name="outside_audit.second_factor_removed", words=pgettext_lazy("event", "switched the second factor off")),
    ),
    entry_template="conformity/account_part.html",
)  # fmt: skip
declare(REGISTER)


def account_of(account_id: int) -> Entry | None:
    """The audit whose auditor signs in with this account. Two queries."""
    held = Membership.objects.filter(account_id=account_id, organisation_id=current_organisation_id()).first()
    return Entry.objects.filter(register=AUDIT, pk=held.member_id).select_related("stream").first() if held else None


def is_auditor(member_id: uuid.UUID) -> bool:
    """Is this who signs in as an auditor from outside?"""
    return Entry.objects.filter(register=AUDIT, pk=member_id).exists()

"""What must be done before real work, read from what is: nothing is ticked by hand that can be seen (A1, CA-30, CA-31)."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.aftercare.rules import RETENTION
from tingsu.calendars.queries import KIND as CALENDAR
from tingsu.clocks.queries import KIND as LIMITS
from tingsu.kernel import rulebooks
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.organisations import current_organisation, other_host, public_address, refused_host
from tingsu.kernel.punctuation import listed
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people import authority, queries
from tingsu.people.access import Can, may, roles_with
from tingsu.people.models import Unit
from tingsu.people.roles import Role
from tingsu.setup import enterprise

Words = str | Promise
CONFIRMED: dict[str, str] = {
    "calendar": CALENDAR,
    "limits": LIMITS,
    "retention": RETENTION,
    "compensation": authority.KIND,
    "mail": "",
}
"""What is confirmed, and the rulebook it speaks of."""
RULES = "rules:"
"""Before the kind of any other rulebook that was confirmed as it is shipped."""
NEEDED_ROLES = (Role.TOP_MGMT, Role.MGMT_REP, Role.SUPERVISOR, Role.SPECIALIST, Role.FRONTLINE)
"""The five roles of the Shenzhen guide, which every document knows under some name (OG-03)."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing on the list: what it is, why, whether it is done, where it is done."""

    name: str
    label: Words
    hint: Words
    done: bool
    url: str


def items() -> list[Item]:
    """The whole list for the organisation we act for. A handful of queries."""
    organisation = current_organisation()
    told = confirmations()
    page = reverse("setup:organisation")

    def confirmed(subject: str) -> bool:
        return subject in told and (
            not CONFIRMED[subject] or told[subject] == rulebooks.in_force(CONFIRMED[subject]).version
        )

    def item(name: str, label: Words, hint: Words, done: bool, url: str) -> Item:
        return Item(name=name, label=label, hint=hint, done=done, url=url)

    facts = organisation.enterprise
    contact = bool(
        organisation.hotline and organisation.email and any(organisation.service_hours.values()) and any(organisation.address.values())
    )  # fmt: skip
    found = [
        item("documents", _("Documents that apply, and why"), _("Kept with its reason."), bool(facts.get("documents") and facts.get("reason")), page),
        item("contact", _("Hotline, mailbox, hours and postal address"), _("They stand on the public pages."), contact, page),
        item("address", _("Public address"), _not_answered(organisation) or _("While it is empty, letters carry no links."),
             bool(public_address(organisation)) and not _not_answered(organisation), page),
        item("second_factor", _("Second factor of everybody who manages people"),
             _("A password alone must not open everything."), second_factors(), reverse("mfa_index")),
        item("units", _("Units"), _("By a template, then as you are."), has_centre(), reverse("setup:units")),
        item("people", _("People and roles"), missing_words(), not missing_roles(), reverse("setup:people")),
        item("calendar", _("Working calendar confirmed"), _("Working hours, holidays, make-up workdays."), confirmed("calendar"), _confirm("calendar")),
        item("limits", _("Time limits confirmed"), _("They are promises to complainants."), confirmed("limits"), _confirm("limits")),
        item("retention", _("Retention confirmed"),
             _("No document states a period; three years after closing are shipped."), confirmed("retention"), _confirm("retention")),
        item("compensation", _("Limits of compensation set"),
             _("Quick ¥200; every other amount is yours to set."), confirmed("compensation"), reverse("setup:compensation")),
        item("mail", _("Mail tried"), _("A trial shows the mail server's own words."), confirmed("mail"), reverse("setup:mail")),
    ]  # fmt: skip
    if enterprise.hotline_duty(facts):
        missing = enterprise.not_conforming(organisation)
        found.insert(
            2, item("staffed", _("Staffed hotline and mailbox in a prominent place (ISC 7.1.1.2)"),
                    _("Not conforming until both are there."), not missing, page),
        )  # fmt: skip
    return found


def confirmations() -> dict[str, int]:
    """Subject → the version that was confirmed last."""
    events = Event.objects.filter(stream_id=current_organisation_id(), kind="organisation.confirmed").order_by("seq")
    return {event.body["subject"]: event.body["version"] for event in events}


def confirmed_kinds() -> set[str]:
    """The rulebooks that the firm confirmed as they are in force now."""
    told = confirmations()
    named = {subject: kind for subject, kind in CONFIRMED.items() if kind}
    named |= {subject: subject.removeprefix(RULES) for subject in told if subject.startswith(RULES)}
    return {kind for subject, kind in named.items() if told.get(subject) == rulebooks.in_force(kind).version}


def second_factors() -> bool:
    """Has everybody who manages people a second factor?"""
    accounts = {
        member.account_id for member in queries.active_members(roles=roles_with(Can.PEOPLE)) if member.account_id
    }
    held = Authenticator.objects.filter(user_id__in=accounts, type=Authenticator.Type.TOTP).values_list(
        "user_id", flat=True
    )
    return bool(accounts) and accounts <= set(held)


def has_centre() -> bool:
    """Is there a complaint handling body (OG-01)?"""
    return any(unit.kind == Unit.Kind.CENTRE for unit in queries.units())


def missing_roles() -> list[Words]:
    """The roles of the five that nobody holds."""
    held = {post.role for post in queries.posts_now()}
    return [role.label for role in NEEDED_ROLES if role not in held]


def missing_words() -> Words:
    """What the line about people says: which of the five roles nobody holds."""
    missing = missing_roles()
    if not missing:
        return _("Each of the five roles is held by somebody.")
    return str(_("Nobody is yet: %(roles)s")) % {"roles": listed(str(one) for one in missing)}


def open_count(found: Iterable[Item]) -> int:
    return sum(not item.done for item in found)


def warnings_for(organisation: Organisation, rights: Iterable[Can]) -> list[str]:
    """What leaders read on every page until it is mended: non-conformity (IN-07), letters without links."""
    if Can.RULEBOOKS not in set(rights) or organisation.practice_of is not None:
        return []
    found = []
    if missing := enterprise.not_conforming(organisation):
        found.append(
            str(_("Not conforming to ISC 7.1.1.2: still missing %(what)s."))
            % {"what": listed(str(one) for one in missing)}
        )
    if not public_address(organisation):
        found.append(str(_("The public address is not set, so letters carry no links: Settings → Organisation.")))
    if refused := _not_answered(organisation):
        found.append(refused)
    return found


def _not_answered(organisation: Organisation) -> str:
    """What is wrong when people are led to a name that this server refuses: only whoever runs it can mend that."""
    if name := other_host(organisation):
        sentence = _("At %(name)s people find another organisation: enter it under “Host of its own” too.")
        return str(sentence) % {"name": name}
    if not (name := refused_host(organisation)):
        return ""
    return str(
        _(
            "This server does not answer to %(name)s yet: whoever runs it sets TINGSU_PUBLIC_URL or TINGSU_HOSTS and starts it anew."
        )
    ) % {"name": name}


def is_preparing(actor: object, organisation: Organisation) -> bool:
    """Does the list still stand for this person?"""
    return organisation.stage == Organisation.Stage.PREPARING and may(actor, Can.RULEBOOKS)  # type: ignore[arg-type]


def _confirm(subject: str) -> str:
    return reverse("setup:confirm", args=[subject])

"""Making an organisation: its row, units, limits and first person, each step whole by itself and never done twice.

A founding that was interrupted is taken up again where it stopped: until its first person can sign in, the organisation
does not exist for anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from tingsu.calendars.actions import publish_calendar
from tingsu.calendars.queries import KIND as CALENDAR
from tingsu.clocks.actions import choose_profile
from tingsu.clocks.queries import KIND as LIMITS
from tingsu.kernel import crypto, rulebooks
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain, open_chain
from tingsu.kernel.models import Organisation
from tingsu.kernel.once import turn
from tingsu.kernel.organisations import forget_organisations, is_anothers, is_taken
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions as people
from tingsu.people.access import actor_of
from tingsu.people.models import Account, Member, Post, Unit
from tingsu.setup import forms
from tingsu.setup.errors import BeingFounded, HostTaken, SlugTaken
from tingsu.setup.templates_of_units import ADMINISTRATORS, ALL_ROLES, STRUCTURES


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be made, read and checked: `read_plan` makes it."""

    slug: str
    columns: dict[str, Any]
    profile: str
    structure: str
    person: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Founded:
    """What was made: the organisation, its first account, and a first password if none was chosen (shown once)."""

    organisation: Organisation
    account: Account
    password: str | None


@contextmanager
def alone() -> Iterator[None]:
    """One founding at a time, by page or command: two clicks, or two people, make one organisation. Raises BeingFounded."""
    with turn("setup.founding") as mine:
        if not mine:
            raise BeingFounded
        yield


def plan_of(data: dict[str, Any], person: dict[str, Any]) -> Plan:
    """The plan in cleaned answers: of the firm, and of its first person (both have an e-mail address)."""
    names = ("name", "staff_number", "alias_zh", "alias_en", "username", "email", "role")
    return Plan(
        slug=data.get("slug") or forms.short_name(data.get("name_en", ""), data["name_zh"]),
        columns=forms.columns_of(data),
        profile=data["profile"],
        structure=data["structure"],
        person={name: person.get(name, "") for name in names},
    )


def found(plan: Plan, *, password: str | None = None, join: bool = False) -> Founded:
    """Make the organisation, or finish making it. `join` lets the account of another organisation in here too.

    Raises SlugTaken, HostTaken, and what the actions of people refuse.
    """
    organisation = _row(plan, join)
    actor = automation("setup", organisation.pk)
    with acting_for(organisation.pk):
        open_units(actor, plan.structure)
        if plan.profile != "strictest" and rulebooks.in_force(LIMITS).version == 0:
            choose_profile(actor=actor, profile=plan.profile)
        _same_days(actor, organisation.time_zone)
        account, first = _first_person(actor, plan, password, join)
        _open(actor, organisation)
    forget_organisations()
    return Founded(organisation=organisation, account=account, password=first)


def _row(plan: Plan, join: bool) -> Organisation:
    begun = Organisation.objects.filter(slug=plan.slug).first()
    if begun is not None and (begun.stage != Organisation.Stage.FOUNDING or begun.practice_of is not None):
        raise SlugTaken
    host, address, known = plan.columns.get("host", ""), plan.columns.get("public_url", ""), begun.pk if begun else None
    if (host and is_taken(host, known)) or (address and is_anothers(address, plan.slug, known)):
        raise HostTaken
    if begun is None and _joining(plan, join) is None:
        # Asked before anything is made: a row half made for a name that is taken would keep the short name.
        people.check_free(plan.person["username"], plan.person["email"])
    profile = Organisation.Profile.MICRO if plan.structure == "one" else plan.profile
    columns = {**plan.columns, "profile": str(profile), "stage": Organisation.Stage.FOUNDING.value}
    if begun is not None:
        return _taken_up(begun, columns)
    pk = new_id()
    row = Organisation(
        id=pk, slug=plan.slug, created_at=now(), wrapped_key=crypto.new_organisation_key(pk), **columns
    )  # fmt: skip
    try:
        with acting_for(pk), transaction.atomic(durable=True):
            row.save(force_insert=True)
            chain = open_chain("organisation", pk)
            facts = {name: value for name, value in columns.items() if name != "stage"}
            chain.record("organisation.founded", actor=automation("setup", pk), at=now(), data={"set": facts})
            chain.flush()
    except IntegrityError as error:
        raise SlugTaken from error
    return row


def _taken_up(row: Organisation, columns: dict[str, Any]) -> Organisation:
    """The row of a founding that was interrupted, as it is answered now; its history keeps what was answered before."""
    changes = {name: [getattr(row, name), new] for name, new in columns.items() if getattr(row, name) != new}
    if changes:
        for name, (_old, new) in changes.items():
            setattr(row, name, new)
        with acting_for(row.pk), transaction.atomic(durable=True):
            chain = lock_chain(row.pk, "organisation")
            row.save(update_fields=list(changes))
            chain.record("organisation.changed", actor=automation("setup", row.pk), at=now(), data={"set": changes})
            chain.flush()
    return row


def open_units(actor: Actor, structure: str) -> list[Unit]:
    """The units of a template that are not there yet, in their order; gives those that were opened."""
    known = {unit.code: unit for unit in Unit.objects.all()}
    opened = []
    for one in STRUCTURES[structure].units:
        if one.code not in known:
            parent = known[one.parent].pk if one.parent else None
            known[one.code] = people.open_unit(
                actor=actor, code=one.code, name=one.name, kind=str(one.kind), parent_id=parent, hosting=one.hosting
            )
            opened.append(known[one.code])
    return opened


def _same_days(actor: Actor, zone: str) -> None:
    """The shipped calendar counts on Chinese days; a firm in another time zone begins with one that counts on its own."""
    rules = rulebooks.in_force(CALENDAR)
    if rules.version == 0 and rules.body["time_zone"] != zone:
        publish_calendar(actor=actor, body={**rules.body, "time_zone": zone})


def _first_person(actor: Actor, plan: Plan, password: str | None, join: bool) -> tuple[Account, str | None]:
    person = plan.person
    member, first = Member.objects.filter(staff_number=person["staff_number"]).first(), None
    if member is None:
        known = _joining(plan, join)
        made = people.add_member(
            actor=actor,
            staff_number=person["staff_number"],
            name=person["name"],
            alias={"zh-Hans": person["alias_zh"], "en": person["alias_en"]},
            username=person["username"],
            email=person["email"],
            password=password,
            account=known,
        )
        member, first = made.member, made.password
    structure = STRUCTURES[plan.structure]
    roles = ALL_ROLES if plan.structure == "one" else ADMINISTRATORS[person["role"]][1]
    units = {unit.code: unit.pk for unit in Unit.objects.all()}
    held = set(Post.objects.filter(member=member).values_list("role", flat=True))
    for role in roles:
        if role not in held:
            unit = units[structure.top if role == "top_mgmt" else structure.centre]
            people.give_post(actor=actor, member_id=member.pk, unit_id=unit, role=str(role), is_head=True)
    for post in Post.objects.filter(member=member, confirmed_at=None):
        people.confirm_post(actor=actor_of(member), post_id=post.pk)
    return Account.objects.get(pk=member.account_id), first


def _joining(plan: Plan, join: bool) -> Account | None:
    """The account that is there and is to be let in here too."""
    return Account.objects.filter(username=plan.person["username"]).first() if join else None


def _open(actor: Actor, organisation: Organisation) -> None:
    with transaction.atomic(durable=True):
        chain = lock_chain(organisation.pk, "organisation")
        organisation.stage = Organisation.Stage.PREPARING
        organisation.save(update_fields=["stage"])
        chain.record("organisation.opened", actor=actor, at=now())
        chain.flush()

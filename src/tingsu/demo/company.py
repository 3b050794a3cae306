"""Set up the demo organisation: the company, its units, members, posts and accounts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tingsu.demo import library
from tingsu.kernel import crypto, rulebooks
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions as people
from tingsu.people.access import actor_of
from tingsu.people.models import Account, Member, Post, Unit
from tingsu.triage import on_call

BEFORE = timedelta(days=200)
"""How long before the first opening of the demo the company exists."""
TOPICS = {
    "store_ops": ["consumer"],
    "online": ["operation", "consumer"],
    "after_sales": ["consumer"],
    "logistics": ["consumer"],
    "payments": ["operation"],
    "merchants": ["qualification", "ip"],
    "quality": ["consumer"],
    "infosec": ["product"],
}
ON_CALL = (
    ("hand_lead", "working", "08:00", "20:00"),
    ("inv_lead", "working", "20:00", "08:00"),
    ("inv_lead", "off", "08:00", "20:00"),
    ("hand_lead", "off", "20:00", "08:00"),
    ("intake1", "all", "00:00", "24:00"),
)
HEADS = {"gm", "legal_head", "quality_head", "head", "inv_lead", "hand_lead", "intake1", "analyst", "pr", "auditor"}
SEATS = {"gm": "general_manager", "vp": "deputy_service", "legal_head": "legal", "quality_head": "quality"}
"""Who sits in the committee by function (OG-05)."""


def demo_organisation(at: datetime) -> Organisation:
    """The demo company, made on the first call. `at` is the present; the history ends there."""
    found = Organisation.objects.filter(slug=library.organisation()["company"]["slug"], is_demo=True).first()
    return found or _founded(at)


def _founded(at: datetime) -> Organisation:
    card = library.organisation()["company"]
    organisation_id = new_id()
    organisation = Organisation(
        id=organisation_id,
        slug=card["slug"],
        name=_both(card),
        hotline=card["hotline"],
        email=card["email"],
        address={"zh-Hans": card["address_zh"], "en": card["address_en"]},
        service_hours={"zh-Hans": card["hours_zh"], "en": card["hours_en"]},
        wrapped_key=crypto.new_organisation_key(organisation_id),
        created_at=at - BEFORE,
        is_demo=True,
    )
    organisation.save(force_insert=True)
    return organisation


def hire_everybody(organisation: Organisation) -> None:
    """Units, members, posts and accounts, through the actions of people; what exists is left alone.

    In a practice copy nobody has an account: real people play the invented ones.
    """
    with acting_for(organisation.pk), travel_to(organisation.created_at):
        actor = automation("demo.builder", organisation.pk)
        units = {unit.code: unit for unit in Unit.objects.all()}
        for row in library.organisation()["unit"]:
            if row["code"] not in units:
                parent = units.get(row.get("parent", ""))
                units[row["code"]] = people.open_unit(
                    actor=actor,
                    code=row["code"],
                    name=_both(row),
                    kind=row["kind"],
                    parent_id=parent.pk if parent else None,
                    topics=TOPICS.get(row["code"], []),
                    hosting="independent" if row["kind"] == Unit.Kind.CENTRE else "",
                    supplier=row.get("supplier", ""),
                )
        known = {member.staff_number: member for member in Member.objects.all()}
        for row in library.organisation()["staff"]:
            member = known.get(row["number"]) or _hired(actor, row, organisation)
            _give_posts(actor, member, row, units)
            if "groups" in row:
                people.change_member(actor=actor, member_id=member.pk, groups=row["groups"])


def set_up_on_call(organisation: Organisation) -> None:
    """Who is called first by day and by night when a case cannot wait; what is published is left alone (AS-10)."""
    with acting_for(organisation.pk), travel_to(organisation.created_at):
        if rulebooks.versions(on_call.KIND)[0].version:
            return
        numbers = {row["key"]: row["number"] for row in library.organisation()["staff"]}
        lines = [
            {"member": numbers[key], "days": days, "from": start, "to": end, "first_on": "", "last_on": ""}
            for key, days, start, end in ON_CALL
        ]
        rulebooks.publish(
            actor=automation("demo.builder", organisation.pk),
            kind=on_call.KIND,
            body={**on_call.shipped(), "roster": lines},
            note="首份值班表",
        )


def _hired(actor: Actor, row: dict[str, Any], organisation: Organisation) -> Member:
    """A member with an account that no password opens: in the demo one signs in by choosing a role."""
    account = None
    if organisation.practice_of is None:
        email = f"{row['key'].replace('_', '.')}@wuheli.example.com"
        account, _new = Account.objects.get_or_create(username=row["key"], defaults={"email": email})
        if not account.password:
            account.set_unusable_password()
            account.save(update_fields=["password"])
    return people.add_member(
        actor=actor,
        staff_number=row["number"],
        name=row["name"],
        alias=_both(row["alias"]),
        account=account,
        joined_on=(organisation.created_at - timedelta(days=300)).date(),
    ).member


def _give_posts(actor: Actor, member: Member, row: dict[str, Any], units: dict[str, Unit]) -> None:
    held = set(Post.objects.filter(member=member).values_list("unit_id", "role"))
    wanted = [(row["unit"], role) for role in row["roles"]] + [(unit, row["roles"][0]) for unit in row.get("also", [])]
    for unit, role in wanted:
        if (units[unit].pk, role) in held:
            continue
        post = people.give_post(
            actor=actor,
            member_id=member.pk,
            unit_id=units[unit].pk,
            role=role,
            staff_level=row.get("staff_level", ""),
            mediator_level=row.get("mediator", "") if role == "mediator" else "",
            seat=SEATS.get(row["key"], "")
            if units[unit].kind == Unit.Kind.COMMITTEE and role == row["roles"][0]
            else "",
            is_head=row["key"] in HEADS or role == "dept",
        )
        people.confirm_post(actor=actor_of(member), post_id=post.pk)


def _both(row: dict[str, str]) -> dict[str, str]:
    return {"zh-Hans": row["zh"], "en": row["en"]}


def present() -> datetime:
    """The real present, to the minute: where the demo's history ends."""
    return datetime.now(UTC).replace(second=0, microsecond=0)

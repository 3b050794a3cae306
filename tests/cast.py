"""The cast of every test: one organisation with fixed people, and a second one that must never be seen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import open_chain
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
PASSWORD = "a long test password"


def quick_passwords() -> None:
    """Passwords of this process are hashed as in life, only a thousandth as often: a third of a second each adds up."""
    PBKDF2PasswordHasher.iterations = 1_000


UNITS = {
    # code: (kind, Chinese, English, parent)
    "committee": ("committee", "客户投诉管理委员会", "Complaint management committee", None),
    "centre": ("centre", "客户投诉处理中心", "Complaint handling centre", "committee"),
    "intake": ("intake", "受理组", "Intake group", "centre"),
    "investigation": ("investigation", "调查组", "Investigation group", "centre"),
    "handling": ("handling", "处理组", "Handling group", "centre"),
    "logistics": ("department", "物流部", "Logistics", "centre"),
    "finance": ("department", "财务结算部", "Settlement", "centre"),
    "legal": ("function", "法务部", "Legal", "centre"),
}
PEOPLE = {
    # name: (staff number, unit, role, staff level, mediator level, head)
    "frontline": ("1001", "intake", "frontline", "ordinary", "", False),
    "frontline2": ("1002", "intake", "frontline", "ordinary", "", False),
    "specialist": ("2001", "investigation", "specialist", "expert", "", False),
    "specialist2": ("2002", "handling", "specialist", "expert", "", False),
    "coach": ("2101", "handling", "coach", "coach", "", False),
    "supervisor": ("3001", "centre", "supervisor", "coach", "", True),
    "mgmt_rep": ("3002", "committee", "mgmt_rep", "coach", "", False),
    "top_mgmt": ("3003", "committee", "top_mgmt", "", "", True),
    "dept": ("4001", "logistics", "dept", "", "", True),
    "dept2": ("4002", "finance", "dept", "", "", True),
    "function": ("4101", "legal", "function", "", "", True),
    "mediator": ("5001", "handling", "mediator", "", "senior", False),
    "junior_mediator": ("5002", "handling", "mediator", "", "junior", False),
    "qa": ("6001", "centre", "qa", "", "", False),
    "analyst": ("6002", "centre", "analyst", "", "", False),
    "auditor": ("6003", "committee", "auditor", "", "", False),
    "dso": ("6004", "committee", "dso", "", "", False),
}


@dataclass(frozen=True)
class Person:
    """One member of the cast: ids, and the actor with the roles held."""

    id: UUID
    username: str
    unit_id: UUID
    actor: Actor


def build_cast() -> None:
    """Write both organisations into the template database, committed."""
    for slug, prefix in (("test", ""), ("other", "other-")):
        organisation_id = new_id()
        Organisation(
            id=organisation_id,
            slug=slug,
            name={"zh-Hans": f"测试公司 {slug}", "en": f"Test company {slug}"},
            hotline="400-000-0000",
            public_url="http://localhost:8000",
            wrapped_key=crypto.new_organisation_key(organisation_id),
            created_at=LONG_AGO if slug == "test" else LONG_AGO.replace(year=2025),
        ).save(force_insert=True)
        with acting_for(organisation_id):
            _people(organisation_id, prefix)


def _people(organisation_id: UUID, prefix: str) -> None:
    from tingsu.people.models import Account, Member, Membership, Post, Unit

    units: dict[str, Unit] = {}
    for code, (kind, chinese, english, parent) in UNITS.items():
        units[code] = Unit.objects.create(
            code=code,
            kind=kind,
            name={"zh-Hans": chinese, "en": english},
            parent=units.get(parent or ""),
            hosting="independent" if kind == "centre" else "",
        )
    for name, (number, unit, role, level, mediator, head) in PEOPLE.items():
        chain = open_chain("member")
        account = Account.objects.create_user(f"{prefix}{name}", f"{prefix}{name}@example.com", PASSWORD)
        chain.flush()
        member = Member.objects.create(
            id=chain.stream.pk,
            account_id=account.pk,
            staff_number=number,
            alias={"zh-Hans": f"工号 {number}", "en": f"Agent {number}"},
            name=chain.stream.key().seal(f"真名{number}", f"member:{chain.stream.pk}:name"),
        )
        Membership.objects.create(account=account, organisation_id=organisation_id, member_id=member.pk)
        Post.objects.create(
            member=member,
            unit=units[unit],
            role=role,
            staff_level=level,
            mediator_level=mediator,
            is_head=head,
            since=LONG_AGO,
        )


class Cast:
    """The people of one organisation, by name: `cast.frontline.actor`."""

    def __init__(self, organisation_id: UUID, prefix: str = "") -> None:
        from tingsu.people.models import Member, Post, Unit

        self.organisation_id = organisation_id
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        numbers = {number: name for name, (number, *_rest) in PEOPLE.items()}
        posts = {post.member_id: post for post in Post.objects.all()}
        self._people = {}
        for member in Member.objects.all():
            if member.staff_number not in numbers or member.pk not in posts:
                continue
            post = posts[member.pk]
            name = numbers[member.staff_number]
            actor = Actor(
                kind="member",
                id=member.pk,
                organisation_id=organisation_id,
                name=member.staff_number,
                roles=frozenset({post.role}),
                unit_ids=frozenset({post.unit_id}),
                staff_level=post.staff_level,
                mediator_level=post.mediator_level,
            )
            self._people[name] = Person(member.pk, f"{prefix}{name}", post.unit_id, actor)

    def __getattr__(self, name: str) -> Person:
        try:
            people: dict[str, Person] = self.__dict__["_people"]
            return people[name]
        except KeyError as error:
            raise AttributeError(name) from error

"""Role × right, as a table (OG-03, PS-03)."""

import pytest
from django.test import RequestFactory

from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.errors import NotAllowed, SignInNeeded
from tingsu.people.access import RIGHTS, Can, actor_for, may, require, rights_of
from tingsu.people.models import Account, Member
from tingsu.people.roles import Role

TABLE = """
role        desk register work_cases see_queue assign reveal export reports mailroom post settings people rulebooks audit tokens  events  sessions
top_mgmt    x    .        .          x         .      x      x      x       .        .    x        .      x         x     .      x       .
mgmt_rep    x    x        x          x         x      x      x      x       x        x    x        x      x         x     x      x       x
supervisor  x    x        x          x         x      x      x      x       x        x    x        x      x         x     .      x       x
specialist  x    x        x          x         .      x      .      .       x        x    .        .      .         .     .      .       .
coach       x    x        x          x         .      x      .      x       x        .    .        .      .         .     .      .       .
frontline   x    x        x          x         .      x      .      .       .        .    .        .      .         .     .      .       .
ai_agent    .    x        .          .         .      .      .      .       .        .    .        .      .         .     .      .       .
mediator    x    .        x          .         .      x      .      .       .        .    .        .      .         .     .      .       .
dept        x    .        x          .         .      .      .      .       .        .    .        .      .         .     .      .       .
function    x    .        x          .         .      .      .      .       .        .    .        .      .         .     .      .       .
qa          x    .        .          x         .      .      .      x       x        .    .        .      .         .     .      .       .
analyst     x    .        .          x         .      .      x      x       .        .    .        .      .         .     .      .       .
auditor     x    .        .          x         .      .      .      x       .        .    x        .      .         x     .      .       .
dso         x    .        .          .         .      x      .      .       .        .    x        .      .         x     x      .       x
"""


def rows() -> list[tuple[str, str, bool]]:
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [(line[0], right, sign == "x") for line in lines for right, sign in zip(head[1:], line[1:], strict=True)]


@pytest.mark.req("OG-03", "PS-03")
def test_the_table_names_every_role_and_every_right() -> None:
    assert {role for role, _right, _held in rows()} == set(Role.values) == {str(role) for role in RIGHTS}
    assert {right for _role, right, _held in rows()} == set(Can.values)


@pytest.mark.req("OG-03", "PS-03")
@pytest.mark.parametrize(("role", "right", "held"), rows())
def test_a_role_holds_exactly_its_rights(organisation, role: str, right: str, held: bool) -> None:
    actor = Actor(kind="member", organisation_id=organisation.pk, roles=frozenset({role}))
    assert may(actor, Can(right)) is held
    if not held:
        with pytest.raises(NotAllowed) as refusal:
            require(actor, Can(right))
        assert str(Can(right).label) in str(refusal.value)


@pytest.mark.req("PS-03")
def test_rights_come_from_roles_for_members_and_from_scopes_for_programs(organisation) -> None:
    own = {"organisation_id": organisation.pk}
    roles = frozenset({"supervisor"})
    writing, reading = frozenset({"complaints:write"}), frozenset({"complaints:read"})
    assert Can.REGISTER in rights_of(Actor(kind="token", scopes=writing, held=roles, **own))
    assert rights_of(Actor(kind="token", scopes=reading, held=roles, **own)) == {Can.SEE_QUEUE}
    # What the member behind it may not do now, the program may not do either.
    assert rights_of(Actor(kind="token", scopes=writing, held=frozenset({"dept"}), **own)) == {Can.WORK_CASES}
    assert rights_of(Actor(kind="token", scopes=writing, roles=roles, **own)) == frozenset()
    assert rights_of(Actor(kind="token", roles=roles, held=roles, **own)) == frozenset()
    assert rights_of(Actor(kind="complainant", roles=roles, **own)) == frozenset()
    assert rights_of(Actor(kind="respondent", roles=roles, **own)) == frozenset()
    assert rights_of(automation("clocks.sweep", organisation.pk)) == frozenset(Can)


def request_of(account: Account | None) -> object:
    request = RequestFactory().get("/desk/")
    if account is not None:
        request.user = account
    return request


@pytest.mark.req("PS-03")
def test_the_actor_of_a_request_carries_the_posts_held_now(cast) -> None:
    account = Account.objects.get(username="coach")
    actor = actor_for(request_of(account))
    assert actor == cast.coach.actor
    with pytest.raises(NotAllowed):
        actor_for(request_of(account), needs=Can.PEOPLE)


@pytest.mark.req("PS-03")
def test_nobody_acts_without_signing_in(organisation) -> None:
    with pytest.raises(SignInNeeded):
        actor_for(request_of(None))


@pytest.mark.req("PS-03")
def test_a_member_of_another_organisation_is_a_stranger_here(cast) -> None:
    with pytest.raises(NotAllowed) as refusal:
        actor_for(request_of(Account.objects.get(username="other-supervisor")))
    assert refusal.value.code == "no_membership"


@pytest.mark.req("PS-03")
def test_a_former_member_cannot_act_although_the_session_is_still_open(cast) -> None:
    Member.objects.filter(pk=cast.frontline.id).update(active=False)
    with pytest.raises(NotAllowed):
        actor_for(request_of(Account.objects.get(username="frontline")))


@pytest.mark.req("PS-03")
def test_a_password_made_by_somebody_else_must_be_changed_before_anything(cast) -> None:
    account = Account.objects.get(username="frontline")
    account.password_given = True
    with pytest.raises(NotAllowed) as refusal:
        actor_for(request_of(account))
    assert refusal.value.code == "password_given"
    account.password_given = False
    assert actor_for(request_of(account)).id == cast.frontline.id

"""Members: added, changed, leaving; their work identity (AK-05, PS-15, OG-11)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.signing import works_also_in
from tingsu.kernel import kinds
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event, EventText
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions, errors, queries
from tingsu.people.access import actor_of, works_in
from tingsu.people.models import Account, Member, Membership, Post

ALIAS = {"zh-Hans": "沈老师", "en": "Agent Shen"}


def somebody_new(cast, **values):
    wanted = {
        "staff_number": "8012",
        "name": "沈兰",
        "alias": ALIAS,
        "username": "shen-lan",
        "email": "shen@example.com",
    }
    return actions.add_member(actor=cast.supervisor.actor, **(wanted | values))


def kinds_of(stream_id) -> list[str]:
    return list(Event.objects.filter(stream_id=stream_id).order_by("seq").values_list("kind", flat=True))


@pytest.mark.req("AK-05", "PS-03")
def test_a_new_member_gets_an_identity_an_account_and_a_first_password(cast) -> None:
    made = somebody_new(cast)
    account = Account.objects.get(username="shen-lan")
    assert account.check_password(made.password)
    assert account.password_given
    assert Membership.objects.get(account=account).member_id == made.member.pk
    assert queries.alias_of(made.member.pk, "zh-hans") == "沈老师"
    assert queries.public_identity(made.member.pk, "en") == "Agent Shen (no. 8012)"
    assert kinds_of(made.member.pk) == ["member.added"]


@pytest.mark.req("PS-15", "PS-03")
def test_the_name_lies_sealed_and_never_in_the_ledger(cast) -> None:
    made = somebody_new(cast)
    row = Member.objects.get(pk=made.member.pk)
    assert "沈兰".encode() not in bytes(row.name)
    assert queries.name_of(row) == "沈兰"
    event = Event.objects.get(stream_id=row.pk)
    assert "沈兰" not in str(event.data)
    assert not EventText.objects.filter(stream_id=row.pk).exists()
    assert "first_name" not in {field.name for field in Account._meta.fields}


@pytest.mark.req("AK-05")
def test_a_work_identity_that_is_the_name_is_refused(cast) -> None:
    with pytest.raises(InvalidInput) as refusal:
        somebody_new(cast, alias={"zh-Hans": "沈兰", "en": "Agent Shen"})
    assert set(refusal.value.fields) == {"alias"}
    with pytest.raises(InvalidInput):
        somebody_new(cast, alias={"zh-Hans": "沈老师"})
    assert not Account.objects.filter(username="shen-lan").exists()
    assert somebody_new(cast)


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    "same",
    [
        {"staff_number": "1001"},
        {"username": "Frontline", "email": ""},
        {"username": "new-name", "email": "FRONTLINE@example.com"},
        {"username": "other-frontline", "email": ""},
    ],
)
def test_numbers_names_and_addresses_are_unique(cast, same) -> None:
    before = Member.objects.count(), Account.objects.count()
    with pytest.raises((errors.StaffNumberTaken, errors.SignInNameTaken)):
        somebody_new(cast, **same)
    assert (Member.objects.count(), Account.objects.count()) == before


@pytest.mark.req("PS-03")
def test_only_those_who_manage_people_add_members(cast) -> None:
    for person in (cast.frontline, cast.coach, cast.dept, cast.dso, cast.auditor, cast.top_mgmt):
        with pytest.raises(NotAllowed):
            actions.add_member(actor=person.actor, staff_number="8012", name="沈兰", alias=ALIAS)
    assert actions.add_member(actor=cast.mgmt_rep.actor, staff_number="8012", name="沈兰", alias=ALIAS).password is None


@pytest.mark.req("AK-05")
def test_changes_are_written_with_old_and_new_and_nothing_is_written_for_no_change(cast) -> None:
    member = somebody_new(cast).member
    actor = cast.supervisor.actor
    actions.change_member(actor=actor, member_id=member.pk, alias={"zh-Hans": "小沈", "en": "Agent S"}, name="沈岚")
    event = Event.objects.filter(stream_id=member.pk).order_by("seq").last()
    assert event.data["set"] == {"alias": [ALIAS, {"zh-Hans": "小沈", "en": "Agent S"}]}
    assert event.data["renamed"] is True
    assert queries.name_of(Member.objects.get(pk=member.pk)) == "沈岚"
    actions.change_member(actor=actor, member_id=member.pk, name="沈岚")
    assert len(kinds_of(member.pk)) == 2
    with pytest.raises(errors.StaffNumberTaken):
        actions.change_member(actor=actor, member_id=member.pk, staff_number="1001")


@pytest.mark.req("PS-15")
def test_only_the_person_agrees_to_the_name_and_can_take_it_back(cast) -> None:
    with pytest.raises(NotAllowed):
        actions.agree_to_name(actor=cast.supervisor.actor, member_id=cast.frontline.id, agrees=True)
    own = cast.frontline.actor
    before = queries.public_identity(own.id)
    assert actions.agree_to_name(actor=own, member_id=own.id, agrees=True).name_consent_at
    assert "真名1001" in queries.public_identity(own.id)
    assert "真名1001" not in queries.staff_identity(own.id)
    assert actions.agree_to_name(actor=own, member_id=own.id, agrees=False).name_consent_at is None
    assert queries.public_identity(own.id) == before
    assert kinds_of(own.id) == ["member.name_consent_given", "member.name_consent_revoked"]


@pytest.mark.req("AS-05")
def test_who_is_still_responsible_cannot_leave(cast, monkeypatch) -> None:
    left = {"count": 2}
    held = kinds.Held(label="test cases", count=lambda member_id: left["count"])
    monkeypatch.setitem(kinds._kinds, "unit", replace(kinds.kind("unit"), held=(held,)))
    with pytest.raises(errors.StillResponsible) as refusal:
        actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    assert "test cases：2" in str(refusal.value)
    assert Member.objects.get(pk=cast.frontline.id).active
    left["count"] = 0
    actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    assert not Member.objects.get(pk=cast.frontline.id).active
    assert actor_of(Member.objects.get(pk=cast.frontline.id)).roles == frozenset()
    assert not Post.objects.filter(member_id=cast.frontline.id, until__isnull=True).exists()
    with pytest.raises(errors.AlreadySo):
        actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline.id)


def test_the_account_of_who_leaves_is_closed_and_opened_again_with_the_member(cast) -> None:
    for step, opens in ((actions.deactivate_member, False), (actions.reactivate_member, True)):
        step(actor=cast.supervisor.actor, member_id=cast.frontline.id)
        assert Account.objects.get(username="frontline").is_active is opens


@pytest.mark.req("AS-05", "OG-05")
def test_who_leaves_one_of_two_firms_keeps_the_account_and_loses_this_door(cast, other_organisation) -> None:
    account, here = Account.objects.get(username="frontline"), cast.organisation_id
    with acting_for(other_organisation.pk):
        there = automation("test", other_organisation.pk)
        actions.add_member(actor=there, staff_number="9", name="沈兰", alias=ALIAS, account=account)
    assert works_in(account.pk, here)
    actions.deactivate_member(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    assert Account.objects.get(pk=account.pk).is_active
    assert not works_in(account.pk, here)
    assert works_in(account.pk, other_organisation.pk)


@pytest.mark.req("AS-05", "AK-05")
def test_an_open_complaint_keeps_its_owner_from_leaving(cast) -> None:
    from tingsu.desk.tests.cases import a_case

    complaint = a_case(cast.frontline)
    with pytest.raises(errors.StillResponsible):
        actions.deactivate_member(actor=cast.supervisor.actor, member_id=complaint.owner_id)


@pytest.mark.req("PS-03")
def test_somebody_who_manages_people_always_remains(cast) -> None:
    actor = automation("test", cast.organisation_id)
    actions.deactivate_member(actor=actor, member_id=cast.mgmt_rep.id)
    with pytest.raises(errors.LastManager):
        actions.deactivate_member(actor=actor, member_id=cast.supervisor.id)
    post = Post.objects.get(member_id=cast.supervisor.id)
    with pytest.raises(errors.LastManager):
        actions.end_post(actor=actor, post_id=post.pk)
    leads = {"unit_id": cast.units["committee"].pk, "role": "mgmt_rep"}
    actions.give_post(actor=actor, member_id=cast.frontline.id, since=now() + timedelta(days=1), **leads)
    with pytest.raises(errors.LastManager):
        actions.end_post(actor=actor, post_id=post.pk)
    actions.reactivate_member(actor=actor, member_id=cast.mgmt_rep.id)
    actions.give_post(actor=actor, member_id=cast.mgmt_rep.id, unit_id=cast.units["committee"].pk, role="mgmt_rep")
    assert actions.end_post(actor=actor, post_id=post.pk).until


@pytest.mark.req("PS-03")
def test_a_new_first_password_is_not_given_for_accounts_of_several_organisations(cast, other_organisation) -> None:
    account = Account.objects.get(username="frontline")
    Membership.objects.filter(organisation=other_organisation).exclude(member_id=None).first()
    there = Membership.objects.filter(organisation=other_organisation).first()
    works_also_in(other_organisation, account)
    with pytest.raises(NotAllowed):
        actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    with pytest.raises(NotFound):
        actions.give_password(actor=cast.supervisor.actor, member_id=there.member_id)
    assert actions.give_password(actor=cast.supervisor.actor, member_id=cast.specialist.id)


@pytest.mark.req("RG-13")
def test_registrations_are_spread_over_those_on_duty_and_never_turned_away(cast) -> None:
    import uuid

    seeds = [uuid.uuid5(uuid.NAMESPACE_URL, str(number)) for number in range(200)]
    chosen = {queries.duty_member_for_intake(seed).pk for seed in seeds}
    assert chosen == {cast.frontline.id, cast.frontline2.id}
    assert queries.duty_member_for_intake(seeds[0]).pk == queries.duty_member_for_intake(seeds[0]).pk
    actions.set_on_duty(actor=cast.frontline.actor, member_id=cast.frontline.id, on_duty=False)
    assert {queries.duty_member_for_intake(seed).pk for seed in seeds} == {cast.frontline2.id}
    with pytest.raises(NotAllowed):
        actions.set_on_duty(actor=cast.frontline.actor, member_id=cast.frontline2.id, on_duty=False)
    actions.set_on_duty(actor=cast.supervisor.actor, member_id=cast.frontline2.id, on_duty=False)
    assert queries.duty_member_for_intake(seeds[0]).pk in {cast.frontline.id, cast.frontline2.id}
    Post.objects.update(until=now() - timedelta(days=1))
    from tingsu.people import directory

    directory.forget_cached()
    with pytest.raises(queries.NobodyOnDuty):
        queries.duty_member_for_intake(seeds[0])


@pytest.mark.req("AK-05", "invariant-13")
def test_names_and_identities_cost_no_query_per_row(cast, django_assert_num_queries) -> None:
    queries.alias_of(cast.frontline.id)
    with django_assert_num_queries(0):
        for person in (cast.frontline, cast.specialist, cast.dept):
            assert queries.alias_of(person.id, "en").startswith("Agent")
        assert queries.has_level(cast.specialist.id, "expert")
        assert not queries.has_level(cast.frontline.id, "expert")
        assert queries.unit_name(cast.units["legal"].pk, "en") == "Legal"
        assert [one.pk for one in queries.active_members(roles={"coach"})] == [cast.coach.id]
        assert [one.pk for one in queries.heads_of(cast.units["legal"].pk)] == [cast.function.id]

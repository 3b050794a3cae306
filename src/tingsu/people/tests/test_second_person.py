"""Nobody lifts himself: what a second person of the right rank decides (CA-59, OG-10), tried as an attacker would."""

import copy
import io
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.cast import Cast, Person
from tingsu.kernel import approvals, rulebooks
from tingsu.kernel.actor import automation
from tingsu.kernel.approvals import AlreadyDecided, WaitsForApproval, WaitsForOutside
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event, Organisation, Proposal, Rulebook
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions, authority, directory
from tingsu.people.models import Account, Member, Post
from tingsu.people.roles import RANK, Role
from tingsu.triage import on_call, risk_rules


def told(person: Person) -> list[str]:
    rows = Notice.objects.filter(member_id=person.id).order_by("created_at", "id")
    return list(rows.values_list("kind", flat=True))


def only() -> Proposal:
    return Proposal.objects.get()


def roles_of(person: Person) -> set[str]:
    return set(Post.objects.filter(member_id=person.id).values_list("role", flat=True))


def give(by: Person, to: Person, role: str, unit: Any) -> None:
    actions.give_post(
        actor=by.actor,
        member_id=to.id,
        unit_id=unit.pk,
        role=role,
        mediator_level="senior" if role == "mediator" else "",
    )


def test_a_supervisor_does_not_become_the_senior_leader_in_three_requests(cast: Cast, sign_in: Callable) -> None:
    """The attack: give oneself the post, or a friend, or take over the account of the one who has it."""
    client: Client = sign_in(cast.supervisor)
    base, committee = "/desk/settings/people/", str(cast.units["committee"].pk)
    for person in (cast.supervisor, cast.frontline):
        answer = client.post(f"{base}members/{person.id}/posts/", {"unit": committee, "role": "top_mgmt"})
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("/proposals/")
        assert "top_mgmt" not in roles_of(person)
    before = Account.objects.get(username="top_mgmt")
    for path, data in (
        ("password/", {}),
        ("sign-in/", {"username": "mine", "email": "mine@example.com"}),
        ("leave/", {}),
    ):
        assert client.post(f"{base}members/{cast.top_mgmt.id}/{path}", data).status_code == 303
    after = Account.objects.get(username="top_mgmt")
    assert (after.password, after.email) == (before.password, before.email)
    assert Member.objects.get(pk=cast.top_mgmt.id).active
    post = Post.objects.get(member_id=cast.top_mgmt.id)
    assert client.post(f"{base}posts/{post.pk}/end/").status_code == 303
    assert Post.objects.get(pk=post.pk).until is None
    assert Proposal.objects.count() == 6
    for one in Proposal.objects.all():
        for action in ("approve", "return"):
            assert client.post(f"{base}proposals/{one.pk}/{action}/", {"reason": "x"}).status_code in {303, 403, 422}
    assert Proposal.objects.filter(state="open").count() == 6
    assert roles_of(cast.supervisor) == {"supervisor"}


@pytest.mark.parametrize("by", ["supervisor", "mgmt_rep"])
@pytest.mark.parametrize("role", Role.values)
def test_a_post_as_high_as_the_own_waits(cast: Cast, by: str, role: str) -> None:
    giver = getattr(cast, by)
    waits = RANK.get(role, 1) >= RANK[by]
    if waits:
        with pytest.raises(WaitsForApproval):
            give(giver, cast.frontline, role, cast.units["legal"])
    else:
        give(giver, cast.frontline, role, cast.units["legal"])
    assert (role in roles_of(cast.frontline) - {"frontline"}) is (not waits and role != "frontline")
    with pytest.raises(WaitsForApproval):
        give(giver, giver, role, cast.units["legal"])


def test_who_approves_is_of_the_rank_that_the_post_gives(cast: Cast) -> None:
    with pytest.raises(WaitsForApproval):
        give(cast.supervisor, cast.frontline, "mgmt_rep", cast.units["committee"])
    proposal = only()
    assert told(cast.top_mgmt) == told(cast.mgmt_rep) == ["proposal.asks"]
    assert told(cast.frontline) == ["proposal.about_you"]
    for person in (cast.supervisor, cast.frontline, cast.dso, cast.auditor, cast.coach):
        with pytest.raises(NotAllowed):
            approvals.approve(actor=person.actor, proposal_id=proposal.pk)
    approvals.approve(actor=cast.mgmt_rep.actor, proposal_id=proposal.pk)
    assert roles_of(cast.frontline) == {"frontline", "mgmt_rep"}
    event = Event.objects.get(kind="member.post_given", stream_id=cast.frontline.id)
    assert (event.actor_id, event.body["proposed_by"]) == (cast.mgmt_rep.id, str(cast.supervisor.id))
    assert told(cast.supervisor) == ["proposal.approved"]
    with pytest.raises(AlreadyDecided):
        approvals.approve(actor=cast.top_mgmt.actor, proposal_id=proposal.pk)
    assert list(verify_organisation(Tally())) == []


def test_nobody_approves_what_is_about_himself(cast: Cast) -> None:
    with pytest.raises(WaitsForApproval):
        give(cast.supervisor, cast.mgmt_rep, "top_mgmt", cast.units["committee"])
    with pytest.raises(NotAllowed):
        approvals.approve(actor=cast.mgmt_rep.actor, proposal_id=only().pk)
    approvals.approve(actor=cast.top_mgmt.actor, proposal_id=only().pk)
    assert "top_mgmt" in roles_of(cast.mgmt_rep)


def test_a_password_of_somebody_higher_is_seen_by_the_second_person_alone(cast: Cast, sign_in: Callable) -> None:
    base = "/desk/settings/people/"
    sign_in(cast.supervisor).post(f"{base}members/{cast.mgmt_rep.id}/password/")
    assert told(cast.mgmt_rep) == ["proposal.about_you"]
    page = f"{base}proposals/{only().pk}/"
    assert sign_in(cast.mgmt_rep).post(f"{page}approve/").status_code == 303
    assert only().state == "open"
    answer = sign_in(cast.top_mgmt).post(f"{page}approve/")
    assert answer.status_code == 201
    assert "<code>" in answer.content.decode()
    assert Account.objects.get(username="mgmt_rep").password_given
    assert "password.given" in told(cast.mgmt_rep)
    made = actions.give_password(actor=cast.supervisor.actor, member_id=cast.frontline.id)
    assert len(made) == 14
    assert told(cast.frontline) == ["password.given"]


def widened() -> dict[str, Any]:
    body = copy.deepcopy(authority.shipped())
    next(row for row in body["rows"] if row["role"] == "supervisor")["max_fen"] = None
    return body


@pytest.mark.req("OG-10", "CA-59")
def test_rules_are_in_force_when_the_senior_leader_has_approved_them(cast: Cast) -> None:
    with pytest.raises(WaitsForApproval):
        rulebooks.publish(actor=cast.supervisor.actor, kind="authority", body=widened(), note="急件", based_on=0)
    assert not Rulebook.objects.exists()
    assert authority.limit_of(cast.supervisor.actor) == 20_000_00
    proposal = only()
    everybody = set(cast._people) - {"top_mgmt"}
    for name in sorted(everybody):
        with pytest.raises(NotAllowed):
            approvals.approve(actor=getattr(cast, name).actor, proposal_id=proposal.pk)
    approvals.approve(actor=cast.top_mgmt.actor, proposal_id=proposal.pk)
    assert authority.limit_of(cast.supervisor.actor) is None
    row, event = Rulebook.objects.get(), Event.objects.get(kind="rulebook.published")
    assert (row.note, row.published_by) == ("急件", cast.top_mgmt.id)
    assert (event.actor_id, event.body["proposed_by"]) == (cast.top_mgmt.id, str(cast.supervisor.id))
    assert list(verify_organisation(Tally())) == []


@pytest.mark.req("OG-10", "CA-59")
@pytest.mark.parametrize("kind", sorted(rulebooks.kinds()))
def test_no_rules_of_any_kind_are_published_by_one_who_only_proposes(cast: Cast, kind: str) -> None:
    body = copy.deepcopy(rulebooks.in_force(kind).body)
    if kind == on_call.KIND:
        body["confirm_minutes"] = 9
    for name in ("supervisor", "mgmt_rep"):
        with pytest.raises(WaitsForApproval):
            rulebooks.publish(actor=getattr(cast, name).actor, kind=kind, body=body)
    assert not Rulebook.objects.exists()
    rulebooks.publish(actor=cast.top_mgmt.actor, kind=kind, body=body)
    rulebooks.publish(actor=automation("set-up", cast.organisation_id), kind=kind, body=body)
    assert Rulebook.objects.filter(kind=kind).count() == 2


def test_a_roster_is_daily_business(cast: Cast) -> None:
    body = on_call.shipped() | {"roster": []}
    assert rulebooks.publish(actor=cast.supervisor.actor, kind=on_call.KIND, body=body).version == 1


@pytest.mark.req("OG-10")
@pytest.mark.parametrize(("profile", "decides"), [("svc", True), ("sz", False), ("strictest", False)])
def test_in_the_structure_of_svc_the_committee_approves_too(cast: Cast, profile: str, decides: bool) -> None:
    Organisation.objects.filter(pk=cast.organisation_id).update(profile=profile)
    forget_organisations()
    with pytest.raises(WaitsForApproval):
        rulebooks.publish(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=risk_rules.shipped())
    Post.objects.filter(member_id=cast.function.id).update(unit=cast.units["committee"], seat="legal")
    directory.forget_cached()
    with pytest.raises(NotAllowed):  # a seat in the committee makes nobody a leader
        approvals.approve(actor=cast.function.actor, proposal_id=only().pk)
    if decides:
        approvals.approve(actor=cast.mgmt_rep.actor, proposal_id=only().pk)
    else:
        with pytest.raises(NotAllowed):
            approvals.approve(actor=cast.mgmt_rep.actor, proposal_id=only().pk)
    assert Rulebook.objects.exists() is decides
    forget_organisations()


def test_the_leader_does_not_widen_his_own_row_alone(cast: Cast) -> None:
    body = copy.deepcopy(authority.shipped())
    body["rows"][-8]["scopes"] = []
    own = next(row for row in body["rows"] if row["role"] == "top_mgmt")
    own["scopes"] = ["all_cases"]
    with pytest.raises(WaitsForOutside):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind="authority", body=body)
    for name in sorted(cast._people):
        with pytest.raises(NotAllowed):
            approvals.approve(actor=getattr(cast, name).actor, proposal_id=only().pk)
    assert not Rulebook.objects.exists()
    confirm(cast, only(), "董事会决议 2026-11，系统管理员 3099")
    assert Rulebook.objects.count() == 1
    event = Event.objects.get(kind="rulebook.published")
    assert (event.actor_kind, event.body["outside"], event.body["proposed_by"]) == (
        "system",
        True,
        str(cast.top_mgmt.id),
    )
    decided = Event.objects.get(kind="proposal.approved")
    assert texts_of([decided])[decided.pk] == {"confirmed_by": "董事会决议 2026-11，系统管理员 3099"}
    assert told(cast.top_mgmt)[-1] == "proposal.approved"
    assert list(verify_organisation(Tally())) == []


def confirm(cast: Cast, proposal: Proposal, by: str) -> str:
    """The command, as whoever runs the machine gives it: outside every request, and of every organisation."""
    answer = io.StringIO()
    with mock.patch("tingsu.people.management.commands.proposals.acting_for", side_effect=lambda _pk: nullcontext()):
        call_command(
            "proposals", "--organisation", "test", "--confirm", str(proposal.pk)[:18], "--by", by, stdout=answer
        )
    return answer.getvalue()


@pytest.mark.req("CA-59", "OG-10")
def test_a_lower_rank_never_stands_in_for_the_one_that_nobody_holds(cast: Cast, sign_in: Callable) -> None:
    """Without a senior leader two clerks could make one of themselves; it is confirmed at the machine instead."""
    Post.objects.filter(role__in=("top_mgmt", "mgmt_rep")).update(until=now())
    directory.forget_cached()
    with pytest.raises(WaitsForOutside):
        give(cast.supervisor, cast.frontline, "top_mgmt", cast.units["committee"])
    page = f"/desk/settings/people/proposals/{only().pk}/"
    shown = sign_in(cast.supervisor).get(page).content.decode()
    assert "manage proposals" in shown
    assert f"{page}approve/" not in shown
    for name in sorted(cast._people):
        with pytest.raises(NotAllowed):
            approvals.approve(actor=getattr(cast, name).actor, proposal_id=only().pk)
    for by in ("", "  ", "x" * 501):
        with pytest.raises(CommandError):
            confirm(cast, only(), by)
    with pytest.raises(NotAllowed):
        approvals.confirm_outside(actor=cast.supervisor.actor, proposal_id=only().pk, by="我自己")
    assert roles_of(cast.frontline) == {"frontline"}
    assert "in force" in confirm(cast, only(), "董事长 口头确认，3099 记录")
    assert roles_of(cast.frontline) == {"frontline", "top_mgmt"}
    assert told(cast.frontline) == ["proposal.about_you", "post.given", "proposal.about_you"]
    assert "董事长" not in sign_in(cast.frontline2).get("/desk/").content.decode()
    with pytest.raises(CommandError):
        confirm(cast, only(), "再来一次")


@pytest.mark.req("CA-59", "OG-10")
def test_the_machine_does_not_decide_over_the_head_of_who_may(cast: Cast) -> None:
    with pytest.raises(WaitsForApproval) as waits:
        give(cast.supervisor, cast.frontline, "mgmt_rep", cast.units["committee"])
    assert waits.type is WaitsForApproval
    with pytest.raises(CommandError):
        confirm(cast, only(), "系统管理员")
    assert roles_of(cast.frontline) == {"frontline"}
    approvals.approve(actor=cast.top_mgmt.actor, proposal_id=only().pk)
    assert roles_of(cast.frontline) == {"frontline", "mgmt_rep"}


@pytest.mark.req("CA-59", "ME-11")
@pytest.mark.parametrize("alone", [True, False])
def test_one_person_alone_decides_and_it_is_recorded(cast: Cast, alone: bool) -> None:
    keep = [cast.supervisor.id] if alone else [cast.supervisor.id, cast.frontline.id]
    Member.objects.exclude(pk__in=keep).update(active=False)
    directory.forget_cached()
    publish = {"actor": cast.supervisor.actor, "kind": risk_rules.KIND, "body": risk_rules.shipped()}
    if not alone:
        with pytest.raises(WaitsForOutside):
            rulebooks.publish(**publish)
        with pytest.raises(NotAllowed):
            approvals.approve(actor=cast.frontline.actor, proposal_id=only().pk)
        return
    rulebooks.publish(**publish)
    give(cast.supervisor, cast.supervisor, "top_mgmt", cast.units["committee"])
    found = Event.objects.filter(kind__in=("rulebook.published", "member.post_given"))
    assert [event.body["alone"] for event in found] == [True, True]


def test_a_proposal_is_returned_with_a_reason_taken_back_or_ends(cast: Cast) -> None:
    def propose() -> Proposal:
        with pytest.raises(WaitsForApproval):
            rulebooks.publish(actor=cast.supervisor.actor, kind=risk_rules.KIND, body=risk_rules.shipped())
        return Proposal.objects.get(state="open")

    first = propose()
    with pytest.raises(InvalidInput):
        approvals.send_back(actor=cast.top_mgmt.actor, proposal_id=first.pk, reason=" ")
    with pytest.raises(NotAllowed):
        approvals.send_back(actor=cast.supervisor.actor, proposal_id=first.pk, reason="x")
    approvals.send_back(actor=cast.top_mgmt.actor, proposal_id=first.pk, reason="请补充依据")
    assert told(cast.supervisor) == ["proposal.returned"]
    second = propose()
    with pytest.raises(NotAllowed):
        approvals.withdraw(actor=cast.mgmt_rep.actor, proposal_id=second.pk)
    approvals.withdraw(actor=cast.supervisor.actor, proposal_id=second.pk)
    third = propose()
    with travel_to(now() + timedelta(days=14)):
        assert approvals.open_proposals() == []
        with pytest.raises(AlreadyDecided):
            approvals.approve(actor=cast.top_mgmt.actor, proposal_id=third.pk)
    for one in (first, second):
        with pytest.raises(AlreadyDecided):
            approvals.approve(actor=cast.top_mgmt.actor, proposal_id=one.pk)
    assert not Rulebook.objects.exists()
    assert list(verify_organisation(Tally())) == []


def test_a_program_proposes_and_publishes_nothing(cast: Cast) -> None:
    program = replace(cast.top_mgmt.actor, kind="token", held=cast.top_mgmt.actor.roles)
    with pytest.raises(NotAllowed):
        rulebooks.publish(actor=program, kind=risk_rules.KIND, body=risk_rules.shipped())


def test_an_approval_for_one_matter_does_not_serve_another(cast: Cast) -> None:
    with pytest.raises(WaitsForApproval):
        give(cast.supervisor, cast.frontline, "mgmt_rep", cast.units["committee"])
    borrowed = approvals.Approval(only().pk, "post", cast.top_mgmt.actor, cast.supervisor.id)
    with pytest.raises(NotAllowed):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind=risk_rules.KIND, body=risk_rules.shipped(), approval=borrowed)


def test_an_approval_of_what_one_proposed_does_not_serve_another_person(cast: Cast) -> None:
    approval = approvals.Approval(cast.frontline.id, "post", cast.supervisor.actor, cast.top_mgmt.id)
    assert approvals.cleared(actor=cast.supervisor.actor, matter="post", payload={}, approval=approval)
    with pytest.raises(NotAllowed):
        approvals.cleared(actor=cast.mgmt_rep.actor, matter="post", payload={}, approval=approval)


def test_pages_show_what_waits_and_let_the_right_person_decide(cast: Cast, sign_in: Callable) -> None:
    with pytest.raises(WaitsForApproval):
        rulebooks.publish(actor=cast.supervisor.actor, kind="authority", body=widened(), note="提高主管额度")
    page = f"/desk/settings/people/proposals/{only().pk}/"
    work = sign_in(cast.top_mgmt).get("/desk/").content.decode()
    assert page in work
    assert page not in sign_in(cast.mgmt_rep).get("/desk/").content.decode()
    shown = sign_in(cast.top_mgmt).get(page).content.decode()
    assert "提高主管额度" in shown
    assert f"{page}approve/" in shown
    assert f"{page}approve/" not in sign_in(cast.supervisor).get(page).content.decode()
    assert sign_in(cast.frontline).get(page).status_code == 404
    assert sign_in(cast.top_mgmt).post(f"{page}return/", {"reason": ""}).status_code == 422
    assert sign_in(cast.top_mgmt).post(f"{page}approve/").status_code == 303
    assert Rulebook.objects.get().body == widened()
    assert sign_in(cast.top_mgmt).get(page).status_code == 200


@pytest.mark.parametrize("name", ["frontline", "specialist", "supervisor", "mgmt_rep", "dso", "auditor", "qa"])
def test_no_request_of_any_role_lifts_who_sends_it(cast: Cast, sign_in: Callable, name: str) -> None:
    """Every way of the people pages, sent by everybody for themselves: nobody holds more afterwards."""
    person = getattr(cast, name)
    before = list(Post.objects.filter(member_id=person.id).values())
    account = Account.objects.get(username=person.username)
    client, base = sign_in(person), "/desk/settings/people/"
    for role in Role.values:
        for unit in cast.units.values():
            client.post(
                f"{base}members/{person.id}/posts/",
                {
                    "unit": str(unit.pk),
                    "role": role,
                    "mediator_level": "senior",
                    "staff_level": "coach",
                    "is_head": "on",
                },
            )
    client.post(
        "/desk/settings/programs/",
        {"name": "x", "scopes": "complaints:decide", "roles": "top_mgmt", "acts_for": str(person.id)},
    )
    assert list(Post.objects.filter(member_id=person.id).values()) == before
    account.refresh_from_db()
    assert not account.is_superuser
    assert not account.is_staff

"""A token never does more than the member behind it may do at this moment, and what decides is for people (AI-04)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, Person
from tingsu.api.models import ApiToken
from tingsu.api.tokens import agree, approve, issue_token
from tingsu.complaints.process import PROCESS
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Notice
from tingsu.people import actions
from tingsu.people.models import Post
from tingsu.triage.tests.cases import GRADE, HIGH, registered

READ, WRITE, DECIDE = "complaints:read", "complaints:write", "complaints:decide"
DECIDES = {
    "solve_directly", "answer_not_ours", "find_founded", "find_unfounded", "reinvestigate", "mediate", "rule_on_mediator",
    "draft_solution", "submit_solution", "approve", "return_solution", "refuse_solution", "vote_on_solution", "send_solution", "agree", "no_agreement",
    "order_payment",
    "return_payment", "finish_item", "rule_on_dispute", "rule_on_deviation", "grant_release", "refuse_release",
    "verify_item", "verify_execution", "record_cost", "open_recourse", "close_recourse", "outside_decision",
    "end_outside_case", "review_refusal", "exhaust", "answer_settled", "answer_review", "close", "archive", "withdraw",
    "approve_lead", "refuse_lead", "allow_extension", "refuse_extension",
}  # fmt: skip


@pytest.fixture
def status(client: Client) -> Callable[..., int]:
    def ask(token: str, path: str, body: object = None) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers).status_code
        return client.post(f"/api/v1{path}", json.dumps(body), "application/json", headers=headers).status_code

    return ask


def values(person: Person, *scopes: str, **more: Any) -> dict[str, Any]:
    given = {"name": f"{person.username} {now().timestamp()}", "scopes": scopes or (READ,), "acts_for": person.id}
    return {"roles": sorted(person.actor.roles), **given, **more}


def lasting(cast: Cast, person: Person, *scopes: str, **more: Any) -> str:
    return issue_token(actor=automation("test", cast.organisation_id), **values(person, *scopes, **more))[1]


def test_who_manages_tokens_cannot_decide_through_one(cast: Cast, status: Callable) -> None:
    """The attack: the data-security officer makes a token that acts as the senior leader."""
    for person, role in ((cast.dso, "top_mgmt"), (cast.mgmt_rep, "top_mgmt"), (cast.dso, "supervisor")):
        with pytest.raises(InvalidInput) as refused:
            issue_token(actor=person.actor, **values(person, READ, WRITE, DECIDE, roles=[role]))
        assert set(refused.value.fields) == {"roles"}
    _row, text = issue_token(actor=cast.dso.actor, **values(cast.top_mgmt, READ))
    assert status(text, "/complaints") == 401
    assert not ApiToken.objects.filter(approved_at__isnull=False).exists()


def test_a_token_for_somebody_else_waits_for_consent_and_a_second_person(cast: Cast, status: Callable) -> None:
    row, text = issue_token(actor=cast.dso.actor, **values(cast.supervisor))
    assert Notice.objects.filter(kind="token.asks_consent").values_list("member_id", flat=True)[::1] == [
        cast.supervisor.id
    ]
    asked = set(Notice.objects.filter(kind="token.asks_approval").values_list("member_id", flat=True))
    assert asked == {cast.mgmt_rep.id, cast.top_mgmt.id}
    assert status(text, "/complaints") == 401
    for person in (cast.dso, cast.top_mgmt, cast.mgmt_rep):
        with pytest.raises(NotAllowed):
            agree(actor=person.actor, token_id=row.pk)
    for person in (cast.dso, cast.supervisor, cast.frontline):
        with pytest.raises(NotAllowed):
            approve(actor=person.actor, token_id=row.pk)
    agree(actor=cast.supervisor.actor, token_id=row.pk)
    assert status(text, "/complaints") == 401
    approve(actor=cast.mgmt_rep.actor, token_id=row.pk)
    assert status(text, "/complaints") == 200
    assert list(verify_organisation(Tally())) == []


@pytest.mark.parametrize(("scopes", "code"), [((READ,), 200), ((READ, WRITE, DECIDE), 401)])
def test_the_own_token_needs_a_second_person_only_to_decide(
    cast: Cast, status: Callable, scopes: tuple[str, ...], code: int
) -> None:
    row, text = issue_token(actor=cast.mgmt_rep.actor, **values(cast.mgmt_rep, *scopes))
    assert status(text, "/complaints") == code
    approve(actor=cast.top_mgmt.actor, token_id=row.pk)
    assert status(text, "/complaints") == 200


@pytest.mark.parametrize(
    ("maker", "behind", "second", "may"),
    [
        ("dso", "supervisor", "mgmt_rep", True), ("dso", "supervisor", "top_mgmt", True), ("dso", "supervisor", "dso", False),
        ("dso", "supervisor", "supervisor", False), ("dso", "mgmt_rep", "mgmt_rep", False), ("dso", "mgmt_rep", "top_mgmt", True),
        ("mgmt_rep", "dso", "dso", False), ("dso", "top_mgmt", "top_mgmt", False), ("dso", "top_mgmt", "mgmt_rep", True),
    ],
)  # fmt: skip
def test_the_second_person_is_neither_who_made_it_nor_who_answers_for_it(
    cast: Cast, sign_in: Callable, maker: str, behind: str, second: str, may: bool
) -> None:
    """What the page offers and what the action allows is one question."""
    row, _text = issue_token(actor=getattr(cast, maker).actor, **values(getattr(cast, behind), name="官网"))
    page = sign_in(getattr(cast, second)).get("/desk/settings/programs/waiting/").content.decode()
    assert (f"/{row.pk}/second/" in page) is may
    if may:
        assert approve(actor=getattr(cast, second).actor, token_id=row.pk).approved_by_id == getattr(cast, second).id
    else:
        with pytest.raises(NotAllowed):
            approve(actor=getattr(cast, second).actor, token_id=row.pk)


def test_nobody_agrees_through_a_program(cast: Cast) -> None:
    row, _text = issue_token(actor=cast.dso.actor, **values(cast.supervisor))
    with pytest.raises(NotAllowed):
        agree(actor=replace(cast.supervisor.actor, kind="token"), token_id=row.pk)


@pytest.mark.parametrize("change", ["left", "no post", "other post", "post to come"])
def test_roles_are_cut_to_the_posts_of_this_moment(cast: Cast, status: Callable, change: str) -> None:
    text = lasting(cast, cast.specialist, READ, WRITE)
    assert status(text, "/complaints") == 200
    post = Post.objects.get(member_id=cast.specialist.id)
    by = automation("test", cast.organisation_id)
    if change == "left":
        actions.deactivate_member(actor=by, member_id=cast.specialist.id)
    elif change == "post to come":
        Post.objects.filter(pk=post.pk).update(since=now() + timedelta(days=1))
    else:
        actions.end_post(actor=by, post_id=post.pk)
    if change == "other post":
        actions.give_post(actor=by, member_id=cast.specialist.id, unit_id=post.unit_id, role="qa")
    assert status(text, "/complaints") == 401


def test_what_a_post_opened_closes_with_it(cast: Cast, status: Callable) -> None:
    """Roles that are left go on; what only the lost post allowed is gone at once, in lists too."""
    by = automation("test", cast.organisation_id)
    actions.give_post(actor=by, member_id=cast.dept.id, unit_id=cast.units["intake"].pk, role="frontline")
    text = lasting(cast, cast.dept, READ, WRITE, roles=["dept", "frontline"])
    number = registered(cast.frontline).number
    assert status(text, f"/complaints/{number}") == 200
    actions.end_post(actor=by, post_id=Post.objects.get(member_id=cast.dept.id, role="frontline").pk)
    assert status(text, f"/complaints/{number}") in {403, 404}
    assert status(text, "/complaints", {"problem_type": "consumer"}) == 403


@pytest.mark.req("AI-04")
def test_the_table_says_which_steps_decide() -> None:
    assert {step.name for step in PROCESS.values() if step.decides} == DECIDES


@pytest.mark.req("AI-04")
def test_every_step_that_decides_is_closed_to_tokens_and_to_ai(cast: Cast, status: Callable) -> None:
    number = registered(cast.specialist).number
    plain = lasting(cast, cast.specialist, READ, WRITE)
    full = lasting(cast, cast.specialist, READ, WRITE, DECIDE)
    ai = lasting(cast, cast.specialist, READ, WRITE, DECIDE, roles=["specialist", "ai_agent"])
    path = f"/complaints/{number}/steps/solve_directly"
    assert [status(token, path, {}) for token in (plain, ai)] == [403, 403]
    assert status(full, path, {}) == 422
    offered = {"solve_directly", "answer_not_ours", "record_cost", "withdraw"}
    for token, found in ((plain, set()), (full, offered), (ai, set())):
        headers = {"Authorization": f"Bearer {token}"}
        steps = {one["step"] for one in Client().get(f"/api/v1/complaints/{number}/steps", headers=headers).json()}
        assert steps & DECIDES == found


@pytest.mark.req("AI-04")
@pytest.mark.parametrize(
    ("scopes", "roles", "lowered"),
    [
        ((READ, WRITE), ["supervisor"], False),
        ((READ, WRITE, DECIDE), ["supervisor"], True),
        ((READ, WRITE, DECIDE), ["supervisor", "ai_agent"], False),
    ],
)
def test_no_program_lowers_a_grade(
    cast: Cast, status: Callable, scopes: tuple[str, ...], roles: list[str], lowered: bool
) -> None:
    complaint = registered(cast.frontline)
    path = f"/complaints/{complaint.number}/steps/assess_and_grade"
    token = lasting(cast, cast.supervisor, *scopes, roles=roles)
    assert status(token, path, {"values": HIGH}) == 200
    found = status(token, path, {"values": GRADE | {"reason": "重新核对"}})
    assert found == (200 if lowered else 409)


@pytest.mark.parametrize(("days", "taken"), [(None, True), (366, True), (367, False)])
def test_every_token_ends(cast: Cast, status: Callable, days: int | None, taken: bool) -> None:
    more = {} if days is None else {"expires_at": now() + timedelta(days=days)}
    if not taken:
        with pytest.raises(InvalidInput):
            issue_token(actor=cast.mgmt_rep.actor, **values(cast.mgmt_rep, **more))
        return
    row, text = issue_token(actor=cast.mgmt_rep.actor, **values(cast.mgmt_rep, **more))
    assert row.expires_at is not None
    with travel_to(row.expires_at):
        assert status(text, "/complaints") == 401


def test_a_day_that_is_named_is_good_to_its_end_where_the_firm_is(cast: Cast, sign_in: Callable) -> None:
    given = {
        "name": "官网",
        "scopes": [READ],
        "roles": ["dso"],
        "acts_for": str(cast.dso.id),
        "expires_at": "2026-03-05",
    }
    with travel_to(datetime(2026, 3, 5, 15, 0, tzinfo=UTC)):
        assert sign_in(cast.dso).post("/desk/settings/programs/", given).status_code == 200
    ends = ApiToken.objects.get().expires_at
    assert ends is not None
    assert datetime(2026, 3, 5, 16, tzinfo=UTC) - timedelta(seconds=1) < ends < datetime(2026, 3, 5, 16, tzinfo=UTC)


def test_pages_of_consent_and_approval(cast: Cast, sign_in: Callable) -> None:
    page = "/desk/settings/programs/"
    given = {"name": "官网", "scopes": [READ], "roles": ["supervisor"], "acts_for": str(cast.supervisor.id)}
    assert sign_in(cast.dso).post(page, given | {"expires_at": "2020-01-01"}).status_code == 422
    assert sign_in(cast.dso).post(page, given).status_code == 200
    token = ApiToken.objects.get()
    for person, action in ((cast.supervisor, "agree"), (cast.top_mgmt, "second")):
        assert "官网" in sign_in(person).get("/desk/").content.decode()
        assert "官网" in sign_in(person).get(f"{page}waiting/").content.decode()
        assert sign_in(cast.frontline).post(f"{page}{token.pk}/{action}/").status_code == 403
        assert sign_in(person).post(f"{page}{token.pk}/{action}/").status_code == 303
        assert "官网" not in sign_in(person).get(f"{page}waiting/").content.decode()
    token.refresh_from_db()
    assert token.agreed_at is not None
    assert token.approved_by_id == cast.top_mgmt.id

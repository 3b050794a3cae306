"""Who needs a second person and who is one, as tables of ranks, without a database (CA-59, OG-10)."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.people import second_person
from tingsu.people.second_person import HIGHEST, LOWEST, Standing

pytestmark = pytest.mark.req("CA-59", "OG-10")
Row = SimpleNamespace
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
A, B, C, D, E = (uuid.UUID(int=number) for number in range(1, 6))
ANY: Any = None


def post(who: uuid.UUID, role: str, since: int = -1, until: int | None = None, kind: str = "centre") -> Any:
    end = AT + timedelta(days=until) if until is not None else None
    return Row(member_id=who, role=role, since=AT + timedelta(days=since), until=end, unit=Row(kind=kind))


def seen(*posts: Any, profile: str = "svc", preparing: uuid.UUID | None = None) -> Standing:
    return Standing(AT, posts, profile, preparing)


def test_which_posts_count_for_a_rank() -> None:
    high, low = second_person.rank(["top_mgmt"]), second_person.rank(["frontline"])
    assert (second_person.rank([]), high, low < high) == (0, HIGHEST, True)
    for posts, rank, now in (
        ([post(A, "top_mgmt")], high, high), ([post(A, "top_mgmt", until=0)], 0, None), ([post(A, "top_mgmt", since=1), post(A, "frontline")], high, low),
        ([post(A, "top_mgmt", until=0), post(A, "frontline")], low, low), ([post(A, "frontline"), post(A, "top_mgmt")], high, high),
    ):  # fmt: skip
        found = seen(*posts)
        assert found.rank_of(A) == rank, "what begins later counts already, what has ended no more"
        assert found.ranks([]).get(A) == now
        assert found.ranks([A]) == {}
        assert second_person.alone(found, B) is (now is None)
    assert second_person.alone(seen(post(B, "top_mgmt"), preparing=A), A)


def test_second_persons_are_of_the_rank_and_neither_who_asks_nor_whom_it_is_about() -> None:
    found = seen(
        post(A, "supervisor"), post(B, "supervisor"), post(C, "mgmt_rep"), post(D, "top_mgmt"), post(E, "frontline")
    )
    for role, proposer, others, who in (
        ("supervisor", A, (), {B, C, D}), ("supervisor", A, (C,), {B, D}), ("mgmt_rep", A, (), {C, D}), ("top_mgmt", A, (), {D}), ("top_mgmt", D, (), set()),
    ):  # fmt: skip
        assert found.second_persons(second_person.rank([role]), proposer, *others) == who
    for gives, member, proposer, who in (
        ("frontline", E, A, {B, C, D}), ("mgmt_rep", E, A, {C, D}), ("supervisor", B, A, {C, D}), ("top_mgmt", C, D, set()), ("frontline", str(A), D, set()),
    ):  # fmt: skip
        assert second_person.post_deciders(found, proposer, {"role": gives, "member_id": member}) == who
    for member, proposer, who in ((B, A, {C, D}), (C, A, {D}), (str(D), A, set())):
        assert second_person.higher_deciders(found, proposer, {"member_id": member}) == who


def test_when_a_post_or_a_deed_needs_a_second_person(monkeypatch: pytest.MonkeyPatch) -> None:
    actor: Any = Row(id=A, roles=frozenset({"supervisor"}))
    for member, role, needed in (
        (A, "frontline", True),
        (B, "frontline", False),
        (B, "supervisor", True),
        (B, "top_mgmt", True),
        (B, "unknown", False),
    ):
        assert second_person.post_needed(actor, {"member_id": member, "role": role}) is needed, (member, role)
    monkeypatch.setattr(
        second_person,
        "standing",
        lambda: seen(post(A, "supervisor"), post(B, "supervisor"), post(C, "frontline"), post(D, "top_mgmt")),
    )
    for member, needed in ((A, False), (B, True), (C, False), (D, True)):
        assert second_person.higher_needed(actor, {"member_id": member}) is needed
    assert LOWEST == 1


def test_when_rules_need_a_second_person_and_who_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = {"role": "top_mgmt", "limit": 1}, {"role": "qa", "limit": 1}
    old: Any = {"rows": [mine, other]}
    monkeypatch.setattr(second_person.rulebooks, "versions", lambda kind: [Row(body=old)])
    for kind, daily, leads, new, needed in (
        ("risk", None, False, old, True), ("risk", None, True, old, False), ("roster", True, False, old, False), ("roster", False, False, old, True),
        (second_person.authority.KIND, None, True, {"rows": [mine, other | {"limit": 9}]}, False),
        (second_person.authority.KIND, None, True, {"rows": [mine | {"limit": 9}, other]}, True),
        ("risk", None, True, {"rows": [mine | {"limit": 9}, other]}, False),
    ):  # fmt: skip
        ask = (lambda before, after, daily=daily: daily) if daily is not None else None
        monkeypatch.setattr(second_person.rulebooks, "kinds", lambda kind=kind, ask=ask: {kind: Row(daily=ask)})
        roles = frozenset({"top_mgmt"}) if leads else frozenset({"qa"})
        actor: Any = Row(kind="system", roles=roles, has_role=lambda role, roles=roles: role in roles)
        assert second_person.rules_needed(actor, {"kind": kind, "body": new}) is needed, (kind, daily, leads)
    posts = [
        post(A, "top_mgmt"),
        post(B, "mgmt_rep", kind="committee"),
        post(C, "mgmt_rep"),
        post(D, "qa", kind="committee"),
        post(E, "mgmt_rep", until=0, kind="committee"),
    ]
    for profile, proposer, who in (("svc", D, {A, B}), ("svc", B, {A}), ("full", D, {A}), ("full", A, set())):
        assert second_person.rules_deciders(seen(*posts, profile=profile), proposer, {}) == who

"""The authority matrix (OG-09, RM-09, RM-10, VL-11)."""

import copy
from dataclasses import replace

import pytest

from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor, automation
from tingsu.kernel.errors import InvalidInput
from tingsu.people import authority

LIMITS = [
    # role, level, most yuan alone (None: without limit)
    ("frontline", "", 200),
    ("frontline", "ordinary", 200),
    ("frontline", "expert", 500),
    ("frontline", "coach", 1_000),
    ("specialist", "", 2_000),
    ("specialist", "expert", 5_000),
    ("specialist", "coach", 10_000),
    ("coach", "coach", 10_000),
    ("supervisor", "coach", 20_000),
    ("mgmt_rep", "", 100_000),
    ("top_mgmt", "", None),
    ("mediator", "", 0),
    ("dept", "", 0),
    ("analyst", "", 0),
]


def somebody(organisation, *roles: str, level: str = "") -> Actor:
    return Actor(kind="member", organisation_id=organisation.pk, roles=frozenset(roles), staff_level=level)


@pytest.mark.req("OG-09", "RM-09")
@pytest.mark.parametrize(("role", "level", "limit"), LIMITS)
def test_each_role_pays_up_to_its_limit_and_not_one_fen_more(organisation, role, level, limit) -> None:
    actor = somebody(organisation, role, level=level)
    fen = 10**11 if limit is None else limit * 100
    remedies = ["47"] if limit != 0 else []
    assert authority.within_authority(actor, "solve_directly", remedies, fen)
    assert authority.limit_of(actor) == (None if limit is None else fen)
    if limit is not None:
        assert not authority.within_authority(actor, "solve_directly", remedies, fen + 1)


@pytest.mark.req("OG-09")
def test_the_front_line_may_not_cancel_contracts_whatever_they_cost(organisation) -> None:
    ordinary = somebody(organisation, "frontline", level="ordinary")
    assert authority.within_authority(ordinary, "solve_directly", ["38", "52"], 0)
    assert not authority.within_authority(ordinary, "solve_directly", ["38", "43"], 0)
    assert authority.within_authority(somebody(organisation, "frontline", level="expert"), "solve_directly", ["43"], 0)


@pytest.mark.req("OG-09")
def test_limits_of_two_roles_are_not_added_up(organisation) -> None:
    both = somebody(organisation, "frontline", "specialist")
    assert authority.within_authority(both, "solve_directly", ["47"], 2_000_00)
    assert not authority.within_authority(both, "solve_directly", ["47"], 2_200_00)


@pytest.mark.req("OG-09")
def test_the_system_and_people_without_a_row_decide_about_no_money(organisation) -> None:
    assert not authority.within_authority(automation("clocks.sweep", organisation.pk), "solve_directly", [], 0)
    assert not authority.within_authority(somebody(organisation), "solve_directly", [], 0)


@pytest.mark.req("RM-10", "AS-11")
@pytest.mark.parametrize(
    ("yuan", "marks", "first"),
    [
        (150, (), "specialist"),
        (1_999, (), "specialist"),
        (2_001, (), "specialist"),
        (10_001, (), "supervisor"),
        (20_001, (), "mgmt_rep"),
        (100_001, (), "top_mgmt"),
        (150, ("high_risk",), "supervisor"),
        (150, ("crisis",), "mgmt_rep"),
        (150, ("major",), "top_mgmt"),
        (150, ("major", "high_risk"), "top_mgmt"),
    ],
)
def test_an_approval_goes_to_the_next_rung_that_may(organisation, yuan, marks, first) -> None:
    assert authority.approver_roles_for(yuan * 100, marks)[0] == first


@pytest.mark.req("RM-09")
def test_quick_compensation_ships_with_two_hundred_yuan(organisation) -> None:
    assert authority.quick_limits() == (200_00, 2_000_00)


@pytest.mark.req("OG-09")
def test_a_published_matrix_is_in_force_and_the_old_version_still_readable(cast) -> None:
    body = copy.deepcopy(authority.shipped())
    body["rows"][0]["max_fen"] = 100_00
    body["rows"][0]["steps"] = ["acknowledge"]
    rulebooks.publish(actor=cast.top_mgmt.actor, kind="authority", body=body, based_on=0)
    ordinary = cast.frontline.actor
    assert not authority.within_authority(ordinary, "acknowledge", ["47"], 150_00)
    assert authority.within_authority(ordinary, "acknowledge", ["47"], 100_00)
    assert authority.allows_step(ordinary, "acknowledge")
    assert not authority.allows_step(ordinary, "solve_directly")
    program = replace(ordinary, kind="token", scopes=frozenset({"complaints:write"}))
    assert authority.allows_step(program, "acknowledge")
    assert not authority.allows_step(program, "solve_directly")
    assert rulebooks.version_of("authority", 0).body["rows"][0]["max_fen"] == 200_00


def wrong(change) -> dict:
    body = copy.deepcopy(authority.shipped())
    change(body)
    return body


WRONG = {
    "a condition on the customer's value": lambda b: b["rows"][0].update(customer_level="vip"),
    "a condition on the channel": lambda b: b["rows"][0].update(channel="phone"),
    "a condition on the whole matrix": lambda b: b.update(customers={"vip": 100}),
    "an unknown role": lambda b: b["rows"][0].update(role="king"),
    "an unknown level": lambda b: b["rows"][0].update(level="vip"),
    "the same role twice": lambda b: b["rows"].append(b["rows"][0]),
    "a negative amount": lambda b: b["rows"][0].update(max_fen=-1),
    "a fraction of a fen": lambda b: b["rows"][0].update(max_fen=1.5),
    "a yes for an amount": lambda b: b["rows"][0].update(max_fen=True),
    "an unknown scope": lambda b: b["rows"][0].update(scopes=["everything"]),
    "a ladder without end": lambda b: b.update(approvers=["specialist", "supervisor"]),
    "an empty ladder": lambda b: b.update(approvers=[]),
    "a rung twice": lambda b: b.update(approvers=["top_mgmt", "top_mgmt"]),
    "a floor off the ladder": lambda b: b["floors"].update(major="frontline"),
    "a daily cap below one case": lambda b: b["quick"].update(daily_fen=100),
    "no rows": lambda b: b.pop("rows"),
}


@pytest.mark.req("OG-09", "VL-11")
@pytest.mark.parametrize("what", WRONG)
def test_a_matrix_is_refused_for(cast, what) -> None:
    authority.check(authority.shipped())
    with pytest.raises(InvalidInput):
        rulebooks.publish(actor=cast.top_mgmt.actor, kind="authority", body=wrong(WRONG[what]))
    assert len(rulebooks.versions("authority")) == 1

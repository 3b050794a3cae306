"""The pages of the navigation are found once for people of the same rights and roles, below each path, and for nobody else."""

from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse, set_script_prefix

from tests.cast import Cast
from tingsu.desk.navigation import CHAPTERS, FOLDS_COOKIE, GROUPS, entries, groups_for
from tingsu.kernel.actor import Actor
from tingsu.people.access import rights_of
from tingsu.people.roles import Role


def addresses(actor: Actor, path: str = "/desk/") -> list[str]:
    request = RequestFactory().get(path)
    request._tingsu_actor = actor  # type: ignore[attr-defined]
    return [item["url"] for group in groups_for(request, rights_of(actor), {}) for item in group["items"]]


def test_each_role_is_led_where_it_may_go_whoever_asked_before(cast: Cast) -> None:
    supervisor, department = cast.supervisor.actor, cast.dept.actor
    for _turn in range(2):
        assert "/desk/queue/" in addresses(supervisor)
        assert "/desk/queue/" not in addresses(department)
        assert "/desk/queue/" in addresses(replace(department, roles=frozenset({Role.FRONTLINE})))
    for actor in (supervisor, department):
        kept = [one for one in entries() if one.needs is None or one.needs in rights_of(actor)]
        led = [one for one in kept if not one.roles or actor.has_role(*one.roles)]
        assert sorted(addresses(actor)) == sorted(reverse(one.url_name, args=one.args) for one in led if not one.folded)


def test_registers_of_the_system_stand_on_a_page_of_their_own(cast: Cast, sign_in: Any, client: Any) -> None:
    """Forty lists are no menu: one entry leads to them, is marked while one of them is open, and is missing where there are none."""
    sign_in(cast.supervisor)
    page = client.get(reverse("desk:registers")).content.decode()
    folded = [one for one in entries() if one.folded and cast.supervisor.actor.has_role(*one.roles)]
    assert len(folded) > 15
    for one in folded:
        assert f'href="{reverse(one.url_name, args=one.args)}"' in page
        assert str(one.hint) in unescape(page), one.key
    hidden = [one for one in entries() if one.folded and not cast.frontline2.actor.has_role(*one.roles)]
    assert hidden
    sign_in(cast.frontline2)
    page = client.get(reverse("desk:registers")).content.decode()
    assert not [one.key for one in hidden if f'href="{reverse(one.url_name, args=one.args)}"' in page]
    request = RequestFactory().get("/desk/records/appointment/RM-2026-001/")
    request._tingsu_actor = cast.supervisor.actor  # type: ignore[attr-defined]
    groups = groups_for(request, rights_of(cast.supervisor.actor), {"register-appointment": 2, "register-channel": 1})
    items = {item["url"]: item for group in groups for item in group["items"]}
    assert [url for url, item in items.items() if item["current"]] == ["/desk/records/"]
    assert items["/desk/records/"]["count"] == "3"
    nobody = replace(cast.frontline.actor, roles=frozenset())
    assert "/desk/records/" not in addresses(nobody)


def test_addresses_stand_below_the_path_of_the_organisation(cast: Cast) -> None:
    actor = cast.supervisor.actor
    plain = addresses(actor)
    try:
        set_script_prefix("/o/other/")
        assert addresses(actor) == [f"/o/other{one}" for one in plain]
    finally:
        set_script_prefix("/")
    assert addresses(actor) == plain


@pytest.mark.parametrize("path", ["/desk/queue/", "/desk/cases/202611-XF-001/"])
def test_the_entry_of_this_page_is_marked_and_its_number_is_its_own(cast: Cast, path: str) -> None:
    request = RequestFactory().get(path)
    request._tingsu_actor = cast.supervisor.actor  # type: ignore[attr-defined]
    for number in (3, 1200):
        groups = groups_for(request, rights_of(cast.supervisor.actor), {"work": number})
        items = {item["url"]: item for group in groups for item in group["items"]}
        assert [url for url, item in items.items() if item["current"]] == ["/desk/queue/"]
        assert items["/desk/"]["count"] == ("3" if number == 3 else "999+")


def test_every_list_stands_in_a_group_and_every_folded_one_in_a_chapter() -> None:
    listed = entries()
    assert {one.group for one in listed} == set(GROUPS)
    assert {one.chapter for one in listed if one.folded} == set(CHAPTERS) - {""}
    assert not [one.key for one in listed if one.chapter and not one.folded]


def folds(actor: Actor, kept: str = "", path: str = "/desk/") -> dict[str, bool]:
    request = RequestFactory().get(path)
    request.COOKIES[FOLDS_COOKIE] = kept
    request._tingsu_actor = actor  # type: ignore[attr-defined]
    return {group["key"]: group["open"] for group in groups_for(request, rights_of(actor), {}) if group["title"]}


def test_groups_are_folded_where_there_are_many_as_this_device_keeps_them_and_never_around_the_page(cast: Cast) -> None:
    supervisor = cast.supervisor.actor
    assert not any(folds(supervisor).values())
    assert folds(supervisor, "intake:1.watch:0")["intake"]
    assert [key for key, shown in folds(supervisor, path="/desk/board/").items() if shown] == ["watch"]
    assert folds(supervisor, "watch:0", "/desk/board/")["watch"], "the page itself is never hidden"
    assert not any(folds(supervisor, "intake.watch:::9.nonsense:1" * 50).values())
    few = replace(supervisor, roles=frozenset())
    opened = folds(few)
    assert opened
    assert all(opened.values()), "a short menu stands open"
    one = min(opened)
    assert not folds(few, f"{one}:0")[one]

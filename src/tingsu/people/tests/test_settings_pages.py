"""The settings of people through their pages: who may open them, what they do, what they refuse."""

import copy

import pytest
from django.urls import reverse

from tests.cast import PASSWORD
from tingsu.kernel import rulebooks
from tingsu.people import authority
from tingsu.people.models import Account, Member, Post, Unit
from tingsu.people.roles import Role

PAGES = {
    # name: roles that may open it
    "people:members": {"supervisor", "mgmt_rep"},
    "people:new_member": {"supervisor", "mgmt_rep"},
    "people:units": {"supervisor", "mgmt_rep"},
    "people:new_unit": {"supervisor", "mgmt_rep"},
    "people:roles": {"supervisor", "mgmt_rep", "top_mgmt", "auditor", "dso"},
    "people:authority": {"supervisor", "mgmt_rep", "top_mgmt", "auditor", "dso"},
    "people:authority_edit": {"supervisor", "mgmt_rep", "top_mgmt"},
    "people:mine": {"supervisor", "mgmt_rep", "top_mgmt", "frontline", "dept", "auditor", "dso", "analyst"},
    "privacy:access_log": {"supervisor", "mgmt_rep", "top_mgmt", "auditor", "dso"},
    "privacy:fields": {"supervisor", "mgmt_rep", "top_mgmt", "auditor", "dso"},
}
ASKED = ("supervisor", "mgmt_rep", "top_mgmt", "frontline", "dept", "auditor", "dso", "analyst")
NEW = {
    "staff_number": "8012",
    "name": "沈兰",
    "alias_zh": "沈老师",
    "alias_en": "Agent Shen",
    "username": "shen-lan",
    "email": "shen@example.com",
}


@pytest.mark.req("PS-03", "OG-03")
@pytest.mark.parametrize("role", ASKED)
def test_a_role_opens_exactly_its_settings(cast, sign_in, role) -> None:
    client = sign_in(getattr(cast, role))
    opened = {name for name in PAGES if client.get(reverse(name)).status_code == 200}
    assert opened == {name for name, roles in PAGES.items() if role in roles}


@pytest.mark.req("OG-03")
def test_every_role_is_shown_with_duties_rights_and_holders(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    rows = {row["code"]: row for row in client.get(reverse("people:roles")).context["rows"]}
    assert set(rows) == set(Role.values)
    assert all(str(row["duties"]) for row in rows.values())
    assert {code for code, row in rows.items() if str(row["clause"]).startswith("SZ 4(2)")} == {
        "top_mgmt", "mgmt_rep", "supervisor", "specialist", "frontline",
    }  # fmt: skip
    assert len(rows["frontline"]["holders"]) == 2
    assert rows["ai_agent"]["holders"] == []


@pytest.mark.req("PS-03")
def test_nobody_opens_settings_without_signing_in(client, cast) -> None:
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 302


@pytest.mark.req("AK-05", "PS-03")
def test_a_member_is_added_and_the_password_is_shown_once(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    answer = client.post(reverse("people:new_member"), NEW)
    member = Member.objects.get(staff_number="8012")
    assert answer.status_code == 201
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in client.get(reverse("people:member", args=[member.pk])).content.decode()
    assert Account.objects.get(username="shen-lan").check_password(password)


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    "wrong",
    [
        {"staff_number": "1001"},
        {"username": "frontline"},
        {"username": "not a name"},
        {"email": "nowhere"},
        {"alias_zh": "沈兰"},
        {"alias_en": ""},
        {"name": ""},
    ],
)
def test_a_wrong_member_comes_back_with_what_was_typed(cast, sign_in, client, wrong) -> None:
    sign_in(cast.supervisor)
    answer = client.post(reverse("people:new_member"), NEW | wrong)
    assert answer.status_code == 422
    assert "8012" in answer.content.decode() or "1001" in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert not Member.objects.filter(staff_number="8012").exists()


@pytest.mark.req("OG-11")
def test_a_post_is_given_and_its_holder_confirms_it_on_their_own_page(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    page = reverse("people:member", args=[cast.coach.id])
    wanted = {"unit": str(cast.units["intake"].pk), "role": "specialist", "staff_level": "expert", "full_time": "on"}
    wrong = client.post(reverse("people:new_post", args=[cast.coach.id]), wanted | {"role": "king"})
    assert wrong.status_code == 422
    answer = client.post(reverse("people:new_post", args=[cast.coach.id]), wanted)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    post = Post.objects.get(member_id=cast.coach.id, role="specialist")
    again = client.post(reverse("people:new_post", args=[cast.coach.id]), wanted)
    assert again.status_code == 422
    assert str(post.member_id) in client.get(reverse("people:members")).content.decode()
    assert client.post(reverse("people:confirm", args=[post.pk])).status_code == 404
    sign_in(cast.coach)
    assert client.post(reverse("people:confirm", args=[post.pk])).status_code == 303
    post.refresh_from_db()
    assert post.confirmed_at is not None


@pytest.mark.req("OG-11", "PS-15")
def test_everybody_goes_off_duty_and_decides_about_their_name_for_themselves(cast, sign_in, client) -> None:
    sign_in(cast.frontline)
    client.post(reverse("people:duty"), {"on_duty": "no"})
    client.post(reverse("people:name_consent"), {"agrees": "yes"})
    member = Member.objects.get(pk=cast.frontline.id)
    assert not member.on_duty
    assert member.name_consent_at is not None
    assert Member.objects.filter(on_duty=False).count() == 1


@pytest.mark.req("PS-03")
def test_leaving_and_coming_back_through_the_page(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    client.post(reverse("people:leave", args=[cast.frontline2.id]))
    assert not Member.objects.get(pk=cast.frontline2.id).active
    former = client.get(reverse("people:members") + "?show=former").content.decode()
    assert "1002" in former
    assert client.get(reverse("people:members") + "?after=%001").status_code == 400
    client.post(reverse("people:return", args=[cast.frontline2.id]))
    assert Member.objects.get(pk=cast.frontline2.id).active


@pytest.mark.req("PS-03")
def test_a_forgotten_password_is_replaced_and_shown_once(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    answer = client.post(reverse("people:password", args=[cast.frontline.id]))
    account = Account.objects.get(username="frontline")
    assert account.check_password(answer.context["password"])
    assert not account.check_password(PASSWORD)


@pytest.mark.req("PS-03", "invariant-9")
def test_the_doors_refuse_those_who_may_not(cast, sign_in, client) -> None:
    sign_in(cast.frontline)
    for name, args in (
        ("people:new_member", []),
        ("people:new_post", [cast.frontline.id]),
        ("people:leave", [cast.coach.id]),
        ("people:password", [cast.coach.id]),
        ("people:new_unit", []),
        ("people:unit_active", [cast.units["legal"].pk]),
        ("people:authority_edit", []),
    ):
        assert client.post(reverse(name, args=args), NEW).status_code == 403, name
    assert not Post.objects.filter(member_id=cast.frontline.id).exclude(role="frontline").exists()


@pytest.mark.req("OG-05")
def test_a_unit_is_opened_changed_and_closed_through_the_page(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    typed = {
        "code": "stores",
        "name_zh": "门店运营部",
        "name_en": "Stores",
        "kind": "department",
        "topics": "consumer，product",
    }
    assert client.post(reverse("people:new_unit"), typed | {"name_en": ""}).status_code == 422
    assert client.post(reverse("people:new_unit"), typed | {"code": "intake"}).status_code == 422
    assert client.post(reverse("people:new_unit"), typed).status_code == 303
    unit = Unit.objects.get(code="stores")
    assert unit.topics == ["consumer", "product"]
    page = reverse("people:unit", args=[unit.pk])
    assert client.post(page, typed | {"parent": str(cast.units["centre"].pk)}).status_code == 303
    tree = client.get(reverse("people:units")).content.decode()
    assert "Stores" in tree or "门店运营部" in tree
    client.post(reverse("people:unit_active", args=[unit.pk]), {"active": "no"})
    assert not Unit.objects.get(pk=unit.pk).active


def typed_matrix(page, **changes: str) -> dict:
    """The editor's form as the browser would send it back."""
    typed: dict = {"based_on": str(page.context["newest"].version), "count": page.context["count"]}
    for row in page.context["rows"]:
        prefix = row["prefix"]
        typed |= {f"{prefix}-role": str(row["role"]), f"{prefix}-level": str(row["level"]), f"{prefix}-max": row["max"]}
        if row["unlimited"]:
            typed[f"{prefix}-unlimited"] = "yes"
        for name in ("steps", "remedies", "scopes"):
            if row[name]["all"]:
                typed[f"{prefix}-all-{name}"] = "yes"
            else:
                typed[f"{prefix}-{name}"] = [code for code, _label, chosen in row[name]["choices"] if chosen]
    for mark, _word, chosen in page.context["floors"]:
        typed[f"floor-{mark}"] = str(chosen)
    typed |= {"quick-max": page.context["quick_max"], "quick-daily": page.context["quick_daily"]}
    return typed | changes


@pytest.mark.req("OG-09", "RM-09")
def test_the_matrix_is_drafted_compared_and_published(cast, sign_in, client) -> None:
    sign_in(cast.top_mgmt)
    page = client.get(reverse("people:authority_edit"))
    same = client.post(reverse("people:authority_edit"), typed_matrix(page, check="yes"))
    assert same.context["changes"] == []
    changed = typed_matrix(page, **{"row-0-max": "300.50", "note": "Season"})
    checked = client.post(reverse("people:authority_edit"), changed | {"check": "yes"})
    assert [(one.before, one.after) for one in checked.context["changes"]] == [("¥200.00", "¥300.50")]
    assert len(rulebooks.versions(authority.KIND)) == 1
    assert client.post(reverse("people:authority_edit"), changed | {"publish": "yes"}).status_code == 303
    rules = rulebooks.in_force(authority.KIND)
    expected = copy.deepcopy(authority.shipped())
    expected["rows"][0]["max_fen"] = 300_50
    assert (rules.version, rules.body) == (1, expected)
    shown = client.get(reverse("people:authority_version", args=[1]))
    assert len(shown.context["changes"]) == 1
    assert client.get(reverse("people:authority_version", args=[7])).status_code == 404
    late = client.post(reverse("people:authority_edit"), changed | {"row-0-max": "400", "publish": "yes"})
    assert late.status_code == 422
    assert len(rulebooks.versions(authority.KIND)) == 2


@pytest.mark.req("OG-09", "VL-11")
def test_a_wrong_matrix_comes_back_with_what_was_typed(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    page = client.get(reverse("people:authority_edit"))
    for wrong in (
        {"row-0-max": "about 200"},
        {"row-0-max": "-5"},
        {"row-1-role": "frontline", "row-1-level": ""},
        {"quick-daily": "1"},
        {"floor-major": "frontline"},
        {"row-0-scopes": ["the moon"]},
    ):
        answer = client.post(reverse("people:authority_edit"), typed_matrix(page, publish="yes", **wrong))
        assert answer.status_code == 422, wrong
        assert answer.context["problems"]
    assert len(rulebooks.versions(authority.KIND)) == 1


@pytest.mark.req("OG-09")
def test_each_wrong_place_of_the_matrix_is_told_at_its_input_with_what_was_typed(cast, sign_in, client) -> None:
    sign_in(cast.supervisor)
    page = client.get(reverse("people:authority_edit"))
    for wrong, at, typed in (
        ({"row-1-max": "about 200"}, "row-1-max", "about 200"),
        ({"row-0-remove": "yes", "row-1-max": "两百"}, "row-0-max", "两百"),
        ({"quick-max": "x1"}, "quick-max", "x1"),
        ({"quick-max": "900", "quick-daily": "1"}, "quick-daily", "1.00"),
        ({"row-2-role": "king"}, "row-2-role", ""),
    ):
        answer = client.post(reverse("people:authority_edit"), typed_matrix(page, check="yes", **wrong))
        html = answer.content.decode()
        assert answer.status_code == 422
        assert at in [one.anchor for one in answer.context["problems"]]
        assert f'id="{at}-error"' in html
        assert f'aria-describedby="{at}-error"' in html
        if typed:
            assert f'name="{at}" inputmode="decimal" value="{typed}"' in html
    assert (
        client.post(reverse("people:authority_edit"), typed_matrix(page, check="yes", count="viele")).status_code < 500
    )

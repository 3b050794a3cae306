"""The investigation room: one read-only screen, each query logged with purpose and case, masked by role (IV-01, IG-02)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import PEOPLE, Cast
from tests.doors import desk
from tingsu.complaints.models import Complaint
from tingsu.inquiry import providers, room, scope
from tingsu.inquiry.parts import Part
from tingsu.inquiry.providers import NoAnswer
from tingsu.inquiry.tests.samples import ORDER, Shop
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.kernel.models import Event
from tingsu.privacy.log import purposes
from tingsu.privacy.models import AccessEntry
from tingsu.settlement.tests.journey import Journey, marked, registered


@pytest.fixture
def journey(cast: Cast) -> Journey:
    return registered(
        cast,
        order_number=ORDER,
        respondent_name="木棉数码专营店",
        respondent_phone="13900001234",
        name="陈晓雨",
        phone="13800002210",
    )


def read(who: Any, complaint: Complaint, part: str, purpose: str = "check", door: str = "page") -> Part:
    return room.read_part(
        getattr(who, "actor", who),
        Complaint.objects.select_related("stream").get(pk=complaint.pk),
        part,
        purpose,
        door=door,
    )


def said(part: Part) -> dict[str, str]:
    """Every value of a part by its name; of several the first."""
    found: dict[str, str] = {}
    for group in part.groups:
        for line in (group.facts, *group.rows):
            for one in line:
                found.setdefault(one.name, str(one.value))
    return found


def opened_by(client: Client, complaint: Complaint, **typed: str) -> Any:
    return client.post(reverse("inquiry:room", args=[complaint.number]), typed)


@pytest.mark.req("IV-01")
def test_the_room_asks_what_for_and_then_shows_every_part(cast: Cast, journey: Journey, shop: Shop) -> None:
    client, case = desk("frontline", cast), journey.complaint
    address = reverse("inquiry:room", args=[case.number])
    with travel_to(journey.at):
        first = client.get(address)
        assert first.status_code == 200
        assert not first.context["purpose"]
        assert not shop.asked, "nobody is asked before somebody says what for"
        refused = opened_by(client, case, purpose="", other=" ")
        assert refused.status_code == 422
        assert next(iter(first.context["purposes"]))[0] == "investigate"
        assert opened_by(client, case, purpose="investigate").status_code == 303
        page = client.get(address)
        assert page.context["purpose"] == room.PURPOSES["investigate"]
        assert [name for name, _title in page.context["parts"]] == list(scope.PARTS)
        assert not shop.asked, "the page opens without the other system"
        for part in scope.PARTS:
            piece = client.get(reverse("inquiry:part", args=[case.number, part]), headers={"HX-Request": "true"})
            assert piece.status_code == 200
            assert b"<html" not in piece.content
            assert b"<html" in client.get(reverse("inquiry:part", args=[case.number, part])).content
        assert page["Cache-Control"].find("no-store") >= 0


@pytest.mark.req("IV-01", "PS-06")
def test_every_query_is_in_the_access_log_with_purpose_and_case(cast: Cast, journey: Journey, shop: Shop) -> None:
    client, case = desk("frontline", cast), journey.complaint
    with travel_to(journey.at):
        opened_by(client, case, purpose="", other="核对 13800002210 的订单")
        client.get(reverse("inquiry:part", args=[case.number, "orders"]))
    rows = list(AccessEntry.objects.filter(field__startswith="room").order_by("at", "pk"))
    assert [(row.field, row.what, row.stream_id, row.actor_id) for row in rows] == [
        ("room", "opened", case.pk, cast.frontline.id),
        ("room.orders", "opened", case.pk, cast.frontline.id),
    ]
    assert set(purposes(rows).values()) == {"核对 13800002210 的订单"}
    assert "13800002210" not in "".join(row.purpose for row in rows), "a typed purpose is sealed"
    assert shop.asked[-1].case == case.number


def test_a_purpose_holds_for_half_an_hour_and_for_one_person_and_one_case(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    case = journey.complaint
    other = registered(cast, phone="13700000001").complaint
    with travel_to(journey.at):
        opened_by(desk("frontline", cast), case, purpose="check")
    with travel_to(journey.at + room.WINDOW - timedelta(seconds=1)):
        assert room.purpose_now(cast.frontline.actor, case) == "check"
        assert room.purpose_now(cast.specialist.actor, case) == ""
        assert room.purpose_now(cast.frontline.actor, other) == ""
    with travel_to(journey.at + room.WINDOW + timedelta(seconds=1)):
        assert room.purpose_now(cast.frontline.actor, case) == ""
        client = desk("frontline", cast)
        whole = client.get(reverse("inquiry:part", args=[case.number, "orders"]))
        piece = client.get(reverse("inquiry:part", args=[case.number, "orders"]), headers={"HX-Request": "true"})
        assert whole.status_code == 303
        assert piece.context["closed_room"]
    assert not shop.asked


@pytest.mark.parametrize("purpose", ["", " ", "x", "太长" * 200, "\u200b\u200b"])
def test_a_purpose_that_says_nothing_or_too_much_opens_nothing(
    cast: Cast, journey: Journey, shop: Shop, purpose: str
) -> None:
    with pytest.raises(InvalidInput):
        read(cast.frontline, journey.complaint, "orders", purpose)
    assert opened_by(desk("frontline", cast), journey.complaint, other=purpose).status_code == 422
    assert not shop.asked


@pytest.mark.req("IV-01")
def test_what_is_asked_finds_the_person_and_tells_nothing_of_the_story(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    read(cast.frontline, journey.complaint, "customer")
    (asked,) = shop.asked
    assert (asked.order_number, asked.phone, asked.merchant, asked.outside) == (
        ORDER,
        "13800002210",
        "木棉数码专营店",
        False,
    )
    assert journey.complaint.text("description") not in str(asked)
    assert "陈晓雨" not in str(asked)


@pytest.mark.req("IV-01", "PS-06")
@pytest.mark.parametrize(
    ("who", "part", "name", "shown"),
    [
        ("frontline", "customer", "phone", "138 **** 2210"),
        ("frontline", "customer", "email", "c***@e***.com"),
        ("frontline", "customer", "note", "老用户，电话 138 **** 2210"),
        ("supervisor", "customer", "phone", "138 **** 2210"),
        ("frontline", "interactions", "words", "我是陈**，水壶漏水"),
        ("mediator", "interactions", "words", "我是陈**，水壶漏水"),
    ],
)
def test_a_role_sees_what_the_privacy_table_says(
    cast: Cast, journey: Journey, shop: Shop, who: str, part: str, name: str, shown: str
) -> None:
    assert said(read(getattr(cast, who), journey.complaint, part))[name] == shown


def test_the_customers_and_the_merchants_names_are_masked_each_in_its_way(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    part = read(cast.frontline, journey.complaint, "customer")
    user, firm = ({one.name: one.value for one in group.facts} for group in part.groups)
    assert user["name"] == "陈**"
    assert user["address"].endswith("****")
    assert firm["contact"] == "林**"
    assert "13900001234" not in str(firm)


PARTS_OF = {
    "frontline": set(scope.PARTS), "specialist": set(scope.PARTS), "coach": set(scope.PARTS), "supervisor": set(scope.PARTS),
    "mgmt_rep": set(scope.PARTS), "top_mgmt": set(scope.PARTS), "mediator": set(scope.PARTS),
    "dept": {"orders", "products"}, "function": {"orders", "products"},
    "qa": set(), "analyst": set(), "auditor": set(), "dso": set(),
}  # fmt: skip
HEAVY = {"frontline": {"customer", "orders", "products"}, "mediator": {"customer", "orders", "products"}}


@pytest.mark.req("IV-02", "OG-09")
@pytest.mark.parametrize("who", PARTS_OF)
def test_role_level_and_grade_say_what_may_be_asked(cast: Cast, journey: Journey, shop: Shop, who: str) -> None:
    for heavy in (False, True):
        if heavy:
            marked(journey, grade="high_risk")
        case, wanted = journey.complaint, HEAVY.get(who, PARTS_OF[who]) if heavy else PARTS_OF[who]
        for part in scope.PARTS:
            if part in wanted:
                read(getattr(cast, who), case, part)
                continue
            before = AccessEntry.objects.filter(what="refused", field=f"room.{part}").count()
            with pytest.raises(NotAllowed):
                read(getattr(cast, who), case, part)
            assert AccessEntry.objects.filter(what="refused", field=f"room.{part}").count() == before + 1


@pytest.mark.req("IV-02")
def test_pages_open_to_those_who_see_the_case_and_have_something_to_ask(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    number = journey.complaint.number
    for who in PEOPLE:
        client = desk(who, cast)
        status = client.get(reverse("inquiry:room", args=[number])).status_code
        sees = who in {
            "frontline",
            "frontline2",
            "specialist",
            "specialist2",
            "coach",
            "supervisor",
            "mgmt_rep",
            "top_mgmt",
        }
        assert status == (200 if sees else 403 if who in {"qa", "analyst", "auditor"} else 404), who
        assert client.get(reverse("inquiry:part", args=[number, "nothing"])).status_code == 404
    assert client.get(reverse("inquiry:room", args=["202601-XF-999"])).status_code == 404


@pytest.mark.req("IV-01")
def test_a_system_that_fails_keeps_its_own_part_only(cast: Cast, journey: Journey, shop: Shop) -> None:
    shop.fails = NoAnswer("它坏了", code="broken")
    part = read(cast.frontline, journey.complaint, "orders")
    assert (part.answered, part.gaps, part.groups) == (False, ["它坏了"], [])
    products = read(cast.frontline, journey.complaint, "products")
    assert not products.answered
    assert [group.name for group in products.groups] == ["own"], "our own policies stand there all the same"
    assert read(cast.frontline, journey.complaint, "history").answered


def test_without_a_connection_the_page_says_who_can_enter_one(
    cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "_finders", [])
    part = read(cast.frontline, journey.complaint, "customer")
    assert not part.answered
    assert part.gaps == [str(providers.NOT_CONNECTED)]


@pytest.mark.req("IV-01")
def test_earlier_complaints_of_the_same_person_are_found_by_how_they_are_reached(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    before = registered(cast, name="别人写的名字", phone="138-0000-2210", respondent_name="").complaint
    registered(
        cast, phone="13700000009", respondent_name="木棉数码专营店", respondent_phone="13900001234", name="陈晓雨"
    )
    part = read(cast.frontline, journey.complaint, "history")
    numbers = {group.name: [row[0].value[0] for row in group.rows] for group in part.groups}
    assert numbers["person"] == [before.number]
    assert len(numbers["merchant"]) == 1
    assert part.closed == []
    (row,) = part.groups[0].rows
    assert row[0].value[1] == before.get_absolute_url()


@pytest.mark.req("IV-01")
def test_products_come_from_the_system_and_policies_from_our_own_library_too(
    cast: Cast, journey: Journey, shop: Shop
) -> None:
    part = read(cast.dept, journey.complaint, "products")
    assert [group.name for group in part.groups] == ["product", "policies", "own"]
    assert any(one.name == "likely" for row in part.groups[-1].rows for one in row)


def test_an_archived_or_erased_case_is_asked_nothing_more_about(cast: Cast, journey: Journey, shop: Shop) -> None:
    Complaint.objects.filter(pk=journey.complaint.pk).update(state="archived")
    with pytest.raises(NotAllowed):
        read(cast.frontline, journey.complaint, "orders")
    Complaint.objects.filter(pk=journey.complaint.pk).update(state="routing")
    from tingsu.kernel.models import Stream

    Stream.objects.filter(pk=journey.complaint.pk).update(wrapped_key=None)
    assert not read(cast.frontline, journey.complaint, "orders", "check").answered
    assert not shop.asked


@pytest.mark.req("IV-01")
def test_reading_changes_nothing(cast: Cast, journey: Journey, shop: Shop) -> None:
    before = Event.objects.count(), Complaint.objects.values().get(pk=journey.complaint.pk)
    for part in scope.PARTS:
        read(cast.frontline, journey.complaint, part)
    assert (Event.objects.count(), Complaint.objects.values().get(pk=journey.complaint.pk)) == before


def test_the_queries_of_a_history_do_not_grow_with_it(
    cast: Cast, journey: Journey, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for _turn in range(4):
        registered(cast, phone="13800002210")
    with django_assert_max_num_queries(16):
        part = read(cast.frontline, journey.complaint, "history")
    assert len(part.groups[0].rows) == 4

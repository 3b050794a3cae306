"""Correcting the record: what is named changes, what is emptied is empty, what is left out stays (RG-16, TR-20)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.approving import approved
from tests.cast import Cast
from tests.partners import name_partners
from tingsu.casework import partners
from tingsu.clocks.models import Promise
from tingsu.complaints.fields import CATALOGUE, CaseField, case_field
from tingsu.complaints.fields.reading import category_code
from tingsu.complaints.marks import marks_that_differ
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.search import search
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel import rulebooks
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.process.registry import starting_values
from tingsu.triage.rules import publish_triage_rules
from tingsu.triage.tests.cases import step

GIVEN: dict[str, Any] = {
    "categories": ["16", "5"], "product": "空气炸锅", "product_type": "appliance", "order_number": "A1", "occurred_on": "2026-02-20", "occurred_time": "14:30",
    "event_place": "滨江店",
    "province": "33", "service_step": "退款", "branch": "龙泉驿营业厅", "market_region": "华东", "person_concerned": "张某",
    "additional_info": "附截图", "customer_type": "dealer", "group": "elderly", "language": "en", "format": "braille",
    "reply_expected": "no", "scene": "store", "expected_reply_at": (MONDAY + timedelta(days=3)).isoformat(),
    "expected_reply_reason": "出差", "withheld": ["address"], "content_kind": "organisation", "content_urls": "https://example.com/1",
    "rights_holder": "某某公司", "rights_basis": "trademark",
}  # fmt: skip
CORRECTED = [one for one in CATALOGUE if one.corrected]
EMPTIED = [one for one in CORRECTED if not one.never_empty]
NOTHING: tuple[Any, ...] = ("", None, [])


def given(cast: Cast) -> dict[str, Any]:
    if not partners.partners():
        with travel_to(MONDAY - timedelta(days=9)):
            name_partners(cast, ("shunfeng", "carrier", "顺达快运"))
    return {**GIVEN, "unit_concerned": str(cast.units["logistics"].pk), "partner_concerned": "shunfeng"}


def stands(complaint: Complaint, one: CaseField) -> Any:
    return complaint.text(one.stored) if one.sealed else getattr(complaint, one.stored)


def last(complaint: Complaint) -> Event:
    return Event.objects.filter(stream_id=complaint.pk).order_by("-seq")[0]


def findings() -> list[Any]:
    return list(verify_organisation(Tally()))


def test_the_record_of_these_tests_gives_every_field_that_can_be_corrected(cast: Cast) -> None:
    made = registered(cast, **given(cast))
    assert {one.name for one in CORRECTED} == set(given(cast)) - {"expected_reply_reason"}
    assert not [one.name for one in CORRECTED if stands(made, one) in NOTHING]
    assert {one.name for one in CORRECTED if one.never_empty} == {
        "scene", "language", "format", "reply_expected", "expected_reply_at",
    }  # fmt: skip


@pytest.mark.parametrize("one", EMPTIED, ids=lambda one: one.name)
def test_what_may_be_empty_at_registration_can_be_emptied(
    one: CaseField, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    made = registered(cast, **given(cast))
    before = {other.name: stands(made, other) for other in CORRECTED}
    step(cast.frontline, made, "correct_record", **{one.name: ""}, reason="误记")
    row = Complaint.objects.select_related("stream").get(pk=made.pk)
    assert stands(row, one) in NOTHING
    assert {n: v for n, v in before.items() if n != one.name} == {
        other.name: stands(row, other) for other in CORRECTED if other is not one
    }, "what was not named stays"
    event = last(made)
    assert event.data["corrected"] == [one.name]
    if one.ledger:
        old, new = event.data["set"][one.stored]
        assert old not in NOTHING
        assert new in NOTHING
    else:
        assert texts_of([event])[event.pk][f"was.{one.name}"]
    page = sign_in(cast.frontline).get(reverse("desk:case", args=[made.number])).content.decode()
    assert f"{escape(one.field.label)}：" in page
    assert " → –" in page
    assert findings() == []
    assert not list(marks_that_differ())
    if one.name == "order_number":
        assert row.order_index is None
        assert search(cast.frontline.actor, "A1").complaints == []
    if one.search == "words":
        assert search(cast.frontline.actor, str(before[one.name])).complaints == []
    registered(
        cast, **{**given(cast), one.name: [] if one.field.kind == "choices" else ""}
    )  # as registration may leave it


def test_a_program_empties_by_null_several_fields_at_once(cast: Cast) -> None:
    made = registered(cast, **given(cast))
    step(cast.frontline, made, "correct_record", **{one.name: None for one in EMPTIED}, reason="误记")
    row = Complaint.objects.select_related("stream").get(pk=made.pk)
    assert not [one.name for one in EMPTIED if stands(row, one) not in NOTHING]
    assert set(last(made).data["corrected"]) == {one.name for one in EMPTIED}
    step(cast.frontline, made, "correct_record", **{one.name: None for one in EMPTIED}, reason="误记")
    assert last(made).data["corrected"] == [], "empty already"


@pytest.mark.parametrize("one", [one for one in CORRECTED if one.never_empty], ids=lambda one: one.name)
def test_what_is_never_empty_cannot_be_emptied(one: CaseField, cast: Cast) -> None:
    made = registered(cast, **given(cast))
    with travel_to(MONDAY), pytest.raises(InvalidInput) as refused:
        step(cast.frontline, made, "correct_record", **{one.name: ""}, product="x", reason="误记")
    assert {name: error.code for name, error in refused.value.fields.items()} == {one.name: "required"}
    assert Complaint.objects.get(pk=made.pk).product == "空气炸锅"
    assert last(made).kind == "complaint.registered"


def posted(client: Client, made: Complaint, **changes: Any) -> dict[str, Any]:
    """What the page's form sends: everything it shows, with some inputs changed."""
    with travel_to(MONDAY):
        shown = client.get(reverse("desk:step", args=[made.number, "correct_record"])).context["fields"]
    form = {
        one.name: [code for code, _label, chosen in one.options if chosen] if one.kind == "choices" else one.value
        for one in shown
    }
    form = form | {"reason": "误记"}
    form = {**form, "version": str(made.version), **changes}
    return {name: value for name, value in form.items() if value != []}


def test_a_page_empties_what_it_showed_and_leaves_what_it_did_not_show(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    made = registered(cast, **given(cast))
    client = sign_in(cast.frontline)
    cleared = posted(client, made, order_number="", group="", product=" ", categories=[], reason="误记")
    address = reverse("desk:step", args=[made.number, "correct_record"])
    with travel_to(MONDAY):
        assert client.post(address, cleared).status_code == 303
    row = Complaint.objects.select_related("stream").get(pk=made.pk)
    assert (row.text("order_number"), row.group, row.product, row.categories) == ("", "", "", [])
    assert sorted(last(made).data["corrected"]) == ["categories", "group", "order_number", "product"]
    page = client.get(reverse("desk:case", args=[made.number])).content.decode()
    for line in ("A1 → –", "老年人 → –", "空气炸锅 → –"):
        assert line in page, line
    with travel_to(MONDAY):
        refused = client.post(address, posted(client, row, language="", reason="误记"))
    assert refused.status_code == 422
    assert [one.name for one in refused.context["fields"] if one.error] == ["language"]


def test_a_page_of_a_reader_who_sees_less_empties_nothing_unseen(cast: Cast, sign_in: Callable[..., Client]) -> None:
    made = registered(cast, **given(cast))
    Complaint.objects.filter(pk=made.pk).update(owner_id=cast.dept.id)
    client = sign_in(cast.dept)
    form = posted(client, made, product="电饭煲", reason="误记")
    assert not (form["group"])
    assert not (form["customer_type"])
    assert not (form["format"])
    with travel_to(MONDAY + timedelta(days=5)):  # the reply time has passed: the form would not show it
        late = form | {"expected_reply_at": ""}
        assert client.post(reverse("desk:step", args=[made.number, "correct_record"]), late).status_code == 303
    row = Complaint.objects.get(pk=made.pk)
    assert (row.product, row.group, row.customer_type, row.format) == ("电饭煲", "elderly", "dealer", "braille")
    assert last(made).data["corrected"] == ["product"]


def test_the_page_offers_a_way_to_take_a_choice_back(cast: Cast, sign_in: Callable[..., Client]) -> None:
    made = registered(cast, **given(cast))
    page = sign_in(cast.frontline).get(reverse("desk:step", args=[made.number, "correct_record"]))
    by_name = {one.name: one for one in page.context["fields"]}
    assert [code for code, _label, _chosen in by_name["group"].offered] == ["elderly", "minor", ""]
    assert [code for code, _label, chosen in by_name["group"].offered if chosen] == ["elderly"]
    assert "" not in [code for code, _label, _chosen in by_name["reply_expected"].offered]
    assert by_name["language"].required
    assert not by_name["group"].required


def test_categories_keep_sub_category_and_delay_whatever_else_is_corrected(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    head = cast.supervisor.actor
    with travel_to(MONDAY):
        body = rulebooks.in_force("categories").body
        subs = [{"code": "16.1", "name": {"zh-Hans": "拖延退款", "en": "Late refund"}}]
        approved(
            cast, lambda: publish_triage_rules(actor=head, kind="categories", body={**body, "subcategories": subs})
        )
    made = registered(cast, categories=["16.1", "5"])
    step(
        cast.frontline,
        made,
        "correct_record",
        categories=["5", "3", "4", "16.1"],
        delivery_delay="4",
        service_delay="30",
        service_delay_unit="hour",
        reason="补充",
    )
    row = Complaint.objects.get(pk=made.pk)
    three, four = {"no": 3, "delay": 4, "unit": "day"}, {"no": 4, "delay": 30, "unit": "hour"}
    sixteen = {"no": 16, "sub": "16.1"}
    assert row.categories == [{"no": 5}, three, four, sixteen]
    client = sign_in(cast.frontline)
    address = reverse("desk:step", args=[made.number, "correct_record"])
    with travel_to(MONDAY):
        client.post(address, posted(client, row, branch="西湖店", reason="补充"))
    row = Complaint.objects.get(pk=made.pk)
    assert (row.branch, row.categories) == ("西湖店", [{"no": 5}, three, four, sixteen])
    assert last(made).data["corrected"] == ["branch"]
    with travel_to(MONDAY):  # the enterprise gives the sub-category up; cases that have it keep it
        approved(cast, lambda: publish_triage_rules(actor=head, kind="categories", body={**body, "subcategories": []}))
        client.post(address, posted(client, row, branch="", reason="补充"))
    row = Complaint.objects.get(pk=made.pk)
    assert (row.branch, row.categories) == ("", [{"no": 5}, three, four, sixteen])
    values = starting_values(PROCESS["correct_record"], cast.frontline.actor, row)
    assert values["categories"] == ["5", "3", "4", "16.1"]
    step(cast.frontline, made, "correct_record", categories=["3", "16.1"], reason="补充")
    assert Complaint.objects.get(pk=made.pk).categories == [three, sixteen], "what stays keeps its delay"
    step(cast.frontline, made, "correct_record", delivery_delay="9", reason="补充")
    row = Complaint.objects.get(pk=made.pk)
    assert row.categories == [{**three, "delay": 9}, sixteen]
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline, made, "correct_record", delivery_delay="", reason="补充")
    assert set(refused.value.fields) == {"delivery_delay"}
    with pytest.raises(InvalidInput) as refused:
        step(cast.frontline, made, "correct_record", categories=["3", "35"], reason="补充")
    assert set(refused.value.fields) == {"other_text"}
    assert Complaint.objects.get(pk=made.pk).categories == row.categories
    assert findings() == []
    assert [category_code(entry) for entry in row.categories] == ["3", "16.1"]


TYPED = ["Z 9-77", "z977", "Ｚ９７７", "Z​9‌77﻿", " z/9.77 ", "Z　９-77", "⁠Z977‍"]


@pytest.mark.parametrize("typed", TYPED)
def test_a_corrected_order_number_is_found_however_it_was_typed(typed: str, cast: Cast) -> None:
    made = registered(cast, order_number="A1")
    step(cast.frontline, made, "correct_record", order_number=typed, reason="来电")
    for asked in TYPED:
        assert search(cast.frontline.actor, asked).complaints == [made], asked
    assert search(cast.frontline.actor, "A1").complaints == []


def test_emptying_what_was_promised_changes_no_time_limit(cast: Cast) -> None:
    made = registered(cast, **given(cast))
    before = list(Promise.objects.filter(stream_id=made.pk).order_by("pk").values())
    step(cast.frontline, made, "correct_record", product="", occurred_on=None, reason="误记")
    assert list(Promise.objects.filter(stream_id=made.pk).order_by("pk").values()) == before
    assert Complaint.objects.get(pk=made.pk).completed_at == made.completed_at
    assert case_field("product").never_empty is False

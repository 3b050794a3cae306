"""One complaint through every door: the same fields are kept, and every door refuses what the catalogue refuses.

The desk's telephone form, the public wizard, a program, and the driver of the tests are compared field by field, as far as the
catalogue says that a door asks for a field; a field that a door is said to ask for and loses on the way fails here.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.partners import name_partners
from tingsu.api.models import ApiToken
from tingsu.api.tokens import issue_token
from tingsu.casework import partners
from tingsu.clocks.models import Promise
from tingsu.complaints.fields import ASKED, CaseField
from tingsu.complaints.models import Complaint, Demand, Party
from tingsu.complaints.terms import DemandKind
from tingsu.demo import journey
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.settlement.tests.journey import MONDAY

Snapshot = dict[str, Any]
SignIn = Callable[..., Client]

TYPED: dict[str, Any] = {
    "kind": "report", "problem_type": "operation", "object_type": "service", "categories": ["3", "4", "5", "6", "16", "35"],
    "delivery_delay": "3", "delivery_delay_unit": "day", "service_delay": "5", "service_delay_unit": "hour",
    "category_text": "机芯异响", "other_text": "其他情形", "scene": "store",
    "product": "空气炸锅", "product_type": "appliance", "order_number": "ＤＤ 2026-1118", "summary": "退款未到", "description": "七天了没有到账。",
    "occurred_on": "2026-02-20", "occurred_time": "下午三点左右", "event_place": "滨江店", "province": "33", "service_step": "退款", "branch": "龙泉驿营业厅",
    "market_region": "华东", "person_concerned": "张某", "additional_info": "附截图", "remedy_requested": "yes",
    "remedy_text": "请尽快退款", "anonymous": False, "name": "陈小满", "is_organisation": True, "honorific": "ms",
    "customer_type": "dealer", "phone": "+852 5123 4567", "email": "Chen@Example.com", "address": "中环 1 号", "city": "香港",
    "postcode": "999077", "country": "hk", "fax": "0571 8888 7777", "preferred_channel": "email", "contact_note": "晚八点后",
    "withheld": ["address", "name"], "agent_name": "李律师", "agent_phone": "13900001111", "agent_email": "li@example.com",
    "contact_name": "王五", "contact_phone": "13700002222", "respondent_name": "某商家", "respondent_phone": "95311",
    "respondent_email": "shop@example.com", "group": "minor", "language": "en", "format": "braille", "reply_expected": "no",
    "mode": "other", "mode_other": "展会", "channel": "store", "received_at": "2026-03-01T09:00", "transferred_by": "12315",
    "outside_reference": "WB-7", "outside_deadline": "2026-03-20T09:00", "signed_by": "image", "content_by": "complainant", "record_confirmed": True,
    "promise_contact": True, "calming_steps": ["listen", "guide"], "expected_reply_at": "2026-03-05T09:00",
    "expected_reply_reason": "出差", "content_kind": "organisation", "rights_holder": "杭州某某文化公司", "rights_basis": "copyright",
    "content_urls": "https://video.example.cn/v/7", "rights_stated": True,
}  # fmt: skip
DEMANDS = [("apology", "", "当面道歉"), ("refund", "1299.00", "原路退回")]
SET_BY_THE_WIZARD = {
    "kind": "complaint", "problem_type": "consumer", "scene": "platform", "mode": "internet", "channel": "portal", "signed_by": "online",
}  # fmt: skip
ELSEWHERE = {"files", "repeats", "demands", "unit_concerned", "partner_concerned", "visitor_words"}
"""Files, repeats and what a visitor typed at a screen have tests of their own; demands, the unit and the partner are put together below."""


def typed(cast: Cast) -> dict[str, Any]:
    if not partners.partners():
        with travel_to(MONDAY - timedelta(days=9)):
            name_partners(cast, ("shunfeng", "carrier", "顺达快运"))
    units = {"unit_concerned": str(cast.units["logistics"].pk), "department": str(cast.units["finance"].pk)}
    return {**TYPED, **units, "partner_concerned": "shunfeng", "department_reason": "款项由财务结算部核对"}


def asked_by(door: str) -> set[str]:
    return {one.name for one in ASKED if getattr(one, door)}


def kept(complaint: Complaint) -> Snapshot:
    """Everything that a registration keeps, by field: rows, people, demands and the time limits that it starts."""
    row = Complaint.objects.select_related("stream").get(pk=complaint.pk)
    people = {party.role: party for party in Party.objects.filter(complaint=row)}
    found: Snapshot = {}
    for one in ASKED:
        holder = row if one.of == "complaint" else people.get(one.of)
        if one.stored and holder is not None:
            found[one.name] = holder.text(one.stored) if one.sealed else getattr(holder, one.stored)
            for other in one.also:
                found[f"{one.name}: {other}"] = getattr(holder, other)
    found["demands"] = [
        (one.kind, one.amount_fen, one.text()) for one in Demand.objects.filter(complaint=row).order_by("position")
    ]
    found["limits"] = sorted(Promise.objects.filter(stream_id=row.pk).values_list("kind", "started_at", "due_at"))
    found["confirmed"] = row.record_confirmed_at is not None
    found["parties"] = sorted(people)
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in found.items()}


def driver(cast: Cast, given: dict[str, Any], *, details: bool = True) -> Snapshot:
    """The same through the driver of tests and demo, which is the measure."""
    demands = [
        {"kind": kind, "amount": yuan, **({"detail": words} if details else {})} for kind, yuan, words in DEMANDS
    ]
    return kept(journey.register(cast.frontline.actor, {**given, "demands": demands}, MONDAY))


def newest() -> Complaint:
    return Complaint.objects.order_by("-pk")[0]


def desk_form(given: dict[str, Any]) -> dict[str, Any]:
    """The page's form: every input by its name."""
    form = {name: "yes" if value is True else "no" if value is False else value for name, value in given.items()}
    for kind, yuan, _words in DEMANDS:
        index = [code for code, _label in DemandKind.choices].index(kind)
        form |= {f"demands-{index}-kind": kind, f"demands-{index}-amount": yuan}
    return form


def desk(cast: Cast, sign_in: SignIn, given: dict[str, Any]) -> Any:
    with travel_to(MONDAY):
        return sign_in(cast.frontline).post(reverse("desk:register"), desk_form(given))


def program(cast: Cast, client: Client, given: dict[str, Any]) -> Any:
    with travel_to(MONDAY):
        _row, token = issue_token(
            actor=automation("test", cast.organisation_id), name=f"door {ApiToken.objects.count()}", roles=cast.frontline.actor.roles,
            acts_for=cast.frontline.id, scopes=("complaints:write",),
        )  # fmt: skip
        demands = [{"kind": k, "detail": w} | ({"amount": 129900} if y else {}) for k, y, w in DEMANDS]
        return client.post(
            "/api/v1/complaints", json.dumps({"demands": demands} | given), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip


def wizard(client: Client, given: dict[str, Any]) -> Any:
    """The public form step by step; the answer of the first page that refuses, or of the last."""
    inputs = {name: value for name, value in given.items() if name in asked_by("portal")}
    story = {
        "cause": "refund",
        "go": "on",
        "demands": [kind for kind, _yuan, _words in DEMANDS],
        "amount_refund": "1299.00",
        "rights_stated": "yes",
    }
    contact = {"identity": "named", "for_other": "yes", "no_reply": "yes", "go": "on", "is_organisation": "yes"}
    with travel_to(MONDAY):
        for address, values in (("/submit/story/", story), ("/submit/contact/", contact)):
            answer = client.post(address, {**inputs, **values})
            if "wrong=1" in answer.headers.get("Location", ""):
                return client.get(answer.headers["Location"])
            if answer.status_code != 302:
                return answer
        return client.post("/submit/check/", {"go": "on"})


def test_every_field_that_a_door_asks_for_is_typed_here(cast: Cast) -> None:
    assert set(typed(cast)) == {one.name for one in ASKED} - ELSEWHERE | {"unit_concerned", "partner_concerned"}
    usual = {one.name: one.default for one in ASKED if one.default is not None}
    same = {name for name, value in typed(cast).items() if usual.get(name) == value}
    assert not same, "what stands there by default would hide a field that was lost"


def test_the_desk_keeps_what_the_driver_keeps(cast: Cast, sign_in: SignIn) -> None:
    given = {name: value for name, value in typed(cast).items() if name in asked_by("desk")}
    assert desk(cast, sign_in, given).status_code == 303
    by_hand = kept(newest())
    assert by_hand == driver(cast, given, details=False)
    assert [name for name, value in by_hand.items() if value in ("", None, [])] == []


def test_a_program_keeps_what_the_driver_keeps(cast: Cast, client: Client) -> None:
    given = typed(cast)
    answer = program(cast, client, given)
    assert answer.status_code == 201, answer.content
    by_program = kept(newest())
    assert by_program == driver(cast, given)
    assert [name for name, value in by_program.items() if value in ("", None, [])] == []


def test_the_public_wizard_keeps_what_the_driver_keeps(cast: Cast, client: Client) -> None:
    answer = wizard(client, typed(cast))
    assert answer.headers["Location"] == "/submit/received/"
    given = {name: value for name, value in typed(cast).items() if name in asked_by("portal")} | SET_BY_THE_WIZARD
    told = kept(newest())
    assert told == driver(cast, {**given, "remedy_requested": "yes"}, details=False)
    lost = [name for name in asked_by("portal") - {"files"} if told[name] in ("", None, [])]
    assert lost == []


def refusals(door: str) -> Iterator[tuple[str, Any]]:
    """For each field that a door asks for, something the catalogue refuses."""
    for one in ASKED:
        if getattr(one, door) and (wrong := _wrong(one)) is not None:
            yield one.name, wrong
            if one.field.required and one.field.kind not in {"bool", "choices"}:
                yield one.name, ""


def _wrong(one: CaseField) -> Any:
    kind = one.field.kind
    if one.name in {
        "phone",
        "agent_phone",
        "contact_phone",
        "respondent_phone",
        "fax",
        "email",
        "agent_email",
        "respondent_email",
    }:
        return "12"
    if kind in {"text", "longtext"} and one.name != "repeats":
        return "长" * ((one.field.limit or {"text": 200, "longtext": 5000}[kind]) + 1)
    if kind == "choice":
        return "no such code"
    return {"choices": ["no such code"], "date": "2199-01-01", "datetime": "yesterday", "unit": "no such unit"}.get(
        kind
    )


def test_the_desk_refuses_what_the_catalogue_refuses(cast: Cast, sign_in: SignIn) -> None:
    for name, wrong in refusals("desk"):
        answer = desk(cast, sign_in, {**typed(cast), name: wrong})
        assert answer.status_code == 422, name
        assert name in {control.name for control in answer.context["problems"]}, name
    assert not Complaint.objects.exists()


def test_a_program_is_refused_what_the_catalogue_refuses(cast: Cast, client: Client) -> None:
    for name, wrong in refusals("api"):
        answer = program(cast, client, {**typed(cast), name: wrong})
        assert answer.status_code == 422, name
        assert name in answer.json()["data"]["fields"], name
        assert answer.json()["data"]["fields"][name]["detail"]
    answer = program(cast, client, {**typed(cast), "shoe_size": "42"})
    assert set(answer.json()["data"]["fields"]) == {"shoe_size"}
    assert not Complaint.objects.exists()


def test_the_public_wizard_refuses_what_the_catalogue_refuses(cast: Cast, client: Client) -> None:
    ticked = {"is_organisation", "anonymous", "reply_expected"}
    """Boxes and chips that the wizard reads as a yes or a no, whatever was sent."""
    for name, wrong in refusals("portal"):
        if name in ticked:
            continue
        answer = wizard(client, {**typed(cast), name: wrong})
        assert answer.status_code == 422, name
        assert name in answer.context["step"].errors, name
    assert not Complaint.objects.exists()

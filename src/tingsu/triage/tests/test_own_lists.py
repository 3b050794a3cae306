"""Problem types, objects and scenes of the organisation's own: offered, recorded, numbered, routed, filtered, dropped (TR-01, TR-02)."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approved
from tests.cast import Cast
from tingsu.api.tokens import issue_token
from tingsu.complaints import filters, lists, moments, numbers, routing
from tingsu.complaints.fields import case_field
from tingsu.complaints.fields.reading import in_words
from tingsu.complaints.process import PROCESS
from tingsu.complaints.waiting import cause_of
from tingsu.complaints.watched import facts_of
from tingsu.kernel.actor import automation
from tingsu.kernel.errors import InvalidInput, NotAllowed
from tingsu.process.steps import options_of
from tingsu.triage.rules import publish_triage_rules
from tingsu.triage.tests.cases import GRADE, last_event, registered, step


def name(zh: str, en: str) -> dict[str, str]:
    return {"zh-Hans": zh, "en": en}


LOGISTICS = {"code": "logistics", "name": name("物流配送", "Delivery"), "like": "consumer", "letters": "WL"}
BRAND = {"code": "brand", "name": name("品牌假冒", "Counterfeit brand"), "like": "ip"}
RIDER = {"code": "rider", "name": name("骑手投诉", "Riders"), "like": "personnel"}
KIOSK = {"code": "kiosk", "name": name("自助终端", "Self-service kiosk"), "like": "store"}
BODY = {"problem_types": [LOGISTICS, BRAND], "object_types": [RIDER], "scenes": [KIOSK]}


def publish(cast: Cast, body: dict[str, Any]) -> None:
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=lists.KIND, body=body))


@pytest.mark.req("TR-01", "TR-02", "TR-20", "RG-13")
def test_own_entries_are_offered_recorded_and_counted_under_the_documented_one(cast: Cast, sign_in: Any) -> None:
    with pytest.raises(InvalidInput):
        registered(cast.frontline, problem_type="logistics")
    publish(cast, BODY)
    made = registered(cast.frontline, problem_type="logistics", object_type="rider", scene="kiosk")
    assert made.number.split("-")[1] == "WL"
    assert registered(cast.frontline, problem_type="brand").number.split("-")[1] == "ZC"
    graded = step(
        cast.frontline, made, "assess_and_grade", **GRADE | {"problem_type": "logistics", "object_type": "rider"}
    )
    assert (graded.problem_type, graded.object_type, graded.scene) == ("logistics", "rider", "kiosk")
    assert facts_of(graded).value("topic") == "consumer", "time limits by type hold for it"
    page = sign_in(cast.frontline).get(reverse("desk:case", args=[made.number])).content.decode()
    assert all(word in page for word in ("物流配送", "骑手投诉", "自助终端"))
    form = sign_in(cast.frontline).get(reverse("desk:register")).content.decode()
    assert 'value="logistics"' in form
    assert 'value="kiosk"' in form


@pytest.mark.req("TR-01", "SL-12")
def test_what_counts_under_intellectual_property_is_answered_at_the_first_moment(cast: Cast) -> None:
    publish(cast, BODY)
    brand = registered(cast.frontline, problem_type="brand")
    assert moments.at_the_first_moment(brand)
    assert not moments.at_the_first_moment(registered(cast.frontline, problem_type="logistics"))


@pytest.mark.req("AS-05", "TR-01")
def test_routing_names_an_own_type_or_follows_the_one_it_counts_under(cast: Cast) -> None:
    publish(cast, BODY)
    body: dict[str, Any] = {"lines": [{"problem_type": "consumer", "unit": "finance"}], "default": ""}
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=routing.KIND, body=body))
    found = routing.department_for("logistics")
    assert found is not None
    assert found.code == "finance"
    assert routing.topics_without_department() == ["qualification", "product", "ip", "operation", "brand"]
    body = {"lines": [*body["lines"], {"problem_type": "logistics", "unit": "logistics"}], "default": ""}
    approved(cast, lambda: publish_triage_rules(actor=cast.supervisor.actor, kind=routing.KIND, body=body))
    found = routing.department_for("logistics")
    assert found is not None
    assert found.code == "logistics"


@pytest.mark.req("TR-01", "TR-02", "TR-20", "TR-22")
def test_what_a_later_version_drops_is_offered_no_longer_and_keeps_word_number_and_filter(cast: Cast) -> None:
    publish(cast, BODY)
    made = registered(cast.frontline, problem_type="logistics", object_type="rider", scene="kiosk")
    publish(cast, lists.shipped())
    assert "logistics" not in {code for code, _word in options_of(PROCESS["assess_and_grade"].field("problem_type"))}
    with pytest.raises(InvalidInput):
        registered(cast.frontline, scene="kiosk")
    kept = step(
        cast.frontline, made, "assess_and_grade", **GRADE | {"problem_type": "logistics", "object_type": "rider"}
    )
    assert kept.problem_type == "logistics", "a case keeps what it was recorded under"
    assert str(in_words(case_field("scene"), "kiosk")) == "自助终端"
    assert str(cause_of(type(made)(problem_type="logistics"))) == "物流配送"
    assert numbers.spelled(made.number.lower()) == made.number
    found, unknown = filters.read(
        cast.frontline.actor, {"problem_type": "logistics", "object_type": "rider", "scene": "kiosk"}
    )
    assert not unknown
    assert list(filters.narrowed(type(made).objects.all(), found)) == [kept]
    assert last_event(made).kind == "complaint.graded"


@pytest.mark.req("RG-13")
def test_the_letters_of_own_types_are_read_in_any_spelling(cast: Cast) -> None:
    assert numbers.spelled("202611 wl 1") == ""
    publish(cast, BODY)
    assert numbers.spelled("２０２６11 wl 1") == "202611-WL-001"
    assert numbers.numbers_in("见 202611-WL-002，重量 202611 kg 50") == ("202611-WL-002",)


@pytest.mark.req("TR-01", "TR-02")
@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"problem_types": [LOGISTICS | {"code": "Logistics"}]}, "problem_types.1.code"),
        ({"problem_types": [LOGISTICS | {"code": "eleven_long"}]}, "problem_types.1.code"),
        ({"problem_types": [LOGISTICS | {"code": "consumer"}]}, "problem_types.1.code"),
        ({"problem_types": [LOGISTICS, BRAND | {"code": "logistics"}]}, "problem_types.1.code"),
        ({"problem_types": [LOGISTICS | {"name": {"zh-Hans": "物流"}}]}, "problem_types.1.name"),
        ({"problem_types": [LOGISTICS | {"name": name("长" * 41, "long")}]}, "problem_types.1.name"),
        ({"problem_types": [LOGISTICS | {"like": "personnel"}]}, "problem_types.1.like"),
        ({"problem_types": [LOGISTICS | {"letters": "XF"}]}, "problem_types.1.letters"),
        ({"problem_types": [LOGISTICS, BRAND | {"letters": "WL"}]}, "problem_types.1.letters"),
        ({"problem_types": [LOGISTICS | {"letters": "wl"}]}, "problem_types.1.letters"),
        ({"object_types": [RIDER | {"like": "consumer"}]}, "object_types.1.like"),
        ({"scenes": "kiosk"}, "scenes"),
    ],
)
def test_a_wrong_list_is_refused_at_its_field(cast: Cast, change: dict[str, Any], place: str) -> None:
    lists.check(BODY)
    with pytest.raises(InvalidInput) as refused:
        lists.check(BODY | change)
    assert place in refused.value.fields


@pytest.mark.req("RG-13")
def test_letters_that_numbers_have_are_given_to_no_other_type(cast: Cast) -> None:
    publish(cast, BODY)
    publish(cast, lists.shipped())
    with pytest.raises(InvalidInput) as refused:
        lists.check(BODY | {"problem_types": [BRAND | {"letters": "WL"}]})
    assert set(refused.value.fields) == {"problem_types.1.letters"}
    lists.check(BODY)


@pytest.mark.req("TR-01")
def test_only_those_who_lead_publish_them_and_the_page_says_what_is_wrong(cast: Cast, sign_in: Any) -> None:
    with pytest.raises(NotAllowed):
        publish_triage_rules(actor=cast.frontline.actor, kind=lists.KIND, body=BODY)
    sent = {
        "entry-0-code": "logistics", "entry-0-name-zh-Hans": "物流配送", "entry-0-name-en": "Delivery",
        "entry-0-like": "consumer", "entry-0-letters": "XF", "based_on": "0", "note": "",
    }  # fmt: skip
    client = sign_in(cast.supervisor)
    refused = client.post(reverse("triage:edit_lists"), sent)
    assert refused.status_code == 422
    assert "物流配送" in refused.content.decode(), "nothing typed is lost"
    assert client.post(reverse("triage:edit_lists"), sent | {"entry-0-letters": "WL"}).status_code in {302, 303}


@pytest.mark.req("TR-22", "IG-01")
def test_programs_read_what_the_lists_take(cast: Cast, client: Client) -> None:
    publish(cast, BODY)
    publish(cast, BODY | {"scenes": []})

    def read(*scopes: str) -> Any:
        token = issue_token(
            actor=automation("test", cast.organisation_id), name=f"lists {scopes}", scopes=scopes,
            roles=cast.frontline.actor.roles, acts_for=cast.frontline.id,
        )[1]  # fmt: skip
        return client.get("/api/v1/lists", headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})

    assert read("registers:read").status_code == 403
    told = json.loads(read("complaints:read").content)
    by_code = {one["code"]: one for one in told["problem_type"]}
    assert by_code["logistics"] == {
        "code": "logistics",
        "label": "Delivery",
        "counts_under": "consumer",
        "offered": True,
    }
    assert next(one for one in told["scene"] if one["code"] == "kiosk")["offered"] is False
    assert [one["code"] for one in told["categories"]][:3] == ["1", "2", "3"]

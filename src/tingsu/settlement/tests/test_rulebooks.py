"""The rulebooks of settlement as tables."""

import copy

import pytest

from tingsu.kernel.errors import InvalidInput
from tingsu.settlement.rulebooks import bases, remedies, ways


@pytest.mark.req("IV-10")
def test_the_library_has_six_kinds_and_five_levels_of_standards() -> None:
    body = bases.default()
    bases.check(body)
    assert {entry["kind"] for entry in body["bases"]} == set(bases.KINDS)
    body["bases"] = [entry for entry in body["bases"] if entry["kind"] != "practice"]
    with pytest.raises(InvalidInput):
        bases.check(body)


@pytest.mark.req("RM-02", "RM-03")
def test_the_eighteen_measures_are_fixed_and_own_ones_may_follow() -> None:
    body = remedies.default()
    remedies.check(body)
    assert [entry["code"] for entry in body["remedies"][:18]] == [str(number) for number in range(36, 54)]
    assert {e["code"] for e in body["remedies"] if e["extra"] == "amount"} == {"47", "48", "49", "50"}
    more = copy.deepcopy(body)
    more["remedies"].append(
        {"code": "gift-card", "name": {"zh-Hans": "赠送礼品卡", "en": "Gift card"}, "extra": "amount"}
    )
    remedies.check(more)
    for change in ({"extra": ""}, {"name": {"zh-Hans": "补偿", "en": "Pay"}}):
        wrong = copy.deepcopy(body)
        wrong["remedies"][11] |= change
        with pytest.raises(InvalidInput) as refused:
            remedies.check(wrong)
        assert "remedies.47" in refused.value.fields


@pytest.mark.req("RM-04")
def test_thirteen_response_options_map_to_the_measures() -> None:
    body = remedies.default()
    assert [entry["code"] for entry in body["responses"]] == [f"R{number}" for number in range(1, 14)]
    body["responses"][0]["remedies"] = ["99"]
    with pytest.raises(InvalidInput):
        remedies.check(body)


@pytest.mark.req("XR-02", "XR-08", "FB-07")
@pytest.mark.parametrize("broken", ["order", "appeal", "outside", "language", "link", "province", "own", "nowhere"])
def test_negotiation_stays_first_appeal_and_outside_ways_stay_in_the_list(broken: str) -> None:
    body = ways.default()
    ways.check(body)
    entries = body["ways"]
    if broken == "order":
        entries.reverse()
    elif broken == "appeal":
        body["ways"] = [entry for entry in entries if entry["code"] != "appeal"]
    elif broken == "outside":
        body["ways"] = [entry for entry in entries if entry["side"] == "internal"]
    elif broken == "language":
        entries[2]["name"] = {"zh-Hans": "平台"}
    elif broken == "province":
        entries[2]["province"] = "99"
    elif broken == "own":
        entries[1]["province"] = "44"
    elif broken == "nowhere":
        for entry in entries:
            entry["province"] = "44" if entry["side"] == "external" else ""
    else:
        entries[2]["link"] = "javascript:alert(1)"
    with pytest.raises(InvalidInput):
        ways.check(body)


@pytest.mark.req("RM-04")
@pytest.mark.parametrize(
    ("codes", "responses"),
    [
        (["39", "48"], ["退款"]),
        (["38"], ["换货"]),
        (["45", "52"], ["提供信息", "道歉"]),
        (["53"], []),
        (["guidance"], ["技术支持"]),
        (["43"], []),
    ],
)
def test_measures_say_which_response_they_are(organisation: object, codes: list[str], responses: list[str]) -> None:
    assert remedies.responses_for(codes, 0, "zh-hans") == responses

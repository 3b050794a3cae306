"""The checks of triage's rulebooks one by one, the words a rule reads, and the burst of complaints about one product."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.complaints import routing
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.letters.models import Notice
from tingsu.triage import classification, criteria, mass, risk_rules
from tingsu.triage.models import CRITERIA
from tingsu.triage.suggest import FACT_NAMES, NEGATION_REACH, REACH, RiskFacts, suggest
from tingsu.triage.tests.cases import registered

NAME = {"zh-Hans": "甲", "en": "A"}
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def refused(check: Any, body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        check(body)
    return {name: error.code for name, error in refusal.value.fields.items()}


def changed(book: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """A copy of a rulebook with one place changed."""
    body = copy.deepcopy(book)
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return body


@pytest.mark.parametrize(
    ("path", "to", "wrong"),
    [
        (["subcategories"], None, {"subcategories": "rows"}),
        (["subcategories"], ["6.1"], {"subcategories": "rows"}),
        (["subcategories"], [{"code": "6.0", "name": NAME}], {"subcategories": "code"}),
        (["subcategories"], [{"code": "0.1", "name": NAME}], {"subcategories": "code"}),
        (["subcategories"], [{"code": "36.1", "name": NAME}], {"subcategories": "code"}),
        (["subcategories"], [{"code": "6.100", "name": NAME}], {"subcategories": "code"}),
        (["subcategories"], [{"code": "6.1", "name": NAME}] * 2, {"subcategories": "code"}),
        (["subcategories"], [{"name": NAME}], {"subcategories": "code"}),
        (["subcategories"], [{"code": "6.1", "name": {"zh-Hans": "甲", "en": ""}}], {"subcategories": "required"}),
        (["problem_types", "ip"], {"zh-Hans": "甲"}, {"problem_types": "required"}),
        (["problem_types"], None, {"problem_types": "required"}),
        (["mapping"], None, {"mapping": "rows"}),
        (["mapping", 0, "category"], "36", {"mapping": "rows"}),
        (["mapping", 0, "problem_type"], "x", {"mapping": "rows"}),
        (["mapping", 0, "object_type"], "x", {"mapping": "rows"}),
        (["mapping", 0, "category"], "2", {"mapping": "twice"}),
        (["mapping", 0], "1", {"mapping": "rows"}),
    ],
)
def test_a_category_book_is_refused_at_the_place_that_is_wrong(path: list, to: Any, wrong: dict) -> None:
    assert refused(classification.check, changed(classification.shipped(), *path, to=to)) == wrong


def test_a_category_book_may_be_changed_within_its_rules() -> None:
    subs = [{"code": code, "name": NAME} for code in ("1.1", "9.99", "35.10")]
    classification.check(changed(classification.shipped(), "subcategories", to=subs))
    classification.check(changed(classification.shipped(), "mapping", to=[]))


@pytest.mark.parametrize(
    ("categories", "proposed"),
    [
        ([16], ("operation", "process")),
        ([5, 16, 17], ("product", "product")),
        ([16, 18, 5], ("operation", "process")),
        ([27, 29, 16], ("operation", "service")),
        ([1, 2, 13, 16, 18], ("consumer", "service")),  # processes of other types do not count
        ([99], ("", "")),
        ([99, 5], ("product", "product")),
    ],
)
def test_the_commonest_type_and_its_commonest_object_are_proposed(
    categories: list[int], proposed: tuple[str, str]
) -> None:
    assert classification.propose(categories, classification.shipped()) == proposed


@pytest.mark.parametrize(
    ("path", "to", "wrong"),
    [
        (["scale"], None, {"scale": "scale"}),
        (["scale"], [{"value": 1, "name": NAME}], {"scale": "scale"}),
        (["scale", 0, "value"], 0, {"scale": "scale"}),
        (["scale"], [{"value": number, "name": NAME} for number in range(1, 12)], {"scale": "scale"}),
        (["scale", 2, "name"], {"en": "x"}, {"scale": "required"}),
        (["criteria"], None, {"criteria": "choice"}),
        (["criteria", 0, "code"], "x", {"criteria": "choice"}),
        (["criteria", 0, "name"], {}, {"criteria": "required"}),
        (["criteria", 1, "question"], {"zh-Hans": "甲"}, {"criteria": "required"}),
        (["criteria", 1, "anchors"], [], {"criteria": "required"}),
        (["criteria", 1, "anchors", "3"], {"en": "x"}, {"criteria": "required"}),
    ],
)
def test_the_criteria_are_refused_at_the_place_that_is_wrong(path: list, to: Any, wrong: dict) -> None:
    assert refused(criteria.check, changed(criteria.shipped(), *path, to=to)) == wrong


def test_a_scale_has_two_to_ten_steps() -> None:
    for most in (2, 10):
        criteria.check(
            changed(criteria.shipped(), "scale", to=[{"value": number, "name": NAME} for number in range(1, most + 1)])
        )
    assert [one["code"] for one in criteria.shipped()["criteria"]] == list(CRITERIA)
    reverse = list(reversed(criteria.shipped()["criteria"]))
    assert refused(criteria.check, changed(criteria.shipped(), "criteria", to=reverse)) == {"criteria": "choice"}


@pytest.mark.parametrize(
    ("path", "to", "wrong"),
    [
        (["high_risk"], None, {"high_risk": "rows"}),
        (["urgent"], ["x"], {"urgent": "rows"}),
        (["high_risk", 0, "code"], "other", {"high_risk": "missing"}),
        (["urgent", 0, "code"], "media", {"urgent": "missing"}),
        (["high_risk", -1, "code"], "mass", {"high_risk": "twice"}),
        (["high_risk", 0, "value"], 1, {"high_risk": "unequal"}),
        (["high_risk", 0, "fact"], "vip", {"high_risk": "unequal"}),
        (["high_risk", 0, "code"], 5, {"high_risk": "missing"}),
        (["high_risk", 0, "name"], None, {"high_risk": "required"}),
        (["high_risk", 0, "on"], "yes", {"high_risk": "choice"}),
        (["high_risk", 0, "any"], ["甲"], {"high_risk": "words"}),
        (["high_risk", 0, "any"], ["x" * 41], {"high_risk": "words"}),
        (["high_risk", 0, "with"], [5], {"high_risk": "words"}),
        (["high_risk", 0, "any"], ["ab"] * 201, {"high_risk": "words"}),
        (["high_risk", 0, "any"], [], {"high_risk": "empty"}),
        (["negations"], [""], {"negations": "rows"}),
        (["negations"], None, {"negations": "rows"}),
        (["mass"], None, {"mass": "number"}),
        (["mass", "window_hours"], 0, {"mass": "number"}),
        (["mass", "complaints"], 1, {"mass": "number"}),
        (["mass", "provinces"], 0, {"mass": "number"}),
        (["mass", "provinces"], True, {"mass": "number"}),
        (["major_loss_yuan"], 0, {"major_loss_yuan": "number"}),
        (["major_loss_yuan"], True, {"major_loss_yuan": "number"}),
    ],
)
def test_risk_rules_are_refused_at_the_place_that_is_wrong(path: list, to: Any, wrong: dict) -> None:
    assert refused(risk_rules.check, changed(risk_rules.shipped(), *path, to=to)) == wrong


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (["high_risk", 0, "any"], ["ab", "x" * 40]),
        (["high_risk", 0, "on"], False),
        (["mass"], {"window_hours": 1, "complaints": 2, "provinces": 1}),
        (["major_loss_yuan"], 1),
        (["high_risk", 0, "any"], ["ab"] * 150),
        (["negations"], []),
    ],
)
def test_risk_rules_may_be_tuned(path: list, to: Any) -> None:
    body = changed(risk_rules.shipped(), *path, to=to)
    if path[-1] == "any":
        body["high_risk"][0]["with"] = []
    risk_rules.check(body)


def test_the_escalation_risks_are_three() -> None:
    body = copy.deepcopy(risk_rules.shipped())
    body["marks"].append({**body["marks"][0], "code": "other"})
    assert refused(risk_rules.check, body) == {"marks": "choice"}
    assert risk_rules.RISK_MARKS == ("opinion", "litigation", "penalty")
    assert FACT_NAMES == ("from_authority", "from_media", "major_loss", "mass")


RULES: dict[str, Any] = {
    "high_risk": [{"code": "fire", "on": True, "any": ["起火", "fire"], "with": [], "near": None, "fact": ""}],
    "urgent": [{"code": "news", "on": True, "any": ["记者"], "with": ["采访"], "near": 3, "fact": "from_media"}],
    "marks": [{"code": "law", "on": False, "any": ["起诉"], "with": [], "fact": ""}],
    "negations": ["没有", "not"],
    "mass": {"window_hours": 24, "complaints": 5, "provinces": 2},
    "major_loss_yuan": 100,
}


@pytest.mark.parametrize(
    ("text", "high", "topics"),
    [
        ("半夜起火", ("fire",), ()),
        ("没有起火", (), ()),
        ("没有，起火了", ("fire",), ()),
        ("没有。起火", ("fire",), ()),
        ("没有xxx起火", (), ()),
        ("没有xxxx起火", ("fire",), ()),
        ("没有起火，后来又起火", ("fire",), ()),
        ("ＦＩＲＥ", ("fire",), ()),
        ("not fire", (), ()),
        ("nothing, fire", ("fire",), ()),
        ("起诉", (), ()),
        ("记者采访", (), ("news",)),
        ("记者xx采访", (), ()),
        ("记者x采访", (), ("news",)),
        ("采访x记者", (), ("news",)),
        ("采访xx记者", (), ()),
        ("记者", (), ()),
        ("记者xxxxxx，记者采访", (), ("news",)),
    ],
)
def test_words_count_near_their_companions_and_not_when_denied(text: str, high: tuple, topics: tuple) -> None:
    found = suggest(text, rules=RULES)
    assert (found.high_risk_reasons, found.topics) == (high, topics)
    assert (found.grade, found.urgency) == (
        "high_risk" if high else "general",
        "urgent" if high or topics else "normal",
    )
    assert (REACH, NEGATION_REACH) == (30, 5)


def test_a_fact_speaks_before_any_word_and_reasons_stand_in_the_order_of_the_parts() -> None:
    found = suggest(["记者采访", "起火"], RiskFacts(from_media=True), RULES)
    assert [(one.part, one.code, one.words) for one in found.reasons] == [
        ("high_risk", "fire", ("起火",)),
        ("urgent", "news", ("from_media",)),
    ]
    assert found.as_data() == {
        "grade": "high_risk",
        "urgency": "urgent",
        "marks": [],
        "topics": ["news"],
        "high_risk_reasons": ["fire"],
        "because": [
            {"part": "high_risk", "code": "fire", "words": ["起火"]},
            {"part": "urgent", "code": "news", "words": ["from_media"]},
        ],
    }
    assert RiskFacts(loss_fen=100_00, provinces=2, from_authority=True).speaking(RULES) == {
        "from_authority",
        "major_loss",
        "mass",
    }
    assert RiskFacts(loss_fen=99_99, provinces=1).speaking(RULES) == frozenset()


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"lines": None, "default": ""}, {"lines": "rows"}),
        ({"lines": [1], "default": ""}, {"lines": "rows"}),
        ({"lines": [], "default": None}, {"default": "unit"}),
        ({"lines": [{"unit": "finance"}] * 501, "default": ""}, {"lines": "rows"}),
        ({"lines": [{"problem_type": "x", "unit": "finance"}], "default": ""}, {"lines": "choice"}),
        ({"lines": [{"unit": "finance", "product": "x" * 121}], "default": ""}, {"lines": "too_long"}),
        ({"lines": [{"unit": "finance", "branch": 5}], "default": ""}, {"lines": "invalid"}),
        ({"lines": [{"problem_type": "ip"}], "default": "legal"}, {"lines": "unit", "default": "unit"}),
    ],
)
def test_a_routing_table_is_refused_at_the_place_that_is_wrong(cast: Cast, body: dict, wrong: dict) -> None:
    assert refused(routing.check, body) == wrong
    routing.check(
        {
            "lines": [{"unit": "finance", "product": "x" * 120, "branch": "", "problem_type": ""}] * 500,
            "default": "logistics",
        }
    )


@pytest.mark.parametrize(
    ("asked", "unit"),
    [
        (("ip", "锅", "店"), "a"),
        (("ip", "空气炸锅", "店"), "c"),
        (("ip", "空气炸锅", "南山"), "d"),
        (("consumer", "AIR fryer", "x"), "e"),
        (("consumer", "x", "x"), ""),
        (("ip", "AIR FRYER", "南山店"), "d"),
    ],
)
def test_the_heaviest_line_that_fits_routes_and_the_first_of_equals(asked: tuple, unit: str) -> None:
    lines = [
        {"problem_type": "ip", "unit": "a"},
        {"problem_type": "ip", "unit": "b"},
        {"problem_type": "ip", "product": "炸锅", "unit": "c"},
        {"branch": "南山", "unit": "d"},
        {"product": "air", "unit": "e"},
    ]
    assert routing.route(*asked, lines) == unit


def arrivals(*hours: float) -> list[mass.Arrival]:
    return [mass.Arrival(UUID(int=n + 1), START + timedelta(hours=hour), f"{n}") for n, hour in enumerate(hours)]


def test_the_window_of_a_burst_is_closed_and_holds_the_complaint_itself() -> None:
    window = timedelta(hours=24)
    assert [one.id.int for one in mass.burst(arrivals(0, 24, 24.01, 48), UUID(int=2), window)] == [2, 3, 4]
    assert [one.id.int for one in mass.burst(arrivals(0, 24, 25), UUID(int=1), window)] == [1, 2]
    assert mass.burst(arrivals(0, 1), UUID(int=9), window) == []


@pytest.mark.parametrize(("count", "found"), [(4, 0), (5, 5), (6, 6)])
def test_a_burst_needs_five_complaints_about_one_named_product(cast: Cast, count: int, found: int) -> None:
    rules = risk_rules.shipped()["mass"]
    with travel_to(START):
        group = [registered(cast.frontline, product="充电宝 A1", province=("33", "44")[n % 2]) for n in range(count)]
        nameless = [registered(cast.frontline, product="") for _number in range(5)]
    assert len(mass.burst_around(group[0], rules)) == found
    assert mass.burst_around(nameless[0], rules) == []
    mass.prompt_the_others(group[0], mass.burst_around(group[0], rules))
    mass.prompt_the_others(group[1], mass.burst_around(group[1], rules))
    told = list(Notice.objects.filter(kind="case.reassess").values_list("stream_id", flat=True))
    assert set(told) == ({one.pk for one in group} if found else set())
    assert len(told) == found


def test_a_fact_speaks_from_its_threshold_on() -> None:
    for loss, provinces, held in (
        (9_999, 1, set()), (10_000, 1, {"major_loss"}), (0, 2, {"mass"}), (0, 1, set()),
    ):  # fmt: skip
        assert RiskFacts(loss_fen=loss, provinces=provinces).speaking(RULES) == held

"""Draws, marks and agreement as plain functions, against published values (QC-01, QC-03)."""

import uuid
from typing import Any

import pytest

from tingsu.kernel.errors import InvalidInput
from tingsu.quality import agreement, plans, scorecards
from tingsu.quality.drawing import Case, digest, draw, over, place, signs

A, B = uuid.UUID(int=1), uuid.UUID(int=2)


def frame(number: int = 60) -> list[Case]:
    return [Case(uuid.UUID(int=1000 + n), A if n % 6 else B, 1) for n in range(number)]


@pytest.mark.req("QC-01")
def test_a_draw_follows_from_seed_and_frame_alone() -> None:
    cases = frame()
    first = draw("seed", cases, 12, 3)
    assert first == draw("seed", list(reversed(cases)), 12, 3)
    assert len(first) == len(set(first)) == 12
    assert draw("other", cases, 12, 3) != first
    handlers = {one.id: one.handler for one in cases}
    assert min(sum(handlers[one] == who for one in first) for who in (A, B)) >= 3
    assert len(draw("seed", cases, 1, 3)) == 6, "what each handler is owed goes before the number"
    assert len(draw("seed", cases, 500)) == 60
    assert draw("seed", [], 5) == []
    assert digest(cases) == digest(reversed(cases)) != digest(cases[1:])
    assert all(0 < place("s", one.id) <= 1 for one in cases)
    heavy = [Case(one.id, one.handler, 9 if n < 10 else 1) for n, one in enumerate(cases)]
    wanted = {one.id for one in heavy[:10]}
    got = sum(len(wanted & set(draw(f"s{n}", heavy, 10))) for n in range(60)) / 60
    assert 5.5 < got < 7.8, "ten of sixty, each nine times as likely as the others"
    plain = sum(len(wanted & set(draw(f"s{n}", cases, 10))) for n in range(60)) / 60
    assert 1.1 < plain < 2.3


@pytest.mark.req("QC-01")
@pytest.mark.parametrize(
    ("changed", "fact", "expected"),
    [
        ({}, {}, []), ({"grade": "high_risk"}, {}, ["grade"]), ({"urgency": "urgent"}, {}, ["urgent"]), ({}, {"paid_fen": 100_000}, ["amount"]),
        ({}, {"paid_fen": 99_999}, []), ({}, {"limits_missed": 1}, ["warnings"]), ({}, {"reopened": 1}, ["reopened"]), ({}, {"score": 2}, ["low_rating"]),
        ({}, {"score": 3}, []), ({"repeat_count": 3}, {}, ["repeated"]), ({"repeat_count": 2}, {}, []), ({"crisis": True}, {}, ["marked"]),
    ],
)  # fmt: skip
def test_signs_of_risk(changed: dict[str, Any], fact: dict[str, Any], expected: list[str]) -> None:
    case = {
        "grade": "general",
        "urgency": "normal",
        "major": False,
        "crisis": False,
        "difficult": False,
        "repeat_count": 1,
        **changed,
    }
    assert signs(case, fact, 100_000) == expected


@pytest.mark.req("QC-01")
def test_periods_that_are_over() -> None:
    from datetime import date

    assert over("week", date(2026, 3, 16)) == (date(2026, 3, 9), date(2026, 3, 15))
    assert over("week", date(2026, 3, 15)) == (date(2026, 3, 2), date(2026, 3, 8))
    assert over("month", date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert over("quarter", date(2026, 3, 31)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert over("quarter", date(2026, 4, 1)) == (date(2026, 1, 1), date(2026, 3, 31))
    assert over("hand", date(2026, 4, 1)) is None


@pytest.mark.req("QC-01")
def test_agreement_is_what_the_books_say() -> None:
    # Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", C: 4 observers, 12 units with missing values.
    units = [
        [1, 1, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [5, 5, 5],
        [1, 1], [3],
    ]  # fmt: skip
    assert agreement.alpha(units, ordinal=False) == pytest.approx(0.743, abs=0.001)
    assert agreement.alpha(units) == pytest.approx(0.815, abs=0.001)
    assert agreement.alpha([]) is agreement.alpha([[1, 1]]) is agreement.alpha([[3]]) is None
    # Cohen's kappa: 20 times both yes, 5 and 10 times one alone, 15 times both no.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert agreement.kappa(pairs) == pytest.approx(0.4)
    # And where the two are not alike in how often they say yes: 45 and 15 times the same, 15 and 25 times one alone.
    pairs = [("y", "y")] * 45 + [("y", "n")] * 15 + [("n", "y")] * 25 + [("n", "n")] * 15
    assert agreement.kappa(pairs) == pytest.approx(0.1304, abs=1e-4)
    assert agreement.kappa([("n", "n"), ("y", "y")]) == 1
    assert agreement.kappa([]) is agreement.kappa([("y", "y")]) is None


@pytest.mark.req("QC-03")
def test_the_conduct_card_asks_what_the_standards_ask_and_counts_by_weight() -> None:
    known = [scorecards.Item(one) for one in scorecards.ITEMS if one["card"] == "conduct"]
    said = " ".join(one.row["name"]["en"].lower() for one in known)
    for words in (
        "patience and calming", "accepted and helped", "detailed communication", "clues", "timely feedback", "arguing", "warm and friendly",
        "sincerity", "heard, understood, respected",
    ):  # fmt: skip
        assert words in said, words
    full = {one.code: "2" for one in known}
    for changed, expected in (
        ({}, (100, True)), ({"XW-1": "0"}, (90, True)), ({"XW-9": "0"}, (80, True)), ({"XW-9": "0", "XW-1": "1"}, (75, False)),
        ({"XW-6": "1"}, (95, True)), ({"XW-6": "0"}, (90, False)), ({"XW-9": "none", "XW-1": "1"}, (94, True)),
        (dict.fromkeys(full, "none"), (100, True)),
    ):  # fmt: skip
        assert scorecards.reached(known, {**full, **changed}) == expected, changed


@pytest.mark.req("QC-01", "QC-03")
def test_plans_and_cards_are_refused_with_the_place_that_is_wrong() -> None:
    plans.check(plans.shipped())
    scorecards.check(scorecards.shipped())
    for name, value in (
        ("code", "a b"), ("code", "CJ-2"), ("name", {"en": "x"}), ("kind", "x"), ("how", "x"), ("every", "x"), ("card", ""), ("card", "x"),
        ("reviewer", "frontline"), ("number", 0), ("number", 101), ("share", 101), ("least", -1), ("limit", "1.5"), ("amount", ""),
    ):  # fmt: skip
        body = plans.shipped()
        body["plans"][0][name] = value
        with pytest.raises(InvalidInput) as refused:
            plans.check(body)
        assert f"plans.1.{name}" in refused.value.fields, (name, value)
    for name, value in (("code", ""), ("card", "x"), ("name", {}), ("weight", 0), ("weight", 11), ("must", "no")):
        body = scorecards.shipped()
        body["items"][0][name] = value
        with pytest.raises(InvalidInput) as refused:
            scorecards.check(body)
        assert f"items.1.{name}" in refused.value.fields, (name, value)
    with pytest.raises(InvalidInput):
        scorecards.check({"items": [one for one in scorecards.ITEMS if one["card"] == "conduct"]})
    wanted = plans.Plan({**plans.PLANS[0], "number": 10, "share": 2}, 0)
    assert [wanted.wanted(n) for n in (0, 4, 500, 501, 9000)] == [0, 4, 10, 11, 100]

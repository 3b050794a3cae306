"""The words of a solution never name a sum that was asked for and is not given (RM-05)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import InvalidInput
from tingsu.settlement.from_record import settled_at_once
from tingsu.settlement.said_amounts import amounts_in
from tingsu.settlement.tests.journey import handled, registered


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("退款 ¥1,299.50；道歉", {1299_50}),
        ("退￥１２９９元，另付 50 块", {1299_00, 50_00}),
        ("赔 1.2 万元", {12_000_00}),
        ("订单 26110200317，7 天内到账", set()),
        ("12,99 元", set()),
        ("", set()),
    ],
)
def test_the_sums_that_a_text_names(text: str, fen: set[int]) -> None:
    assert amounts_in(text) == fen


def refused_with(journey: Any, step: str, **values: Any) -> dict[str, str]:
    """The fields that are refused, with their codes; nothing where the step is taken."""
    try:
        journey.step(journey.owner, step, **values)
    except InvalidInput as refused:
        return {name: one.code for name, one in refused.fields.items()}
    return {}


@pytest.mark.req("RM-05", "RM-09")
@pytest.mark.parametrize(
    ("says", "gives", "refused"),
    [
        ("退款 ¥1,299.00", 99_00, True),
        ("退款 1299 元", 0, True),
        ("您要求 ¥1,299.00，协商退 ¥99.00", 99_00, False),
        ("退款 ¥99.00", 99_00, False),
        ("您要求 ¥1,299.00；退货款 ¥70.00，另付运费 ¥29.00", 99_00, False),
        ("您要求 ¥1,299.00；退货款 ¥70.00，另付运费 ¥30.00", 99_00, True),
        ("运费 5 元起由我们承担", 99_00, False),
        ("当场补发", 99_00, False),
    ],
)
def test_a_text_with_what_was_asked_for_is_refused_where_another_sum_is_given(
    cast: Cast, says: str, gives: int, refused: bool
) -> None:
    journey = registered(cast)
    rows = [{"code": "47", "amount": gives}] if gives else []
    values = {"solution": says, "remedies": rows, "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水", "means": "wallet"}  # fmt: skip
    assert refused_with(journey, "solve_directly", **values) == ({"solution": "other_amount"} if refused else {})


@pytest.mark.req("RM-05")
def test_the_long_way_refuses_it_too(cast: Cast) -> None:
    journey, says = handled(cast), {"wording": "退款 1,299 元，今天到账。"}
    assert refused_with(journey, "draft_solution", **journey.solution(amount=100_00, **says)) == {
        "wording": "other_amount"
    }
    assert refused_with(journey, "draft_solution", **journey.solution(amount=1299_00, **says)) == {}


@pytest.mark.parametrize(
    ("mode", "said"), [("phone", True), ("in_person", True), ("internet", False), ("email", False), ("letter", False)]
)
def test_who_does_not_speak_with_us_has_not_said_yes_yet(cast: Cast, mode: str, said: bool) -> None:
    complaint = registered(cast).complaint
    Complaint.objects.filter(pk=complaint.pk).update(mode=mode)
    complaint.refresh_from_db()
    assert ("accepted_by" in settled_at_once(cast.frontline.actor, complaint)) is said

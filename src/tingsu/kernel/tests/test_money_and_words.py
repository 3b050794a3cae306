"""Money is whole fen; texts in two languages fall back on the other one; codes forgive how they were typed."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fields import LocalisedField, in_language
from tingsu.kernel.ids import CODE_ALPHABET, new_code, new_id, tidy_code
from tingsu.kernel.money import LIMIT_FEN, parse_yuan, yuan
from tingsu.kernel.punctuation import within


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("36.5", 3650), ("36.50", 3650), ("36.05", 3605), ("0.01", 1), ("0", 0), ("1299", 129900), ("1,299.00", 129900),
        ("1，299", 129900), ("18元", 1800), ("1,2999", 1299900), ("1.2万", 1200000), ("人民币 １，２９９ 元", 129900),
        ("¥18.00", 1800), ("￥18", 1800), (" ¥ 18.00 ", 1800), ("999999999.99", 99999999999),
        ("007", 700), ("１８", 1800), ("1,299圆整", 129900), ("18.50元正", 1850),
    ],
)  # fmt: skip
def test_yuan_as_people_type_them_become_fen(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-1",
        "1.",
        ".5",
        "1.999",
        "1e3",
        "¥",
        "1 2",
        "1.2.3",
        "18\n19",
        "12,99",
        "1 29",
        "12²",
        "①299",
        "一千元",
        "1.23456789万",
    ],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_yuan(typed)
    assert refused.value.code == "money"


@pytest.mark.parametrize("typed", ["1000000000", "100000万", "12345678901", "1,000,000,000.00"])
def test_a_thousand_million_and_more_is_a_slip_and_says_so(typed: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_yuan(typed)
    assert refused.value.code == "money_most"
    assert parse_yuan("999999999.99") == LIMIT_FEN


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "¥0.00"), (5, "¥0.05"), (50, "¥0.50"), (1800, "¥18.00"), (129900, "¥1,299.00"), (-5, "-¥0.05"), (-129901, "-¥1,299.01"),
     (LIMIT_FEN, "¥999,999,999.99")],
)  # fmt: skip
def test_fen_are_shown_as_yuan(fen: int, shown: str) -> None:
    assert yuan(fen) == shown


BOTH = {"zh-Hans": "中", "en": "E"}


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        (BOTH, "zh-hans", "中"), (BOTH, "zh-Hans", "中"), (BOTH, "zh", "中"), (BOTH, "en", "E"), (BOTH, "en-gb", "E"), (BOTH, "de", "E"),
        ({"zh-Hans": "中", "en": ""}, "en", "中"), ({"zh-Hans": "", "en": "E"}, "zh-hans", "E"), ({"zh-Hans": "中"}, "en", "中"),
        ({"en": "E"}, "zh-hans", "E"), ({"zh-Hans": "", "en": ""}, "en", ""), ({}, "en", ""), (None, "en", ""),
    ],
)  # fmt: skip
def test_a_text_is_shown_in_the_readers_language_or_in_the_other_one(
    value: dict[str, Any] | None, language: str, shown: str
) -> None:
    assert in_language(value, language) == shown
    with override(language):
        assert in_language(value) == shown


def test_without_any_language_a_text_is_shown_in_chinese() -> None:
    with override(None):
        assert in_language(BOTH) == "中"


@pytest.mark.parametrize("value", ["text", {"en": 1}, ["a"]])
def test_a_localised_field_holds_texts_by_language_only(value: object) -> None:
    field = LocalisedField()
    field.validate({"zh-Hans": "中", "en": "E"}, None)
    with pytest.raises(ValidationError):
        field.validate(value, None)


def test_codes_have_no_look_alikes_and_forgive_how_they_were_typed() -> None:
    codes = {new_code() for _number in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {12}
    assert set("".join(codes)) == set(CODE_ALPHABET) == set("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
    assert tidy_code(" abcd-efgh 2345 ") == "ABCDEFGH2345"


def test_ids_carry_their_time_first() -> None:
    ids = {new_id() for _number in range(50)}
    assert len(ids) == 50
    assert {one.version for one in ids} == {7}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("已断开链接。", "已断开链接"),
        ("Done. ", "Done"),
        ("甲；", "甲"),
        ("省 5.5 元", "省 5.5 元"),
        ("好吗？", "好吗？"),
        ("", ""),
    ],
)
def test_what_somebody_wrote_goes_on_in_a_line_of_ours_without_its_stop(written: str, told: str) -> None:
    assert within(written) == told

"""What a complaint is called where nobody named it (a day of use: titles)."""

import pytest

from tingsu.kernel.spelling import cut

SUMMARY_LENGTH = 60


@pytest.mark.req("RG-01")
@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("退款没有到账", "退款没有到账"),
        ("x" * SUMMARY_LENGTH, "x" * SUMMARY_LENGTH),
        ("I returned the phone on 20 November and have not had my money back.",
         "I returned the phone on 20 November and have not had my…"),
        ("退" * 70, "退" * 59 + "…"),
        ("退" * 57 + "，到账", "退" * 57 + "，到账"),
        ("退" * 58 + "，到账了没有", "退" * 58 + "…"),
        ("x" * 70, "x" * 59 + "…"),
    ],
)  # fmt: skip
def test_a_long_first_line_is_cut_between_words_and_says_so(line: str, called: str) -> None:
    assert cut(line, SUMMARY_LENGTH) == called
    assert len(cut(line, SUMMARY_LENGTH)) <= SUMMARY_LENGTH

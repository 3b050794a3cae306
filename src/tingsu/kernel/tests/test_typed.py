"""What stands in addresses and hidden fields is read without an error, whoever wrote it there."""

import uuid
from datetime import UTC, datetime

import pytest

from tingsu.kernel.errors import UnknownPage
from tingsu.kernel.typed import page_key, page_number, read_page_key, whole_number

AT, ROW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC), uuid.UUID(int=7)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("00000012", 12), ("99999999", 99_999_999)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", " ", "²", "٣", "１", "1²", "-1", "1.0", "1e3", "100000000", "9" * 5000, "\x00"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert whole_number(text) is None


@pytest.mark.parametrize("text", ["²", "0", "-1", "21", "9" * 40, "\x00"])
def test_a_page_that_is_not_there_is_refused(text: str) -> None:
    assert [page_number(good, most=20) for good in ("", "1", "20")] == [None, 1, 20]
    with pytest.raises(UnknownPage):
        page_number(text, most=20)


def test_the_key_of_a_page_is_read_back() -> None:
    assert read_page_key(page_key(AT, ROW)) == (AT, ROW)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "~",
        f"~{ROW}",
        f"{AT.isoformat()}~",
        f"2026-03-05~{ROW}",
        f"\x00~{ROW}",
        "²~²",
        f"9999-12-31T23:59:59-14:00~{ROW}",
    ],
)
def test_a_key_that_no_list_gave_is_none(key: str) -> None:
    assert read_page_key(key) is None

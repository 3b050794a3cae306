"""Columns of printed tables: no date stands in the next column, no row loses two lines to the next page."""

import io

import pypdf
import pytest

from tingsu.pages import fitting
from tingsu.pages.pdf import Part, pdf, table
from tingsu.pages.tests.test_pdf import a_sheet, pages_of

HEADS = ["编号", "事发时间", "描述"]
ROW = ["202611-XF-001", "2026-11-05", "页面写着 30 天保价，申请被拒。" * 4]


def test_a_column_is_as_wide_as_what_cannot_be_broken_and_the_others_keep_their_shares() -> None:
    shares = [3, 1, 20, 20]
    found = fitting.widths(shares, [[*ROW, "甲"]], wide=True, size=8)
    assert sum(found) == pytest.approx(fitting.WIDE)
    assert found[1] == pytest.approx(fitting.long("2026-11-05", 8) + fitting.INSET)
    assert found[0] == pytest.approx(fitting.long("202611-XF-001", 8) + fitting.INSET)
    assert found[2] == pytest.approx(found[3])
    marked = fitting.widths([1, 9], [["单号 WH26110549019774。", "乙"]], wide=False, size=8)
    assert marked[0] == pytest.approx(fitting.long("WH26110549019774。", 8) + fitting.INSET), (
        "with the mark that follows it"
    )
    plain = fitting.widths([1, 2], [["甲", "乙"]], wide=False, size=8)
    assert plain == pytest.approx([fitting.TALL / 3, fitting.TALL * 2 / 3]), "nothing is too long: as the shares say"


def test_what_is_longer_than_any_column_takes_no_more_than_its_part_and_too_many_share_alike() -> None:
    found = fitting.widths([1, 1], [["a" * 500, "乙"]], wide=False, size=8)
    assert found[0] == pytest.approx(max(fitting.TALL / 2, fitting.MOST * fitting.TALL + fitting.INSET))
    crowded = fitting.widths([1] * 12, [["x" * 40] * 12], wide=False, size=8)
    assert crowded == pytest.approx([fitting.TALL / 12] * 12)


@pytest.mark.parametrize(
    ("words", "whole"), [("短", True), ("长" * 200, True), ("长" * 2000, False), ("一行\n" * 40, False)]
)
def test_a_row_stays_whole_as_long_as_it_leaves_no_half_page_empty(words: str, whole: bool) -> None:
    assert fitting.stays_whole(["甲", words], [100, 300], 8) is whole


@pytest.mark.req("RC-11")
def test_the_last_row_of_a_page_goes_on_as_a_whole_and_a_very_long_one_is_not_lost() -> None:
    rows = [[f"第 {number} 行", "2026-11-05", "一句话。" * 60] for number in range(12)]
    pages = pages_of(pdf(a_sheet(table(HEADS, rows, widths=[2, 1, 9]), wide=True)))
    assert len(pages) > 1
    for text in pages[1:]:
        first = text.replace(" ", "").split("描述", 1)[1].strip()
        assert first.startswith("第"), "a page begins with a row, not with the rest of one"
    endless = pdf(a_sheet(table(HEADS, [["甲", "乙", "字" * 3900]], widths=[2, 1, 9])))
    assert "".join(pages_of(endless)).count("字") == 3900
    assert len(pypdf.PdfReader(io.BytesIO(endless)).pages) > 1


@pytest.mark.req("MD-06")
@pytest.mark.parametrize(("sides", "lines"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_three_who_sign_stand_in_one_line_and_four_in_two(sides: int, lines: int) -> None:
    part = Part(signs=[f"Side{number}" for number in range(sides)])
    heights: set[int] = set()

    def seen(text: str, place: list[float], _matrix: object, _font: object, _size: float) -> None:
        if "Side" in text:
            heights.add(round(place[5]))

    pypdf.PdfReader(io.BytesIO(pdf(a_sheet(part)))).pages[0].extract_text(visitor_text=seen)
    assert len(heights) == lines

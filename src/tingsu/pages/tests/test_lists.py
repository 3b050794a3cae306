"""Lists from any spreadsheet: encodings, separators, workbooks, and what is none."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from tingsu.pages.lists import LARGEST, ListRefused, lines_of_file, rows_of_file, rows_of_text, text_of_rows
from tingsu.pages.tests.old_lists import OLD_LIST, with_macro_sheet

TEXT = '工号,姓名\r\n101,钱多多\r\n\r\n102,"孙,小小"\r\n'
ROWS = [["工号", "姓名"], ["101", "钱多多"], ["102", "孙,小小"]]


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            else:
                sheet.write(number, place, cell)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_list_is_read_in_every_encoding_that_spreadsheets_write(codec: str) -> None:
    assert rows_of_file(TEXT.encode(codec)) == ROWS


@pytest.mark.parametrize("separator", [",", "\t", ";", "，", "；"])
def test_the_separator_is_the_one_of_the_first_line(separator: str) -> None:
    text = "\ufeff\n" + f"a{separator}b\n1{separator}x y\n"
    assert rows_of_text(text) == [["a", "b"], ["1", "x y"]]


def test_a_workbook_is_read_as_people_see_it() -> None:
    content = workbook([["工号", "到职"], [101, date(2026, 3, 5)], ["007", 1.5], [], ["", "x"]])
    assert rows_of_file(content) == [["工号", "到职"], ["101", "2026-03-05"], ["007", "1.5"], ["", "x"]]
    assert lines_of_file(workbook([[date(2026, 10, 1), "休", "国庆节"]])) == "2026-10-01 休 国庆节"


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    head, first, second = rows_of_file(OLD_LIST)
    assert head[:2] == ["工单编号", "投诉内容"]
    assert first == ["GD001", "退款一直没有到账", "陈小满", "13800004401", "2026-01-03", "99.5"]
    assert second[-2:] == ["2026-01-04", "12"]


def test_what_a_form_shows_is_read_back() -> None:
    assert rows_of_text(text_of_rows(ROWS)) == ROWS


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return out.getvalue()


def far_end() -> bytes:
    """Five kilobytes that ask for half a terabyte."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "姓名")
    sheet.write(1_048_575, 16_383, "远")
    book.close()
    return out.getvalue()


NONE = {
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd",
    "bytes": bytes(range(256)),
    "a locked Excel file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "a broken workbook": b"PK\x03\x04broken",
    "an archive": workbook([["a"]])[:200],
    "too large": b"a,b\n" * (LARGEST // 4 + 1),
    "a bomb": bomb(),
    "a cell at the far end": far_end(),
    "one text in very many cells": workbook([["退" * 30_000] * 100] * 20),
    "a sheet of instructions": with_macro_sheet(),
    "half an old workbook": OLD_LIST[:3720],
    "an old workbook with a lie": OLD_LIST.replace(b"\x85\x00", b"\x85\xff", 1),
    "an endless cell": b'"' + b"a" * 200_000,
}


@pytest.mark.parametrize("content", NONE.values(), ids=NONE)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(ListRefused) as refused:
        rows_of_file(content)
    assert len(str(refused.value)) > 10


def test_an_empty_file_has_no_rows() -> None:
    assert rows_of_file(b"") == rows_of_file(b"\xef\xbb\xbf \n") == []

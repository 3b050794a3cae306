"""Lists from any spreadsheet: encodings, separators, workbooks, and what is none."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from tingsu.pages.lists import LARGEST, ListRefused, lines_of_file, rows_of_file, rows_of_text, text_of_rows

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


def test_what_a_form_shows_is_read_back() -> None:
    assert rows_of_text(text_of_rows(ROWS)) == ROWS


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return out.getvalue()


NONE = {
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd",
    "bytes": bytes(range(256)),
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "a broken workbook": b"PK\x03\x04broken",
    "an archive": workbook([["a"]])[:200],
    "too large": b"a,b\n" * (LARGEST // 4 + 1),
    "a bomb": bomb(),
    "an endless cell": b'"' + b"a" * 200_000,
}


@pytest.mark.parametrize("content", NONE.values(), ids=NONE)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(ListRefused) as refused:
        rows_of_file(content)
    assert len(str(refused.value)) > 10


def test_an_empty_file_has_no_rows() -> None:
    assert rows_of_file(b"") == rows_of_file(b"\xef\xbb\xbf \n") == []

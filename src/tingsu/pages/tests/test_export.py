"""A list as a file: exactly its rows, nothing a spreadsheet would run, the right organisation until the last byte."""

import csv
import io
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.urls import path
from django.utils import timezone, translation

from tingsu.letters.models import Notice
from tingsu.pages import export as exporting
from tingsu.pages.export import Column, export
from tingsu.pages.pager import in_pages

COLUMNS = [
    Column(label="编号", value=lambda row: row["number"]),
    Column(label="Amount", value=lambda row: row["fen"], kind="money"),
    Column(label="Count", value=lambda row: row["n"], kind="number"),
    Column(label="Day", value=lambda row: row["day"], kind="day"),
    Column(label="At", value=lambda row: row["at"], kind="instant"),
]
ROW = {
    "number": "202603-XF-001",
    "fen": 129_905,
    "n": -3,
    "day": date(2026, 3, 2),
    "at": datetime(2026, 3, 2, 16, 30, tzinfo=UTC),
}


def content_of(response):
    return b"".join(response.streaming_content)


def lines_of(response):
    return list(csv.reader(io.StringIO(content_of(response).decode("utf-8-sig"))))


@pytest.fixture(autouse=True)
def _beijing():
    with timezone.override("Asia/Shanghai"):
        yield


def test_a_csv_begins_with_the_sign_that_tells_spreadsheets_its_letters():
    response = export("投诉", COLUMNS, [ROW], "csv")
    content = content_of(response)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == (
        "编号,Amount,Count,Day,At\r\n202603-XF-001,1299.05,-3,2026-03-02,2026-03-03 00:30:00\r\n"
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "filename*=utf-8''%E6%8A%95%E8%AF%89.csv" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("x")'])
def test_no_text_becomes_a_formula(text):
    column = [Column(label="=x", value=lambda row: row)]
    head, line = lines_of(export("x", column, [text], "csv"))
    assert head == ["'=x"]
    assert line[0].startswith("'")
    sheet = zipfile.ZipFile(io.BytesIO(content_of(export("x", column, [text], "xlsx")))).read(
        "xl/worksheets/sheet1.xml"
    )
    assert b"<f>" not in sheet


def test_a_spreadsheet_holds_numbers_as_numbers_and_days_as_days():
    book = zipfile.ZipFile(io.BytesIO(content_of(export("x", COLUMNS, [ROW], "xlsx"))))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    values = re.findall(r"<v>([^<]+)</v>", sheet)
    assert "1299.05" in values
    assert "-3" in values
    assert "46083" in values
    assert any(value.startswith("46084.0208") for value in values)
    assert "202603-XF-001" in sheet


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_that_is_too_long_is_cut_and_says_so(monkeypatch, form):
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    column = [Column(label="n", value=lambda row: row, kind="number")]
    asked = iter(range(10_000))
    with translation.override("en"):
        response = export("x", column, asked, form)
    content = content_of(response)
    if form == "csv":
        assert content.decode("utf-8-sig").splitlines()[1:3] == ["0", "1"]
        assert b"only its first 2 rows" in content
    else:
        sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert b"only its first 2 rows" in sheet
    assert next(asked) == 3, "asked for one row more than the limit, and no further"


def test_rows_are_asked_for_while_the_file_is_sent():
    asked = []

    def rows():
        for n in range(200_000):
            asked.append(n)
            yield n

    column = [Column(label="n", value=lambda row: "x" * 40)]
    stream = iter(export("x", column, rows(), "csv").streaming_content)
    assert asked == []
    next(stream)
    assert 0 < len(asked) < 10_000


def test_the_organisation_stands_until_the_last_byte(organisation, cast, sign_in, settings):
    """Rows are asked for after the view has returned: without the middleware's care they would be nobody's."""
    for _n in range(3):
        Notice(member_id=cast.frontline.id, kind="any", created_at=datetime.now(UTC), data={}).save()
    client = sign_in(cast.frontline)
    settings.ROOT_URLCONF = __name__
    assert lines_of(client.get("/desk/list.csv")) == [["kind"], ["any"], ["any"], ["any"]]


def notices_page(request):
    rows = in_pages(Notice.objects.filter(kind="any"), ("pk",), 2)
    return export("notices", [Column(label="kind", value=lambda row: row.kind)], rows, "csv")


urlpatterns = [path("desk/list.csv", notices_page)]


@pytest.mark.req("invariant-13")
def test_fifty_thousand_rows_leave_in_constant_memory_and_are_asked_for_while_they_are_sent():
    """Memory is that of a few chunks, whatever the length, and no row is read before it is sent."""
    read = 0

    def rows(count):
        nonlocal read
        for n in range(count):
            read += 1
            yield {**ROW, "number": f"{n:06d}" + "字" * 200}

    parts = iter(export("x", COLUMNS, rows(50_000), "csv").streaming_content)
    tracemalloc.start()
    try:
        size = len(next(parts))
        assert read < 500, "the first bytes leave before the list was read"
        size += sum(map(len, parts))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == 50_000
    assert size > 30_000_000
    assert peak < 2_000_000

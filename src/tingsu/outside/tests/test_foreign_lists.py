"""Lists as strangers' programs write them: every line is registered or refused with a reason, and the same list twice creates nothing.

By hand: `LISTS_FOLDER=<folder of .csv and .xlsx> ./tingsu test src/tingsu/outside/tests/test_foreign_lists.py -q -n 0 -s`.
"""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.files.errors import FileRefused
from tingsu.kernel.errors import InvalidInput
from tingsu.outside.models import ImportLine
from tingsu.outside.tests.test_imports import begun, brought, csv_of, does, taken_in

FOLDER = os.environ.get("LISTS_FOLDER", "")
pytestmark = pytest.mark.req("IN-15", "IG-05")


def judged(cast: Cast, path: Path) -> Counter[str]:
    """What became of each line of a file; what its titles do not say, a person says once."""
    entry = brought(cast.frontline, path.read_bytes(), path.name, source="own")
    if not {one.get("meaning") for one in entry.codes["columns"]} & {"description", "summary", "detail"}:
        texts = entry.written()
        columns = [
            {"title": texts[f"columns.{place}.title"], "meaning": one.get("meaning") or "detail"}
            for place, one in enumerate(entry.codes["columns"])
        ]
        entry = does(cast.frontline, entry, "explain", columns=columns, becomes="complaint", problem_type="consumer")
    if entry.codes.get("fitting"):
        entry = taken_in(cast.frontline, entry)
    rows = ImportLine.objects.filter(entry_id=entry.pk)
    assert rows.count() == entry.codes["total"], "no line is forgotten"
    assert all(row.said for row in rows if row.verdict == "refused"), "what is refused says why"
    return Counter(rows.values_list("verdict", flat=True))


@pytest.mark.skipif(not FOLDER, reason="no folder of lists is named")
def test_foreign_lists(cast: Cast) -> None:
    for path in sorted(Path(FOLDER).iterdir()):
        if path.suffix not in {".csv", ".xlsx", ".xls"}:
            continue
        before = Complaint.objects.count()
        first = judged(cast, path)
        made = Complaint.objects.count() - before
        second = judged(cast, path)
        print(f"\n{path.name}: {dict(first)}; again {dict(second)}")
        assert first["made"] == made
        assert Complaint.objects.count() == before + made, "twice creates nothing twice"
        assert not second["made"]


HEAD = ("编号", "内容", "时间")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8", csv_of(("1", "退款没有到账", "2026-01-03"), ("2", "", ""), head=HEAD)),
        ("gbk", csv_of(("1", "退款没有到账", "2026-01-03"), ("2", "", ""), head=HEAD, codec="gbk")),
        (
            "mixed",
            csv_of(("1", "退款没有到账", "2026-01-03"), head=HEAD, codec="utf-8") + '\r\n"2","",""'.encode("gbk"),
        ),
    ],
)
def test_every_line_is_registered_or_says_why_and_twice_is_once(
    cast: Cast, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content)
    assert judged(cast, path) == {"made": 1, "refused": 1}
    assert judged(cast, path) == {"known": 1, "refused": 1}
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("cell", ["=1+1", "+86 138", "@SUM(A1)", '=HYPERLINK("http://x","y")', "-2"])
def test_formulas_are_words_when_they_come_in(cast: Cast, cell: str) -> None:
    doubled = cell.replace('"', '""')
    taken_in(
        cast.frontline, brought(cast.frontline, csv_of(("1", f"{doubled} 退款", ""), ("2", doubled, ""), head=HEAD))
    )
    told = [one.text("description").partition(" 退款")[0] for one in Complaint.objects.order_by("outside_reference")]
    assert told == [cell, cell]


@pytest.mark.parametrize("day", ["1900-01-01", "2100-01-01", "0001-01-01", "99999-01-01", "2026-02-30"])
def test_days_that_cannot_be_are_refused_by_line(cast: Cast, day: str) -> None:
    entry = brought(
        cast.frontline, csv_of(("1", "退款没有到账", day), ("2", "快递员把包裹放错了门", "2026-01-03"), head=HEAD)
    )
    verdicts = dict(ImportLine.objects.filter(entry_id=entry.pk).values_list("number", "verdict"))
    assert verdicts[3] == "fits"
    row = ImportLine.objects.get(entry_id=entry.pk, number=2)
    assert row.verdict == "fits" or row.said
    if row.verdict == "fits":
        taken_in(cast.frontline, entry)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04", "编号,内容".encode()])
def test_what_is_no_list_is_a_sentence(cast: Cast, content: bytes) -> None:
    with pytest.raises((InvalidInput, FileRefused)) as refused:
        brought(cast.frontline, content)
    assert str(refused.value)
    assert begun(cast.frontline).state == "waiting"

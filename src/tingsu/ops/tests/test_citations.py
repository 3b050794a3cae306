"""The report of requirement rows reads the tests' marks and knows every row."""

from __future__ import annotations

import ast

from tingsu.ops import citations


def test_marks_on_tests_classes_parameters_and_modules_are_found():
    tree = ast.parse(
        "import pytest\n"
        "pytestmark = [pytest.mark.req('RG-01')]\n"
        "@pytest.mark.req('SL-15', 'SL-18')\n"
        "def test_waiting(): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.req('TR-07'))])\n"
        "async def test_grade(x): ...\n"
        "@pytest.mark.browser\n"
        "def test_other(): ...\n"
    )
    assert sorted(citations._cited(tree)) == [
        ("RG-01", ""),
        ("SL-15", "test_waiting"),
        ("SL-18", "test_waiting"),
        ("TR-07", "test_grade"),
    ]


def test_every_row_has_a_title_and_the_report_counts_them(capsys, monkeypatch):
    found = citations.citations()
    monkeypatch.setattr(citations, "citations", lambda: found)  # five hundred files are read once, not twice
    known = citations.rows()
    assert len(known) == 478
    assert all(known.values())
    assert citations.report(["--missing"]) == 0
    printed = capsys.readouterr().out
    assert f"of {len(known)} rows are cited by a test" in printed
    cited = set(found) & set(known)
    assert all(f"\n{row}  " not in printed for row in cited)

"""The report of requirement rows reads the tests' marks and knows every row."""

from __future__ import annotations

import ast
import json

import pytest

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
    assert len(known) == 491
    assert all(known.values())
    assert citations.report(["--missing"]) == 0
    printed = capsys.readouterr().out
    assert f"of {len(known)} rows are cited by a test" in printed
    cited = set(found) & set(known)
    assert all(f"\n{row}  " not in printed for row in cited)


@pytest.mark.req("MS-29")
def test_what_is_packed_for_the_conformity_view_knows_every_row_and_clause(tmp_path, monkeypatch):
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "test_a.py").write_text(
        "import pytest\npytestmark = pytest.mark.req('MS-24')\ndef test_one(): ...\ndef test_two(): ...\ndef made(): ...\n"
    )
    (folder / "test_b.py").write_text("import pytest\n@pytest.mark.req('MS-24', 'MS-25')\ndef test_three(): ...\n")
    monkeypatch.setattr(citations, "REPOSITORY", tmp_path)
    citations.pack(tmp_path / "cited.json")
    told = json.loads((tmp_path / "cited.json").read_text())
    assert {row: told["rows"][row][1] for row in ("MS-24", "MS-25", "MS-26")} == {"MS-24": 3, "MS-25": 1, "MS-26": 0}
    assert told["clauses"]["CTS 9.2"] == ["MS-24", "MS-25", "MS-34"]
    known = set(citations.rows())
    assert set(told["rows"]) == known
    assert all(set(found) <= known for found in told["clauses"].values())
    shipped = json.loads(citations.PACKED.read_text())
    assert (shipped["clauses"], set(shipped["rows"])) == (told["clauses"], known), "make it anew: ./tingsu req --pack"

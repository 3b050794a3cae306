"""Templates are code: lines that people can read, and floors like any import."""

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "src" / "tingsu"
TEMPLATES = sorted(path for kind in ("templates", "compiled") for path in SOURCES.glob(f"*/{kind}/**/*.html"))
LONGEST = 200


def test_there_are_templates_to_read():
    assert len(TEMPLATES) > 100


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_line_of_a_template_is_too_long_to_read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_a_template_holds_no_script_and_no_style_of_its_own(path):
    """The content policy would refuse them."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))", text)

"""A letter in braille, by a stand-in for the program and, where the machine has it, by the program itself (IN-18)."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest

from tingsu.letters import braille

pytestmark = pytest.mark.req("IN-18")
LETTER = "您的投诉 202612-XF-001 已受理\n\n陈小满，您好：\n我们将于 12 月 3 日 18:00 前答复。电话 400-000-0188。"
STAND_IN = """#!/usr/bin/env python3
# Each sign is one cell by its number; an emoji is told as the program tells what it does not know; tables are told in the first cell.
import sys
assert sys.argv[1] == "--forward", sys.argv
shown, table = sys.argv[2].split(",")
assert shown == "unicode.dis"
for line in sys.stdin.buffer.read().decode().splitlines():
    cells = "".join(
        "\\u2804\\u2873\\u283d" if sign in "😀①" else "\\u2800" if sign == " " else chr(0x2801 + ord(sign) % 63) for sign in line
    )
    print(cells)
"""


@pytest.fixture
def stand_in(tmp_path: Path, settings: Any) -> Path:
    path = tmp_path / "lou_translate"
    path.write_text(STAND_IN)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    settings.BRAILLE = str(path)
    return path


def lines_of(made: bytes) -> list[list[str]]:
    return [page.removesuffix("\r\n").split("\r\n") for page in made.decode("ascii").split("\f")]


def test_lines_have_forty_cells_pages_twenty_five_lines_and_no_cell_is_lost(stand_in: Path) -> None:
    words = "中文" * 300 + " " + "投诉受理 " * 200
    made = braille.brf(words, "zh-hans")
    pages = lines_of(made)
    assert len(pages) > 1
    assert all(len(page) <= 25 for page in pages)
    assert all(len(page) == 25 for page in pages[:-1])
    flat = [line for page in pages for line in page]
    assert max(map(len, flat)) == 40
    assert flat[0].startswith("  "), "a paragraph is drawn in by two"
    assert not flat[1].startswith(" ")
    expected = [braille.ASCII[(ord(sign) % 63) + 1] for sign in words if sign != " "]
    assert [sign for sign in "".join(flat) if sign != " "] == expected
    short = lines_of(braille.brf("投诉 受理", "zh-hans"))[0][0]
    assert len(short.strip().split(" ")) == 2, "blanks stay between words"


def test_what_braille_does_not_know_is_spelt_or_said(stand_in: Path) -> None:
    plain = braille.brf("第1条 好", "zh-hans")
    assert braille.brf("第①条 好", "zh-hans") == plain, "① is spelt 1"
    found = lines_of(braille.brf("好😀好😀", "zh-hans"))[0]
    question = braille.ASCII[(ord("?") % 63) + 1]
    assert found[0].strip()[1::2] == question * 2
    assert found[1] == ""
    assert len(found) > 2, "and a note says so"


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\nexit 3\n",
        "#!/bin/sh\ncat >/dev/null; echo hello\n",
        "#!/bin/sh\ncat >/dev/null; printf '\\377'\n",
        "#!/bin/sh\ncat > /dev/null\n",
        "#!/bin/sh\nsed 's/.*//'\n",
        "no program",
    ],
)
def test_a_program_that_fails_is_a_sentence(stand_in: Path, script: str) -> None:
    stand_in.write_text(script)
    with pytest.raises(braille.NoBraille) as refused:
        braille.brf(LETTER, "zh-hans")
    assert "liblouis" in str(refused.value)


def test_without_the_program_there_is_none(settings: Any) -> None:
    settings.BRAILLE = "/nowhere/lou_translate"
    assert braille.program() == ""
    with pytest.raises(braille.NoBraille):
        braille.brf("好", "zh-hans")


@pytest.mark.skipif(not braille.program(), reason="liblouis is not on this machine")
def test_the_program_itself_writes_national_common_braille_and_unified_english() -> None:
    (page,) = lines_of(braille.brf(LETTER, "zh-hans"))
    assert "#BJBFAB" in page[0], "202612 by digits"
    assert page[1] == ""
    assert re.fullmatch(r"  .+", page[2])
    assert "#DJJ" in "".join(page)
    assert lines_of(braille.brf("好", "zh-hans"))[0][0].startswith("  H")
    path = lines_of(braille.brf("C:\\x4e2d\\目录", "zh-hans"))[0][0]
    assert len(path) > 12, "a backslash loses nothing"
    (english,) = lines_of(braille.brf("Dear Ms Li, your number is 001.", "en"))
    assert english[0] == "  ,DE> ,MS ,LI1 YR NUMB] IS #JJA4"
    mixed = lines_of(braille.brf("Dear customer,\n梧禾里", "en"))[0]
    assert "?" not in mixed[1], "a Chinese name in an English letter is written by the Chinese table"

"""A letter as a file for a braille printer (BRF), made by the program `lou_translate` of liblouis where the server has it (IN-18).

Chinese is written by the national common braille (国家通用盲文), English by Unified English Braille. The program is a library of the
operating system and no part of the installation: without it the letter is offered as a text file, and the pages say so.
"""

import re
import shutil
import subprocess
import unicodedata

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.kernel.errors import TingsuError

CELLS, LINES = 40, 25
"""Cells of a line and lines of a page, as braille printers expect them of such a file."""
TABLES = {"zh-Hans": "zhcn-cbs.ctb", "en": "en-ueb-g2.ctb"}
PATIENCE = 60
"""Seconds for one letter; it takes less than one."""
UNKNOWN = "\u2873"
"""A cell with which the program begins the number of a sign that its table does not know; no letter has it otherwise."""
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
BLANK = "\u2800"
INDENT = BLANK * 2
ASCII = " A1B'K2L@CIF/MSP\"E3H9O6R^DJG>NTQ,*5<-U8V.%[$+X!&;:4\\0Z7(_?W]#Y)="
"""The sign of each of the 64 cells in such a file, in the order of their dots."""


class NoBraille(TingsuError):
    """No braille file can be made here."""

    code, status = "no_braille", 409
    sentence = gettext_lazy(
        "No braille file can be made: the program liblouis is not on the server, or it did not answer. Use the text file."
    )


def program() -> str:
    """Where the program lies; empty where the server has none."""
    return shutil.which(settings.BRAILLE) or ""


def brf(text: str, language: str) -> bytes:
    """The text in braille, a line with Chinese words of an English letter by the Chinese table. Raises NoBraille."""
    english = not language.lower().startswith("zh")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    tables = [TABLES["en" if english and not HAN.search(line) else "zh-Hans"] for line in lines]
    left_out = 0
    for table in set(tables):
        places = [place for place, one in enumerate(tables) if one == table]
        spelt, count = _spelt([lines[place] for place in places], table)
        left_out += count
        for place, line in zip(places, spelt, strict=True):
            lines[place] = line
    if left_out:
        with translation.override(language):
            words = _(
                "Note: %(count)s signs of this letter cannot be written in braille; a question mark stands for each."
            )
        lines += ["", words % {"count": left_out}]
        tables += 2 * [TABLES["en" if english else "zh-Hans"]]
    cells = [""] * len(lines)
    for table in set(tables):
        places = [place for place, one in enumerate(tables) if one == table]
        for place, line in zip(places, _translated([lines[place] for place in places], table), strict=True):
            cells[place] = line
    wrapped = [piece for line in cells for piece in _wrapped(line)]
    pages = ["\r\n".join(wrapped[at : at + LINES]) + "\r\n" for at in range(0, len(wrapped), LINES)]
    return "\f".join(pages).translate({0x2800 + dots: sign for dots, sign in enumerate(ASCII)}).encode("ascii")


def _spelt(lines: list[str], table: str) -> tuple[list[str], int]:
    """What the table does not know is spelt by what it does (① as 1), and is a question mark where nothing serves; how many are."""
    signs = sorted(set("".join(lines)) - {" "})
    unknown = _unknown(signs, table)
    known_as: dict[str, str] = {sign: unicodedata.normalize("NFKC", sign) for sign in unknown}
    still = set(_unknown(sorted(set("".join(known_as.values()))), table))
    for sign, spelt in known_as.items():
        if not spelt or set(spelt) & still:
            known_as[sign] = "?" if unicodedata.category(sign)[0] not in "MC" else ""
    places: dict[int, str | int | None] = {ord(sign): spelt for sign, spelt in known_as.items()}
    count = sum(line.count(sign) for line in lines for sign, spelt in known_as.items() if spelt == "?")
    return [line.translate(places) for line in lines], count


def _unknown(signs: list[str], table: str) -> list[str]:
    if not signs:
        return []
    return [
        sign
        for sign, cells in zip(signs, _translated(signs, table, whole=False), strict=True)
        if UNKNOWN in cells or not cells
    ]


def _translated(lines: list[str], table: str, *, whole: bool = True) -> list[str]:
    """Each line in cells, by the program; a line of nothing stays one."""
    found = program()
    if not found:
        raise NoBraille
    given = [line.replace("\\", "\\\\") for line in lines if line]  # the program reads \\x… as a sign by its number
    try:
        answer = subprocess.run(
            [found, "--forward", f"unicode.dis,{table}"], input=("\n".join(given) + "\n").encode(), capture_output=True, timeout=PATIENCE,
            check=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        told = answer.stdout.decode().split("\n")[: len(given)]
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise NoBraille from error
    if len(told) != len(given) or any(set(line) - {" ", "\r"} and not _is_braille(line) for line in told):
        raise NoBraille
    if whole and any(not line.strip() for line in told):
        raise NoBraille  # nothing of a letter is lost in silence
    rest = iter(told)
    return [_six(next(rest)) if line else "" for line in lines]


def _is_braille(line: str) -> bool:
    return all(0x2800 <= ord(sign) <= 0x28FF or sign in " \r" for sign in line)


def _six(line: str) -> str:
    """Blanks as cells; marks of computer braille, two dots more, stay until unknown signs were looked for."""
    return line.replace("\r", "").replace(" ", BLANK).rstrip(BLANK)


def _wrapped(line: str) -> list[str]:
    """One paragraph in lines of so many cells, its first one drawn in by two; a word longer than a line is cut."""
    if not line:
        return [""]
    found, now = [], INDENT
    for word in "".join(chr(0x2800 + (ord(sign) - 0x2800) % 64) for sign in line).split(BLANK):
        piece = word
        if len(now) + len(piece) + bool(now.strip(BLANK)) > CELLS and now.strip(BLANK):
            found.append(now)
            now = ""
        while len(now) + len(piece) > CELLS:
            cut = CELLS - len(now)
            found.append(now + piece[:cut])
            now, piece = "", piece[cut:]
        now += (BLANK if now.strip(BLANK) and piece else "") + piece
    return [*found, now]

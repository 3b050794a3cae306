"""The words of rich text, as Outlook sends it inside winmail.dat: pressed together (MS-OXRTFCP) and often HTML in disguise (MS-OXRTFEX)."""

import re
import struct

from tingsu.mail.wording import decoded

MOST = 2_000_000
"""Bytes of rich text that are read; of a longer one the rest stands in the original."""
BEGINS = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the window holds before the first byte."""
TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|(\\)", re.DOTALL
)
SILENT = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"header", b"footer"}
)
SAID = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": " ", b"emdash": "—", b"endash": "–", b"bullet": "•",
        b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"}  # fmt: skip


def unpressed(content: bytes) -> bytes:
    """Rich text as it was before it was pressed; of a damaged one what stands before the damage, at most 2 MB."""
    if len(content) < 16:
        return b""
    _size, whole, kind, _sum = struct.unpack_from("<IIII", content)
    if kind == 0x414C454D:
        return content[16 : 16 + min(whole, MOST)]
    if kind != 0x75465A4C:
        return b""
    window, place = bytearray(BEGINS.ljust(4096, b"\0")), len(BEGINS)
    told, at = bytearray(), 16
    while at < len(content) and len(told) < min(whole, MOST):
        flags = content[at]
        at += 1
        for bit in range(8):
            if at >= len(content):
                break
            if not flags >> bit & 1:
                one = bytearray(content[at : at + 1])
                at += 1
            else:
                if at + 2 > len(content):
                    return bytes(told)
                pair = content[at] << 8 | content[at + 1]
                at += 2
                first, length = pair >> 4, (pair & 15) + 2
                if first == place:
                    return bytes(told)
                one = bytearray()
                for step in range(length):
                    sign = window[(first + step) & 4095]
                    one.append(sign)
                    window[place] = sign
                    place = (place + 1) & 4095
                told += one
                continue
            told += one
            window[place] = one[0]
            place = (place + 1) & 4095
    return bytes(told)


def words_of(rich: bytes) -> tuple[str, bool]:
    """(the words, whether they are HTML). Never raises."""
    html = b"\\fromhtml" in rich[:400]
    told: list[str] = []
    held = bytearray()
    charset, skip, left = "cp1252", 1, 0
    silent, hidden, tag = False, False, False
    groups: list[tuple[bool, bool, int]] = []

    def flush() -> None:
        if held:
            told.append(decoded(bytes(held), charset))
            held.clear()

    starred = False
    for found in TOKEN.finditer(rich[:MOST]):
        word, number, code, sign, brace, plain, _alone = found.groups()
        if plain is not None or code is not None:
            content = bytes.fromhex(code.decode()) if code is not None else plain
            if left:
                content, left = content[left:], max(left - len(content), 0)
            if not silent and not (hidden and not tag):
                held += content
            continue
        if word is not None and word not in {b"htmlrtf"}:
            flush()
        if brace == b"{":
            groups.append((silent, tag, skip))
        elif brace == b"}":
            flush()
            silent, tag, skip = groups.pop() if groups else (False, False, 1)
        elif sign == b"*":
            starred = True
            continue
        elif sign is not None and not silent and not hidden:
            held += {b"~": b" ", b"_": b"-", b"-": b""}.get(sign, sign if sign in b"\\{}" else b"")
        elif word == b"htmltag":
            tag, silent = True, False
        elif word == b"htmlrtf":
            flush()
            hidden = number != b"0"
        elif word == b"ansicpg" and number:
            charset = f"cp{int(number)}"
        elif word == b"uc" and number:
            skip = min(abs(int(number)), 8)
        elif word == b"u" and number:
            if not silent and not (hidden and not tag):
                told.append(chr(int(number) & 0xFFFF))
            left = skip
        elif word in SILENT or (starred and word is not None):
            silent = True
        elif word in SAID and not silent and not hidden and (tag or not html or word != b"tab"):
            told.append(SAID[word])
        starred = False
    flush()
    text = "".join(told)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), html

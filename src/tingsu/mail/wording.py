"""Bytes of a mail as words: charsets as programs really send them, headers with encoded words, addresses. Nothing here raises."""

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from tingsu.kernel.spelling import tidy

HEADER_LIMIT = 2_000
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "big5": "big5hkscs",
         "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "unicode-1-1-utf-7": "utf-7",
         "x-unknown": "utf-8", "unknown-8bit": "utf-8", "unknown": "utf-8", "default": "utf-8", "cp950": "big5hkscs"}  # fmt: skip
"""Names under which programs send more than the name says."""
SEVEN_BITS = ("utf-7", "utf-16", "utf-32", "iso-2022", "hz")
"""Charsets that write every sign in ways of their own; others may be UTF-8 under a wrong name."""
ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,120}@[^\s<>,;:\"()\[\]]{1,120}")


def decoded(content: bytes, charset: str) -> str:
    """Bytes as words: the charset they claim, the wider one it stands for, then what Chinese mail really is. Never raises.

    One damaged sign in a long text does not turn the whole into another charset.
    """
    claimed = charset.strip().strip("\"'").lower()
    wanted = WIDER.get(claimed, claimed)
    if not wanted.startswith(SEVEN_BITS) and _is_utf_8(content):
        wanted = "utf-8"
    for one in dict.fromkeys(filter(None, (wanted, "utf-8"))):
        if (told := _strict(content, one)) is not None or (told := _damaged(content, one)) is not None:
            return told.removeprefix("\ufeff")
    guesses = [told for one in ("gb18030", "big5hkscs") if (told := _strict(content, one)) is not None]
    if guesses:
        return max(guesses, key=_common)
    try:
        return content.decode(wanted or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _strict(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _damaged(content: bytes, charset: str) -> str | None:
    """The words when at most one sign in twenty is broken."""
    try:
        told = content.decode(charset, "replace")
    except (LookupError, ValueError):
        return None
    broken = told.count("\ufffd")
    return told if broken * 20 <= sum(not sign.isascii() for sign in told) - broken else None


def _is_utf_8(content: bytes) -> bool:
    """Chinese in UTF-8, whatever name it has: three signs of three bytes or more, and nothing else beside ASCII."""
    told = _strict(content, "utf-8")
    wide = [sign for sign in told or "" if not sign.isascii()]
    return len(wide) >= 3 and all("\u2000" <= sign <= "\uffef" or sign > "\U00010000" for sign in wide)


def _common(told: str) -> float:
    """How much of a text are signs of every day: those of the first tables of GB 2312 and of Big5."""
    wide = [sign for sign in told[:4000] if not sign.isascii()]
    usual = 0
    for sign in wide:
        for charset, first, last in (("gb2312", 0xA1, 0xD7), ("big5", 0xA1, 0xC6)):
            try:
                if first <= sign.encode(charset)[0] <= last:
                    usual += 1
                    break
            except UnicodeEncodeError:
                continue
    return usual / len(wide) if wide else 0.0


def whole(text: str) -> str:
    """Without what no database keeps: NUL signs and halves of signs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def header(message: "Message[str, str]", name: str) -> str:
    """One header in plain words: every encoded word decoded, every line break and invisible sign out, at most 2,000 signs."""
    values = raw_headers(message, name)
    return header_words(values[0]) if values else ""


def raw_headers(message: "Message[str, str]", name: str) -> list[str]:
    """The values of a header as they came, bytes that it may not have as surrogates."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def header_words(value: object) -> str:
    """A header's value with its encoded words decoded."""
    text = re.sub(r"\?=\s+=\?", "?==?", readable(str(value)[: HEADER_LIMIT * 4]))
    try:
        parts = decode_header(text)
        told = "".join(
            part if isinstance(part, str) else decoded(part, charset or "") for part, charset in _joined(parts)
        )
    except (ValueError, LookupError):
        told = text
    return tidy(whole(told))[:HEADER_LIMIT]


def readable(text: str) -> str:
    """Bytes that no header may have, as many programs in China send them, as the words they are."""
    if not any("\udc80" <= sign <= "\udcff" for sign in text):
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), "")


def _joined(parts: list[tuple[bytes | str, str | None]]) -> Iterator[tuple[bytes | str, str | None]]:
    """Neighbours of one charset together: programs cut a Chinese sign in two between encoded words."""
    held: tuple[bytes, str | None] | None = None
    for part, charset in parts:
        if isinstance(part, str) or charset is None:
            if held:
                yield held
            held = None
            yield part, charset
        elif held and held[1] == charset:
            held = (held[0] + part, charset)
        else:
            if held:
                yield held
            held = (part, charset)
    if held:
        yield held


def addresses(message: "Message[str, str]", name: str) -> list[tuple[str, str]]:
    """(name, address) of a header of addresses."""
    found = []
    values = [str(one).replace("\n", " ").replace("\r", " ")[:8000] for one in raw_headers(message, name)[:20]]
    pairs = getaddresses(values) if values else []
    if not any(
        "@" in address for _name, address in pairs
    ):  # name and address in one encoded word, as many programs write
        pairs = getaddresses([header_words(one) for one in values])
    if not any("@" in address for _name, address in pairs):  # as no rule allows: the address alone, wherever it stands
        pairs = [("", one) for value in values for one in ADDRESS.findall(header_words(value))]
    for raw_name, address in pairs:
        before, _space, plain_address = tidy(header_words(address)).rpartition(" ")
        if "@" in plain_address and len(plain_address) <= 254:
            found.append(((header_words(raw_name) or before)[:200], plain_address))
    return found

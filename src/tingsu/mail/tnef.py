"""winmail.dat: what Outlook packs around words and files (MS-OXTNEF). Bounded, one pass, never raises beyond `NotTnef`.

Read by ourselves: the parser on PyPI copies what is left at each of its objects and follows packets inside packets without an end,
so that a mail of a megabyte can hold a worker for minutes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE = 0x223E9F78
MOST_RECORDS = 20_000
DEEPEST = 4
"""Messages inside messages."""
EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")
"""The mark before a message that is a file of another (IID_IMessage)."""
BODY, RTF, HTML, CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
LONG_NAME, SHORT_NAME, SHOWN_NAME, DATA = 0x3707, 0x3704, 0x3001, 0x3701
SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x0: 0, 0x1: 0}
"""Bytes of a value by its type; the others say how long they are."""
STRING, UNICODE, OBJECT, BINARY = 0x1E, 0x1F, 0x0D, 0x102


class NotTnef(ValueError):
    """It does not begin as winmail.dat does."""


@dataclass
class Packet:
    """What was inside: words as bytes with their charset, and files."""

    body: tuple[bytes, str] = (b"", "")
    html: tuple[bytes, str] = (b"", "")
    rtf: bytes = b""
    files: list[tuple[bytes, str, bytes]] = field(default_factory=list)
    """(name, charset of the name, content)"""
    inside: list["Packet"] = field(default_factory=list)


@dataclass
class _Budget:
    records: int = MOST_RECORDS

    def spend(self) -> None:
        self.records -= 1
        if self.records < 0:
            raise IndexError("more records than a mail has")


def opened(content: bytes) -> Packet:
    """What winmail.dat holds; from a damaged one what stands before the damage. Raises NotTnef."""
    if content[:4] != struct.pack("<I", SIGNATURE):
        raise NotTnef
    return _packet(memoryview(content), 0, _Budget())


def _packet(content: memoryview, depth: int, budget: _Budget) -> Packet:
    made, page, held = Packet(), "", _File()
    try:
        for name, data in _records(content, budget):
            if name == 0x9007 and len(data) >= 4:
                page = charset_of(int.from_bytes(data[:4], "little"))
            elif name == 0x800C:
                made.body = bytes(data).rstrip(b"\0"), page
            elif name == 0x9003:
                _words(made, list(_properties(data, budget)), page)
            elif name == 0x9002:
                held.into(made, page)
                held = _File()
            elif name == 0x8010:
                held.title = bytes(data).rstrip(b"\0")
            elif name == 0x800F:
                held.content = bytes(data)
            elif name == 0x9005:
                _enclosed(held, list(_properties(data, budget)))
                if held.embedded is not None and depth < DEEPEST:
                    made.inside.append(_packet(held.embedded, depth + 1, budget))
                    held = _File()
                elif held.embedded is not None:
                    held.content = bytes(held.embedded)
    except (IndexError, struct.error):
        pass  # what was understood before the damage stays; the original has the rest
    held.into(made, page)
    return made


@dataclass
class _File:
    title: bytes = b""
    name: tuple[bytes, str] = (b"", "")
    content: bytes | None = None
    embedded: memoryview | None = None

    def into(self, packet: Packet, page: str) -> None:
        if self.content is not None:
            name, charset = self.name if self.name[0] else (self.title, page)
            packet.files.append((name, charset, self.content))


def _records(content: memoryview, budget: _Budget) -> Iterator[tuple[int, memoryview]]:
    at = 6
    while at + 11 <= len(content):
        budget.spend()
        _level, name, _kind, length = struct.unpack_from("<BHHI", content, at)
        yield name, content[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(data: memoryview, budget: _Budget) -> Iterator[tuple[int, int, memoryview]]:
    """(name, type, value) of the properties of a message or file."""
    (count,) = struct.unpack_from("<I", data, 0)
    at = 4
    for _each in range(count):
        budget.spend()
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:
            (told,) = struct.unpack_from("<I", data, at + 16)
            at += 20
            (length,) = struct.unpack_from("<I", data, at)
            at += 4 + (_padded(length) if told else 0)
        several, kind = kind & 0x1000, kind & 0xEFFF
        values = 1
        if several or kind not in SIZES:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        for _one in range(values):
            budget.spend()
            if kind in SIZES:
                length = SIZES[kind]
            elif kind in {STRING, UNICODE, OBJECT, BINARY}:
                (length,) = struct.unpack_from("<I", data, at)
                at += 4
            else:
                raise IndexError("a type that nobody knows")
            yield name, kind, data[at : at + length]
            at += _padded(length)


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _words(made: Packet, properties: list[tuple[int, int, memoryview]], page: str) -> None:
    for name, kind, data in properties:
        if name == CODE_PAGE and kind == 3:
            page = charset_of(int.from_bytes(data, "little"))
    for name, kind, data in properties:
        if name == BODY and kind in {STRING, UNICODE}:
            made.body = _text(kind, data, page)
        elif name == HTML and kind in {STRING, UNICODE, BINARY}:
            made.html = _text(kind, data, page)
        elif name == RTF and kind == BINARY:
            made.rtf = bytes(data)


def _enclosed(held: _File, properties: list[tuple[int, int, memoryview]]) -> None:
    names: dict[int, tuple[bytes, str]] = {}
    for name, kind, data in properties:
        if name in {LONG_NAME, SHORT_NAME, SHOWN_NAME} and kind in {STRING, UNICODE}:
            names[name] = _text(kind, data, "")
        elif name == DATA and kind in {OBJECT, BINARY}:
            if bytes(data[:16]) == EMBEDDED:
                held.embedded = data[16:]
            else:
                held.content = bytes(data)
    held.name = next(
        (names[one] for one in (LONG_NAME, SHORT_NAME, SHOWN_NAME) if names.get(one, (b"",))[0]), held.name
    )


def _text(kind: int, data: memoryview, page: str) -> tuple[bytes, str]:
    if kind == UNICODE:
        return bytes(data[: len(data) & ~1]).decode("utf-16-le", "replace").rstrip("\0").encode(), "utf-8"
    return bytes(data).rstrip(b"\0"), page


def charset_of(number: int) -> str:
    """The charset that a Windows code page stands for; empty when nothing useful is said."""
    if number in {0, 20127}:
        return ""
    return {65001: "utf-8", 20866: "koi8-r", 54936: "gb18030", 52936: "hz", 65000: "utf-7"}.get(number) or (
        f"iso-8859-{number - 28590}" if 28591 <= number <= 28605 else f"cp{number}"
    )

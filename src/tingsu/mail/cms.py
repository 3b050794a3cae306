"""S/MIME parts (RFC 8551): whether one is signed or encrypted, and what stands inside a signature (RFC 5652). Nothing is verified here."""

from dataclasses import dataclass

SIGNED, ENVELOPED = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703")
PRESSED = bytes.fromhex("2a864886f70d0109100109")
AUTHENTICATED = bytes.fromhex("2a864886f70d0109100117")
DEEPEST = 12
MOST_PIECES = 20_000


@dataclass(frozen=True)
class Part:
    """One value of BER: its mark, and from where to where it goes."""

    mark: int
    first: int
    last: int
    following: int


class Broken(ValueError):
    """It is no BER, or longer than it may be."""


def opened(content: bytes) -> tuple[str, bytes]:
    """("signed", what was signed), ("sealed", nothing) or ("", nothing). Never raises."""
    try:
        return _opened(content)
    except (ValueError, IndexError):
        return "", b""


def _opened(content: bytes) -> tuple[str, bytes]:
    reader = Reader(content)
    whole = reader.at(0, len(content))
    kind, *rest = reader.children(whole)
    name = content[kind.first : kind.last]
    if name in {ENVELOPED, AUTHENTICATED}:
        return "sealed", b""
    if name == PRESSED:
        return "", b""
    if name != SIGNED:
        raise Broken
    _version, _digests, inside = reader.children(reader.children(rest[0])[0])[:3]
    parts = reader.children(inside)
    if len(parts) < 2:
        return "signed", b""  # the signature alone: what it signs stands beside it
    return "signed", reader.octets(reader.children(parts[1])[0])


class Reader:
    """Reads values of BER, so many at most."""

    def __init__(self, content: bytes) -> None:
        self.content, self.pieces = content, 0

    def at(self, place: int, end: int, depth: int = 0) -> Part:
        self.pieces += 1
        if self.pieces > MOST_PIECES or depth > DEEPEST or place + 2 > end:
            raise Broken
        mark, length = self.content[place], self.content[place + 1]
        first = place + 2
        if mark & 31 == 31:
            raise Broken
        if length == 0x80:
            if not mark & 32:
                raise Broken
            inside = first
            while self.content[inside : inside + 2] != b"\0\0":
                inside = self.at(inside, end, depth + 1).following
            return Part(mark, first, inside, inside + 2)
        if length > 0x80:
            count = length & 127
            if count > 4 or first + count > end:
                raise Broken
            length = int.from_bytes(self.content[first : first + count], "big")
            first += count
        if first + length > end:
            raise Broken
        return Part(mark, first, first + length, first + length)

    def children(self, part: Part) -> list[Part]:
        found, place = [], part.first
        while place < part.last:
            found.append(self.at(place, part.last))
            place = found[-1].following
        return found

    def octets(self, part: Part, depth: int = 0) -> bytes:
        if part.mark & 31 != 4 or depth > DEEPEST:
            raise Broken
        if not part.mark & 32:
            return self.content[part.first : part.last]
        return b"".join(self.octets(one, depth + 1) for one in self.children(part))

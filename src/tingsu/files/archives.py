"""One walk for everything that holds files: archives, Office files, mails, and those inside of each other, whatever their names.

Sizes are counted by unpacking, not believed, and all archives of one file share one budget. Office files may hold what is
on the lists below and nothing else: a list of what is harmful is never complete (PS-03).
"""

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from xml.etree import ElementTree

from tingsu.files import errors

MEGABYTE = 1024 * 1024
UNPACKED_LIMIT = 200 * MEGABYTE
UNPACKED_RATIO = 200
UNPACKED_ALWAYS = 20 * MEGABYTE
"""A small archive may unpack to so much, whatever the ratio."""
ARCHIVE_MEMBERS = 2_000
DEEPEST = 3
"""Archive, document in it, table in the document."""
RUNNABLE = frozenset(
    "exe com scr bat cmd ps1 psm1 vbs vbe js jse wsf hta msi msp lnk dll sys cpl reg jar apk ipa app dmg sh py pl rb php "  # noqa: SIM905
    "html htm xhtml svg mht mhtml docm xlsm pptm dotm xltm potm ppsm xlam iso img vhd chm url scf".split()
)
"""Endings of what runs, or leads to what runs."""
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What unpacking a damaged archive can raise: the packers have errors of their own."""
_PACKED = (
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF",
    b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"ISc(", b"xar!",
)  # fmt: skip
_RUNS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"<?php", b"<!doctype html",
    b"<html", b"<svg", b"<script", b"dex\n", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The old Office format, and every object of another program inside a new one. It may hold macros that nobody sees."""

_FOLDERS = "_rels|docProps|docMetadata|customXml|word|xl|ppt"
_ENDINGS = "xml|rels|vml|png|jpe?g|jfif|gif|bmp|tiff?|emf|wmf|svg|wdp|odttf|fntdata|mp3|m4a|wav|mp4|mov|docx|xlsx|pptx"
PART = re.compile(
    rf"\[Content_Types\]\.xml|(?:{_FOLDERS})/(?:[^/\\]+/)*[^/\\]*\.(?:{_ENDINGS})"
    r"|(?:word|xl|ppt)/printerSettings/printerSettings\d+\.bin",
    re.IGNORECASE,
)
"""Parts an Office file may have."""
_MACROS = re.compile(r"vba|macro|dialogsheet|customui|toolbars|keymapcustom", re.IGNORECASE)
_LINKS = re.compile(r"externallink", re.IGNORECASE)
_OBJECTS = re.compile(r"activex|oleobject", re.IGNORECASE)
CONTENT_TYPE = re.compile(
    r"application/xml|text/xml|application/(?:inkml\+xml|x-fontdata|x-font-ttf)"
    r"|application/vnd\.openxmlformats-(?:officedocument|package)\.[\w.\-]+(?:\+xml)?"
    r"|application/vnd\.ms-(?:word|excel|powerpoint|office)\.[\w.\-]+\+xml|application/vnd\.wps-officedocument\.[\w.\-]+\+xml"
    r"|image/(?:png|jpeg|jpg|gif|bmp|tiff|x-emf|x-wmf|emf|wmf|svg\+xml|vnd\.ms-photo)"
    r"|audio/(?:mpeg|mp4|wav|x-wav)|video/(?:mp4|quicktime)",
    re.IGNORECASE,
)
"""Content types those parts may claim."""
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|#|[^:/\\]*$)", re.IGNORECASE)
_FIELD = re.compile(rb"instrText[^>]*>([^<]*)<|fldSimple[^>]*instr=[\"']([^\"']*)", re.IGNORECASE)
_FETCHES = re.compile(rb"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT)\b", re.IGNORECASE)
MAIL_HEAD = re.compile(rb"(?:[A-Za-z-]{2,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}")
"""Three header lines of a mail. Each line ends in one way only, or a made-up head would keep the search busy for hours."""
_PAGES = frozenset({"", "htm", "html"})
"""How the words of a mail themselves may be named: they are shown, and not saved as a file."""
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$")


@dataclass
class Budget:
    """What all archives inside one file may come to. Raises ArchiveSuspicious when it is used up."""

    packed: int
    members: int = 0
    unpacked: int = 0

    def count_members(self, number: int) -> None:
        self.members += number
        if self.members > ARCHIVE_MEMBERS:
            raise errors.ArchiveSuspicious

    def count_bytes(self, number: int) -> None:
        self.unpacked += number
        if self.unpacked > min(UNPACKED_LIMIT, max(self.packed * UNPACKED_RATIO, UNPACKED_ALWAYS)):
            raise errors.ArchiveSuspicious


def packed_kind(content: bytes) -> str | None:
    """docx, xlsx, pptx or zip, by what is inside; None for what cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[:ARCHIVE_MEMBERS])
    except BROKEN_ARCHIVE:
        return None
    lower = {name.lower() for name in names}
    if "[content_types].xml" not in lower:
        return "zip"
    for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(name.startswith(folder) for name in lower):
            return kind
    return None


def check_packed(content: bytes, kind: str) -> None:
    """Walk an archive, an Office file or a mail (`eml`) with all that is inside. Raises a FileRefused."""
    try:
        if kind == "eml":
            _walk_mail(content, Budget(len(content)), 1)
        else:
            _walk(content, kind, Budget(len(content)), 1)
    except BROKEN_ARCHIVE as error:
        raise errors.ArchiveSuspicious from error


def _walk(content: bytes, kind: str, budget: Budget, depth: int) -> None:
    if depth > DEEPEST:
        raise errors.ArchiveSuspicious
    for name, member in _members(content, budget):
        if EICAR in member:
            raise errors.MalwareFound
        if kind == "zip":
            _check_member(name, member, budget, depth)
        else:
            _check_part(name, member, budget, depth)


def _members(content: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        budget.count_members(len(members))
        names = [member.filename for member in members]
        # Two members of one name, or bytes before the first, are read differently by different programs.
        if len(set(names)) < len(names) or min((one.header_offset for one in members), default=0):
            raise errors.ArchiveSuspicious
        for member in members:
            if member.flag_bits & 1 or stat.S_ISLNK(member.external_attr >> 16) or _slips(member.orig_filename):
                raise errors.ArchiveSuspicious
        for member in members:
            if not member.is_dir():
                yield member.filename, _unpacked(archive, member, budget)


def _slips(name: str) -> bool:
    """A name that would leave the folder it is unpacked into."""
    parts = re.split(r"[\\/]", name)
    return name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) is not None or "\x00" in name


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> bytes:
    out = bytearray()
    with archive.open(member) as stream:
        while block := stream.read(256 * 1024):
            budget.count_bytes(len(block))
            out += block
    return bytes(out)


def _check_member(name: str, content: bytes, budget: Budget, depth: int) -> None:
    """One file of an archive: nothing that runs, no archive, and Office files as if they had come alone."""
    if _JUNK.search(name):
        return
    if name.rpartition(".")[2].strip().lower() in RUNNABLE:
        raise errors.ArchiveSuspicious
    if _enter_document(content, budget, depth):
        return
    if MAIL_HEAD.match(content):
        _walk_mail(content, budget, depth + 1)
        return
    if is_packed(content) or content.startswith(_OLE) or runs(content) or zipfile.is_zipfile(io.BytesIO(content)):
        raise errors.ArchiveSuspicious


def _walk_mail(content: bytes, budget: Budget, depth: int) -> None:
    """What is enclosed in a mail, and in mails enclosed in it, keeps the rules of an archive."""
    if depth > DEEPEST:
        raise errors.ArchiveSuspicious
    try:
        parts: list[Message] = [message_from_bytes(content)]
        while parts:
            part = parts.pop()
            budget.count_members(1)
            if part.is_multipart():
                parts += [one for one in part.get_payload() if isinstance(one, Message)]
            else:
                _check_enclosed(part, budget, depth)
    except (RecursionError, LookupError, TypeError) as error:
        raise errors.ArchiveSuspicious from error


def _check_enclosed(part: Message, budget: Budget, depth: int) -> None:
    payload, name = part.get_payload(decode=True), part.get_filename("")
    content = payload if isinstance(payload, bytes) else b""
    budget.count_bytes(len(content))
    if EICAR in content:
        raise errors.MalwareFound
    words = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
    if not words or name.rpartition(".")[2].strip().lower() not in _PAGES:
        _check_member(name, content, budget, depth)


def _enter_document(content: bytes, budget: Budget, depth: int) -> bool:
    """Walk an Office file inside; False when this is none. A plain archive inside is refused by the caller."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    kind = packed_kind(content)
    if kind in {None, "zip"}:
        return False
    _walk(content, str(kind), budget, depth + 1)
    return True


def is_packed(content: bytes) -> bool:
    """An archive of any kind, known by its first bytes."""
    return content.startswith(_PACKED) or content[257:262] == b"ustar" or content[0x8001:0x8006] == b"CD001"


def runs(content: bytes) -> bool:
    """A program, a script, or a page that a browser would run."""
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return not head.startswith(b"#!AMR") and (head.startswith(_RUNS) or head[:20].lower().startswith(_RUNS))


def _check_part(name: str, content: bytes, budget: Budget, depth: int) -> None:
    """One part of an Office file: its name is on the list, and its content is what such a part may be."""
    _deny(name)
    if not PART.fullmatch(name):
        raise errors.ObjectsInside
    ending = name.rpartition(".")[2].lower()
    if ending in {"docx", "xlsx", "pptx"}:
        if not _enter_document(content, budget, depth):
            raise errors.ObjectsInside
    elif ending in {"xml", "rels", "vml"}:
        _check_xml(name.lower(), content)
    elif is_packed(content) or content.startswith(_OLE) or (runs(content) and ending != "svg"):
        raise errors.ObjectsInside


def _deny(words: str) -> None:
    for pattern, refusal in (
        (_MACROS, errors.MacrosInside), (_LINKS, errors.LinksInside), (_OBJECTS, errors.ObjectsInside),
    ):  # fmt: skip
        if pattern.search(words):
            raise refusal


def _check_xml(name: str, content: bytes) -> None:
    head = content[:65536]
    # One way of writing and no declarations of its own, or what stands here could not be found by looking for it.
    if b"\x00" in head or b"<!doctype" in head.lower() or b"<!entity" in head.lower():
        raise errors.ObjectsInside
    if name == "[content_types].xml":
        for one in _elements(content):
            if claimed := one.get("ContentType"):
                _deny(claimed)
                if not CONTENT_TYPE.fullmatch(claimed):
                    raise errors.ObjectsInside
    elif name.endswith(".rels"):
        for one in _elements(content):
            _check_relation(one.get("Type", ""), one.get("Target", ""), one.get("TargetMode", "").lower() == "external")
    elif name.startswith("word/") and _FETCHES.search(b"".join(a + b for a, b in _FIELD.findall(content))):
        # Word cuts the words of a field into pieces; they are looked at together.
        raise errors.LinksInside


def _check_relation(kind: str, target: str, external: bool) -> None:
    last = kind.rpartition("/")[2]
    _deny(last)
    outside = external or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\\\", target.strip())
    if outside and not (last.lower() == "hyperlink" and _SAFE_LINK.match(target.strip())):
        raise errors.LinksInside


def _elements(content: bytes) -> list[ElementTree.Element]:
    try:
        return list(ElementTree.fromstring(content))  # noqa: S314 - without declarations, and bounded by the budget
    except ElementTree.ParseError as error:
        raise errors.ObjectsInside from error

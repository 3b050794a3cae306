"""What may be taken in (PS-03): known by content and not by name, of bearable size, opened or unpacked.

Pure functions over bytes; no database, no disk.
"""

import io
import re
import struct
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from typing import Any

import puremagic
from django.template.defaultfilters import filesizeformat
from PIL import Image, UnidentifiedImageError

from tingsu.files import errors, old_sheets
from tingsu.files.archives import ARCHIVE_MEMBERS, EICAR, MAIL_HEAD, MEGABYTE, RUNNABLE, check_packed, packed_kind

__all__ = ["ARCHIVE_MEMBERS", "MAIL_HEAD", "MEGABYTE", "RUNNABLE"]

SIZE_LIMIT = 20 * MEGABYTE
PIXEL_LIMIT = 50_000_000
FILES_AT_ONCE = 10
NAME_LIMIT = 120


@dataclass(frozen=True)
class Type:
    """A kind of file that may be taken: its media type and the endings its name may have."""

    media_type: str
    endings: tuple[str, ...]
    inline: bool = False
    """May be shown in the browser; everything else is only downloaded."""


TYPES: dict[str, Type] = {
    "jpeg": Type("image/jpeg", (".jpg", ".jpeg", ".jfif"), True),
    "png": Type("image/png", (".png",), True),
    "gif": Type("image/gif", (".gif",), True),
    "webp": Type("image/webp", (".webp",), True),
    "heic": Type("image/heic", (".heic", ".heif")),
    "pdf": Type("application/pdf", (".pdf",), True),
    "mp4": Type("video/mp4", (".mp4", ".m4v", ".mov"), True),
    "m4a": Type("audio/mp4", (".m4a",), True),
    "mp3": Type("audio/mpeg", (".mp3",), True),
    "wav": Type("audio/wav", (".wav",), True),
    "amr": Type("audio/amr", (".amr",)),
    "text": Type("text/plain", (".txt", ".csv", ".log")),
    "eml": Type("message/rfc822", (".eml",)),
    "docx": Type("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "xlsx": Type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    "xls": Type("application/vnd.ms-excel", (".xls", ".et")),
    "pptx": Type("application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",)),
    "zip": Type("application/zip", (".zip",)),
}
PICTURES = {"JPEG": "jpeg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
_PICTURE_KINDS = frozenset({*PICTURES.values(), "heic"})
_PICTURE_ENDINGS = frozenset(ending for kind in _PICTURE_KINDS for ending in TYPES[kind].endings)
"""Telephones and shops name pictures after the wrong kind every day (HEIC and WebP as .jpg): content decides among them."""
DISGUISES = frozenset("exe scr bat cmd ps1 vbs vbe jse wsf hta msi msp lnk dll cpl reg jar apk ipa dmg".split())  # noqa: SIM905
"""Endings that nobody puts before another one but to hide it. `com`, `app` and the like are words of programs' names."""
_MARKUP = re.compile(rb"<\?php|<script|<html|<svg|<!doctype html", re.IGNORECASE)
_HIDDEN = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
DRAWN_BY_CODE = frozenset({"svg", "html", "htm", "xhtml", "mht", "mhtml"})
"""Pictures and pages to whoever sends them, code to a browser: not taken, and nobody is told that they sent a program."""
ACCEPT = ",".join(ending for kind in TYPES.values() for ending in kind.endings)
"""For the `accept` attribute of file fields; the check does not rely on it."""


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENCODINGS = ("utf-8", "gb18030")
MOST_MIXED_LINES = 5_000
"""So many lines are looked at one by one."""


def tidy_name(name: str) -> str:
    """A name safe to show and to offer for download: no folders, no control or direction signs, at most 120 characters."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", plain).strip(" .")
    if len(plain) > NAME_LIMIT:
        stem, dot, ending = plain.rpartition(".")
        plain = (
            f"{stem[: NAME_LIMIT - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 10 else plain[:NAME_LIMIT]
        )
    return plain or "file"


def check(name: str, content: bytes) -> Type:
    """The type of a file that may be taken. Raises a FileRefused that says what is wrong and what to do."""
    if not content:
        raise errors.FileEmpty
    if len(content) > SIZE_LIMIT:
        raise errors.FileTooLarge(size=megabytes(len(content)), limit=megabytes(SIZE_LIMIT))
    if EICAR in content:
        raise errors.MalwareFound
    _check_name(name)
    kind = detect(content)
    ending = _ending(name)
    if kind is None:
        if ending and not any(f".{ending}" in known.endings for known in TYPES.values()):
            raise errors.FileEndingUnknown(ending=f".{ending}")
        raise errors.FileTypeUnknown
    known = TYPES[kind]
    pictures = kind in _PICTURE_KINDS and f".{ending}" in _PICTURE_ENDINGS
    if ending and f".{ending}" not in known.endings and not pictures:
        raise errors.FileTypeDiffers(said=f".{ending}", found=known.endings[0])
    if kind == "heic":
        _check_heic(content)
    elif known.media_type.startswith("image/"):
        _check_picture(content)
    if kind in {"docx", "xlsx", "pptx", "zip", "eml"}:
        check_packed(content, kind)
    elif kind != "text":
        _check_alone(content, known)
    if kind == "xls":
        old_sheets.check(content)
    return known


def detect(content: bytes) -> str | None:
    """The kind of a content by its own bytes; None for what is not on the list."""
    head = content[:32]
    if head.startswith(b"PK\x03\x04"):
        return packed_kind(content)
    if head.startswith(old_sheets.MARK):
        return "xls" if old_sheets.is_workbook(content) else None
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"heim"}:
            return "heic"
        return "m4a" if brand.startswith(b"M4A") else "mp4"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"#!AMR"):
        return "amr"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    for magic, kind in ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif")):
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if _is_text(content) and not _looks_active(content):
        return "eml" if MAIL_HEAD.match(content) else "text"
    return None


def _is_text(content: bytes) -> bool:
    """Words in UTF-8, GB 18030 or UTF-16 with its mark; a list put together from several may change its encoding from line to line."""
    if content.startswith(_UTF_16):
        return _are_words(content, "utf-16")
    if b"\x00" in content:
        return False
    # What puremagic knows by a signature at its first byte is no plain text, whatever its letters.
    if any(found.confidence >= 0.9 and found.offset == 0 and len(found.byte_match) > 3 for found in _magic(content)):
        return False
    if any(_are_words(content, encoding) for encoding in _ENCODINGS):
        return True
    return all(
        any(_are_words(line, encoding) for encoding in _ENCODINGS) for line in content.split(b"\n")[:MOST_MIXED_LINES]
    )


def _are_words(content: bytes, encoding: str) -> bool:
    """Can it be read, and does it hold no control sign? Those of Latin 1 stand in what was encoded twice."""
    try:
        words = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not any(
        unicodedata.category(sign) == "Cc" and sign < "\x80" and sign not in "\t\r\n\f" for sign in words[:20_000]
    )


def _magic(content: bytes) -> list[Any]:
    try:
        return puremagic.magic_string(content[:8192])
    except (puremagic.PureError, ValueError):
        return []


def _looks_active(content: bytes) -> bool:
    """A page, drawing or script in the clothes of a text: a browser might run it."""
    start = content[:4096].decode("utf-16", "ignore").encode() if content.startswith(_UTF_16) else content[:2048]
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return (
        head.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"#!", b"mz"))
        or b"<script" in head
    )


def _check_name(name: str) -> None:
    """The last ending decides, for it is what a computer goes by; a second one only where it was put there to be hidden."""
    parts = [part.strip().lower() for part in tidy_name(name).split(".")][1:]
    if parts[-1:] and parts[-1] in DRAWN_BY_CODE:
        raise errors.FileEndingUnknown(ending=f".{parts[-1]}")
    for part in [one for one in parts[-1:] if one in RUNNABLE] + [one for one in parts[-2:-1] if one in DISGUISES]:
        raise errors.FileNameDoubtful(ending=f".{part}")


def _check_alone(content: bytes, known: Type) -> None:
    """A file is one thing only: not a picture to us and an archive, a document or a page to the next program."""
    found = ""
    if zipfile.is_zipfile(io.BytesIO(content)) and b"PK\x01\x02" in content:
        found = "zip"
    elif known.media_type != "application/pdf" and b"%PDF-" in content[:1024]:
        found = "pdf"
    elif known.media_type.startswith(("image/", "audio/")):
        if _MARKUP.search(content[:65536]) or _MARKUP.search(content[-65536:]):
            found = "html"
        elif any(mark in content for mark in _HIDDEN):
            found = "rar"
    if found:
        raise errors.FileTypeDiffers(said=known.endings[0], found=f".{found}")


def _ending(name: str) -> str:
    _stem, dot, ending = tidy_name(name).rpartition(".")
    return ending.lower() if dot and 1 <= len(ending) <= 5 and ending.isascii() and ending.isalnum() else ""


def _check_picture(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
                frames = getattr(picture, "n_frames", 1)
                if picture.width * picture.height * min(frames, 200) > PIXEL_LIMIT * (4 if frames > 1 else 1):
                    raise errors.PictureTooLarge(limit=PIXEL_LIMIT // 1_000_000)
                picture.verify()
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise errors.PictureTooLarge(limit=PIXEL_LIMIT // 1_000_000) from error
        except errors.FileRefused:
            raise
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
            raise errors.PictureBroken from error


def _check_heic(content: bytes) -> None:
    """The size it declares (`ispe`) must be bearable for whoever opens it; what cannot be decoded has no preview."""
    for found in re.finditer(b"ispe", content[:65536]):
        place = found.end() + 4
        if len(content) >= place + 8:
            width, height = struct.unpack(">II", content[place : place + 8])
            if width * height > PIXEL_LIMIT * 2:
                raise errors.PictureTooLarge(limit=PIXEL_LIMIT // 1_000_000)


def megabytes(size: int) -> str:
    """As pages say sizes, for sentences."""
    return filesizeformat(size).replace("\N{NO-BREAK SPACE}", " ")

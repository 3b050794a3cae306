"""Files without what their makers did not mean to tell: place, camera, author (PS-05, PS-17).

Pictures, films and sound keep every pixel and sample: only the parts that hold metadata are left out, and whatever follows
the end of a picture. HEIC becomes JPEG, which every browser shows. Pure functions over bytes.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator

import pi_heif
from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, NameObject

pi_heif.register_heif_opener(thumbnails=False)

ORIENTATION = 0x0112
DAMAGED = (
    ValueError,
    IndexError,
    KeyError,
    struct.error,
    OSError,
    SyntaxError,
    EOFError,
    TypeError,
    AttributeError,
    RuntimeError,
    AssertionError,
    ArithmeticError,
)
"""What reading a damaged file can raise."""


class NotCleanable(Exception):
    """Nothing of ours takes the metadata out of this file."""


def clean(media_type: str, content: bytes) -> tuple[str, bytes]:
    """Type and content of a copy without metadata; the same content when there was none. Raises NotCleanable."""
    cleaner = CLEANERS.get(media_type)
    if cleaner is None:
        raise NotCleanable
    try:
        cleaned = cleaner(content)
    except (*DAMAGED, PyPdfError, Image.DecompressionBombError) as error:
        if media_type not in _AGAIN:
            raise NotCleanable from error
        cleaned = _drawn_again(content, _AGAIN[media_type])
    return ("image/jpeg" if media_type == "image/heic" else media_type), cleaned


def can_clean(media_type: str) -> bool:
    """Whether files of this type have copies without metadata."""
    return media_type in CLEANERS


def _drawn_again(content: bytes, form: str) -> bytes:
    """The picture drawn anew, for files whose parts are not where they should be."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            out = io.BytesIO()
            upright = ImageOps.exif_transpose(picture)
            (upright.convert("RGB") if form == "JPEG" else upright).save(out, form, exif=b"")
            return out.getvalue()
    except (*DAMAGED, Image.DecompressionBombError) as error:
        raise NotCleanable from error


_AGAIN = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}


def _turned(content: bytes) -> bytes:
    """Which way up the picture is, as the only thing its EXIF says; nothing when it stands upright."""
    with Image.open(io.BytesIO(content)) as picture:
        way = picture.getexif().get(ORIENTATION, 1)
    if way not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[ORIENTATION] = way
    return exif.tobytes()


def clean_jpeg(content: bytes) -> bytes:
    turned = _turned(content)
    if content[:2] != b"\xff\xd8":
        raise ValueError("no beginning")
    out, place = bytearray(content[:2]), 2
    if turned:
        out += b"\xff\xe1" + struct.pack(">H", len(turned) + 2) + turned
    while True:
        if content[place] != 0xFF:
            raise ValueError("no marker")
        while content[place] == 0xFF:
            place += 1
        marker = content[place]
        place += 1
        if marker == 0xD9:
            return bytes(out + b"\xff\xd9")
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            out += bytes((0xFF, marker))
            continue
        length = struct.unpack(">H", content[place : place + 2])[0]
        segment = content[place : place + length]
        if len(segment) < max(length, 2):
            raise ValueError("cut off")
        place += length
        if _shown_by_jpeg(marker, segment[2:]):
            out += bytes((0xFF, marker)) + segment
        if marker == 0xDA:
            found = _NEXT_MARKER.search(content, place)
            if found is None:
                raise ValueError("no end")
            out += content[place : found.start()]
            place = found.start()


_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def _shown_by_jpeg(marker: int, body: bytes) -> bool:
    """Does this segment say how the picture looks? Colours do; thumbnails, camera, place and comments do not."""
    if marker == 0xE0:
        return body.startswith(b"JFIF\x00") and body[12:14] == b"\x00\x00"
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\x00")
    if marker == 0xEE:
        return body.startswith(b"Adobe")
    return marker != 0xFE and not 0xE0 <= marker <= 0xEF


_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs hIST acTL fcTL fdAT cICP mDCV cLLI".split()
)


def clean_png(content: bytes) -> bytes:
    turned = _turned(content).removeprefix(b"Exif\x00\x00")
    out, place = bytearray(content[:8]), 8
    while True:
        (length,) = struct.unpack(">I", content[place : place + 4])
        name, whole = content[place + 4 : place + 8], content[place : place + 12 + length]
        if len(whole) < 12 + length:
            raise ValueError("cut off")
        place += 12 + length
        if name in _PNG_KEPT:
            out += whole
        if name == b"IHDR" and turned:
            body = b"eXIf" + turned
            out += struct.pack(">I", len(turned)) + body + struct.pack(">I", zlib.crc32(body))
        if name == b"IEND":
            return bytes(out)


def clean_webp(content: bytes) -> bytes:
    turned = _turned(content)
    parts = []
    for name, body in _riff(content):
        if name == b"VP8X":
            flags = (body[0] & ~0x0C) | (0x08 if turned else 0)
            body = bytes((flags,)) + body[1:]
        if name in {b"VP8X", b"VP8 ", b"VP8L", b"ANIM", b"ANMF", b"ALPH", b"ICCP"}:
            parts.append((name, body))
    if not parts:
        raise ValueError("no picture")
    if turned and parts[0][0] == b"VP8X":
        parts.append((b"EXIF", turned))
    packed = b"".join(name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2) for name, body in parts)
    return b"RIFF" + struct.pack("<I", len(packed) + 4) + b"WEBP" + packed


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    end = min(len(content), 8 + struct.unpack("<I", content[4:8])[0])
    place = 12
    while place + 8 <= end:
        name, (length,) = content[place : place + 4], struct.unpack("<I", content[place + 4 : place + 8])
        yield name, content[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def clean_gif(content: bytes) -> bytes:
    flags = content[10]
    place = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    out = bytearray(content[:place])
    while True:
        mark, begin = content[place], place
        if mark == 0x3B:
            return bytes(out + b"\x3b")
        if mark == 0x2C:
            own = content[place + 9]
            place += 11 + (3 * 2 ** ((own & 7) + 1) if own & 0x80 else 0)
            kept = True
        elif mark == 0x21:
            label = content[place + 1]
            kept = label == 0xF9 or (label == 0xFF and content[place + 3 : place + 14] in _LOOPS)
            place += 2
        else:
            raise ValueError("no block")
        while size := content[place]:
            place += 1 + size
        place += 1
        if kept:
            out += content[begin:place]


_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}


def clean_heic(content: bytes) -> bytes:
    """HEIC drawn as JPEG: upright, without any metadata."""
    with Image.open(io.BytesIO(content), formats=["HEIF"]) as picture:
        out = io.BytesIO()
        ImageOps.exif_transpose(picture).convert("RGB").save(out, "JPEG", quality=92)
        return clean_jpeg(out.getvalue())


_INSIDE = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf"})


def clean_film(content: bytes) -> bytes:
    """Boxes of metadata become empty space of the same length, so that nothing moves."""
    out = bytearray(content)
    _blank_boxes(out, 0, len(out), 0)
    return bytes(out)


def _blank_boxes(out: bytearray, place: int, end: int, depth: int) -> None:
    while place + 8 <= end:
        (length,), name, head = struct.unpack(">I", out[place : place + 4]), bytes(out[place + 4 : place + 8]), 8
        if length == 1:
            (length,), head = struct.unpack(">Q", out[place + 8 : place + 16]), 16
        elif length == 0:
            length = end - place
        if length < head or place + length > end:
            return  # not a box any more: the sample data of an odd writer, or the end
        if name in {b"udta", b"meta", b"uuid", b"XMP_"}:
            out[place + 4 : place + 8] = b"free"
            out[place + head : place + length] = bytes(length - head)
        elif name in _INSIDE and depth < 8:
            _blank_boxes(out, place + head, place + length, depth + 1)
        place += length


def clean_mp3(content: bytes) -> bytes:
    begin, end = 0, len(content)
    while content[begin : begin + 3] == b"ID3":
        a, b, c, d = content[begin + 6 : begin + 10]
        begin += 10 + (a << 21 | b << 14 | c << 7 | d)
    if content[max(end - 128, begin) :][:3] == b"TAG":
        end = max(end - 128, begin)
    if begin >= end:
        raise ValueError("no sound")
    return content[begin:end]


def clean_wav(content: bytes) -> bytes:
    out, place = bytearray(content), 12
    while place + 8 <= len(out):
        name, (length,) = bytes(out[place : place + 4]), struct.unpack("<I", out[place + 4 : place + 8])
        if name not in {b"fmt ", b"data", b"fact", b"cue ", b"smpl"}:
            out[place : place + 4] = b"JUNK"
            stop = min(place + 8 + length, len(out))
            out[place + 8 : stop] = bytes(stop - place - 8)
        place += 8 + length + length % 2
    return bytes(out)


def clean_pdf(content: bytes) -> bytes:
    """Without author, program, times and XMP; pictures inside and what stands on the pages stay as they are."""
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise ValueError("encrypted")
    root = reader.trailer["/Root"]
    if not isinstance(root, DictionaryObject) or len(reader.pages) == 0:
        raise ValueError("no pages")
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    for one in writer._objects:
        if isinstance(one, DictionaryObject):
            for name in ("/Metadata", "/PieceInfo", "/LastModified"):
                one.pop(NameObject(name), None)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": clean_jpeg,
    "image/png": clean_png,
    "image/webp": clean_webp,
    "image/gif": clean_gif,
    "image/heic": clean_heic,
    "video/mp4": clean_film,
    "audio/mp4": clean_film,
    "audio/mpeg": clean_mp3,
    "audio/wav": clean_wav,
    "application/pdf": clean_pdf,
}

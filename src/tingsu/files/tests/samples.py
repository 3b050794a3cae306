"""Small true files of each kind, made here so that no test material has to be stored."""

import base64
import io
import struct
import zipfile
import zlib
from email.message import EmailMessage

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (11, 91, 110)).save(out, kind, **options)
    return out.getvalue()


def named_archive(members: dict[str, bytes], packer: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same members give the same bytes, whenever it is called: no member carries the hour it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packer) as pack:
        for name, content in members.items():
            pack.writestr(zipfile.ZipInfo(name), content, packer)
    return out.getvalue()


def office(folder: str, **more: bytes) -> bytes:
    return named_archive({"[Content_Types].xml": b"<Types/>", f"{folder}/document.xml": b"<x/>", **more})


def wide_png(width: int, height: int) -> bytes:
    """A PNG that claims a size its few bytes do not have."""
    content = bytearray(picture())
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    return bytes(content)


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\x00" * 64
M4A = b"\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00M4A mp42isom" + b"\x00" * 64
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x21" + b"\x00" * 100
WAV = b"RIFF" + struct.pack("<I", 100) + b"WAVEfmt " + b"\x00" * 90
AMR = b"#!AMR\n" + b"\x3c" * 60
EML = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nHello\r\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00\x03" + b"\x00" * 200
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 200
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_NAMES = "http://schemas.openxmlformats.org"
MAIN = b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
PLACE = b"GPS312304N1214737E"
"""What must not be left in a copy without metadata."""


def document(types: bytes = b"", relations: bytes = b"", **more: bytes) -> bytes:
    """A Word document as Word writes it, with more content types, relations and parts."""
    return named_archive(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="' + f"{_NAMES}/package/2006/content-types".encode()
            + b'"><Default Extension="xml" ContentType="application/xml"/>' + MAIN + types + b"</Types>",
            "_rels/.rels": b"<Relationships/>",
            "word/_rels/document.xml.rels": b"<Relationships>" + relations + b"</Relationships>",
            "word/document.xml": b"<w:document><w:t>words</w:t></w:document>",
            "docProps/core.xml": b"<cp:coreProperties/>",
            **more,
        }
    )  # fmt: skip


def relation(kind: str, target: str, outside: bool = True) -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r1" Type="{_NAMES}/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'.encode()


def told_picture(kind: str, way: int = 1) -> bytes:
    """A picture that tells its place in EXIF (and XMP or text where the kind has them), lying on its side if wanted."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    if way != 1:
        exif[0x0112] = way
    options: dict[str, object] = {"exif": exif}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        words = PngInfo()
        words.add_text("Comment", PLACE.decode())
        words.add_itxt("XML:com.adobe.xmp", PLACE.decode())
        options["pnginfo"] = words
    elif kind == "GIF":
        options = {"comment": PLACE}
    elif kind in {"WEBP", "JPEG"}:
        options["xmp"] = PLACE
    out = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def told_film() -> bytes:
    """A film whose boxes tell where it was made, once in the film and once in a track."""
    place = box(b"udta", box(b"\xa9xyz", PLACE))
    track = box(b"trak", box(b"tkhd", b"\x00" * 20) + box(b"meta", PLACE))
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00")
        + box(b"moov", box(b"mvhd", b"\x00" * 20) + track + place)
        + box(b"mdat", b"film" * 8)
    )


def told_pdf() -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": PLACE.decode(), "/Creator": PLACE.decode()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def told_sound() -> bytes:
    return b"RIFF" + struct.pack("<I", 74) + b"WAVEfmt \x10\x00\x00\x00" + b"\x01\x00" * 8 + (
        b"LIST" + struct.pack("<I", len(PLACE)) + PLACE + b"data\x04\x00\x00\x00\x01\x02\x03\x04"
    )  # fmt: skip


TOLD_MP3 = b"ID3\x03\x00\x00\x00\x00\x00" + bytes((len(PLACE),)) + PLACE + b"\xff\xfb\x90\x00" + b"\x00" * 60

TRUE_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAABoAAgAAAAAB/AABAAAAAAAAADgAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA"
    "ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAWm1kYXQAAAAWKAGvGYDvSaW//9w5n/U2L/hetaY+bgAAAAZFeGlmAABNTQAqAAAA"
    "CAABAQ4AAgAAABMAAAAaAAAAAEdQUzMxMjMwNE4xMjE0NzM3RQAA"
)
"""A red picture of 64 by 48 as telephones of Apple make them, with its place in EXIF."""


def mail(name: str, content: bytes, *, kind: str = "application/octet-stream", how: str = "attachment") -> bytes:
    """A mail of a few words, with one file in it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.com", "b@example.com", "订单"
    made.set_content("请看附件")
    made.add_alternative("<html><body>请看附件</body></html>", subtype="html")
    main, _slash, sub = kind.partition("/")
    made.add_attachment(content, maintype=main, subtype=sub, filename=name, disposition=how)
    return made.as_bytes()

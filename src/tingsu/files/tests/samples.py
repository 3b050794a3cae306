"""Small true files of each kind, made here so that no test material has to be stored."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (11, 91, 110)).save(out, kind, **options)
    return out.getvalue()


def named_archive(members: dict[str, bytes], packer: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packer) as pack:
        for name, content in members.items():
            pack.writestr(name, content)
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

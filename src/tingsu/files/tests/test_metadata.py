"""Copies without place, camera and author, and the pictures unchanged (PS-05, PS-17)."""

import io

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from tingsu.files import metadata
from tingsu.files.tests import samples as s

TOLD = [
    ("image/jpeg", s.told_picture("JPEG")),
    ("image/png", s.told_picture("PNG")),
    ("image/webp", s.told_picture("WEBP")),
    ("image/gif", s.told_picture("GIF")),
    ("video/mp4", s.told_film()),
    ("audio/mp4", s.told_film()),
    ("audio/wav", s.told_sound()),
    ("audio/mpeg", s.TOLD_MP3),
    ("application/pdf", s.told_pdf()),
]
PICTURES = [(kind, content) for kind, content in TOLD if kind.startswith("image/")]


@pytest.mark.req("PS-05", "PS-17")
@pytest.mark.parametrize(("kind", "content"), TOLD, ids=[row[0] for row in TOLD])
def test_place_and_author_are_gone(kind, content) -> None:
    assert s.PLACE in content
    shown, cleaned = metadata.clean(kind, content)
    assert shown == kind
    assert s.PLACE not in cleaned
    assert b"GPS" not in cleaned
    assert metadata.clean(kind, cleaned) == (kind, cleaned) or kind == "application/pdf"


@pytest.mark.req("PS-05")
@pytest.mark.parametrize(("kind", "content"), PICTURES, ids=[row[0] for row in PICTURES])
def test_every_pixel_stays_and_the_place_is_not_in_exif(kind, content) -> None:
    before = Image.open(io.BytesIO(content))
    after = Image.open(io.BytesIO(metadata.clean(kind, content)[1]))
    assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    assert not after.getexif()


@pytest.mark.req("PS-05")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_still_stands_upright(kind) -> None:
    shown = Image.open(io.BytesIO(metadata.clean(f"image/{kind.lower()}", s.told_picture(kind, way=6))[1]))
    assert dict(shown.getexif()) == ({0x0112: 6} if kind != "WEBP" or shown.getexif() else {})


@pytest.mark.req("PS-05")
def test_what_follows_the_end_of_a_picture_goes_with_its_metadata() -> None:
    for kind in ("JPEG", "PNG", "GIF"):
        told = s.picture(kind) + b"film of the telephone " + s.PLACE
        assert metadata.clean(f"image/{kind.lower()}", told)[1] == s.picture(kind)


def test_a_picture_without_metadata_stays_byte_for_byte() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        assert metadata.clean(f"image/{kind.lower()}", s.picture(kind))[1] == s.picture(kind)


def test_samples_of_film_and_sound_stay_where_they_are() -> None:
    film = metadata.clean("video/mp4", s.told_film())[1]
    assert len(film) == len(s.told_film())
    assert film.endswith(b"film" * 8)
    assert metadata.clean("audio/wav", s.told_sound())[1].endswith(b"data\x04\x00\x00\x00\x01\x02\x03\x04")
    assert metadata.clean("audio/mpeg", s.TOLD_MP3)[1].startswith(b"\xff\xfb")


@pytest.mark.req("PS-17")
def test_a_pdf_keeps_its_pages_and_loses_its_author() -> None:
    reader = PdfReader(io.BytesIO(metadata.clean("application/pdf", s.told_pdf())[1]))
    assert len(reader.pages) == 1
    assert not reader.metadata or not reader.metadata.author
    assert "/Metadata" not in reader.trailer["/Root"]


@pytest.mark.req("PS-05")
def test_heic_becomes_a_picture_that_browsers_show() -> None:
    shown, cleaned = metadata.clean("image/heic", s.TRUE_HEIC)
    assert shown == "image/jpeg"
    assert s.PLACE in s.TRUE_HEIC
    assert s.PLACE not in cleaned
    picture = Image.open(io.BytesIO(cleaned))
    assert (picture.format, picture.size, bool(picture.getexif())) == ("JPEG", (64, 48), False)
    red, green, blue = picture.getpixel((10, 10))
    assert red > 150 > 100 > max(green, blue)


@pytest.mark.parametrize("kind", ["text/plain", "message/rfc822", "application/zip", "audio/amr"])
def test_kinds_without_a_cleaner_say_so(kind) -> None:
    assert not metadata.can_clean(kind)
    with pytest.raises(metadata.NotCleanable):
        metadata.clean(kind, b"words")


@pytest.mark.parametrize(("kind", "content"), TOLD, ids=[row[0] for row in TOLD])
def test_a_damaged_file_is_cleaned_or_refused_and_never_breaks_the_page(kind, content) -> None:
    for cut in range(0, len(content), max(len(content) // 25, 1)):
        try:
            _shown, cleaned = metadata.clean(kind, content[:cut])
        except metadata.NotCleanable:
            continue
        assert kind in {"video/mp4", "audio/mp4", "audio/wav", "audio/mpeg"} or s.PLACE not in cleaned

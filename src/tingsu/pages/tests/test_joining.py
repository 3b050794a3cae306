"""Pages of other files on bare pages of ours: one file at a time, behind the document, and nothing of them but what is seen (RC-11)."""

import io
from typing import Any

import pypdf
import pytest
from django.http import FileResponse, HttpResponse
from django.utils import timezone, translation
from PIL import Image

from tingsu.pages import pdf as sheets
from tingsu.pages.joining import Source, Unreadable, drawable, join
from tingsu.pages.pdf import Part, Sheet, as_download, pdf


@pytest.fixture(autouse=True)
def _outside_any_firm(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sheets, "in_practice", lambda: False)
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        yield


def made(*parts: Part) -> bytes:
    return pdf(Sheet(firm="x", title="ours", by="x", at=timezone.now(), parts=parts))


def theirs(words: str, pages: int = 1) -> bytes:
    return made(*(Part(heading=f"{words} {number}", fresh=number > 0) for number in range(pages)))


def a_jpeg(colour: str, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def gone() -> bytes:
    raise OSError("erased meanwhile")


@pytest.mark.req("RC-11")
def test_each_file_is_read_when_its_turn_comes_and_stands_on_its_own_pages() -> None:
    read: list[str] = []

    def source(words: str, content: bytes, pages: int, picture: bool = False) -> Source:
        return Source(pages=pages, read=lambda: read.append(f"{words} {document.tell()}") or content, picture=picture)  # type: ignore[func-returns-value]

    files = [
        source("first", theirs("first", 2), 2), source("red", a_jpeg("red", (400, 200)), 1, picture=True),
        Source(pages=3, read=gone), source("last", theirs("last"), 1),
    ]  # fmt: skip
    bare = [Part(heading=f"place {number}", fresh=True, bare_pages=one.pages) for number, one in enumerate(files)]
    ours = made(Part(heading="front", texts=["our own words"]), *bare)
    document = io.BytesIO()
    document.write(ours)
    join(document, files)
    assert document.getvalue().startswith(ours)
    assert [one.split()[0] for one in read] == ["first", "red", "last"]
    ends = [int(one.split()[1]) for one in read]
    assert ends[0] < ends[1] < ends[2], "what one file adds is written before the next is read"
    reader = pypdf.PdfReader(io.BytesIO(document.getvalue()), strict=True)
    words = [page.extract_text() for page in reader.pages]
    assert len(words) == 8
    assert ["our own words" in words[0], "first 0" in words[1], "first 1" in words[2], "last 0" in words[7]] == [
        True
    ] * 4
    # The file that was gone leaves its pages bare, with our head, foot and number on them.
    assert all(f"Page {number} of 8" in words[number - 1] for number in range(1, 9))
    assert not any("first" in one or "last" in one for one in words[3:7])
    (picture,) = reader.pages[3].images
    assert picture.image is not None
    assert (picture.image.size, picture.image.getpixel((9, 9))) == ((400, 200), (254, 0, 0))
    assert "/Metadata" not in reader.root_object


def test_a_document_without_other_files_stays_as_it_is() -> None:
    document = io.BytesIO(made(Part(heading="front")))
    before = document.getvalue()
    join(document, [])
    assert document.getvalue() == before


def test_what_cannot_be_drawn_shows_before_the_document_is_set() -> None:
    assert drawable(theirs("fine", 3)) == 3
    broken = pypdf.PdfWriter(clone_from=io.BytesIO(theirs("x")))
    broken.pages[0][pypdf.generic.NameObject("/Resources")] = pypdf.generic.NumberObject(3)
    out = io.BytesIO()
    broken.write(out)
    with pytest.raises(Unreadable):
        drawable(out.getvalue())
    with pytest.raises(Unreadable):
        join(io.BytesIO(b"%PDF-1.7 nothing"), [Source(pages=1, read=gone)])


@pytest.mark.django_db
@pytest.mark.req("RC-11")
@pytest.mark.parametrize(("size", "piecewise"), [(sheets.SHORT_FILE, False), (sheets.SHORT_FILE + 1, True)])
def test_a_long_document_is_sent_from_its_file_piece_by_piece(size: int, piecewise: bool) -> None:
    file = io.BytesIO(b"x" * size)
    file.seek(7)
    answer = as_download("案卷", file)
    assert answer.streaming is piecewise
    assert isinstance(answer, FileResponse if piecewise else HttpResponse)
    pieces = list(answer) if isinstance(answer, FileResponse) else [answer.content]  # type: ignore[attr-defined]
    assert b"".join(pieces) == b"x" * size
    assert max(len(one) for one in pieces) <= (sheets.CHUNK if piecewise else size)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    answer.close()
    assert file.closed is piecewise

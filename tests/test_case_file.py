"""The complete file of a case: everything in it, bookmarks, page numbers, attachments as pages or listed with hash and reason."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from PIL import Image

from tests.cast import Cast
from tests.test_papers import archived, bare, fresh, text_of
from tingsu.aftercare.tests.rounds import closed
from tingsu.complaints import paperwork, recorded_words
from tingsu.complaints.case_rows import reading
from tingsu.complaints.covering import windows_of
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Reader, Wanted
from tingsu.desk import attachments
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.crypto import digest
from tingsu.kernel.errors import NotFound
from tingsu.pages.joining import Unreadable, pages_of
from tingsu.pages.pdf import Part, Sheet, pdf
from tingsu.privacy.models import AccessEntry


@pytest.fixture(autouse=True)
def _beijing() -> Any:
    with timezone.override("Asia/Shanghai"), translation.override("zh-hans"):
        yield


def a_pdf(pages: int, words: str = "别人的一页") -> bytes:
    writer = pypdf.PdfWriter()
    one = pypdf.PdfReader(
        io.BytesIO(pdf(Sheet(firm="x", title=words, by="x", at=timezone.now(), parts=[Part(texts=[words])])))
    )
    for _number in range(pages):
        writer.add_page(one.pages[0])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked(content: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_picture(size: tuple[int, int] = (900, 1200), form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, form)
    return out.getvalue()


def taken_in(cast: Cast, name: str, content: bytes) -> str:
    return str(store.accept_upload(SimpleUploadedFile(name, content), actor=cast.frontline.actor).pk)


def file_of(cast: Cast, case: Complaint, **wanted: Any) -> bytes:
    return paperwork.make(cast.supervisor.actor, fresh(case), "case_file", Wanted(language="zh-hans", **wanted)).content


def titles(reader: pypdf.PdfReader, entries: Any = None, depth: int = 0) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for one in reader.outline if entries is None else entries:
        if isinstance(one, list):
            found += titles(reader, one, depth + 1)
        else:
            found.append((depth, str(one.title)))
    return found


@pytest.mark.req("RC-01", "RC-11")
def test_the_file_holds_every_document_letter_event_and_attachment_with_bookmarks_and_pages(cast: Cast) -> None:
    files = [
        taken_in(cast, "回单.jpg", a_picture()),
        taken_in(cast, "合同.pdf", a_pdf(3)),
        taken_in(cast, "录音.txt", b"hello"),
    ]
    case = archived(closed(cast, files=files)).complaint
    content = file_of(cast, case)
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = bare(text_of(content))
    marks = [title for _depth, title in titles(reader)]
    for title in ("投诉登记表", "投诉受理单", "投诉跟踪表", "信件", "附件", "归档"):
        assert any(title in mark for mark in marks), title
    assert any(mark.startswith("调查报告") for mark in marks)
    assert any(mark.startswith("结果告知") or "结果" in mark for mark in marks)
    assert f"DA-{case.number}" in text
    assert "自归档起锁定" in text
    assert text.count("别人的一页") >= 3
    for row in StoredFile.objects.filter(stream_id=case.pk):
        assert bytes(row.sha256)[1:].hex() in text
    assert "附3页" in text
    assert "附一页" in text
    assert "仅列入目录：此类文件没有页面" in text
    assert "不是存档格式" in text
    total = len(reader.pages)
    assert all(f"第{n}页，共{total}页" in bare(page.extract_text()) for n, page in enumerate(reader.pages, 1))
    assert AccessEntry.objects.filter(what="printed", field__startswith="file.", stream_id=case.pk).count() == 2
    # The same case without foreign pages is archival.
    plain = file_of(cast, registered(cast, files=[taken_in(cast, "图.png", a_picture(form="PNG"))]))
    assert b"pdfaid:part" in pypdf.PdfReader(io.BytesIO(plain)).root_object["/Metadata"].get_data()
    assert "/Metadata" not in reader.root_object


def kept_as(name: str, content: bytes, media_type: str, case: Complaint, cast: Cast) -> None:
    """A file of the case that came in as something that it is not: what a row says of it is never changed afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.checks, "check", lambda name, content: SimpleNamespace(media_type=media_type))
        patch.setattr(store, "thumbnail", lambda content: b"")
        kept = store.keep(name, content, actor=cast.frontline.actor)
    StoredFile.objects.filter(pk=kept.pk).update(stream_id=case.pk)


@pytest.mark.req("RC-11", "PS-03")
def test_an_attachment_that_cannot_be_a_page_is_listed_with_its_hash_and_the_reason(cast: Cast) -> None:
    broken, long = a_pdf(2)[:600] + b"\n%%EOF", a_pdf(200)
    files = {
        "坏的.pdf": (broken, "仅列入目录：PDF文件损坏"),
        "锁的.pdf": (locked(a_pdf(1)), "仅列入目录：文件已加密"),
        "长的.pdf": (long, "仅列入目录：篇幅过长（200页）"),
    }
    case = registered(cast)
    for name, (content, _words) in files.items():
        kept_as(name, content, "application/pdf", case, cast)
    kept_as("其实不是图.txt", b"this is no picture", "image/jpeg", case, cast)
    text = bare(text_of(file_of(cast, case)))
    for _name, (content, words) in files.items():
        assert words in text
        assert digest(content)[1:].hex() in text
    assert "仅列入目录：图片无法读取" in text
    assert digest(b"this is no picture")[1:].hex() in text


@pytest.mark.req("RC-11")
def test_many_pictures_and_files_are_held_one_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
) -> None:
    """Pictures that find no room among our text stand on bare pages; a photograph on its side is not read finer than it is printed."""
    case = registered(cast, files=[taken_in(cast, f"{turn}.jpg", a_picture((3400, 1800))) for turn in range(3)])
    read: list[tuple[int, int]] = []
    real = attachments.ImageOps.exif_transpose
    monkeypatch.setattr(attachments.ImageOps, "exif_transpose", lambda one: read.append(one.size) or real(one))
    monkeypatch.setattr(attachments, "MOST_SET", 700_000)
    made = paperwork.make(cast.supervisor.actor, fresh(case), "case_file", Wanted(language="zh-hans"))
    assert set(read) == {(1700, 900)}
    assert not isinstance(made.file._file, io.BytesIO), "more than a megabyte lies in a file"  # type: ignore[attr-defined]
    reader = pypdf.PdfReader(io.BytesIO(made.content))
    last = [[picture.image.size for picture in page.images if picture.image] for page in list(reader.pages)[-3:]]
    assert last == [[(1600, 847)]] * 3
    assert "/Metadata" not in reader.root_object
    # The names of many files cost no question each.
    with case_reading(cast, case) as known:
        files = recorded_words.files(known)
        recorded_words.file_words(known, files[0])
        with django_assert_max_num_queries(0):
            assert [recorded_words.file_words(known, one)[:5] for one in files] == ["0.jpg", "1.jpg", "2.jpg"]


@contextmanager
def case_reading(cast: Cast, case: Complaint) -> Iterator[Reader]:
    complaint = fresh(case)
    with reading(complaint):
        yield Reader(
            actor=cast.supervisor.actor, complaint=complaint, windows=windows_of(cast.supervisor.actor, complaint)
        )


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing", b"\x00" * 2000, b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj"]
)
def test_whatever_is_no_pdf_is_unreadable_and_nothing_worse(content: bytes) -> None:
    assert pages_of(a_pdf(1))
    with pytest.raises(Unreadable):
        pages_of(content)


@pytest.mark.req("RC-05", "PS-06")
def test_the_file_is_for_whoever_handles_or_audits_and_masked_without_a_purpose(cast: Cast) -> None:
    case = registered(cast)
    for who in ("supervisor", "frontline", "qa", "auditor"):
        made = paperwork.make(getattr(cast, who).actor, fresh(case), "case_file", Wanted())
        assert "13800002210" not in bare(text_of(made.content))
    with pytest.raises(NotFound):
        paperwork.make(cast.analyst.actor, fresh(case), "case_file", Wanted())
    assert "13800002210" in bare(text_of(file_of(cast, case, purpose="法院调卷")))

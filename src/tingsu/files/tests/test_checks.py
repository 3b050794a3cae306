"""What the store takes and refuses, as tables (PS-03)."""

import time
import zipfile

import pytest

from tingsu.files import checks, errors
from tingsu.files.tests import samples as s
from tingsu.pages.tests.old_lists import OLD_LIST, with_macro_sheet, with_part

TAKEN = [
    ("照片.jpg", s.picture("JPEG"), "image/jpeg"),
    ("photo.JPEG", s.picture("JPEG"), "image/jpeg"),
    ("screen.png", s.picture("PNG"), "image/png"),
    ("moving.gif", s.picture("GIF"), "image/gif"),
    ("photo.webp", s.picture("WEBP"), "image/webp"),
    ("iphone.heic", s.HEIC, "image/heic"),
    ("invoice.pdf", s.PDF, "application/pdf"),
    ("unboxing.mp4", s.MP4, "video/mp4"),
    ("unboxing.mov", s.MP4, "video/mp4"),
    ("call.m4a", s.M4A, "audio/mp4"),
    ("call.mp3", s.MP3, "audio/mpeg"),
    ("call.wav", s.WAV, "audio/wav"),
    ("call.amr", s.AMR, "audio/amr"),
    ("聊天记录.txt", "商家说三天内退款".encode(), "text/plain"),
    ("旧记录.txt", "商家说三天内退款".encode("gb18030"), "text/plain"),
    ("orders.csv", b"order,amount\n1,2\n", "text/plain"),
    ("unicode.csv", "编号,内容\n1,退款".encode("utf-16"), "text/plain"),
    ("two-encodings.csv", "编号\n".encode() + "退款没有到账\n".encode("gb18030"), "text/plain"),
    ("encoded-twice.csv", "退款没有到账".encode().decode("latin-1").encode(), "text/plain"),
    ("mail.eml", s.EML, "message/rfc822"),
    ("report.docx", s.office("word"), checks.TYPES["docx"].media_type),
    ("orders.xlsx", s.office("xl"), checks.TYPES["xlsx"].media_type),
    ("工单.xls", OLD_LIST, "application/vnd.ms-excel"),
    ("wps.et", OLD_LIST, "application/vnd.ms-excel"),
    ("properties.xls", with_part("\x05SummaryInformation"), "application/vnd.ms-excel"),
    ("slides.pptx", s.office("ppt"), checks.TYPES["pptx"].media_type),
    ("photos.zip", s.named_archive({"a.jpg": s.picture("JPEG")}), "application/zip"),
    ("no ending", s.picture("PNG"), "image/png"),
    ("第3.5版说明.pdf", s.PDF, "application/pdf"),
]
REFUSED = [
    ("script.csv", "<script>alert(1)</script>".encode("utf-16"), errors.FileTypeUnknown),
    ("control.csv", "a\x01b".encode("utf-16"), errors.FileTypeUnknown),
    ("half-a-sign.csv", b"\xff\xfea\x00b", errors.FileTypeUnknown),
    ("no-encoding.csv", "编号\n".encode() + b"a\xff\xff\n", errors.FileTypeUnknown),
    ("mixed-control.csv", "退款\n".encode() + "退款\x02\n".encode("gb18030"), errors.FileTypeUnknown),
    ("empty.jpg", b"", errors.FileEmpty),
    ("large.txt", b"a" * (checks.SIZE_LIMIT + 1), errors.FileTooLarge),
    ("program.exe", s.EXE, errors.FileNameDoubtful),
    ("program.jpg", s.EXE, errors.FileTypeUnknown),
    ("program", s.ELF, errors.FileTypeUnknown),
    ("picture.svg", s.SVG, errors.FileEndingUnknown),
    ("picture.png", s.SVG, errors.FileTypeUnknown),
    ("page.html", b"<html><script>1</script>", errors.FileEndingUnknown),
    ("page.txt", b"\xef\xbb\xbf <!DOCTYPE html><html></html>", errors.FileTypeUnknown),
    ("note.txt", b"see <script>alert(1)</script>", errors.FileTypeUnknown),
    ("script.txt", b"#!/bin/sh\nrm -rf /\n", errors.FileTypeUnknown),
    ("invoice.pdf", s.picture("PNG"), errors.FileTypeDiffers),
    ("photo.jpg", s.PDF, errors.FileTypeDiffers),
    ("invoice.exe.pdf", s.PDF, errors.FileNameDoubtful),
    ("invoice.pdf.exe", s.PDF, errors.FileNameDoubtful),
    ("photo.jpg.js", s.picture("JPEG"), errors.FileNameDoubtful),
    ("macro.docm", s.office("word"), errors.FileNameDoubtful),
    ("macros.xls", with_part("_VBA_PROJECT_CUR"), errors.MacrosInside),
    ("instructions.xls", with_macro_sheet(), errors.MacrosInside),
    ("object.xls", with_part("MBD0001"), errors.ObjectsInside),
    ("damaged.xls", OLD_LIST.replace(b"\x85\x00", b"\x85\xff", 1), errors.WorkbookBroken),
    (
        "no-book.xls",
        OLD_LIST.replace("Workbook".encode("utf-16-le"), "WordDocs".encode("utf-16-le")),
        errors.FileTypeUnknown,
    ),
    ("named-wrong.xlsx", OLD_LIST, errors.FileTypeDiffers),
    ("and-an-archive.xls", OLD_LIST + s.named_archive({"a.txt": b"a"}), errors.FileTypeDiffers),
    ("macro.docx", s.office("word", **{"word/vbaProject.bin": b"x"}), errors.MacrosInside),
    ("binary.txt", b"abc\x00def", errors.FileTypeUnknown),
    ("noise.dat", bytes(range(128, 256)) * 8, errors.FileTypeUnknown),
    ("flood.png", s.wide_png(60_000, 60_000), errors.PictureTooLarge),
    ("flood2.png", s.wide_png(10_000, 6_000), errors.PictureTooLarge),
    ("cut.jpg", s.picture("JPEG", (400, 400))[:40], errors.PictureBroken),
    ("bomb.zip", s.named_archive({"zeros.txt": b"\x00" * (60 * checks.MEGABYTE)}), errors.ArchiveSuspicious),
    ("bomb.docx", s.office("word", **{"word/a.xml": b"\x00" * (60 * checks.MEGABYTE)}), errors.ArchiveSuspicious),
    ("nested.zip", s.named_archive({"inner.zip": s.named_archive({"a.txt": b"a"})}), errors.ArchiveSuspicious),
    ("program.zip", s.named_archive({"run.exe": s.EXE}), errors.ArchiveSuspicious),
    (
        "many.zip",
        s.named_archive({f"{n}.txt": b"" for n in range(checks.ARCHIVE_MEMBERS + 1)}),
        errors.ArchiveSuspicious,
    ),
    ("cut.zip", s.named_archive({"a.txt": b"a" * 500})[:60], errors.FileTypeUnknown),
    ("virus.txt", s.EICAR, errors.MalwareFound),
    ("virus far down.txt", b"words\n" * 900 + s.EICAR, errors.MalwareFound),
    ("virus.zip", s.named_archive({"eicar.txt": s.EICAR}), errors.MalwareFound),
]


@pytest.mark.req("PS-03", "RG-06")
@pytest.mark.parametrize(("name", "content", "media_type"), TAKEN, ids=[row[0] for row in TAKEN])
def test_evidence_of_every_usual_kind_is_taken(name, content, media_type) -> None:
    assert checks.check(name, content).media_type == media_type


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(("name", "content", "refusal"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_could_harm_is_refused_with_a_sentence(name, content, refusal) -> None:
    with pytest.raises(refusal) as raised:
        checks.check(name, content)
    assert len(str(raised.value)) > 15
    assert "%(" not in str(raised.value)


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\照片.jpg", "照片.jpg"),
        ("a\x00b\n.txt", "ab.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe_to_show_and_to_save(name, tidy) -> None:
    assert checks.tidy_name(name) == tidy


@pytest.mark.req("PS-03")
def test_a_name_that_runs_backwards_does_not_hide_its_ending() -> None:
    with pytest.raises(errors.FileNameDoubtful):
        checks.check("photo\u202egpj.exe", s.picture("JPEG"))


@pytest.mark.req("PS-03")
@pytest.mark.parametrize("packer", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_with_damaged_content_is_refused_in_words(packer) -> None:
    whole = s.named_archive({"notes.txt": bytes(range(256)) * 20}, packer)
    assert checks.check("notes.zip", whole).media_type == "application/zip"
    begin = whole.index(b"notes.txt") + len("notes.txt")
    with pytest.raises(errors.ArchiveSuspicious):
        checks.check("notes.zip", whole[:begin] + b"\xff" * 40 + whole[begin + 40 :])


@pytest.mark.req("PS-03")
def test_a_text_made_to_look_like_endless_mail_headers_is_read_at_once() -> None:
    lines = b"From: a\r\n" + b" b\r\n" * 2_000 + b"!"
    began = time.process_time()
    assert checks.check("notes.txt", lines).media_type == "text/plain"
    assert time.process_time() - began < 5, "each line may end in one way only"

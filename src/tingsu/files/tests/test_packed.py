"""What hides in archives and Office files, and files that are two things at once (PS-03): each attack beside what is taken."""

import struct
import zipfile

import pytest

from tingsu.files import archives, checks, errors
from tingsu.files.tests import samples as s

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MACROS = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
MACRO_MAIN = (
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
FIELD = b"<w:p><w:instrText>%s</w:instrText><w:instrText>%s</w:instrText></w:p>"
HARMLESS = [
    ("plain.docx", s.document()),
    ("picture.docx", s.document(**{"word/media/image1.png": s.picture()})),
    ("link.docx", s.document(relations=s.relation("hyperlink", "https://example.com/order"))),
    ("mail.docx", s.document(relations=s.relation("hyperlink", "mailto:a@example.com"))),
    ("chart.docx", s.document(**{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": s.office("xl")})),
    ("page number.docx", s.document(**{"word/footer1.xml": FIELD % (b" PAGE ", b" NUMPAGES ")})),
    ("printer.xlsx", s.office("xl", **{"xl/printerSettings/printerSettings1.bin": b"\x00\x01"})),
    (
        "papers.zip",
        s.named_archive({"合同.docx": s.document(), "a.jpg": s.picture("JPEG"), "__MACOSX/._a.jpg": b"\x00"}),
    ),
    ("picture.eml", s.mail("照片.jpg", s.picture("JPEG"), kind="image/jpeg", how="inline")),
    ("paper.eml", s.mail("合同.docx", s.document())),
    ("forwarded.eml", s.mail("m.eml", s.mail("a.jpg", s.picture("JPEG")))),
    ("mails.zip", s.named_archive({"a.eml": s.mail("a.jpg", s.picture("JPEG"))})),
    ("voices.zip", s.named_archive({"call.amr": s.AMR, "data/notes.xml": b"<?xml version='1.0'?><a/>"})),
]
HARMFUL = [
    ("macros by part.docx", s.document(**{"word/vbaProject.bin": OLE}), errors.MacrosInside),
    ("macros renamed.docx", s.document(types=MACROS, **{"word/media/image9.png": OLE}), errors.MacrosInside),
    ("macros by main type.docx", s.document(types=MACRO_MAIN), errors.MacrosInside),
    ("macro sheet.xlsx", s.office("xl", **{"xl/macrosheets/sheet1.xml": b"<x/>"}), errors.MacrosInside),
    ("ribbon.docx", s.document(**{"customUI/customUI.xml": b"<x/>"}), errors.MacrosInside),
    ("ole.docx", s.document(**{"word/embeddings/oleObject1.bin": OLE}), errors.ObjectsInside),
    ("ole as picture.docx", s.document(**{"word/media/image1.png": OLE}), errors.ObjectsInside),
    ("control.docx", s.document(**{"word/activeX/activeX1.xml": b"<x/>"}), errors.ObjectsInside),
    ("program as picture.docx", s.document(**{"word/media/image1.emf": s.EXE}), errors.ObjectsInside),
    ("program.docx", s.document(**{"word/run.exe": s.EXE}), errors.ObjectsInside),
    ("elsewhere.docx", s.document(**{"payload/a.xml": b"<x/>"}), errors.ObjectsInside),
    ("unknown type.docx", s.document(types=b'<Default Extension="x" ContentType="application/x-msdownload"/>'), errors.ObjectsInside),
    ("zip inside.docx", s.document(**{"word/embeddings/a.docx": s.named_archive({"a.txt": b"a"})}), errors.ObjectsInside),
    ("macros inside.docx", s.document(**{"word/embeddings/a.docx": s.document(**{"word/vbaProject.bin": OLE})}), errors.MacrosInside),
    ("template.docx", s.document(relations=s.relation("attachedTemplate", "https://evil.example/t.dotm")), errors.LinksInside),
    ("share.docx", s.document(relations=s.relation("attachedTemplate", "\\\\evil\\share\\t.dotm", False)), errors.LinksInside),
    ("outside by word only.docx", s.document(relations=s.relation("attachedTemplate", "t.dotm")), errors.LinksInside),
    ("beacon.docx", s.document(relations=s.relation("image", "https://evil.example/p.png")), errors.LinksInside),
    ("script link.docx", s.document(relations=s.relation("hyperlink", "javascript:alert(1)")), errors.LinksInside),
    ("disk link.docx", s.document(relations=s.relation("hyperlink", "file://evil/share")), errors.LinksInside),
    ("handler.docx", s.document(relations=s.relation("hyperlink", "ms-msdt:/id")), errors.LinksInside),
    ("workbook link.xlsx", s.office("xl", **{"xl/externalLinks/externalLink1.xml": b"<x/>"}), errors.LinksInside),
    ("dde in pieces.docx", s.document(**{"word/header1.xml": FIELD % (b"DDEA", b"UTO c:\\\\cmd.exe")}), errors.LinksInside),
    ("entities.docx", s.document(**{"word/settings.xml": b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'}), errors.ObjectsInside),
    ("sixteen.docx", s.document(**{"word/_rels/a.rels": "<Relationships/>".encode("utf-16")}), errors.ObjectsInside),
    ("slip.docx", s.document(**{"word/../../a.xml": b"<x/>"}), errors.ArchiveSuspicious),
    ("macros in zip.zip", s.named_archive({"a.docx": s.document(**{"word/vbaProject.bin": OLE})}), errors.MacrosInside),
    ("macros renamed in zip.zip", s.named_archive({"a.txt": s.document(**{"word/vbaProject.bin": OLE})}), errors.MacrosInside),
    ("old office in zip.zip", s.named_archive({"a.doc": OLE}), errors.ArchiveSuspicious),
    ("nested renamed.zip", s.named_archive({"a.jpg": s.named_archive({"a.txt": b"a"})}), errors.ArchiveSuspicious),
    ("nested behind.zip", s.named_archive({"a.jpg": s.picture() + s.named_archive({"a": b"a"})}), errors.ArchiveSuspicious),
    ("rar inside.zip", s.named_archive({"a.txt": b"Rar!\x1a\x07\x00abc"}), errors.ArchiveSuspicious),
    ("tar inside.zip", s.named_archive({"a.txt": b"a" * 257 + b"ustar\x00" + b"0" * 300}), errors.ArchiveSuspicious),
    ("program renamed.zip", s.named_archive({"a.txt": s.EXE}), errors.ArchiveSuspicious),
    ("page renamed.zip", s.named_archive({"a.txt": b" <!DOCTYPE html><script>"}), errors.ArchiveSuspicious),
    ("page by name.zip", s.named_archive({"a.html": b"words"}), errors.ArchiveSuspicious),
    ("up.zip", s.named_archive({"../../etc/cron.d/a": b"a"}), errors.ArchiveSuspicious),
    ("up windows.zip", s.named_archive({"..\\..\\a.txt": b"a"}), errors.ArchiveSuspicious),
    ("root.zip", s.named_archive({"/etc/passwd": b"a"}), errors.ArchiveSuspicious),
    ("drive.zip", s.named_archive({"C:\\a.txt": b"a"}), errors.ArchiveSuspicious),
    ("virus deep.zip", s.named_archive({"a.docx": s.document(**{"word/media/a.png": s.EICAR})}), errors.MalwareFound),
    ("virus far down.zip", s.named_archive({"a.txt": b" " * 5000 + s.EICAR}), errors.MalwareFound),
    ("virus far down.docx", s.document(**{"word/media/a.png": b"\x89PNG\r\n\x1a\n" + b" " * 9000 + s.EICAR}), errors.MalwareFound),
    ("virus in a sheet.zip", s.named_archive({"a.xlsx": s.office("xl", **{"xl/media/a.bin": s.EICAR})}), errors.MalwareFound),
    ("virus stored.zip", s.named_archive({"a.txt": s.EICAR}, packer=0), errors.MalwareFound),
    ("virus behind words.eml", s.mail("a.txt", b"words\n" * 900 + s.EICAR), errors.MalwareFound),
    ("virus.eml", s.mail("eicar.com", s.EICAR), errors.MalwareFound),
    ("virus as words.eml", s.mail("notes.txt", s.EICAR, how="inline"), errors.MalwareFound),
    ("virus in document.eml", s.mail("a.docx", s.document(**{"word/media/a.png": s.EICAR})), errors.MalwareFound),
    ("virus forwarded.eml", s.mail("m.eml", s.mail("a.txt", s.EICAR)), errors.MalwareFound),
    ("virus in mail.zip", s.named_archive({"m.eml": s.mail("a.txt", s.EICAR)}), errors.MalwareFound),
    ("program.eml", s.mail("rechnung.exe", b"words"), errors.ArchiveSuspicious),
    ("program renamed.eml", s.mail("a.jpg", s.EXE, kind="image/jpeg"), errors.ArchiveSuspicious),
    ("page.eml", s.mail("a.html", b"<html><script>1</script>"), errors.ArchiveSuspicious),
    ("page as attachment.eml", s.mail("a.html", b"<html><script>1</script>", kind="text/html"), errors.ArchiveSuspicious),
    ("archive.eml", s.mail("a.zip", s.named_archive({"a.txt": b"a"})), errors.ArchiveSuspicious),
    ("macros.eml", s.mail("a.docx", s.document(**{"word/vbaProject.bin": OLE})), errors.MacrosInside),
    ("mails in mails.eml", s.mail("a.eml", s.mail("a.eml", s.mail("a.eml", s.mail("a.txt", b"a")))), errors.ArchiveSuspicious),
    (
        "bomb in parts.zip",
        s.named_archive({f"{n}.docx": s.office("word", **{"word/a.xml": b" " * 11 * archives.MEGABYTE}) for n in range(2)}),
        errors.ArchiveSuspicious,
    ),
    (
        "many in parts.zip",
        s.named_archive({f"{n}.docx": s.office("word", **{f"word/{m}.xml": b"<x/>" for m in range(700)}) for n in range(3)}),
        errors.ArchiveSuspicious,
    ),
]  # fmt: skip


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(("name", "content"), HARMLESS, ids=[row[0] for row in HARMLESS])
def test_documents_and_archives_as_people_have_them_are_taken(name, content) -> None:
    assert checks.check(name, content).endings[0] == f".{name.rpartition('.')[2]}"


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(("name", "content", "refusal"), HARMFUL, ids=[row[0] for row in HARMFUL])
def test_what_hides_in_documents_and_archives_is_refused(name, content, refusal) -> None:
    with pytest.raises(errors.FileRefused) as raised:
        checks.check(name, content)
    assert raised.type is refusal


def _nested(levels: int) -> bytes:
    content = s.document()
    for _level in range(levels - 1):
        content = s.document(**{"word/embeddings/a.docx": content})
    return content


@pytest.mark.req("PS-03")
def test_documents_in_documents_end_at_a_depth() -> None:
    assert checks.check("a.docx", _nested(archives.DEEPEST))
    with pytest.raises(errors.ArchiveSuspicious):
        checks.check("a.docx", _nested(archives.DEEPEST + 1))


@pytest.mark.req("PS-03")
def test_a_link_in_an_archive_and_two_members_of_one_name_are_refused() -> None:
    import io

    link = zipfile.ZipInfo("a.txt")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr(link, "/etc/passwd")
    with pytest.raises(errors.ArchiveSuspicious):
        checks.check("a.zip", out.getvalue())
    twice = s.named_archive({"a.txt": b"a", "b.txt": b"b"}).replace(b"b.txt", b"a.txt")
    with pytest.raises(errors.ArchiveSuspicious):
        checks.check("a.zip", twice)


JPEG, ZIP = s.picture("JPEG"), s.named_archive({"a.txt": b"a"})
POLYGLOTS = [
    ("archive behind.jpg", JPEG + ZIP),
    ("archive behind.png", s.picture() + ZIP),
    ("archive behind.pdf", s.PDF + ZIP),
    ("archive behind.mp4", s.MP4 + ZIP),
    ("seed.jpg", JPEG + b"Rar!\x1a\x07\x01\x00" + b"x" * 50),
    ("seven.jpg", JPEG + b"7z\xbc\xaf\x27\x1c" + b"x" * 50),
    ("document inside.jpg", JPEG[:20] + b"\xff\xfe" + struct.pack(">H", 10) + b"%PDF-1.4" + JPEG[20:]),
    ("page inside.gif", s.told_picture("GIF").replace(s.PLACE, b"<script>alert(1)//")),
    ("php behind.png", s.picture() + b"<?php system($_GET[0]); ?>"),
    ("document inside.mp3", s.MP3[:12] + b"%PDF-1.4" + s.MP3),
]


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(("name", "content"), POLYGLOTS, ids=[row[0] for row in POLYGLOTS])
def test_a_file_that_is_two_things_at_once_is_refused(name, content) -> None:
    with pytest.raises(errors.FileTypeDiffers):
        checks.check(name, content)


@pytest.mark.req("PS-03")
def test_a_picture_that_carries_a_little_film_is_taken() -> None:
    """Telephones put the film of a moving picture behind its end."""
    assert checks.check("MVIMG_1.jpg", JPEG + s.MP4).media_type == "image/jpeg"


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("com.jingdong.app.mall.jpg", True),
        ("Screenshot_20261128_com.tencent.mm.jpg", True),
        ("com.example.app.jpg", True),
        ("www.js.gov.cn.jpg", True),
        ("截图.com.jpg", True),
        ("a.exe.b.jpg", True),
        ("mall.jpg.com", False),
        ("invoice.exe.jpg", False),
        ("a.jpg.scr", False),
        ("com.jingdong.app", False),
    ],
)
def test_an_inner_dot_is_no_program(name, taken) -> None:
    if taken:
        assert checks.check(name, JPEG).media_type == "image/jpeg"
    else:
        with pytest.raises(errors.FileNameDoubtful):
            checks.check(name, JPEG)


@pytest.mark.req("PS-03")
def test_among_pictures_the_content_decides_whatever_the_name() -> None:
    assert checks.check("photo.jpg", s.HEIC).media_type == "image/heic"
    assert checks.check("photo.jpg", s.picture("WEBP")).media_type == "image/webp"
    with pytest.raises(errors.FileTypeDiffers):
        checks.check("photo.pdf", s.HEIC)

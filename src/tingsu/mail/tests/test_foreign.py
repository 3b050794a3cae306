"""Mails as strangers, old programs and attackers make them: nothing raises, no word is lost, and what is packed is opened (IG-03)."""

import base64
import time
from email.message import EmailMessage

import pytest

from tingsu.mail.parts import MOST_FILES
from tingsu.mail.reading import TEXT_LIMIT, read
from tingsu.mail.wording import decoded

pytestmark = pytest.mark.req("IG-03")
TOLD = "净水器漏水，地板全泡了，请尽快派人来修，谢谢。"
LONG = TOLD * 20


def mail(body: bytes, *headers: str, sender: str = "deng@mail.example") -> bytes:
    return "\r\n".join((f"From: {sender}", "Subject: =?utf-8?B?5oqV6K+J?=", *headers, "", "")).encode() + body


def text(charset: str, body: bytes, transfer: str = "8bit") -> bytes:
    return mail(body, f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {transfer}")


def mixed(*parts: bytes, kind: str = "mixed", end: bytes = b"--b--\r\n") -> bytes:
    return mail(
        b"".join(b"--b\r\n" + one + b"\r\n" for one in parts) + end, f'Content-Type: multipart/{kind}; boundary="b"'
    )


def part(kind: str, body: bytes, *more: str) -> bytes:
    return "\r\n".join((f"Content-Type: {kind}", *more, "", "")).encode() + body


PLAIN = part('text/plain; charset="utf-8"', TOLD.encode())
CODED = base64.b64encode(LONG.encode())
LINES = b"\r\n".join(CODED[place : place + 76] for place in range(0, len(CODED), 76))


def in_themselves(depth: int) -> bytes:
    body = TOLD.encode()
    headers = b'Content-Type: text/plain; charset="utf-8"\r\n\r\n'
    for turn in range(depth):
        mark = f"m{turn}".encode()
        body = b"--" + mark + b"\r\n" + headers + body + b"\r\n--" + mark + b"--\r\n"
        headers = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n'
    return b"From: deng@mail.example\r\n" + headers + body


def mail_in_mail(depth: int) -> bytes:
    raw = mail(TOLD.encode(), "Content-Type: text/plain; charset=utf-8")
    for _turn in range(depth):
        raw = mail(raw, "Content-Type: message/rfc822")
    return raw


WORDS = {
    "big5 without a name": mail("淨水器漏水，請儘快處理，謝謝大家的幫忙。".encode("big5"), "Content-Type: text/plain"),
    "big5 named only inside the html": mail(
        "<html><head><meta charset=big5></head><p>淨水器漏水，請儘快處理，謝謝大家的幫忙。</p>".encode("big5"), "Content-Type: text/html"
    ),
    "utf-8 that says gbk": text("gb2312", TOLD.encode()),
    "utf-8 that says latin": text("iso-8859-1", TOLD.encode()),
    "gbk that says utf-8": text("utf-8", TOLD.encode("gbk")),
    "gb18030 with four bytes": text("gb2312", TOLD.encode("gb18030")),
    "hz": text("hz-gb-2312", TOLD.encode("hz")),
    "utf-7": text("utf-7", TOLD.encode("utf-7"), "7bit"),
    "utf-16": text("utf-16le", TOLD.encode("utf-16-le")),
    "utf-8 with a mark before it": text("utf-8", b"\xef\xbb\xbf" + TOLD.encode()),
    "a charset that nobody knows": text("x-tencent-9", TOLD.encode("gb18030")),
    "one broken byte in a long utf-8 text": text("utf-8", LONG.encode()[:-1]),
    "one broken byte in a long gbk text": text("gbk", b"\xff" + LONG.encode("gbk")),
    "base64 broken in the middle": text("utf-8", LINES[:400] + b"\r\n!!##\r\n" + LINES[400:], "base64"),
    "base64 of two pieces": text(
        "utf-8", base64.b64encode((TOLD[:-1] + "a").encode()) + b"\r\n" + base64.b64encode(TOLD.encode()), "base64"
    ),
    "base64 cut off": text("utf-8", LINES[:-5], "base64"),
    "base64 that is none": text("utf-8", TOLD.encode(), "base64"),
    "quoted-printable broken": text("utf-8", TOLD.encode() + b"=\r\n=ZZ =", "quoted-printable"),
    "an encoding that nobody knows": text("utf-8", TOLD.encode(), "x-strange"),
    "no headers at all": TOLD.encode(),
    "only a body after an empty line": b"\r\n" + TOLD.encode(),
    "lines of the old Mac": mail(TOLD.encode(), "Content-Type: text/plain; charset=utf-8").replace(b"\r\n", b"\r"),
    "an mbox line first": b"From deng Thu Jan  1 00:00:00 1970\n" + text("utf-8", TOLD.encode()),
    "a multipart without a boundary": mail(TOLD.encode(), "Content-Type: multipart/mixed"),
    "a multipart that never ends": mixed(PLAIN, end=b""),
    "a boundary that is not there": mail(TOLD.encode(), 'Content-Type: multipart/mixed; boundary="other"'),
    "words before the first boundary only": mail(
        TOLD.encode() + b"\r\n--b\r\nContent-Type: text/plain\r\n\r\n\r\n--b--", 'Content-Type: multipart/mixed; boundary="b"'
    ),
    "thirty multiparts in themselves": in_themselves(30),
    "a mail inside a mail inside a mail": mail_in_mail(3),
    "a text of a kind that nobody knows": mixed(part("text/x-strange; charset=utf-8", TOLD.encode())),
    "html alone": mail(f"<p>{TOLD}<script>x</script>".encode(), "Content-Type: text/html; charset=utf-8"),
    "html that says it is plain": mail(f"<html><body><p>{TOLD}</p></body></html>".encode(), "Content-Type: text/html"),
    "a type of nonsense": mail(TOLD.encode(), "Content-Type: ;;;///"),
    "a date of nonsense": mail(TOLD.encode(), "Date: 99 Foo 99999 99:99:99 +9999"),
    "a date of 1900": mail(TOLD.encode(), "Date: Mon, 1 Jan 1900 00:00:00 +0800"),
    "ten thousand headers": mail(TOLD.encode(), *("X-More: 1" for _each in range(10_000))),
    "a header of a megabyte": mail(TOLD.encode(), "X-Long: " + "y" * 1_000_000),
    "rich text": mail(b"{\\rtf1\\ansi\\ansicpg936 " + "".join(f"\\'{one:02x}" for one in TOLD.encode("gbk")).encode() + b"\\par}", "Content-Type: text/rtf"),
    "enriched text": mail(f"<bold>{TOLD}</bold>".encode(), "Content-Type: text/enriched; charset=utf-8"),
    "signed by PGP in the text": text("utf-8", b"-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n" + TOLD.encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_no_word_is_lost_however_a_mail_is_made(name: str) -> None:
    found = read(WORDS[name])
    assert found.clear, "it was understood, not kept as raw bytes"
    told = f"{found.words}{found.along}"
    wanted = "淨水器漏水，請儘快處理，謝謝大家的幫忙。" if "big5" in name else TOLD
    assert wanted[2:12] in told, told[:200]
    assert wanted[-8:-3] in told.replace("\n", ""), told[-200:]
    assert "\ufffd" not in told[40:-40]
    told.encode()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Content-Disposition: attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf", "发票.pdf"),
        ("Content-Disposition: attachment; filename*0*=GB18030''%B7%A2; filename*1*=%C6%B1; filename*2=.pdf", "发票.pdf"),
        ("Content-Disposition: attachment; filename*=x-no-such''%B7%A2%C6%B1.pdf", "pdf"),
        ('Content-Disposition: attachment; filename="../../etc/发票.pdf"', "发票.pdf"),
        ('Content-Disposition: attachment; filename="C:\\\\temp\\\\发票.pdf"', "发票.pdf"),
        ('Content-Disposition: attachment; filename="=?gb2312?B?t6LGsQ==?=.pdf"', "发票.pdf"),
        ('Content-Type: application/pdf; name="发票.pdf"', "发票.pdf"),
        ('Content-Disposition: attachment; filename="a\u202efdp.exe"', "afdp.exe"),
        ('Content-Disposition: attachment; filename="' + "长" * 500 + '.pdf"', ".pdf"),
        ("Content-Disposition: attachment", "part-1.pdf"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_names_of_files_however_they_are_written(header: str, name: str, charset: str) -> None:
    kind = "" if header.startswith("Content-Type") else "Content-Type: application/pdf\r\n"
    body = f"--b\r\n{kind}{header}\r\n\r\n%PDF-\r\n--b--".encode(charset, "ignore")
    (file,) = read(mail(body, "Content-Type: multipart/mixed; boundary=b")).files
    assert file.name.endswith(name), file.name
    assert len(file.name) <= 120
    assert not set(file.name) & set("/\\\u202e")


def test_fifty_files_and_more_than_are_taken() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content(TOLD)
    for number in range(MOST_FILES + 7):
        message.add_attachment(b"x" * 10, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    found = read(message.as_bytes())
    assert (len(found.files), found.more_files) == (MOST_FILES, 7)
    assert TOLD in found.words


def test_ten_megabytes_of_text_and_ten_thousand_parts_are_bounded_in_words_and_in_time() -> None:
    begun = time.process_time()
    found = read(text("utf-8", TOLD.encode() * 145_000))
    assert (len(found.words), found.cut) == (TEXT_LIMIT, True)
    many = mixed(PLAIN, *(part("text/plain", b"x") for _each in range(10_000)))
    found = read(many)
    assert TOLD in found.words
    assert found.more_files > 0
    assert TOLD in read(in_themselves(90)).words
    deep = read(mail_in_mail(60))
    assert deep.files
    assert time.process_time() - begun < 8


# -- reports that have no form


@pytest.mark.parametrize(
    ("subject", "body", "action"),
    [
        ("系统退信", "您的邮件无法投递到 deng@mail.example\n550 User not found", "failed"),
        (
            "Delivery Status Notification (Failure)",
            "failed permanently: deng@mail.example\n550 5.1.1 no such user",
            "failed",
        ),
        ("Delayed Mail (still being retried)", "Warning: deng@mail.example 451 try later", "delayed"),
        (
            "Undelivered Mail Returned to Sender",
            "deng@mail.example: delivery is delayed 4.4.1, will be retried",
            "delayed",
        ),
    ],
)
def test_a_report_without_a_form_is_read_by_its_words(subject: str, body: str, action: str) -> None:
    told = f"{body}\n\n--- original ---\nMessage-ID: <1@firm.example>\nSubject: x"
    raw = EmailMessage()
    raw["From"], raw["Subject"], raw["Return-Path"] = "PostMaster <postmaster@mail.example>", subject, "<>"
    raw.set_content(told)
    (report,) = read(raw.as_bytes()).returned
    assert (report.action, report.recipient, report.message_ids) == (action, "deng@mail.example", ("<1@firm.example>",))
    raw.replace_header("From", "deng@mail.example")
    raw.replace_header("Return-Path", "<deng@mail.example>")
    assert read(raw.as_bytes()).returned == (), "a person who sends one on"


@pytest.mark.parametrize(
    ("subject", "automatic"),
    [("自动回复：投诉受理", "generated"), ("Automatic reply: hello", "generated"), ("Re: 自动回复：投诉", ""), ("自动回复功能坏了", ""),
     ("Out of Office", "generated")],
)  # fmt: skip
def test_an_absence_note_that_no_header_marks_is_known_by_its_subject(subject: str, automatic: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", subject
    message.set_content("x")
    assert read(message.as_bytes()).automatic == automatic


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("=?utf-8?b?" + base64.b64encode("阎建军 <yan@mail.example>".encode()).decode() + "?=", "阎建军", "yan@mail.example"),
        ("=?gb2312?B?0e67qKv8?= <yan@mail.example>", "", "yan@mail.example"),
        ("阎建军 yan@mail.example", "", "yan@mail.example"),
        ('"a@b.example" <yan@mail.example>', "a@b.example", "yan@mail.example"),
        ("nobody", "", ""),
    ],
)  # fmt: skip
def test_a_sender_is_found_however_it_is_written(value: str, name: str, address: str) -> None:
    found = read(f"From: {value}\r\nSubject: x\r\n\r\nx".encode())
    assert found.sender == address
    assert not name or found.sender_name == name


def test_charsets_are_not_guessed_away() -> None:
    assert decoded("café".encode("latin-1"), "iso-8859-1") == "café"
    assert decoded("联通".encode("gbk"), "gb2312") == "联通"
    assert decoded("안녕하세요".encode("euc-kr"), "ks_c_5601-1987") == "안녕하세요"
    assert decoded("こんにちは".encode("iso-2022-jp"), "iso-2022-jp") == "こんにちは"
    assert decoded("Привет".encode("koi8-r"), "koi8-r") == "Привет"

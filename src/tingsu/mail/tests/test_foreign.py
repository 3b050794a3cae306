"""Mails as strangers, old programs and attackers make them: nothing raises, no word is lost, and what is packed is opened (IG-03)."""

import base64
import struct
import time
from email import encoders
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tingsu.kernel.clock import now
from tingsu.mail import cms, invitations, rtf, tnef
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


# -- winmail.dat


def winmail(*records: tuple[int, bytes]) -> bytes:
    made = struct.pack("<IH", tnef.SIGNATURE, 1)
    for name, data in records:
        made += struct.pack("<BHHI", 1, name, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return made


def properties(*given: tuple[int, int, bytes]) -> bytes:
    made = struct.pack("<I", len(given))
    for kind, name, data in given:
        made += struct.pack("<HH", kind, name)
        made += data if kind in tnef.SIZES else struct.pack("<II", 1, len(data)) + data + b"\0" * (-len(data) % 4)
    return made


RICH = (
    b"{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0 SimSun;}}\\f0 "
    + "".join(f"\\u{ord(one)} ?" for one in TOLD).encode()
    + b"\\par}"
)


def pressed(rich: bytes) -> bytes:
    """Rich text as Outlook writes it, each byte by itself."""
    body = b"".join(b"\0" + rich[place : place + 8] for place in range(0, len(rich), 8))
    return struct.pack("<IIII", len(body) + 12, len(rich), 0x75465A4C, 0) + body


def test_winmail_is_opened_for_its_files_and_for_words_that_stand_nowhere_else() -> None:
    inner = winmail((0x800C, "里面的信".encode("gbk")), (0x9007, struct.pack("<II", 936, 0)))
    packed = winmail(
        (0x9007, struct.pack("<II", 936, 0)),
        (0x9003, properties((0x3, 0x3FDE, struct.pack("<I", 936)), (0x102, 0x1009, pressed(RICH)))),
        (0x9002, b"\0" * 14), (0x8010, "发票.pdf\0".encode("gbk")), (0x800F, b"%PDF-1"),
        (0x9002, b"\0" * 14), (0x9005, properties((0x1F, 0x3707, "照片\0".encode("utf-16-le")), (0x102, 0x3701, b"JPEG"))),
        (0x9002, b"\0" * 14), (0x9005, properties((0x0D, 0x3701, tnef.EMBEDDED + inner))),
    )  # fmt: skip
    coded = base64.b64encode(packed)
    wrapped = part('application/ms-tnef; name="winmail.dat"', coded, "Content-Transfer-Encoding: base64")
    found = read(mixed(wrapped))
    assert [(one.name, one.content) for one in found.files] == [("发票.pdf", b"%PDF-1"), ("照片", b"JPEG")]
    assert TOLD in found.words
    assert "里面的信" in found.words
    beside = read(mixed(part("text/plain; charset=utf-8", "同样的话".encode()), wrapped))
    assert TOLD not in beside.words
    assert len(beside.files) == 2
    for cut in range(0, len(packed), 37):
        read(mixed(part("application/ms-tnef", packed[:cut])))
    broken = read(mixed(part('application/ms-tnef; name="winmail.dat"', b"no such thing")))
    assert [one.name for one in broken.files] == ["winmail.dat"]


def test_winmail_that_is_made_to_hold_a_worker_ends() -> None:
    begun = time.process_time()
    tnef.opened(struct.pack("<IH", tnef.SIGNATURE, 1) + struct.pack("<BHHIH", 1, 0x8004, 0, 0, 0) * 500_000)
    deep = winmail((0x800C, b"x"))
    for _turn in range(200):
        deep = winmail((0x9002, b""), (0x9005, properties((0x0D, 0x3701, tnef.EMBEDDED + deep))))
    packet, depth = tnef.opened(deep), 0
    while packet.inside:
        packet, depth = packet.inside[0], depth + 1
    assert depth == tnef.DEEPEST
    assert packet.files[0][2].startswith(b"x\x9f\x3e\x22"), "a deeper one is a file"
    bomb = struct.pack("<IIII", 10_000_000, 0xFFFFFFFF, 0x75465A4C, 0) + b"\xff" + b"\x0d\x0f" * 4_000_000
    assert len(rtf.unpressed(bomb)) <= rtf.MOST + 200
    assert time.process_time() - begun < 8


def test_rich_text_is_read_pressed_or_not_and_html_in_disguise_is_html() -> None:
    assert rtf.words_of(rtf.unpressed(pressed(RICH)))[0].strip() == TOLD
    # The example of MS-OXRTFCP 4.1.1, with references back into the window.
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.unpressed(example).startswith(b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}")
    disguised = (
        b"{\\rtf1\\ansi\\ansicpg936\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 "
        + "".join(f"\\'{one:02x}" for one in TOLD.encode("gbk")).encode()
        + b"{\\*\\htmltag72 </p>}\\htmlrtf \\par }\\htmlrtf0}"
    )
    told, html = rtf.words_of(disguised)
    assert (told.strip(), html) == (f"<p>{TOLD}</p>", True)
    assert rtf.words_of(b"{\\rtf1 {\\pict 00ff}{\\*\\secret no}yes\\emdash\\'zz\\")[0].strip().startswith("yes—")
    assert rtf.words_of(b"{" * 100_000)[0] == ""


# -- signed, encrypted, invitations


@pytest.fixture(scope="module")
def certificate() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "deng@mail.example")])
    at = now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(at.replace(year=2000)).not_valid_after(at.replace(year=2100))
    return made.sign(key, hashes.SHA256()), key


def test_what_is_signed_is_read_what_is_encrypted_is_said_and_the_signature_is_no_file(certificate) -> None:
    chosen, key = certificate
    inner = part('text/plain; charset="utf-8"', TOLD.encode())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(chosen, key, hashes.SHA256())
    whole = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    found = read(
        mail(
            base64.encodebytes(whole),
            "Content-Type: application/pkcs7-mime; name=smime.p7m",
            "Content-Transfer-Encoding: base64",
        )
    )
    assert (found.words, found.signed, found.sealed, found.files) == (TOLD, True, False, ())
    clear = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    signature = part(
        "application/pkcs7-signature; name=smime.p7s", base64.encodebytes(clear), "Content-Transfer-Encoding: base64"
    )
    found = read(mixed(inner, signature, kind="signed"))
    assert (found.words, found.signed, found.sealed, found.files) == (TOLD, True, False, ())
    assert cms.opened(clear) == ("signed", b"")
    envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(inner).add_recipient(chosen)
    sealed = envelope.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    found = read(
        mail(base64.encodebytes(sealed), "Content-Type: application/pkcs7-mime", "Content-Transfer-Encoding: base64")
    )
    assert (found.signed, found.sealed, [one.name for one in found.files]) == (False, True, ["smime.p7m"])
    # As OpenSSL streams it: lengths left open, content in pieces.
    pieces = b"\x24\x80" + b"".join(b"\x04" + bytes([len(one)]) + one for one in (inner[:50], inner[50:])) + b"\0\0"
    streamed = (
        b"\x30\x80\x06\x09" + cms.SIGNED + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010701")
        + b"\xa0\x80" + pieces + b"\0\0" * 5
    )  # fmt: skip
    assert cms.opened(streamed) == ("signed", inner)
    for place in range(0, len(whole), 11):
        cms.opened(whole[:place])
        cms.opened(whole[:place] + b"\xff\x80" + whole[place:])
    assert cms.opened(b"\x30\x80" * 5000) == ("", b"")
    assert cms.opened(b"\x30\x0b\x06\x09" + cms.ENVELOPED) == ("sealed", b""), "cut off behind its kind"
    assert cms.opened(b"\x30\x0b\x06\x09" + cms.SIGNED) == ("", b"")
    assert read(mixed(PLAIN, part("application/pgp-encrypted", b"Version: 1"), kind="encrypted")).sealed
    assert read(text("utf-8", b"-----BEGIN PGP MESSAGE-----\r\nabc")).sealed
    assert not read(text("utf-8", TOLD.encode())).signed


CALENDAR = """BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VTIMEZONE
TZID:x
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:上门\\, 检修
DTSTART{start}
DTEND{end}
LOCATION:北京路
  8 号
ORGANIZER;CN="邓建国":mailto:deng@mail.example
DESCRIPTION:带发票\\n和照片
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        (";TZID=China Standard Time:20261201T140000", ";TZID=China Standard Time:20261201T150000", "2026-12-01 14:00 – 2026-12-01 15:00"),
        (":20261201T060000Z", ":20261201T060000Z", "2026-12-01 14:00"),
        (";TZID=America/New_York:20261201T010000", ":x", "2026-12-01 14:00 – x"),
        (";VALUE=DATE:20261201", ";VALUE=DATE:20261202", "2026-12-01 – 2026-12-02"),
        (";TZID=../../etc/passwd:20261201T140000", ":", "2026-12-01 14:00 ../../etc/passwd"),
        (":20261399T990000", ":", "20261399T990000"),
        (":20261201T140000", ":", "2026-12-01 14:00"),
    ],
)  # fmt: skip
def test_an_invitation_is_words_in_our_time(start: str, end: str, when: str) -> None:
    told = invitations.words_of(CALENDAR.format(method="REQUEST", start=start, end=end), "Asia/Shanghai")
    lines = told.split("\n")
    assert "上门, 检修" in lines[0]
    assert lines[1].endswith(when), lines[1]
    assert lines[2].endswith("北京路 8 号")
    assert lines[3].endswith("邓建国")
    assert told.endswith("带发票\n和照片")


def test_an_invitation_in_a_mail_stands_below_its_words_once() -> None:
    body = CALENDAR.format(method="CANCEL", start=":20261201T060000Z", end=":20261201T070000Z").encode()
    calendar = part("text/calendar; charset=utf-8; method=CANCEL", body)
    file = part('application/ics; name="invite.ics"', body, 'Content-Disposition: attachment; filename="invite.ics"')
    found = read(mixed(PLAIN, calendar, file), zone="Asia/Shanghai")
    assert found.words.index(TOLD) < found.words.index("上门, 检修")
    assert found.words.count("上门, 检修") == 1
    assert "2026-12-01 14:00" in found.words
    assert [one.name for one in found.files] == ["invite.ics"]
    nothing = read(mixed(part("text/calendar", b"BEGIN:NONSENSE")))
    assert [one.content.strip() for one in nothing.files] == [b"BEGIN:NONSENSE"]
    invitations.words_of("BEGIN:VEVENT\n" * 100_000 + "A;" * 100_000)


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


def test_twenty_mails_a_second_are_read_on_one_processor() -> None:
    message = MIMEMultipart("mixed")
    message["From"], message["Subject"] = "邓建国 <deng@mail.example>", "净水器漏水"
    both = MIMEMultipart("alternative")
    both.attach(MIMEText(LONG, "plain", "gb18030"))
    both.attach(MIMEText(f"<html><body><p>{LONG}</p></body></html>" * 20, "html", "gb18030"))
    message.attach(both)
    picture = MIMEBase("image", "jpeg")
    picture.set_payload(b"\xff\xd8" * 150_000)
    encoders.encode_base64(picture)
    message.attach(picture)
    raw, begun = message.as_bytes(), time.process_time()
    for _turn in range(10):
        assert len(read(raw).files) == 1
    assert time.process_time() - begun < 0.5


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

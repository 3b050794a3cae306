"""Mails of every make are read: no crash, no lost word, Chinese in every charset, quotes folded, reports and forgeries told (IG-03)."""

import base64
from email import message_from_bytes
from pathlib import Path

import pytest

from tingsu.mail import parts, plain, quotes, reading

pytestmark = pytest.mark.req("IG-03")
CORPUS = next((one for up in Path(__file__).parents if (one := up / "shared" / "data" / "mail").is_dir()), Path("no"))
"""Mails of others, where material for tests lies beside the project."""
TOLD = "净水器漏水，请尽快处理。"


def mail(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(("From: a@b.example", "Subject: x", *headers, "", "")).encode() + body


@pytest.mark.parametrize(
    ("claimed", "real"),
    [("gb2312", "gb2312"), ("gb2312", "gb18030"), ("GBK", "gbk"), ("gb18030", "gb18030"), ("utf-8", "utf-8"), ("utf-8", "gbk"),
     ("us-ascii", "gbk"), ("", "gb18030"), ("no-such-charset", "utf-8"), ("utf-7", "utf-7"), ("unicode-1-1-utf-7", "utf-7"),
     ("iso-8859-1", "utf-8"), ("x-unknown", "gbk")],
)  # fmt: skip
def test_chinese_in_every_charset_as_programs_really_send_it(claimed: str, real: str) -> None:
    charset = f'; charset="{claimed}"' if claimed else ""
    found = reading.read(
        mail(TOLD.encode(real), f"Content-Type: text/plain{charset}", "Content-Transfer-Encoding: 8bit")
    )
    assert found.words.strip() == TOLD


def test_traditional_chinese_in_big5_and_rare_signs_in_gb2312() -> None:
    told = "淨水器漏水，請盡快處理。"
    assert reading.read(mail(told.encode("big5"), "Content-Type: text/plain; charset=big5")).words.strip() == told
    assert (
        reading.read(mail("朱镕基，㐀".encode("gb18030"), "Content-Type: text/plain; charset=gb2312")).words.strip()
        == "朱镕基，㐀"
    )


def test_a_subject_cut_in_the_middle_of_a_sign_is_whole_again() -> None:
    raw = "投诉净水器".encode("gbk")
    words = " ".join(f"=?gbk?B?{base64.b64encode(part).decode()}?=" for part in (raw[:5], raw[5:]))
    assert reading.read(f"Subject: {words}\r\n\r\nx".encode()).subject == "投诉净水器"
    assert reading.read(b"Subject: " + raw + b"\r\n\r\nx").subject == "投诉净水器"


HTML = (
    "<html><head><title>no</title><style>p{}</style></head><body><script>alert(1)</script><p>第一段&nbsp;话</p><div>第二段<br>第三行</div>"
    '<img src="http://track.example/1.gif" alt="图"><a href="https://shop.example/x">店</a>'
    "<table><tr><td>甲</td><td>乙</td></tr></table><blockquote>旧的话</blockquote></body></html>"
)


def test_html_becomes_words_without_script_style_or_remote_pictures() -> None:
    words = plain.words_of(HTML)
    assert words.split("\n")[0] == "第一段 话"
    assert all(one in words for one in ("第二段", "第三行", "[图]", "店 <https://shop.example/x>", "甲 乙", "> 旧的话"))
    assert not any(one in words for one in ("alert", "p{}", "track.example", "<p>"))
    assert plain.words_of("<p>a" * 50_000).count("a") == 50_000
    assert "b" in plain.words_of("<![if broken <b>b")


def test_html_beside_the_same_plain_words_is_left_out_and_html_by_itself_is_not() -> None:
    part = 'Content-Type: {}; charset="utf-8"\r\n\r\n{}\r\n'
    both = (
        "--b\r\n"
        + part.format("text/plain", "话一")
        + "--b\r\n"
        + part.format("text/html", "<p>话二</p>")
        + "--b--\r\n"
    )
    same = reading.read(mail(both.encode(), "Content-Type: multipart/alternative; boundary=b")).words
    assert ("话一" in same, "话二" in same) == (True, False)
    mixed = reading.read(mail(both.encode(), "Content-Type: multipart/mixed; boundary=b")).words
    assert ("话一" in mixed, "话二" in mixed) == (True, True)
    empty = both.replace("话一", " ")
    assert "话二" in reading.read(mail(empty.encode(), "Content-Type: multipart/alternative; boundary=b")).words


@pytest.mark.parametrize(
    "along",
    [
        "------------------ 原始邮件 ------------------\n发件人: 听诉\n主题: 受理",
        "在 2026年11月3日 星期二 10:00，听诉 <a@b.example> 写道：\n> 您好\n> 受理",
        "On Tue, Nov 3, 2026 at 10:00 AM Firm <a@b.example> wrote:\n> hello",
        "On Tue, Nov 3, 2026 at 10:00 AM Firm\n<a@b.example> wrote:\n> hello",
        "发件人：听诉\n发送时间：2026年11月3日\n收件人：邓\n主题：受理\n\n您好",
        "From: Firm\nSent: Tuesday\nTo: Deng\nSubject: x\n\nhello",
        "-----Original Message-----\nhello",
        "> hello\n> you",
        "-- \n邓建国",
        "发自我的iPhone",
        "Sent from my phone",
    ],
)
def test_what_is_carried_along_is_folded_and_kept(along: str) -> None:
    text = f"还没有人来修。\n请回电。\n{along}"
    new, folded = quotes.parted(text)
    assert new == "还没有人来修。\n请回电。"
    assert f"{new}\n{folded}" == text


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you.\nNobody came.",
        "发件人写得很清楚，你们没有回。",
        "> 您的地址？\n北京路 8 号\n> 电话？\n138",
        "From: nobody answers.\nI wait.",
        "-- ",
        "> only a quote",
        "在店里，我对他写道：\n请修。",
    ],
)
def test_what_may_be_new_is_never_folded(text: str) -> None:
    assert quotes.parted(text) == (text, "")


def test_a_delivery_report_names_letter_addressee_and_words() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nsorry\r\n--b\r\n'
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; deng@mail.example\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        b"Message-ID: <1@firm.example>\r\n\r\n--b--\r\n"
    )
    (report,) = reading.read(raw).returned
    assert (report.action, report.recipient, report.message_ids) == (
        "failed",
        "deng@mail.example",
        ("<1@firm.example>",),
    )
    assert "550 no such user" in report.said
    (delayed,) = reading.read(raw.replace(b"Action: failed", b"Action: delayed")).returned
    assert delayed.action == "delayed"


def test_verdicts_are_believed_of_the_receiving_server_alone() -> None:
    raw = mail(
        b"x",
        "Authentication-Results: mx.firm.example; spf=pass smtp.mailfrom=b.example; dkim=fail; dmarc=fail (p=none)",
    )
    assert reading.read(raw, stated_by="MX.firm.example").verdicts == {"spf": "pass", "dkim": "fail", "dmarc": "fail"}
    assert reading.read(raw, stated_by="firm.example").verdicts == {}
    assert reading.read(raw).verdicts == {}


@pytest.mark.parametrize(
    ("header", "automatic"),
    [("Auto-Submitted: auto-replied (vacation)", "replied"), ("Auto-Submitted: auto-generated", "generated"), ("Auto-Submitted: no", ""),
     ("Precedence: bulk", "list"), ("List-Id: <a.b>", "list"), ("X-Autoreply: yes", "replied"), ("X-Nothing: 1", "")],
)  # fmt: skip
def test_what_a_program_wrote_says_so(header: str, automatic: str) -> None:
    assert reading.read(mail(b"x", header)).automatic == automatic


def test_files_have_safe_names_and_are_bounded() -> None:
    name = "=?gbk?B?" + base64.b64encode("../../发票.pdf".encode("gbk")).decode() + "?="
    part = f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n'
    many = "".join(f"--b\r\n{part}" for _each in range(parts.MOST_FILES + 5)) + "--b--"
    found = reading.read(mail(many.encode(), "Content-Type: multipart/mixed; boundary=b"))
    assert (len(found.files), found.more_files) == (parts.MOST_FILES, 5)
    assert (found.files[0].name, found.files[0].content) == ("发票.pdf", b"%PDF-")


def test_a_long_text_says_that_more_stands_in_the_original() -> None:
    found = reading.read(mail(("长" * (reading.TEXT_LIMIT + 1)).encode(), "Content-Type: text/plain; charset=utf-8"))
    assert (len(found.words), found.cut) == (reading.TEXT_LIMIT, True)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 100, b"\xff\xfe", b"From: \r\n\r\n", b"Content-Type: multipart/mixed\r\n\r\n--", b"Content-Type: " + b"a" * 100_000,
     b"Content-Type: text/plain; charset=" + b"x" * 5000 + b"\r\n\r\nx", b"Content-Transfer-Encoding: base64\r\n\r\n!!!",
     b"Subject: =?utf-7?B?2AA=?=\r\n\r\n+2AA-", b"From: " + b"<" * 20_000, b"References: " + b"<a@b>" * 50_000 + b"\r\n\r\nx",
     b"Date: Thu, 99 Zzz 99999 99:99:99 +9999\r\n\r\nx", b"Message-ID: <a@b>\r\n" * 5000 + b"\r\nx"],
)  # fmt: skip
def test_whatever_is_sent_nothing_raises_and_it_can_be_kept(raw: bytes) -> None:
    found = reading.read(raw, stated_by="mx")
    "".join((found.subject, found.sender, found.sender_name, found.words, found.along)).encode()
    assert "\x00" not in found.words


def foreign() -> list[Path]:
    return (
        sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix in {".eml", ".txt", ""})
        if CORPUS.is_dir()
        else []
    )


@pytest.mark.skipif(not foreign(), reason="the foreign mails are not on this machine")
def test_foreign_mails_are_read_without_a_crash_and_without_lost_text() -> None:
    for path in foreign():
        raw = path.read_bytes()
        found = reading._read(raw, "")
        kept = "".join(f"{found.words}{found.along}".split())
        if b"rfc822" in raw.lower():
            continue  # a mail inside a mail is a file of it
        for part in message_from_bytes(raw).walk():
            content = part.get_payload(decode=True)
            if (
                part.get_content_type() == "text/plain"
                and not part.get_filename()
                and not found.cut
                and isinstance(content, bytes)
            ):
                words = reading.decoded(content, str(part.get_content_charset(failobj="")))
                assert all(one in kept for one in words.split() if one.isalpha()), path

"""What mails pack: winmail.dat, signed and encrypted parts, invitations (IG-03)."""

import base64
import struct
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tingsu.kernel.clock import now, travel_to
from tingsu.mail import cms, invitations, rtf, signatures, tnef
from tingsu.mail.reading import read
from tingsu.mail.tests.test_foreign import PLAIN, TOLD, mail, mixed, part, text

pytestmark = pytest.mark.req("IG-03")

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
    assert (found.signature, found.signed_by) == ("unknown", "deng@mail.example"), (
        "unchanged, but anybody can make a certificate"
    )
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


SENDER = "deng@mail.example"


def issued(names: list[str], *, key_kind: str = "rsa") -> tuple[x509.Certificate, x509.Certificate, Any]:
    """(issuer, certificate for mail of these addresses, its key)."""
    root_key, key = (
        ec.generate_private_key(ec.SECP256R1())
        if key_kind == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        for _one in range(2)
    )
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mail issuer")])
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "邓建国")])
    at, whose = now(), root_key.public_key()
    root = x509.CertificateBuilder().subject_name(root_name).issuer_name(root_name).public_key(whose).serial_number(1)
    root = root.not_valid_before(at - timedelta(days=9)).not_valid_after(at + timedelta(days=900))
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names_of_usage = (
        "key_cert_sign crl_sign digital_signature content_commitment key_encipherment data_encipherment key_agreement encipher_only"
        " decipher_only"
    )
    usage = dict.fromkeys(names_of_usage.split(), False)
    root = root.add_extension(x509.KeyUsage(**{**usage, "key_cert_sign": True}), critical=True)
    root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(whose), critical=False)
    made_root = root.sign(root_key, hashes.SHA256())
    own = (
        x509.CertificateBuilder()
        .subject_name(own_name)
        .issuer_name(root_name)
        .public_key(key.public_key())
        .serial_number(2**120 + 7)
    )
    own = own.not_valid_before(at - timedelta(days=9)).not_valid_after(at + timedelta(days=90))
    own = own.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(one) for one in names]), critical=False)
    own = own.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(whose), critical=False)
    return made_root, own.sign(root_key, hashes.SHA256()), key


def signed_mail(
    certificate: x509.Certificate, key: Any, *, way: str = "clear", words: str = TOLD, digest: Any = None
) -> bytes:
    inner = part('text/plain; charset="utf-8"', words.encode())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(certificate, key, digest or hashes.SHA256())
    head = f"From: {SENDER}\r\nTo: service@firm.example\r\nMIME-Version: 1.0\r\n".encode()
    if way == "opaque":
        whole = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
        return (
            head
            + b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(whole)
        )
    whole = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    middle = (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="=_+b"\r\n\r\n--=_+b\r\n'
        + inner
    )
    end = (
        b"Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(whole)
    )
    return head + middle + b"\r\n--=_+b\r\n" + end + b"\r\n--=_+b--\r\n"


@pytest.mark.parametrize("way", ["clear", "opaque"])
@pytest.mark.parametrize("key_kind", ["rsa", "ec"])
def test_a_signature_is_valid_invalid_or_unknown(way: str, key_kind: str, settings: Any, tmp_path: Path) -> None:
    root, own, key = issued([SENDER.upper()], key_kind=key_kind)
    raw = signed_mail(own, key, way=way)
    settings.MAIL_ISSUERS = ""
    assert (read(raw).words, read(raw).signature) == (TOLD, "unknown"), "nobody is believed before somebody said so"
    settings.MAIL_ISSUERS = str(tmp_path / f"{key_kind}-{way}.pem")
    Path(settings.MAIL_ISSUERS).write_bytes(root.public_bytes(serialization.Encoding.PEM))
    assert (read(raw).signature, read(raw).signed_by) == ("valid", f"邓建国, {SENDER.upper()}")
    with travel_to(now() + timedelta(days=91)):
        assert read(raw).signature == "unknown", "the certificate has run out"
    forged = raw.replace(SENDER.encode(), b"boss@mail.example")
    assert read(forged).signature == "unknown", "it vouches for another address"
    if way == "clear":
        assert read(raw.replace(b"\r\n", b"\n")).signature == "valid", "ends of lines are no change"
        changed = raw.replace(TOLD.encode()[:30], TOLD.encode()[3:30] + "一".encode(), 1)
        assert changed != raw
        assert read(changed).signature == "invalid"
    _root, other, other_key = issued([SENDER], key_kind=key_kind)
    assert read(signed_mail(other, other_key, way=way)).signature == "unknown", "of an issuer that nobody trusts here"
    packed = signed_mail(own, other_key, way=way)
    assert read(packed).signature == "invalid", "the key is another one's"
    broken = raw.replace(b"MII", b"AAA", 1)
    assert read(broken).signature in {"unknown", ""}
    assert read(raw).words == TOLD
    assert signatures.trusted(str(tmp_path / "none.pem")) == []


def test_a_signature_by_pgp_is_kept_and_unknown() -> None:
    signature = part(
        "application/pgp-signature; name=signature.asc",
        b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----",
    )
    found = read(mixed(part('text/plain; charset="utf-8"', TOLD.encode()), signature, kind="signed"))
    assert (found.words, found.signed, found.signature, found.signed_by) == (TOLD, True, "unknown", "")
    assert read(text("utf-8", TOLD.encode())).signature == ""

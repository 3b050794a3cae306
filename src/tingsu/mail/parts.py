"""The parts of a mail: words, files, and mails inside mails; packed ones opened (winmail.dat, S/MIME signed). Bounded, never raises."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message

from tingsu.files.checks import tidy_name
from tingsu.mail import cms, invitations, plain, rtf, tnef
from tingsu.mail.wording import decoded, header, header_words, raw_headers, readable

MOST_PARTS = 500
MOST_FILES = 100
DEEPEST = 4
"""Mails inside mails whose words are read; a deeper one is a file."""
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
    }
)
HEADS = frozenset({"text/rfc822-headers", "message/global-headers", "message/rfc822-headers"})
MAILS = frozenset({"message/rfc822", "message/global"})
NO_WORDS = frozenset({"text/calendar", "text/directory", "text/vcard", "text/x-vcard", "text/csv"})
"""Text that is a file."""
ENDINGS = {"text/calendar": "ics", "message/rfc822": "eml", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif",
           "application/pdf": "pdf", "text/html": "html", "text/plain": "txt", "text/vcard": "vcf", "text/x-vcard": "vcf"}  # fmt: skip
CODED = re.compile(rb"[A-Za-z0-9+/=\s]*\Z")


@dataclass(frozen=True)
class Enclosed:
    """A file inside a mail; `inline` when the words show it."""

    name: str
    content: bytes
    inline: bool = False


@dataclass
class Gathered:
    """What the parts of a mail hold."""

    zone: str = "UTC"
    words: list[str] = field(default_factory=list)
    html: list[tuple[str, bool]] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)
    enclosed: list[str] = field(default_factory=list)
    """Words of mails inside this one."""
    files: list[Enclosed] = field(default_factory=list)
    more: int = 0
    kinds: set[str] = field(default_factory=set)
    signed: bool = False
    sealed: bool = False
    chosen: bool = False
    """Plain words stand beside the same as HTML."""
    parts: int = MOST_PARTS

    def text(self) -> str:
        """All words, those once more as HTML left out; HTML that stands by itself is not."""
        shown = [plain.words_of(text) for text, one_of_several in self.html if not (one_of_several and self.chosen)]
        return "\n".join([*self.words, *shown, *self.invitations]).strip()

    def add_file(self, name: str, content: bytes, *, inline: bool = False) -> None:
        if len(self.files) < MOST_FILES:
            self.files.append(Enclosed(name, content, inline))
        else:
            self.more += 1


def gathered(message: "Message[str, str]", zone: str = "UTC") -> Gathered:
    """Everything that the parts of a mail hold; times of invitations in this zone."""
    found = Gathered(zone)
    _gather(message, found, 0)
    if not found.text() and not found.enclosed:
        found.words += [
            decoded(str(one).encode("utf-8", "surrogateescape"), "")
            for one in (message.preamble, message.epilogue)
            if one
        ]
    found.sealed = found.sealed or any("-----BEGIN PGP MESSAGE-----" in one for one in found.words)
    found.signed = found.signed or any("-----BEGIN PGP SIGNED MESSAGE-----" in one for one in found.words)
    return found


def _gather(message: "Message[str, str]", found: Gathered, depth: int) -> None:
    for part, one_of_several in placed(message):
        found.parts -= 1
        if found.parts < 0:
            found.more += 1
            return
        _take(part, one_of_several, found, depth)


def _take(part: "Message[str, str]", one_of_several: bool, found: Gathered, depth: int) -> None:
    kind = part.get_content_type()
    found.kinds.add(kind)
    name = file_name(part)
    shown = str(part.get("Content-Disposition", "")).strip().lower()
    attached = bool(name) or shown.startswith("attachment")
    if kind in REPORTS or kind in HEADS:
        found.words.append(_reported(part))
    elif kind in MAILS:
        _mail_inside(part, name, found, depth)
    elif kind in SIGNATURES:
        found.signed = True  # the signature itself is in the original
    elif kind == "application/pgp-encrypted":
        found.sealed = True
    elif kind in SEALED or (kind == "application/octet-stream" and name.lower().endswith(".p7m")):
        _packed(part, name or "smime.p7m", found, depth)
    elif kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or name.lower() == "winmail.dat":
        _winmail(part, name or "winmail.dat", found)
    elif kind == "text/calendar" or name.lower().endswith(".ics"):
        content = part_content(part)
        if told := invitations.words_of(decoded(content, charset_of(part)), found.zone):
            found.invitations = list(dict.fromkeys([*found.invitations, told]))
        if attached or not told:
            found.add_file(name or _made_up(kind, found), content)
    elif (kind.startswith("text/") and kind not in NO_WORDS and not attached) or kind.startswith("multipart/"):
        _written(part, kind, one_of_several, found)
    else:
        inline = bool(part.get("Content-ID")) and not shown.startswith("attachment")
        content = b"".join(as_bytes(one) for one in inside(part)[:1]) or part_content(part)
        if kind == "application/plain" and not attached:
            found.words.append(decoded(content, charset_of(part)))
        else:
            found.add_file(name or _made_up(kind, found), content, inline=inline)


def _written(part: "Message[str, str]", kind: str, one_of_several: bool, found: Gathered) -> None:
    content, charset = part_content(part, words=True), charset_of(part)
    if kind == "text/html" or (kind.startswith("multipart/") and b"<html" in content[:1000].lower()):
        told = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,40})", content[:4000], re.IGNORECASE)
        named = charset or (told[1].decode("ascii", "replace") if told else "")
        found.html.append((decoded(content, named), one_of_several))
    elif kind in {"text/rtf", "text/richtext"} and content.lstrip().startswith(b"{\\rtf"):
        _rich(content, found)
    elif kind == "text/enriched":
        found.words.append(re.sub(r"</?[a-zA-Z-]{1,30}>", "", decoded(content, charset).replace("<<", "<")))
    else:
        text = decoded(content, charset)
        found.words.append(text)
        found.chosen = found.chosen or (one_of_several and bool(text.strip()))


def _rich(content: bytes, found: Gathered) -> None:
    told, html = rtf.words_of(content)
    if html:
        found.html.append((told, False))
    else:
        found.words.append(told)


def _mail_inside(part: "Message[str, str]", name: str, found: Gathered, depth: int) -> None:
    """A mail inside a mail is a file, and its words are read too: a colleague may have sent the complaint on as a file."""
    for one in inside(part)[:1]:
        found.add_file(name or _made_up("message/rfc822", found), as_bytes(one))
        if depth < DEEPEST:
            own = Gathered(found.zone, parts=found.parts)
            _gather(one, own, depth + 1)
            found.parts = own.parts
            head = [f"{label}: {header(one, label)}" for label in ("From", "Date", "Subject") if header(one, label)]
            found.enclosed.append("\n".join([*head, "", own.text(), *own.enclosed]).strip())
            for file in own.files:
                found.add_file(file.name, file.content)
            found.more += own.more
        return
    if content := part_content(part):
        found.add_file(name or _made_up("message/rfc822", found), content)


def _packed(part: "Message[str, str]", name: str, found: Gathered, depth: int) -> None:
    """S/MIME: what is only signed is read; what is encrypted is named so."""
    content = part_content(part)
    kind, signed = cms.opened(content)
    if kind == "signed" and signed and depth < DEEPEST:
        found.signed = True
        _gather(message_from_bytes(signed, policy=policy.compat32), found, depth + 1)
    elif kind == "signed" and not signed:
        found.signed = True
    else:
        found.sealed = found.sealed or kind != "signed"
        found.add_file(name, content)


def _winmail(part: "Message[str, str]", name: str, found: Gathered) -> None:
    content = part_content(part)
    try:
        packet = tnef.opened(content)
    except tnef.NotTnef:
        found.add_file(name, content)
        return
    _unpacked(packet, found, told=bool("".join(found.words).strip()) or bool(found.html))


def _unpacked(packet: tnef.Packet, found: Gathered, *, told: bool) -> None:
    """Files of winmail.dat, and its words where the mail has none beside it: they are the same."""
    if not told:
        if packet.body[0].strip():
            found.words.append(decoded(*packet.body))
        elif packet.html[0].strip():
            found.html.append((decoded(*packet.html), False))
        elif packet.rtf:
            _rich(rtf.unpressed(packet.rtf), found)
    for raw_name, charset, content in packet.files:
        found.add_file(
            tidy_name(decoded(raw_name, charset)) if raw_name else f"file-{len(found.files) + 1}.bin", content
        )
    for one in packet.inside:
        _unpacked(one, found, told=False)


def placed(message: "Message[str, str]") -> Iterator[tuple["Message[str, str]", bool]]:
    """Parts that hold something, in their order, and whether each is one of several ways to say the same.

    A mail inside a mail is one part.
    """
    waiting = [(message, False)]
    for _turn in range(MOST_PARTS * 2):
        if not waiting:
            return
        part, one_of_several = waiting.pop(0)
        kind = part.get_content_type()
        if isinstance(part.get_payload(), list) and kind not in MAILS | REPORTS:
            same = one_of_several or kind == "multipart/alternative"
            waiting[:0] = [(one, same) for one in inside(part)]
        else:
            yield part, one_of_several


def charset_of(part: "Message[str, str]") -> str:
    """The charset that a part claims."""
    try:
        return str(part.get_content_charset(failobj="") or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def file_name(part: "Message[str, str]") -> str:
    """The name of a file as it was meant: RFC 2231, encoded words, or raw bytes as programs in China write them."""
    probe: Message[str, str] = Message()
    for one in ("Content-Disposition", "Content-Type"):
        for value in raw_headers(part, one)[:1]:
            probe[one] = readable(re.sub(r"[\r\n]+", " ", value)[:8000])
    try:
        raw = probe.get_filename()
    except (ValueError, LookupError, TypeError, AssertionError, AttributeError):
        raw = None
    return tidy_name(header_words(raw)) if raw else ""


def _made_up(kind: str, found: Gathered) -> str:
    return f"part-{len(found.files) + 1}.{ENDINGS.get(kind, 'bin')}"


def part_content(part: "Message[str, str]", *, words: bool = False) -> bytes:
    """What a part holds, decoded; of base64 that is broken everything that can be read, and words that somebody put below it."""
    payload = part.get_payload()
    if not isinstance(payload, str):
        return b""
    if header(part, "Content-Transfer-Encoding").lower().strip() == "base64":
        return _from_base64(payload.encode("utf-8", "surrogateescape"), words=words)
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        found = None
    return found if isinstance(found, bytes) else payload.encode("utf-8", "surrogateescape")


def _from_base64(coded: bytes, *, words: bool) -> bytes:
    lines = coded.strip().splitlines()
    below: list[bytes] = []
    while words and lines and not CODED.match(lines[-1]):
        below.insert(0, lines.pop())
    if words and not any(CODED.match(line) and line.strip() for line in lines):
        return coded  # no base64 at all, whatever the header claims
    told = bytearray()
    for piece in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", b"".join(lines))):
        kept = piece[: len(piece) - (len(piece) % 4 == 1)]
        try:
            told += base64.b64decode(kept + b"=" * (-len(kept) % 4))
        except binascii.Error:
            continue
    return bytes(told) + (b"\n" + b"\n".join(below) if below else b"")


def _reported(part: "Message[str, str]") -> str:
    told = [decoded(as_bytes(one), "") for one in inside(part)]
    return "\n".join(told) if told else decoded(part_content(part), "")


def inside(part: "Message[str, str]") -> list["Message[str, str]"]:
    """The parts of a part, or the mail inside a mail."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def as_bytes(part: "Message[str, str]") -> bytes:
    """A part written out again; where the library cannot, its lines alone."""
    try:
        return part.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        lines = (f"{name}: {value}" for name, value in part.raw_items())
        return "\n".join(lines).encode("utf-8", "replace") + b"\n\n" + part_content(part)

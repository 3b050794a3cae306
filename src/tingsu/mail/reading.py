"""Reading a mail: bytes in, one frozen value out. Never raises, and loses no word: what cannot be read is said to be unclear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from tingsu.files.checks import tidy_name
from tingsu.kernel.spelling import tidy
from tingsu.mail import plain, quotes

TEXT_LIMIT = 20_000
"""Signs of a mail's words that stand in the record; the whole of a longer one is the original."""
HEADER_LIMIT = 2_000
MOST_PARTS = 500
MOST_FILES = 100
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs",
         "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "unicode-1-1-utf-7": "utf-7",
         "x-unknown": "utf-8", "unknown-8bit": "utf-8", "default": "utf-8"}  # fmt: skip
"""Names under which programs send more than the name says."""
IDS = re.compile(r"<[^<>\s]{3,240}>")
ADDRESS = re.compile(r"[^\s<>,;\"()\[\]]{1,120}@[^\s<>,;\"()\[\]]{1,120}")
FAILED, DELAYED = "failed", "delayed"


@dataclass(frozen=True)
class Enclosed:
    """A file inside a mail; `inline` when the words show it."""

    name: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True)
class Returned:
    """What a delivery report says of one letter: to whom, whether for good, and in the server's own words (RFC 3464)."""

    action: str
    recipient: str
    said: str
    message_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Read:
    """A mail as it was understood."""

    subject: str = ""
    sender: str = ""
    """The address in From; anybody can write it."""
    sender_name: str = ""
    words: str = ""
    """What is new in it."""
    along: str = ""
    """Earlier letters and signatures."""
    cut: bool = False
    """It has more words than a record holds."""
    message_id: str = ""
    answers: tuple[str, ...] = ()
    """Message-IDs that it answers, the nearest first."""
    written_at: datetime | None = None
    to: tuple[str, ...] = ()
    files: tuple[Enclosed, ...] = ()
    more_files: int = 0
    automatic: str = ""
    """replied (an absence note), generated (a program wrote it), list, or nothing."""
    returned: tuple[Returned, ...] = ()
    verdicts: dict[str, str] = field(default_factory=dict)
    """spf, dkim, dmarc → what the receiving server stated."""
    signed: bool = False
    sealed: bool = False
    """Encrypted (S/MIME, PGP): only whoever holds the key reads it."""
    clear: bool = True
    """False when nothing of it could be understood."""


def read(raw: bytes, *, stated_by: str = "") -> Read:
    """Understand a mail. `stated_by` is the receiving server whose verdicts on the sender are believed. Never raises."""
    try:
        return _read(raw, stated_by)
    except Exception:
        words, cut = _bounded(decoded(raw[: TEXT_LIMIT * 4], ""))
        return Read(words=words, cut=cut or len(raw) > TEXT_LIMIT * 4, clear=False)


def _read(raw: bytes, stated_by: str) -> Read:
    message = message_from_bytes(raw, policy=policy.compat32)
    told, files, more, kinds = _parts(message)
    new, along = quotes.parted(told.replace("\r\n", "\n").replace("\r", "\n"))
    new, cut = _bounded(new)
    along, cut_too = _bounded(along)
    senders = addresses(message, "From") or addresses(message, "Sender") or addresses(message, "Reply-To")
    name, sender = senders[0] if senders else ("", "")
    returned = tuple(_reports(message))
    return Read(
        subject=header(message, "Subject"), sender=sender, sender_name=name, words=new, along=along, cut=cut or cut_too,
        message_id=next(iter(IDS.findall(header(message, "Message-ID"))), ""),
        answers=_answers(message), written_at=_written(message),
        to=tuple(address for one in ("To", "Cc", "Delivered-To", "X-Original-To") for _name, address in addresses(message, one))[:50],
        files=tuple(files), more_files=more, automatic=_automatic(message), returned=returned,
        verdicts=_verdicts(message, stated_by),
        signed=bool(kinds & {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}),
        sealed=bool(kinds & {"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"}),
        clear=bool(new.strip() or along.strip() or files or returned) and bool(sender or new.strip() or returned),
    )  # fmt: skip


def header(message: "Message[str, str]", name: str) -> str:
    """One header in plain words: every encoded word decoded, every line break and invisible sign out, at most 2,000 signs."""
    values = _raw(message, name)
    return _header_words(values[0]) if values else ""


def _raw(message: "Message[str, str]", name: str) -> list[str]:
    """The values of a header as they came, bytes that it may not have as surrogates."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def _header_words(value: object) -> str:
    text = str(value)[: HEADER_LIMIT * 4]
    if any(
        "\udc80" <= sign <= "\udcff" for sign in text
    ):  # bytes that no header may have, as many programs in China send them
        text = decoded(text.encode("utf-8", "surrogateescape"), "")
    text = re.sub(r"\?=\s+=\?", "?==?", text)
    try:
        parts = decode_header(text)
        told = "".join(
            part if isinstance(part, str) else decoded(part, charset or "") for part, charset in _joined(parts)
        )
    except (ValueError, LookupError):
        told = text
    return tidy(_whole(told))[:HEADER_LIMIT]


def _whole(text: str) -> str:
    """Without what no database keeps: NUL signs and halves of signs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _joined(parts: list[tuple[bytes | str, str | None]]) -> Iterator[tuple[bytes | str, str | None]]:
    """Neighbours of one charset together: programs cut a Chinese sign in two between encoded words."""
    held: tuple[bytes, str | None] | None = None
    for part, charset in parts:
        if isinstance(part, str) or charset is None:
            if held:
                yield held
            held = None
            yield part, charset
        elif held and held[1] == charset:
            held = (held[0] + part, charset)
        else:
            if held:
                yield held
            held = (part, charset)
    if held:
        yield held


def addresses(message: "Message[str, str]", name: str) -> list[tuple[str, str]]:
    """(name, address) of a header of addresses."""
    found = []
    values = [str(one).replace("\n", " ").replace("\r", " ")[:8000] for one in _raw(message, name)[:20]]
    pairs = getaddresses(values) if values else []
    if not any(
        "@" in address for _name, address in pairs
    ):  # written as no rule allows: the address alone, wherever it stands
        pairs = [("", one) for value in values for one in ADDRESS.findall(_header_words(value))]
    for raw_name, address in pairs:
        plain_address = tidy(_header_words(address))
        if "@" in plain_address and len(plain_address) <= 254:
            found.append((_header_words(raw_name)[:200], plain_address))
    return found


def decoded(content: bytes, charset: str) -> str:
    """Bytes as words: the charset they claim, the wider one it stands for, then what Chinese mail really is. Never raises."""
    claimed = charset.strip().strip("\"'").lower()
    wanted = [WIDER.get(claimed, claimed)] if claimed else []
    for one in dict.fromkeys([*wanted, "utf-8", "gb18030", "big5hkscs"]):
        try:
            return content.decode(one)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    known = wanted[0] if wanted else "utf-8"
    try:
        return content.decode(known, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _bounded(text: str) -> tuple[str, bool]:
    plain_text = tidy(_whole(text), lines=True)
    return plain_text[:TEXT_LIMIT], len(plain_text) > TEXT_LIMIT


def _content(part: "Message[str, str]") -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        found = None
    if isinstance(found, bytes):
        return found
    payload = part.get_payload()
    return str(payload).encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _parts(message: "Message[str, str]") -> tuple[str, list[Enclosed], int, set[str]]:
    """Words, files, how many files more, and the kinds of parts."""
    words: list[str] = []
    html: list[tuple[str, bool]] = []
    files: list[Enclosed] = []
    kinds: set[str] = set()
    more = 0
    chosen = False
    for part, one_of_several in _placed(message):
        kind = part.get_content_type()
        kinds.add(kind)
        name = _file_name(part)
        shown = str(part.get("Content-Disposition", "")).strip().lower()
        if kind in {"text/plain", "text/html"} and not name and not shown.startswith("attachment"):
            text = decoded(_content(part), str(part.get_content_charset(failobj="") or ""))
            if kind == "text/plain":
                words.append(text)
                chosen = chosen or (one_of_several and bool(text.strip()))
            else:
                html.append((text, one_of_several))
        elif kind in {"message/delivery-status", "text/rfc822-headers"}:
            words.append(_reported(part))
        elif len(files) < MOST_FILES:
            content = b"".join(_as_bytes(one) for one in _inside(part)[:1]) or _content(part)
            inline = bool(part.get("Content-ID")) and not shown.startswith("attachment")
            files.append(Enclosed(name or _made_up(kind, len(files)), content, inline))
        else:
            more += 1
    # The same words once more as HTML are left out; HTML that stands by itself is not.
    words += [plain.words_of(text) for text, one_of_several in html if not (one_of_several and chosen)]
    return "\n".join(words).strip(), files, more, kinds


def _placed(message: "Message[str, str]") -> Iterator[tuple["Message[str, str]", bool]]:
    """Parts that hold something, in their order, and whether each is one of several ways to say the same.

    A mail inside a mail is one part.
    """
    waiting = [(message, False)]
    for _turn in range(MOST_PARTS):
        if not waiting:
            return
        part, one_of_several = waiting.pop(0)
        kind = part.get_content_type()
        if isinstance(part.get_payload(), list) and kind not in {"message/rfc822", "message/delivery-status"}:
            same = one_of_several or kind == "multipart/alternative"
            waiting[:0] = [(one, same) for one in _inside(part)]
        else:
            yield part, one_of_several


def _leaves(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    return (part for part, _one_of_several in _placed(message))


def _file_name(part: "Message[str, str]") -> str:
    try:
        raw = part.get_filename()
    except (ValueError, LookupError, TypeError, AssertionError):
        raw = None
    return tidy_name(_header_words(raw)) if raw else ""


def _made_up(kind: str, place: int) -> str:
    ending = {"text/calendar": "ics", "message/rfc822": "eml", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif",
              "application/pdf": "pdf", "text/html": "html", "text/plain": "txt"}.get(kind, "bin")  # fmt: skip
    return f"part-{place + 1}.{ending}"


def _answers(message: "Message[str, str]") -> tuple[str, ...]:
    nearest = IDS.findall(header(message, "In-Reply-To"))
    earlier = IDS.findall(" ".join(_raw(message, "References"))[-8000:])
    return tuple(dict.fromkeys([*nearest, *reversed(earlier)]))[:50]


def _written(message: "Message[str, str]") -> datetime | None:
    try:
        at = parsedate_to_datetime(header(message, "Date"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _automatic(message: "Message[str, str]") -> str:
    auto = header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if auto.startswith("auto-replied") or header(message, "X-Autoreply") or header(message, "X-Autorespond"):
        return "replied"
    if auto not in {"", "no"}:
        return "generated"
    if header(message, "List-Id") or header(message, "Precedence").lower() in {"bulk", "junk", "list"}:
        return "list"
    return ""


def _verdicts(message: "Message[str, str]", stated_by: str) -> dict[str, str]:
    """spf, dkim, dmarc as the trusted receiving server states them; of every other server's lines nothing is believed."""
    if not stated_by:
        return {}
    for value in _raw(message, "Authentication-Results"):
        said = _header_words(value).lower()
        server, _semicolon, results = said.partition(";")
        if server.split()[:1] == [stated_by.lower()]:
            return dict(re.findall(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{2,12})", results)[::-1])
    return {}


def _reported(part: "Message[str, str]") -> str:
    told = [decoded(_as_bytes(one), "") for one in _inside(part)]
    return "\n".join(told) if told else decoded(_content(part), "")


def _inside(part: "Message[str, str]") -> list["Message[str, str]"]:
    """The parts of a part, or the mail inside a mail."""
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _as_bytes(part: "Message[str, str]") -> bytes:
    """A part written out again; where the library cannot, its lines alone."""
    try:
        return part.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        lines = (f"{name}: {value}" for name, value in part.raw_items())
        return "\n".join(lines).encode("utf-8", "replace") + b"\n\n" + _content(part)


def _reports(message: "Message[str, str]") -> Iterator[Returned]:
    """What a delivery report (RFC 3464) says, for each addressee."""
    ids: list[str] = []
    told: list[tuple[str, str, str]] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for one in _inside(part):
                action = header(one, "Action").lower()
                if action in {FAILED, DELAYED}:
                    whom = header(one, "Final-Recipient") or header(one, "Original-Recipient")
                    said = " ".join(filter(None, (header(one, "Status"), header(one, "Diagnostic-Code"))))
                    told.append((action, whom.rpartition(";")[2].strip(), said[:300]))
        elif kind == "message/rfc822":
            for one in _inside(part)[:1]:
                ids += IDS.findall(header(one, "Message-ID"))
        elif kind == "text/rfc822-headers":
            ids += IDS.findall(header(message_from_bytes(_content(part)), "Message-ID"))
    for action, whom, said in told[:20]:
        yield Returned(action, whom, said, tuple(ids))


def same_content(raw: bytes, found: Read) -> bytes:
    """What two copies of one mail have in common: its name, its words and files, without the lines that carriers add."""
    body = raw.partition(b"\r\n\r\n")[2] or raw.partition(b"\n\n")[2] or raw
    head = "\n".join((found.message_id, found.sender, found.subject))
    return head.encode() + b"\n\n" + body.replace(b"\r\n", b"\n").strip()

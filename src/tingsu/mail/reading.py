"""Reading a mail: bytes in, one frozen value out. Never raises, and loses no word: what cannot be read is said to be unclear."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime

from tingsu.kernel.clock import now
from tingsu.kernel.spelling import tidy
from tingsu.mail import quotes, signatures
from tingsu.mail.parts import Enclosed, Gathered, gathered
from tingsu.mail.reports import IDS, Returned, reports
from tingsu.mail.wording import addresses, decoded, header, header_words, raw_headers, whole

TEXT_LIMIT = 20_000
"""Signs of a mail's words that stand in the record; the whole of a longer one is the original."""
MOST_READ = 20 * TEXT_LIMIT
"""Signs in which it is looked for quotes and signatures."""
ABSENT = re.compile(
    r"^\s*(?:[\[【]?自动(?:回复|答复)[\]】]?|自動(?:回覆|回復)|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office)\s*(?:[:：]|$)",
    re.IGNORECASE,
)
"""How programs in China, which seldom mark an absence note, begin its subject. An answer to one begins with "Re"."""


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
    """Earlier letters and signatures, and mails inside it."""
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
    """It has a signature (S/MIME, PGP)."""
    signature: str = ""
    """valid, invalid or unknown (`signatures`); empty without one."""
    signed_by: str = ""
    """Whom the certificate names."""
    sealed: bool = False
    """Encrypted (S/MIME, PGP): only whoever holds the key reads it."""
    clear: bool = True
    """False when nothing of it could be understood."""


def read(raw: bytes, *, stated_by: str = "", zone: str = "UTC", ours: Sequence[Sequence[str]] = ()) -> Read:
    """Understand a mail. `stated_by` is the receiving server whose verdicts on the sender are believed, `zone` ours, `ours` the
    signatures of our letters. Never raises.
    """
    try:
        return _read(raw, stated_by, zone, ours)
    except Exception:
        words, cut = _bounded(decoded(raw[: TEXT_LIMIT * 4], ""))
        return Read(words=words, cut=cut or len(raw) > TEXT_LIMIT * 4, clear=False)


def _read(raw: bytes, stated_by: str, zone: str = "UTC", ours: Sequence[Sequence[str]] = ()) -> Read:
    message = message_from_bytes(raw, policy=policy.compat32)
    found = gathered(message, zone)
    senders = addresses(message, "From") or addresses(message, "Sender") or addresses(message, "Reply-To")
    name, sender = senders[0] if senders else ("", "")
    text = found.text()
    told = _one_way_of_lines(text[:MOST_READ])
    returned = reports(message, sender, told)
    new, along = quotes.parted(told, ours)
    inner = "" if returned else _one_way_of_lines("\n\n".join(found.enclosed)[:MOST_READ])
    if inner:  # a mail that only carries another is about what that one says
        new, along = (new, f"{along}\n{inner}".strip()) if new.strip() else (inner, along)
    verdict, signed_by = signatures.judged(raw, message, sender, now()) if found.signed else ("", "")
    new, cut = _bounded(new)
    along, cut_too = _bounded(along)
    return Read(
        subject=header(message, "Subject"), sender=sender, sender_name=name, words=new, along=along, cut=cut or cut_too or len(text) > MOST_READ,
        message_id=next(iter(IDS.findall(header(message, "Message-ID"))), ""),
        answers=_answers(message), written_at=_written(message),
        to=tuple(address for one in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To") for _name, address in addresses(message, one))[:50],
        files=tuple(found.files), more_files=found.more, automatic=_automatic(message, found), returned=returned,
        verdicts=_verdicts(message, stated_by), signed=found.signed, sealed=found.sealed,
        signature=verdict or (signatures.UNKNOWN if found.signed else ""), signed_by=signed_by,
        clear=bool(new.strip() or along.strip() or found.files or returned) and bool(sender or new.strip() or returned),
    )  # fmt: skip


def _one_way_of_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bounded(text: str) -> tuple[str, bool]:
    plain_text = tidy(whole(text), lines=True)
    return plain_text[:TEXT_LIMIT], len(plain_text) > TEXT_LIMIT


def _answers(message: "Message[str, str]") -> tuple[str, ...]:
    nearest = IDS.findall(header(message, "In-Reply-To"))
    earlier = IDS.findall(" ".join(raw_headers(message, "References"))[-8000:])
    return tuple(dict.fromkeys([*nearest, *reversed(earlier)]))[:50]


def _written(message: "Message[str, str]") -> datetime | None:
    try:
        at = parsedate_to_datetime(header(message, "Date"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _automatic(message: "Message[str, str]", found: Gathered) -> str:
    auto = header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if auto.startswith("auto-replied") or header(message, "X-Autoreply") or header(message, "X-Autorespond"):
        return "replied"
    if auto not in {"", "no"} or ABSENT.match(header(message, "Subject")):
        return "generated"
    if found.kinds & {"message/disposition-notification", "message/feedback-report"}:
        return "generated"
    if header(message, "List-Id") or header(message, "Precedence").lower() in {"bulk", "junk", "list"}:
        return "list"
    return "generated" if header(message, "Return-Path").replace(" ", "") == "<>" else ""


def _verdicts(message: "Message[str, str]", stated_by: str) -> dict[str, str]:
    """spf, dkim, dmarc as the trusted receiving server states them; of every other server's lines nothing is believed."""
    if not stated_by:
        return {}
    for value in raw_headers(message, "Authentication-Results"):
        said = header_words(value).lower()
        server, _semicolon, results = said.partition(";")
        if server.split()[:1] == [stated_by.lower()]:
            return dict(re.findall(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]{2,12})", results)[::-1])
    return {}


def same_content(raw: bytes, found: Read) -> bytes:
    """What two copies of one mail have in common: its name, its words and files, without the lines that carriers add."""
    body = raw.partition(b"\r\n\r\n")[2] or raw.partition(b"\n\n")[2] or raw
    head = "\n".join((found.message_id, found.sender, found.subject))
    return head.encode() + b"\n\n" + body.replace(b"\r\n", b"\n").strip()

"""Delivery reports: what another server says of a letter that it could not deliver (RFC 3464), or wrote before there was a form for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from tingsu.mail.parts import inside, part_content, placed
from tingsu.mail.wording import ADDRESS, header

IDS = re.compile(r"<[^<>\s]{3,240}>")
FAILED, DELAYED = "failed", "delayed"
SERVERS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|bounce|noreply-bounce)\b", re.IGNORECASE)
TOLD = re.compile(
    r"undeliver|not be delivered|delivery (?:status|failure|failed)|returned mail|failure notice|mail delivery"
    r"|退信|退回|投递失败|投递失敗|无法投递|發送失敗|发送失败",
    re.IGNORECASE,
)
WAITS = re.compile(r"delayed|still being retried|warning: could not send|will be retried|延迟|稍后重试", re.IGNORECASE)
CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b|\b([45])\d\d[ -]")


@dataclass(frozen=True)
class Returned:
    """What a delivery report says of one letter: to whom, whether for good, and in the server's own words (RFC 3464)."""

    action: str
    recipient: str
    said: str
    message_ids: tuple[str, ...]


def reports(message: "Message[str, str]", sender: str, words: str) -> tuple[Returned, ...]:
    """What a delivery report says, for each addressee; of one that has no form, what can be read."""
    return tuple(_by_form(message)) or tuple(_by_words(message, sender, words))


def _by_form(message: "Message[str, str]") -> Iterator[Returned]:
    ids: list[str] = []
    told: list[tuple[str, str, str]] = []
    for part, _one_of_several in placed(message):
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            for one in inside(part):
                action = header(one, "Action").lower()
                if action in {FAILED, DELAYED}:
                    whom = header(one, "Final-Recipient") or header(one, "Original-Recipient")
                    said = " ".join(filter(None, (header(one, "Status"), header(one, "Diagnostic-Code"))))
                    told.append((action, whom.rpartition(";")[2].strip(" <>"), said[:300]))
        else:
            ids += _ids(part, kind)
    for action, whom, said in told[:20]:
        yield Returned(action, whom, said, tuple(ids))


def _ids(part: "Message[str, str]", kind: str) -> list[str]:
    if kind in {"message/rfc822", "message/global"}:
        return [one for inner in inside(part)[:1] for one in IDS.findall(header(inner, "Message-ID"))]
    if kind in {"text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}:
        return IDS.findall(header(message_from_bytes(part_content(part)), "Message-ID"))
    return []


def _by_words(message: "Message[str, str]", sender: str, words: str) -> Iterator[Returned]:
    """A server that writes as it likes: it names itself in the sender or writes from nobody, and its subject says what it is about."""
    from_nobody = header(message, "Return-Path").replace(" ", "") == "<>"
    subject = header(message, "Subject")
    failed = ADDRESS.findall(header(message, "X-Failed-Recipients"))
    if not failed and not ((TOLD.search(subject) or WAITS.search(subject)) and (from_nobody or SERVERS.match(sender))):
        return
    head = words[:6000]
    waits = bool(
        WAITS.search(subject) or (WAITS.search(head) and not re.search(r"permanent|永久", head, re.IGNORECASE))
    )
    ids = [one for part, _several in placed(message) for one in _ids(part, part.get_content_type())]
    ids += re.findall(r"(?im)^\s*message-id:\s*(<[^<>\s]{3,240}>)", words)
    lines = [line.strip() for line in head.split("\n") if CODE.search(line)]
    said = lines[0] if lines else next((line.strip() for line in head.split("\n") if line.strip()), "")
    whom = failed or [one for one in ADDRESS.findall(head) if one.lower() != sender.lower()][:1] or [""]
    for one in whom[:20]:
        yield Returned(DELAYED if waits else FAILED, one, said[:300], tuple(dict.fromkeys(ids)))

"""Mails for tests, and a mailbox that reads them."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from tingsu.kernel.clock import now
from tingsu.mail.models import Mailbox
from tingsu.mail.polling import seal_password
from tingsu.mail.tests.imap_server import ImapServer

WORDS = "我买的净水器漏水，地板全泡了，要求赔偿。"


def a_mail(
    words: str = WORDS, *, subject: str = "净水器漏水", sender: str = "邓建国 <deng@mail.example>", **headers: str
) -> bytes:
    """One ordinary mail as bytes."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "desk@firm.example", subject
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((words, subject, sender)))}@mail.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def a_mailbox(server: ImapServer, **changes: Any) -> Mailbox:
    """A mailbox at this server, read from thirty days ago on."""
    mailbox = Mailbox(
        name="投诉信箱", host="127.0.0.1", port=server.port, security="none", username="desk@firm.example", folder=server.folder,
        since=(now() - timedelta(days=30)).date(),
    )  # fmt: skip
    for name, value in changes.items():
        setattr(mailbox, name, value)
    seal_password(mailbox, "secret")
    mailbox.save(force_insert=True)
    return mailbox


YESTERDAY = timedelta(days=1)

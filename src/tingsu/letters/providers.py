"""How a letter leaves: by the mail server (`smtp`), or the mail room where nothing leaves the installation. One small interface.

Without an SMTP host, letters are kept in the mail room (the `letters` table itself): nothing pretends to have been sent
over a line that does not exist, and the complainant reads them on the follow-up page.
"""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import escape, linebreaks, urlize

from tingsu.kernel.organisations import in_practice
from tingsu.letters.smtp import FINAL, NotSent


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """A rendered letter on its way. `message_id` is the same on every try, so that a repeat is recognised."""

    message_id: str
    address: str
    subject: str
    body: str
    kept_subject: str
    kept_body: str
    large: bool = False
    """Asked for in large print (IN-18)."""
    language: str = "zh-Hans"
    sender: str = ""
    """The firm's name, as the addressee sees who writes."""
    reply_to: str = ""
    """The firm's mailbox, when letters leave from another."""
    thread: tuple[str, ...] = ()
    """Message-IDs of earlier letters of this case to the same person, oldest first."""
    enclosed: tuple[Enclosed, ...] = ()
    """Files that travel inside a mail."""


def stays_here() -> bool:
    """Does nothing leave this installation (demo) or this organisation (practice)? The mail room is everybody's letter box."""
    return bool(settings.DEMO) or in_practice()


def available(channel: str) -> bool:
    """Can letters go out by this channel here? The demo's mail room takes all of them."""
    if channel == "portal" or stays_here():
        return True
    return channel == "email" and bool(settings.EMAIL_HOST)


def send(channel: str, message: Message) -> str:
    """Hand a message over; gives the provider's id. Raises NotSent."""
    if channel == "portal" or stays_here():
        return "mailroom"
    if channel == "email" and settings.EMAIL_HOST:
        return _mail(message)
    raise NotSent("no_provider", kind=FINAL)


STYLE = "font-family:sans-serif;line-height:1.7;max-width:40em"
LARGE = "font-family:sans-serif;line-height:1.6;font-size:18pt"


def as_html(message: Message) -> str:
    """The same words for programs that show HTML: links to press, 18 point for people who read large print (IN-18)."""
    words = linebreaks(urlize(message.body, autoescape=True), autoescape=False)
    return (
        f'<!doctype html><html lang="{escape(message.language)}"><head><meta charset="utf-8">'
        f'<title>{escape(message.subject)}</title></head><body style="{LARGE if message.large else STYLE}">{words}</body></html>'
    )


def _mail(message: Message) -> str:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.thread:
        headers["In-Reply-To"] = message.thread[-1]
        headers["References"] = " ".join(message.thread)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        from_email=formataddr((message.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[message.address],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers,
        connection=get_connection(),
    )
    mail.attach_alternative(as_html(message), "text/html")
    for one in message.enclosed:
        mail.attach(one.name, one.content, one.media_type)
    mail.send()
    return message.message_id

"""How a letter leaves: each means by its carrier (`means`), or the mail room where nothing leaves the installation.

Without an SMTP host, letters are kept in the mail room (the `letters` table itself): nothing pretends to have been sent
over a line that does not exist, and the complainant reads them on the follow-up page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import escape, linebreaks, urlize

from tingsu.kernel.organisations import in_practice
from tingsu.letters.means import means
from tingsu.letters.sms import account, gateway
from tingsu.letters.sms.short import MOST_PARTS, Short
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
    kept_whole: str = ""
    """Of a text message: the letter in full."""
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
    short: Short | None = None
    """As a text message."""
    mark: str = ""
    """Our name for it, where a provider takes one."""
    parts: int = 0
    """How many text messages the provider counts."""


def stays_here() -> bool:
    """Does nothing leave this installation (demo) or this organisation (practice)? The mail room is everybody's letter box."""
    return bool(settings.DEMO) or in_practice()


def available(channel: str, template: str = "", language: str = "zh-hans") -> bool:
    """Can letters (of this kind, in this language) go out by this means here? The demo's mail room takes all of them."""
    found = means(channel)
    return found is not None and (stays_here() or found.ready(template, language))


def send(channel: str, message: Message) -> str:
    """Hand a message over; gives the provider's id. Raises NotSent."""
    if channel == "portal" or stays_here():
        return "mailroom"
    if channel not in CARRIERS:
        raise NotSent("no_provider", kind=FINAL)
    return CARRIERS[channel](message)


STYLE = "font-family:sans-serif;line-height:1.7;max-width:40em"
LARGE = "font-family:sans-serif;line-height:1.6;font-size:18pt"


def as_html(message: Message) -> str:
    """The same words for programs that show HTML: links to press, 18 point for people who read large print (IN-18)."""
    words = linebreaks(urlize(message.body, autoescape=True), autoescape=False)
    return (
        f'<!doctype html><html lang="{escape(message.language)}"><head><meta charset="utf-8">'
        f'<title>{escape(message.subject)}</title></head><body style="{LARGE if message.large else STYLE}">{words}</body></html>'
    )


def _sms(message: Message) -> str:
    """The short text by the provider whose account the organisation has."""
    if message.short is None or not message.short.code:
        raise NotSent("no_template", kind=FINAL)
    row = account.in_use()
    if row is None:
        raise NotSent("no_provider", kind=FINAL)
    if message.parts > MOST_PARTS:
        raise NotSent("sms_long", kind=FINAL)
    text = gateway.Text(to=message.address, code=message.short.code, values=message.short.values, mark=message.mark)
    taken = gateway.send(account.access_of(row), text)
    account.note_worked()
    return taken


def _mail(message: Message) -> str:
    if not settings.EMAIL_HOST:
        raise NotSent("no_provider", kind=FINAL)
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


CARRIERS: dict[str, Callable[[Message], str]] = {"email": _mail, "sms": _sms}
"""Means → who hands a letter over. What a person carries out has none."""

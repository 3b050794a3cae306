"""How a letter leaves: SMTP, or the mail room where nothing leaves the installation. One small interface.

Without an SMTP host, letters are kept in the mail room (the `letters` table itself): nothing pretends to have been sent
over a line that does not exist, and the complainant reads them on the follow-up page.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.html import linebreaks, urlize

from tingsu.kernel.errors import TingsuError


class NotSent(TingsuError):
    """The provider could not take the letter. `permanent` says that trying again is useless."""

    code = "not_sent"
    sentence = "The letter could not be sent: %(why)s"

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why=why)
        self.permanent = permanent


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


def stays_here() -> bool:
    """Does nothing leave this installation? Then the mail room is everybody's letter box."""
    return bool(settings.DEMO)


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
        return _smtp(message)
    raise NotSent(f"no provider for {channel}", permanent=True)


def large_print(body: str) -> str:
    """A letter for people who read large print: 18 point, wide lines, nothing but the words (IN-18)."""
    words = linebreaks(urlize(body, autoescape=True), autoescape=False)
    return f'<html><body style="font-size:18pt;line-height:1.6;font-family:sans-serif">{words}</body></html>'


def _smtp(message: Message) -> str:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(),
    )
    if message.large:
        mail.attach_alternative(large_print(message.body), "text/html")
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are OSErrors
        code = getattr(error, "smtp_code", 0)
        raise NotSent(type(error).__name__, permanent=500 <= int(code) < 600) from error
    return message.message_id

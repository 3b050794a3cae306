"""Talking to the mail server: what its answers mean for one letter, and for all of them.

A mail server says no for four kinds of reasons, and each asks for something else. It will not have *this* letter (recipient
or content: final). It will not have it *now* (come again). It will not have *any* letter of ours (connection, encryption,
sign-in, sender: every further try would only burn letters, so the post pauses and somebody is told). Or the line broke
after the letter was handed over, and nobody knows. `NotSent.kind` tells them apart.
"""

from __future__ import annotations

import io
import re
import smtplib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage, sanitize_address
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import TingsuError
from tingsu.kernel.patience import Patient

FINAL, LATER, BLOCKED, UNSURE = "final", "later", "blocked", "unsure"
TALK_SECONDS = 120
"""The longest a server may keep one letter: above it, a worker would hang on a server that drips."""
TRIAL_SECONDS = 45
"""The same for a trial, whose page somebody waits for: a proxy before us gives up after 60 or 90."""
SAID = 300
SIGN_IN_WANTED = frozenset({530, 534, 535, 538})
OUR_FAULT = re.compile(
    r"relay|not permitted|authenticat|sender (address )?rejected|spf|dkim|dmarc|blocked using|blacklist", re.I
)
"""Refusals of a recipient that are none: the server would refuse the next one too."""


class NotSent(TingsuError):
    """The provider did not take the letter.

    `kind` is final, later, blocked or unsure; `said` the server's own words (they may name the recipient: keep them sealed).
    """

    code = "not_sent"
    sentence = "The letter could not be sent: %(why)s"

    def __init__(self, why: str, *, kind: str = LATER, said: str = "") -> None:
        super().__init__(why=why)
        self.kind = kind
        self.said = " ".join(said.split())[:SAID]


WHY = {
    "connection": _("The mail server cannot be reached"),
    "encryption": _("The mail server offers no encryption that we can trust"),
    "sign_in": _("The mail server refuses our user name or password"),
    "sender": _("The mail server refuses our sender address"),
    "relay": _("The mail server will not carry letters for us"),
    "recipient": _("The address does not exist or is refused"),
    "content": _("The mail server refuses the content"),
    "busy": _("The mail server asks us to try again later"),
    "broken": _("The line broke while the letter was handed over"),
    "no_provider": _("There is no provider for this means"),
    "quiet": _("It waits for the end of the quiet hours"),
    "no_template": _("No text is approved for this kind of letter as a text message"),
    "empty_place": _("A place of the text message is empty"),
    "no_mobile": _("The number is no mobile number"),
    "often": _("This number was sent enough text messages today"),
    "sms_long": _("The text message is too long"),
    "sms_unreachable": _("The provider of text messages cannot be reached"),
    "sms_unsure": _("Nobody knows whether the provider took the text message; it is not sent twice"),
    "sms_expired": _("The provider of text messages did not take it within half an hour"),
    "sms_busy": _("The provider of text messages asks us to try again later"),
    "sms_number": _("The provider does not reach this number"),
    "sms_template": _("The provider refuses the text"),
    "sms_sign": _("The provider refuses our signature"),
    "sms_account": _("The account with the provider cannot be used: balance, contract or rights"),
    "sms_key": _("The provider refuses our key or its secret"),
    "sms_refused": _("The provider refuses the text message"),
    "sms_undelivered": _("The network could not deliver the text message"),
    "not_reached": _("Nobody was reached by telephone"),
    "wrong_number": _("The telephone number is not theirs"),
    "post_returned": _("The letter came back by post"),
    "expired": _("It could not be delivered for five days"),
    "returned": _("The addressee's mail server gave it back"),
    "restored": _("This installation was restored from a backup; letters are held until somebody releases them"),
    "held": _("An administrator holds the letters of this installation back"),
}
"""Why a letter did not leave, or none does, in words."""


class _Line:
    """Both kinds of connection of the standard library, with an end to patience."""

    file: Any
    sock: Any

    def __init__(self, seconds: float, **options: Any) -> None:
        self.until = time.monotonic() + seconds
        super().__init__(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT, **options)  # type: ignore[call-arg]

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Patient(self.sock, self.until))
        return super().getreply()  # type: ignore[no-any-return]


class _Plain(_Line, smtplib.SMTP):
    pass


class _Implicit(_Line, smtplib.SMTP_SSL):
    pass


def _words(answer: object) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)


def connect(seconds: float | None = None) -> smtplib.SMTP:
    """A connection that is encrypted as the settings say, and signed in, for so long. Raises NotSent(kind=blocked)."""
    seconds = TALK_SECONDS if seconds is None else seconds
    step = "connection"
    server: smtplib.SMTP | None = None
    try:
        at_once = settings.EMAIL_SECURITY == "implicit"
        server = _Implicit(seconds, context=ssl.create_default_context()) if at_once else _Plain(seconds)
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_SECURITY == "starttls":
            step = "encryption"
            server.starttls(context=ssl.create_default_context())  # raises for every answer that is no 220
            server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            step = "sign_in"
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if server is not None:
            server.close()
        if isinstance(error, ssl.SSLError):
            step = "encryption"
        elif isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError | ConnectionError):
            step = "connection"
        raise NotSent(step, kind=BLOCKED, said=_answer(error)) from error
    return server


def _answer(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return str(error) or type(error).__name__


def hand_over(server: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> str:
    """Give one letter to the server; its own words when it took it. Raises NotSent with the kind of refusal."""
    try:
        plain = recipient.isascii() and sender.isascii()
        if not plain and not server.has_extn("smtputf8"):
            raise NotSent("recipient", kind=FINAL, said="the server takes no addresses with such signs (SMTPUTF8)")
        code, answer = server.mail(sender, [] if plain else ["SMTPUTF8", "BODY=8BITMIME"])
        if code != 250:
            raise _refusal("sender", code, answer)
        code, answer = server.rcpt(recipient)
        if code not in {250, 251}:
            raise _refusal("recipient", code, answer)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent("connection", kind=BLOCKED, said=_answer(error)) from error
    try:
        code, answer = server.data(content)
    except smtplib.SMTPDataError as error:  # refused before a byte of the letter went
        raise _refusal("content", error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent("broken", kind=UNSURE, said=_answer(error)) from error
    if code != 250:
        raise _refusal("content", code, answer)
    return f"{code} {_words(answer)}"


def _refusal(about: str, code: int, answer: object) -> NotSent:
    said = f"{code} {_words(answer)}"
    if code in SIGN_IN_WANTED:
        return NotSent("sign_in", kind=BLOCKED, said=said)
    if about == "sender" or code == 421 or not 400 <= code < 600:
        return NotSent("sender" if about == "sender" and code >= 500 else "busy", kind=BLOCKED, said=said)
    if code < 500:
        return NotSent("busy", kind=LATER, said=said)
    if about == "recipient" and OUR_FAULT.search(said):
        return NotSent("relay", kind=BLOCKED, said=said)
    return NotSent(about, kind=FINAL, said=said)


class Backend(BaseEmailBackend):
    """Django's door to the mail server: whatever this project sends goes through it. Raises NotSent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            server = connect()
            try:
                sender = sanitize_address(message.from_email, "utf-8")
                for recipient in message.recipients():
                    content = _bytes(message)
                    hand_over(server, _bare(sender), _bare(sanitize_address(recipient, "utf-8")), content)
            finally:
                _hang_up(server)
        return len(email_messages)


def _bytes(message: EmailMessage) -> bytes:
    content: bytes = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    return content


def _bare(address: str) -> str:
    return address.rpartition("<")[2].rstrip(">") if "<" in address else address


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of trying the mail server: `why` is empty when it works; `said` holds its own words."""

    why: str
    said: str


def try_out(recipient: str = "", subject: str = "", body: str = "") -> Trial:
    """Connect, encrypt and sign in; with a recipient, really send a letter. Never raises."""
    if not settings.EMAIL_HOST:
        return Trial(why="no_provider", said="")
    try:
        server = connect(min(TRIAL_SECONDS, TALK_SECONDS))
        try:
            sender = sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")
            if not recipient:
                code, answer = server.mail(_bare(sender))
                if code != 250:
                    raise _refusal("sender", code, answer)
                return Trial(why="", said=f"{code} {_words(answer)}")
            content = _bytes(EmailMessage(subject, body, to=[recipient]))
            return Trial(why="", said=hand_over(server, _bare(sender), _bare(recipient), content))
        finally:
            _hang_up(server)
    except NotSent as refusal:
        return Trial(why=str(refusal.data["why"]), said=refusal.said)
    except (OSError, smtplib.SMTPException) as error:
        return Trial(why="connection", said=_answer(error))

"""The words of a letter, made when it leaves: places filled, language, what is kept of it, the short text of a message."""

import json
import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tingsu.files.models import StoredFile
from tingsu.files.store import name_of
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import organisation_with
from tingsu.kernel.rulebooks import in_force
from tingsu.letters import letterhead, links, providers, signatures
from tingsu.letters.enclosures import enclosed_in, files_with
from tingsu.letters.models import Letter
from tingsu.letters.replies import answer_address
from tingsu.letters.sms import account
from tingsu.letters.sms.short import Short, shortened
from tingsu.letters.templates_book import KEYS, kind_of, render

COVER = "••••••"


def compose(letter: Letter) -> tuple[providers.Message, int]:
    """The letter's words in its language, by the template in force now; and that template's version.

    In the copy that is kept, what opens the case is covered: nobody in the mail room can act as the complainant. Where
    nothing leaves the installation, the mail room is the complainant's letter box, and nothing is covered.
    """
    organisation = organisation_with(letter.organisation_id)
    rules = in_force(kind_of(letter.template))
    given, files = _given(letter)
    with translation.override(letter.language):
        given["files"] = _(", ").join(name_of(one) for one in files)
        values = letterhead.places(letter, given, organisation)
        signature = _signature(letter, given, values)
        subject, body = _texts(rules.body, letter.language)
        if letter.channel == "call":
            values |= dict.fromkeys(KEYS, "")  # nobody of ours reads aloud what opens the case
        if letter.channel == "post" and "link" in values:
            values["link"] = links.short_link(organisation.slug, letter.pk)
        kept = values if providers.stays_here() else values | dict.fromkeys(KEYS & set(values), COVER)
        short, kept_short = _short(letter, values, organisation), _short(letter, kept, organisation)
        message = providers.Message(
            message_id=message_id(letter, organisation),
            address=values.pop("_address", ""),
            language="zh-Hans" if letter.language.startswith("zh") else "en",
            sender=in_language(organisation.name, letter.language),
            reply_to=answer_address(letter.pk, organisation.email),
            thread=thread_of(letter, organisation) if letter.channel == "email" else (),
            large=values.pop("_format", "") == "large_print",
            enclosed=enclosed_in(files) if letter.channel == "email" and not providers.stays_here() else (),
            subject=one_line(render(subject, values)),
            body=short.text if short else signatures.signed(render(body, values), signature),
            kept_subject=one_line(render(subject, kept)),
            kept_body=kept_short.text if kept_short else signatures.signed(render(body, kept), signature),
            kept_whole=render(body, kept) if kept_short else "",
            short=short,
            mark=letter.pk.hex,
            parts=account.counted(short.text) if short else 0,
        )
    return message, rules.version


def rehearsed(letter: Letter, language: str) -> tuple[str, str]:
    """Subject and body as this letter would read in a language, by the template in force; what opens the case is covered.

    Nothing is kept and nothing leaves. What people wrote stands in the language in which they wrote it.
    """
    read = copy(letter)
    read.language = language
    organisation = organisation_with(read.organisation_id)
    given, files = _given(read)
    with translation.override(language):
        given["files"] = _(", ").join(name_of(one) for one in files)
        values = letterhead.places(read, given, organisation)
        signature = _signature(read, given, values)
        values |= dict.fromkeys(KEYS & set(values), "" if read.channel == "call" else COVER)
        subject, body = _texts(in_force(kind_of(read.template)).body, language)
        short = _short(read, values, organisation)
        whole = short.text if short else signatures.signed(render(body, values), signature)
        return one_line(render(subject, values)), whole


def _signature(letter: Letter, given: Mapping[str, Any], values: dict[str, str]) -> str:
    """What stands below a mail to a party: the signature of the unit of whoever is named in it, else of who owns the matter."""
    writer = given.get("handler") or values.get("_owner")
    values.pop("_owner", None)
    if letter.channel != "email" or letter.member_id is not None:
        return ""
    return signatures.signature(uuid.UUID(str(writer)) if writer else None, letter.language, values)


def _given(letter: Letter) -> tuple[dict[str, Any], Sequence[StoredFile]]:
    """What the places are filled with as it was queued, and the files that go along."""
    sealed = letter.values
    given: dict[str, Any] = json.loads(letter.stream.key().open(sealed, f"letter:{letter.pk}:values")) if sealed else {}
    return given, files_with(letter.stream_id, given.pop("_files", None) or [])


def _texts(body: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Subject and body of a template in the language of a reader."""
    named = "zh-Hans" if language.startswith("zh") else "en"
    return body["subject"][named], body["body"][named]


def _short(letter: Letter, values: dict[str, Any], organisation: Organisation) -> Short | None:
    """What a text message says of it, with a link that costs few signs; None for other means, and kinds without such a text."""
    if letter.channel != "sms":
        return None
    key = links.short_key(letter.pk) if values.get("link") != COVER else COVER
    link = (
        links.short_link(organisation.slug, letter.pk)
        if values.get("link") and key != COVER
        else values.get("link", "")
    )
    return shortened(letter.template, letter.language, values | {"link": link, "link_key": key})


def message_id(letter: Letter, organisation: Organisation) -> str:
    """The letter's name in the world, in the domain of the firm's mailbox; the same on every try."""
    domain = (organisation.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]).rpartition("@")[2]
    return f"<{letter.pk}@{domain if '.' in domain else f'{organisation.slug}.invalid'}>"


def thread_of(letter: Letter, organisation: Organisation) -> tuple[str, ...]:
    """The first and the newest mail that this person has of this case: their program shows one conversation."""
    earlier = Letter.objects.filter(stream_id=letter.stream_id, channel="email", sent_at__isnull=False).exclude(
        message_id=""
    )
    whose = {"member_id": letter.member_id} if letter.member_id else {"party_id": letter.party_id}
    known = list(earlier.filter(**whose).order_by("sent_at", "pk").values_list("message_id", flat=True)[:200])
    return tuple(dict.fromkeys([*known[:1], *known[-1:]]))


def one_line(subject: str) -> str:
    """A line break of any kind would be refused as a forged header, each time the letter is tried."""
    return " ".join(subject.split())

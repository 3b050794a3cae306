"""The mail room: every letter to the parties, by when it was written, newest first, with how it went (AK-10)."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from tingsu.complaints import access
from tingsu.complaints.fields import code_words
from tingsu.complaints.letter_log import MeansLine, means_lines
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import NotFound
from tingsu.letters import deliveries
from tingsu.letters.actions import may_go_again
from tingsu.letters.composing import compose
from tingsu.letters.deliveries import STATES
from tingsu.letters.means import label_of
from tingsu.letters.models import Letter
from tingsu.letters.smtp import WHY
from tingsu.letters.templates_book import TEMPLATES
from tingsu.pages.pager import Page, page_of
from tingsu.privacy.log import log_access
from tingsu.privacy.show import known_about, show_text

PAGE = 50
ORDER = ("-created_at", "-pk")
Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class LetterLine:
    """One letter as a line; the case it belongs to by number only."""

    id: uuid.UUID
    at: datetime
    """When it was written, which is the order of the list."""
    name: Words
    channel: Words
    state: Words
    tone: str
    number: str
    failure: Words
    sent_at: datetime | None
    read_at: datetime | None
    tries: int = 0
    next_try_at: datetime | None = None
    """Of a letter that did not leave yet: how often it was tried, and when it is tried next."""
    again: bool = False
    """It could not be sent and can be sent again."""


@dataclass(frozen=True, kw_only=True)
class OpenLetter:
    """One letter as it was, or would be, read by its addressee; personal data as the reader may see it."""

    row: LetterLine
    address: str
    subject: str
    body: str
    language: str
    format: str
    """standard, large_print or braille, as the complainant asked (IN-18)."""
    format_words: str
    whole: str = ""
    """Of a text message: the letter in full, as it stands behind its link."""
    said: str = ""
    """What the mail server or provider answered, covered as the address is."""
    means: Sequence[MeansLine] = ()
    """What became of it by each means (AK-10)."""


def letter_page(actor: Actor, *, state: str, after: str) -> tuple[list[LetterLine], Page[Letter]]:
    """One page of the letters whose cases the actor may see, newest first: its lines, and where it stands. Two queries."""
    rows = _visible(actor)
    if state == "read":
        rows = rows.filter(read_at__isnull=False)
    elif state == "failed":
        rows = rows.filter(Q(state=state) | ~Q(failed_channel=""))
    elif state in {"sent", "delivered"}:  # what was read says so, and stands there
        rows = rows.filter(state=state, read_at__isnull=True)
    elif state in STATES:
        rows = rows.filter(state=state)
    page = page_of(rows, ORDER, after, PAGE)
    numbers = dict(Complaint.objects.filter(pk__in={row.stream_id for row in page.rows}).values_list("pk", "number"))
    return [_row(letter, numbers.get(letter.stream_id, "")) for letter in page.rows], page


def open_letter(actor: Actor, letter_id: uuid.UUID) -> OpenLetter:
    """One letter, noted in the access log. Raises NotFound for what the actor may not see, or what was erased."""
    letter = _visible(actor).select_related("stream").filter(pk=letter_id).first()
    if letter is None:
        raise NotFound
    try:
        if letter.body:
            key = letter.stream.key()
            parts = [
                key.open(getattr(letter, name), f"letter:{letter.pk}:{name}")
                for name in ("address", "subject", "body", "whole")
            ]
        else:
            message, _version = compose(letter)
            parts = [message.address, message.kept_subject, message.kept_body, message.kept_whole]
        said = letter.stream.key().open(letter.said, f"letter:{letter.pk}:said") if letter.said else ""
    except Erased as error:
        raise NotFound from error
    log_access(actor, "opened", letter.stream_id, field="letter.body")
    case = Complaint.objects.filter(pk=letter.stream_id).only("number", "format").first()
    number = case.number if case else ""
    asked_format = case.format if case and letter.member_id is None else "standard"
    field = "email" if letter.channel == "email" else "phone"
    address, subject, body, whole = parts
    known = known_about(letter.stream_id)
    return OpenLetter(
        row=_row(letter, number),
        address=show_text(actor, "complainant", field, address, "letter", known=known) if address else "",
        subject=show_text(actor, "letter", "body", subject, "letter", known=known),
        body=show_text(actor, "letter", "body", body, "letter", known=known),
        whole=show_text(actor, "letter", "body", whole, "letter", known=known) if whole else "",
        language=letter.language,
        format=asked_format,
        said=show_text(actor, "letter", "body", said, "letter", known=known) if said else "",
        means=means_lines(letter, deliveries.of([letter.pk]).get(letter.pk, [])),
        format_words="" if asked_format == "standard" else code_words("format", asked_format),
    )


def letters_named(actor: Actor, ids: Iterable[str]) -> list[uuid.UUID]:
    """Those of the letters named that lie in the actor's mail room; at most a page of them."""
    wanted = set(list(ids)[:PAGE])
    failed = _visible(actor).exclude(failure="").filter(values__isnull=False)
    return list(failed.filter(pk__in=_ids(wanted)).order_by("created_at").values_list("pk", flat=True))


def _ids(texts: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def _visible(actor: Actor) -> QuerySet[Letter]:
    rows = Letter.objects.all()
    if access.sees_everything(actor):
        return rows
    return rows.filter(stream_id__in=access.visible_to(actor).values("pk"))


def _row(letter: Letter, number: str) -> LetterLine:
    template = TEMPLATES.get(letter.template)
    state, tone = STATES["read" if letter.read_at else letter.state]
    return LetterLine(
        id=letter.pk,
        at=letter.created_at,
        name=template.label if template else letter.template,
        channel=label_of(letter.channel),
        state=state,
        tone=tone,
        number=number,
        failure=WHY.get(letter.failure, letter.failure),
        sent_at=letter.sent_at,
        read_at=letter.read_at,
        tries=letter.attempts + letter.unsure,
        next_try_at=letter.next_try_at if letter.state == Letter.State.QUEUED and letter.failure else None,
        again=may_go_again(letter),
    )

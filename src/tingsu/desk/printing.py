"""The print queue: letters that leave by post, as one file with a list on top; posting and returning them (AK-01, AK-10)."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.complaints import access
from tingsu.complaints.actions import take_step
from tingsu.complaints.fields import code_words
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.letters_by_hand import LETTER_POSTED
from tingsu.complaints.terms import Format
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.letters import by_hand, deliveries
from tingsu.letters.composing import compose
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import TEMPLATES
from tingsu.pages.pdf import Part, Sheet, instant
from tingsu.people import queries as people
from tingsu.privacy.log import log_access

MOST = 100
"""Letters of one file; the others are printed next."""


@dataclass(frozen=True, kw_only=True)
class PostLine:
    """One letter that waits, or was posted."""

    id: uuid.UUID
    name: str | Promise
    number: str
    at: datetime
    tracking: str = ""
    form: str | Promise = ""
    """The form that its receiver asked for (IN-18): large print is printed so, braille and signs are told apart."""


def waiting(actor: Actor) -> list[PostLine]:
    """What is to be printed and posted of the cases that the actor may see, the longest waiting first. Three queries."""
    return _lines(_visible(actor, list(by_hand.to_post()[:MOST])))


def under_way(actor: Actor) -> list[PostLine]:
    """What was posted last and may come back. Four queries."""
    rows = Letter.objects.filter(channel="post", state=Letter.State.SENT).order_by("-sent_at", "-pk")[:MOST]
    return _lines(_visible(actor, list(rows)), posted=True)


def _visible(actor: Actor, letters: Sequence[Letter]) -> list[tuple[Letter, str]]:
    """With the number of its case; those of cases that are hidden from the actor are left out."""
    ids = {one.stream_id for one in letters}
    if not ids:
        return []
    rows = Complaint.objects.all() if access.sees_everything(actor) else access.visible_to(actor)
    numbers = dict(rows.filter(pk__in=ids).values_list("pk", "number"))
    return [(one, numbers[one.stream_id]) for one in letters if one.stream_id in numbers]


def _lines(found: Iterable[tuple[Letter, str]], *, posted: bool = False) -> list[PostLine]:
    found = list(found)
    forms = _forms(one.stream_id for one, _number in found)
    logs = deliveries.of(one.pk for one, _number in found) if posted and found else {}
    return [
        PostLine(
            id=one.pk,
            name=TEMPLATES[one.template].label,
            number=number,
            at=one.sent_at or one.created_at,
            form=forms.get(one.stream_id, ""),
            tracking=next((row.tracking for row in reversed(logs.get(one.pk, [])) if row.tracking), ""),
        )
        for one, number in found
    ]


def _forms(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, str | Promise]:
    """By case the form asked for, where it is another than the usual one."""
    rows = Complaint.objects.filter(pk__in=set(cases)).exclude(format=Format.STANDARD).values_list("pk", "format")
    return {pk: code_words("format", code) for pk, code in rows}


def chosen(ids: Iterable[str]) -> list[uuid.UUID]:
    """The letters that a form names; what is no id is none."""
    found = []
    for text in list(ids)[:MOST]:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def sheet(actor: Actor, ids: Iterable[uuid.UUID]) -> Sheet | None:
    """The letters as one document: a list of what is in it, then each on a page of its own, as its receiver reads it.

    Whoever answers for the post sees names and addresses, for they go on the envelopes; each is noted in the access log. None
    when nothing of it waits any more.
    """
    rows = by_hand.to_post().filter(pk__in=list(ids)).select_related("stream")
    firm = current_organisation()
    heads: list[Sequence[str]] = []
    parts: list[Part] = []
    for letter, number in _visible(actor, list(rows[:MOST])):
        try:
            message, _version = compose(letter)
        except Erased:
            continue
        log_access(actor, "printed", letter.stream_id, field="letter.body")
        lines = message.address.split("\n")
        with translation.override(message.language):
            sender = " · ".join(filter(None, (in_language(firm.name), in_language(firm.address), firm.hotline)))
            facts = [(_("To"), lines[-1]), (_("Address"), " ".join(lines[:-1])), (_("Date"), instant(now())[:10])]
            parts.append(
                Part(
                    heading=message.subject,
                    fresh=True,
                    note=sender,
                    facts=facts,
                    texts=message.body.split("\n\n"),
                    large=message.large,
                )
            )
        heads.append(
            (str(len(heads) + 1), number, str(TEMPLATES[letter.template].label), lines[-1], " ".join(lines[:-1]))
        )
    if not parts:
        return None
    cover = Part(
        heads=("", _("Number"), _("Letter"), _("To"), _("Address")), rows=heads, widths=(1, 4, 5, 4, 8),
        signs=[_("Posted by, on")],
    )  # fmt: skip
    return Sheet(
        firm=in_language(firm.name), title=_("Letters to post"), by=people.staff_identity(actor.id) if actor.id else "",
        at=now(), subtitle=instant(now()), parts=[cover, *parts],
    )  # fmt: skip


def mark(actor: Actor, ids: Iterable[uuid.UUID], *, posted_at: datetime | None, tracking: str) -> tuple[int, list[str]]:
    """Note that these letters went to the post, each a step of its case; how many, and what was refused."""
    done, refusals = 0, []
    rows = by_hand.to_post().filter(pk__in=list(ids))
    for letter, number in _visible(actor, list(rows[:MOST])):
        values = {
            "letter": str(letter.pk),
            "posted_at": posted_at.isoformat() if posted_at else "",
            "tracking": tracking,
        }
        try:
            take_step(actor=actor, complaint_id=letter.stream_id, step=LETTER_POSTED.name, values=values)
            done += 1
        except TingsuError as refusal:
            refusals.append(after_label(number, refusal))
    return done, refusals

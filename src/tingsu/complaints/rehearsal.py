"""What a step would write to the parties, before it is taken: each letter in both languages, and nothing happens."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise

from tingsu.complaints import interference
from tingsu.complaints.actions import Following, carry, step_named
from tingsu.complaints.case import open_case
from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.fields import LANGUAGES
from tingsu.letters.composing import rehearsed
from tingsu.letters.means import label_of
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import TEMPLATES
from tingsu.privacy.masking import Known
from tingsu.privacy.show import known_of, show_text


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A letter in one language, as this reader may see it."""

    language: str
    """zh-Hans or en."""
    subject: str
    body: str
    chosen: bool
    """The language in which it would leave."""


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """A letter that a step would write."""

    template: str
    name: str | Promise
    to: str
    """The role of the receiver in the case."""
    to_words: str
    means: str
    """By which it would be tried first."""
    means_words: str | Promise
    wordings: list[Wording]
    """In both languages, the one in which it would leave first."""


def letters_of_step(
    *, actor: Actor, complaint_id: uuid.UUID, step: str, values: Mapping[str, Any], version: int | None = None,
    then: Following | None = None, door: str = "page",
) -> list[Rehearsed]:  # fmt: skip
    """The letters to the parties that `take_step` would write with these values; the step is taken and taken back at once.

    Raises what `take_step` raises, so that what would be refused is refused here. Codes and links are covered: none of
    them is ever valid. Letters to colleagues, which say nothing of the matter, are left out.
    """
    taken = step_named(step)
    with interference.refused(actor, complaint_id, step), transaction.atomic(durable=True):
        case = open_case(actor, complaint_id, now())
        before = set(_letters(case.complaint).values_list("pk", flat=True))
        carry(case, taken, values, version, then)
        parties = {one.pk: one for one in Party.objects.filter(complaint_id=complaint_id)}
        rows = _letters(case.complaint).exclude(pk__in=before).select_related("stream").order_by("created_at", "id")
        found = [_rehearsed(actor, one, parties[one.party_id], known_of(parties.values()), door) for one in rows]
        transaction.set_rollback(True)
    return found


def _letters(complaint: Complaint) -> Any:
    return Letter.objects.filter(stream_id=complaint.pk, party_id__isnull=False)


def _rehearsed(actor: Actor, letter: Letter, party: Party, known: Known, door: str) -> Rehearsed:
    chosen = "zh-Hans" if letter.language.startswith("zh") else "en"
    wordings = []
    for language in sorted(LANGUAGES, key=lambda one: one != chosen):
        subject, body = (
            show_text(actor, "letter", "body", text, door, known=known) for text in rehearsed(letter, language.lower())
        )
        wordings.append(Wording(language=language, subject=subject, body=body, chosen=language == chosen))
    return Rehearsed(
        template=letter.template,
        name=TEMPLATES[letter.template].label,
        to=party.role,
        to_words=str(party.get_role_display()),
        means=letter.channel,
        means_words=label_of(letter.channel),
        wordings=wordings,
    )

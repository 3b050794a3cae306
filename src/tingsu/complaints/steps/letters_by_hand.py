"""Letters that people carry out, and how a person wishes to be reached: E06 (AK-01, AK-10)."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.case import Case
from tingsu.complaints.fields.people import CHANNELS
from tingsu.complaints.letter_papers import all_letters
from tingsu.complaints.models import Complaint
from tingsu.complaints.steps.common import STAFF
from tingsu.complaints.telling import complainant_of
from tingsu.complaints.terms import State
from tingsu.kernel.clock import local
from tingsu.kernel.errors import Unmet
from tingsu.kernel.organisations import current_organisation
from tingsu.letters import by_hand, choosing
from tingsu.letters.models import Letter
from tingsu.letters.templates_book import TEMPLATES
from tingsu.process.steps import Field, Options, Step, Values

NOT_ARCHIVED = tuple(state for state in State if state != State.ARCHIVED)
ALWAYS = tuple(State)
"""A letter that waits, or comes back, does so whatever has become of the case: answers about data go out after the archive too."""
WHO = (*STAFF, "owner")


def _named(rows: Any) -> Options:
    zone = current_organisation().time_zone
    return tuple(
        (str(one.pk), f"{TEMPLATES[one.template].label} · {local(_when(one), zone):%Y-%m-%d %H:%M}") for one in rows
    )


def _when(letter: Letter) -> datetime:
    return letter.sent_at or letter.created_at


def _rows(complaint: Complaint | None, channel: str, state: str) -> list[Letter]:
    """Of the letters of the case, which a page reads once."""
    found = all_letters(complaint) if complaint is not None and complaint.pk else []
    return [one for one in found if (one.channel, one.state) == (channel, state)]


def letters_to_call(complaint: Complaint | None) -> Options:
    """What is to be told by telephone."""
    return _named(_rows(complaint, "call", Letter.State.QUEUED))


def letters_to_post(complaint: Complaint | None) -> Options:
    """What is to be printed and posted."""
    return _named(_rows(complaint, "post", Letter.State.QUEUED))


def letters_posted(complaint: Complaint | None) -> Options:
    """What was posted."""
    return _named(_rows(complaint, "post", Letter.State.SENT))


def a_call_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if _rows(case.complaint, "call", Letter.State.QUEUED):
        return []
    return [Unmet("no_call", _("nothing of this complaint waits to be told by telephone"))]


def a_letter_waits(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if _rows(case.complaint, "post", Letter.State.QUEUED):
        return []
    return [Unmet("no_post", _("no letter of this complaint waits to be posted"))]


def a_letter_is_under_way(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    if _rows(case.complaint, "post", Letter.State.SENT):
        return []
    return [Unmet("none_posted", _("no letter of this complaint was posted"))]


def tell_by_telephone(case: Case, values: Values) -> None:
    """Told: the letter has arrived. Not reached so often, or another's number: the next means takes it (AK-10)."""
    by_hand.note_call(case.chain, uuid.UUID(values["letter"]), values["outcome"], actor=case.actor, at=case.at)
    if values["outcome"] == by_hand.TOLD:
        case.end("dedicated_contact")


def post_letter(case: Case, values: Values) -> None:
    """The letter was printed and went to the post on that day."""
    by_hand.note_posted(
        case.chain, uuid.UUID(values["letter"]), actor=case.actor, at=case.at, posted_at=values["posted_at"] or case.at,
        tracking=values["tracking"],
    )  # fmt: skip


def letter_came_back(case: Case, values: Values) -> None:
    """The post brought it back: a failure, and the next means takes it."""
    by_hand.note_came_back(case.chain, uuid.UUID(values["letter"]), values["remark"], actor=case.actor, at=case.at)


def can_be_reached_so(case: Case, step: Step, values: Values | None) -> list[Unmet]:
    """Nobody can be promised a means by which nothing would arrive."""
    if values is None:
        return []
    party = complainant_of(case.complaint)
    if party is None or party.erased_at is not None:
        return [Unmet("nobody", _("there is nobody left to be reached"))]
    wish = values["preferred_channel"]
    refused = choosing.refusal(party, wish, template="", language=case.complaint.language) if wish != "portal" else None
    return [Unmet("not_reached_so", refused.sentence, value_of="preferred_channel")] if refused else []


def choose_means(case: Case, values: Values) -> None:
    """From the next letter on; one that waits stays with the means it was written for."""
    party = complainant_of(case.complaint)
    if party is not None and party.preferred_channel != values["preferred_channel"]:
        party.preferred_channel = values["preferred_channel"]
        party.save(update_fields=["preferred_channel"])


def means_now(actor: Any, complaint: Complaint) -> dict[str, Any]:
    party = complainant_of(complaint)
    return {"preferred_channel": party.preferred_channel if party else ""}


def _letter(provider: Any) -> Field:
    return Field(name="letter", label=_("Letter"), kind="choice", options=provider, required=True)


LETTER_TOLD = Step(
    id="E06",
    name="letter_told",
    event="complaint.letter_told",
    label=_("Note the call about a letter"),
    sources=ALWAYS,
    who=WHO,
    guards=(a_call_waits,),
    may_stop=("dedicated_contact",),
    clause="AK-01; AK-10",
    effect=tell_by_telephone,
    fields=(
        _letter(letters_to_call),
        Field(
            name="outcome",
            label=_("What came of the call"),
            kind="choice",
            required=True,
            options=(
                (by_hand.TOLD, _("Told")),
                (by_hand.NOT_REACHED, _("Not reached")),
                (by_hand.WRONG, _("The number is not theirs")),
            ),
        ),
        Field(name="remark", label=_("Remark"), limit=500),
    ),
)
LETTER_POSTED = Step(
    id="E06",
    name="letter_posted",
    event="complaint.letter_posted",
    label=_("Note that a letter was posted"),
    sources=ALWAYS,
    who=WHO,
    guards=(a_letter_waits,),
    clause="AK-01; AK-10",
    effect=post_letter,
    fields=(
        _letter(letters_to_post),
        Field(name="posted_at", label=_("When, if it was earlier"), kind="datetime", past=True),
        Field(name="tracking", label=_("Tracking number"), limit=60),
    ),
)
LETTER_CAME_BACK = Step(
    id="E06",
    name="letter_came_back",
    event="complaint.letter_came_back",
    label=_("Note that a letter came back"),
    sources=ALWAYS,
    who=WHO,
    guards=(a_letter_is_under_way,),
    clause="AK-10",
    effect=letter_came_back,
    fields=(
        _letter(letters_posted),
        Field(name="remark", label=_("What the post says"), limit=300),
    ),
)
CHOOSE_MEANS = Step(
    id="E06",
    name="choose_means",
    event="complaint.means_chosen",
    label=_("Choose how letters come"),
    sources=NOT_ARCHIVED,
    who=("complainant", "agent", *WHO),
    guards=(can_be_reached_so,),
    clause="AK-01; SZ 6(4)",
    effect=choose_means,
    first=means_now,
    fields=(
        Field(
            name="preferred_channel",
            label=pgettext_lazy("letter", "How letters come"),
            kind="choice",
            options=CHANNELS,
            required=True,
        ),
    ),
)
STEPS = (LETTER_TOLD, LETTER_POSTED, LETTER_CAME_BACK, CHOOSE_MEANS)

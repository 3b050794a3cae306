"""The copy of what is recorded about a person (RC-07): party data, what was told, files, decisions, letters.

Nothing of other people and nothing internal: only what the person's own page may show, and what others are called is masked in it.
The document is sealed like every file, opened by staff with a purpose only, and erased with the request that it belongs to.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from tingsu.aftercare.events import ANSWERED
from tingsu.aftercare.models import Rating, ResultNotice, ReviewRequest
from tingsu.complaints import access
from tingsu.complaints.handed_in import handed_in
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import PUBLIC_STAGE, PartyRole, State
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.governance.notice import notice_parts
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.punctuation import after_label
from tingsu.letters.models import Letter
from tingsu.pages import pdf
from tingsu.pages.pdf import CELL_LIMIT, Part, Sheet
from tingsu.people.queries import staff_identity
from tingsu.privacy.fields import FIELD_LABELS, TABLE, Sight, Viewer
from tingsu.privacy.masking import NOBODY, Known, mask_known
from tingsu.privacy.show import known_of, show_field, show_party
from tingsu.settlement import wording
from tingsu.settlement.models import Solution

Fact = tuple[str, str]
Told = Callable[[Complaint, Party, datetime], list[Part]]
_told: list[Told] = []
SENT = (Letter.State.SENT, Letter.State.DELIVERED)
TOLD_OF = (Solution.State.SENT, Solution.State.AGREED, Solution.State.REFUSED, Solution.State.REPLACED)


def declare_told(told: Told) -> None:
    """Parts that a room above knows: what the person's own page says."""
    _told.append(told)


def make(actor: Actor, number: str, people: Iterable[tuple[Complaint, Party]]) -> StoredFile:
    """The document as a loose file of the actor's. Call it outside any transaction."""
    found = list(people)
    language = found[0][0].language
    with override(language), timezone.override(current_organisation().time_zone):
        sheet = sheet_of(actor, number, found, now())
        content = pdf.pdf(sheet)
        name = _("Personal data %(number)s.pdf") % {"number": number}
    return store.keep(name, content, actor=actor, purpose=store.COPY)


def sheet_of(actor: Actor, number: str, people: Iterable[tuple[Complaint, Party]], at: datetime) -> Sheet:
    """What the document says, in the language that is on."""
    parts: list[Part] = []
    for complaint, party in people:
        parts += parts_of(complaint, party, at)
    held = [
        (title, words)
        for name, (title, words) in notice_parts().items()
        if name in {"officer", "recipients", "regulator"}
    ]
    parts.append(Part(heading=_("Who receives it, and whom to ask"), facts=held))
    return Sheet(
        firm=in_language(current_organisation().name),
        title=_("What is recorded about you"),
        subtitle=_("Request %(number)s, as of %(at)s") % {"number": number, "at": _instant(at)},
        by=staff_identity(actor.id) or actor.name,
        at=at,
        parts=parts,
    )


def parts_of(complaint: Complaint, party: Party, at: datetime) -> list[Part]:
    """Everything of one case that is about one person."""
    others = known_of(one for one in complaint.parties.all() if one.pk != party.pk)
    parts = [
        Part(heading=_("Complaint %(number)s") % {"number": complaint.number}, facts=_case(complaint)),
        Part(heading=_("Your name and how to reach you"), facts=_person(complaint, party)),
        Part(heading=_("What you told us"), facts=_matter(complaint, party)),
    ]
    for told in _told:
        parts += told(complaint, party, at)
    parts += [
        Part(heading=_("Decisions"), facts=_decisions(complaint, party)),
        Part(heading=_("Letters"), facts=_letters(complaint)),
        Part(heading=_("Files that you handed in"), facts=_files(complaint)),
    ]
    return [_covered(one, others) for one in parts if one.facts]


def _covered(part: Part, others: Known) -> Part:
    """Other people's names and numbers masked, and no word cut: a long text goes on in the next line."""
    facts: list[Fact] = []
    for label, words in part.facts:
        text = mask_known(str(words), others)
        pieces = [text[start : start + CELL_LIMIT] for start in range(0, len(text), CELL_LIMIT)] or [""]
        facts += [(str(label) if place == 0 else "", piece) for place, piece in enumerate(pieces)]
    return Part(heading=part.heading, facts=facts)


def _case(complaint: Complaint) -> list[Fact]:
    facts = [
        (pgettext("date", "Received"), _instant(complaint.received_at)),
        (_("How far it is"), str(PUBLIC_STAGE[State(complaint.state)].label)),
    ]
    if complaint.closed_at:
        facts.append((pgettext("date", "Closed"), _instant(complaint.closed_at)))
    if complaint.product:
        facts.append((_("Product or service"), complaint.product))
    return facts


def _person(complaint: Complaint, party: Party) -> list[Fact]:
    own = access.party_actor(party, complaint.organisation_id)
    return [(str(one.label), one.value) for one in show_party(own, party, "page").fields.values() if one.value]


def _matter(complaint: Complaint, party: Party) -> list[Fact]:
    """Every sealed text of the case that its own person may read, by the privacy table."""
    own = access.party_actor(party, complaint.organisation_id)
    facts = []
    for (subject, name), rule in TABLE.items():
        if subject != "complaint" or rule.sights[Viewer.SELF] is not Sight.CLEAR or not getattr(complaint, name, None):
            continue
        shown = show_field(own, complaint, name, "page", known=NOBODY, own=True)
        if shown.value:
            facts.append((str(FIELD_LABELS.get(name, shown.label)), shown.value))
    return facts


def _decisions(complaint: Complaint, party: Party) -> list[Fact]:
    facts: list[Fact] = []
    for row in sorted(Solution.of(complaint), key=lambda one: one.version):
        if row.state not in TOLD_OF or row.sent_at is None:
            continue
        lines = [str(row.get_state_display()), wording.words_for(row, party.role), *map(str, wording.offers_of(row))]
        lines += [
            after_label(one.demand, f"{one.decision_label} {one.reason}".strip()) for one in wording.replies_of(row)
        ]
        facts.append((_("Solution of %(day)s") % {"day": _day(row.sent_at)}, "\n".join(line for line in lines if line)))
    for notice in sorted(ResultNotice.of(complaint), key=lambda one: one.sent_at):
        facts.append((_("Formal result of %(day)s") % {"day": _day(notice.sent_at)}, notice.shown("words")))
    for asked in sorted(ReviewRequest.of(complaint), key=lambda one: one.asked_at):
        lines = [asked.shown("words"), str(ANSWERED.get(asked.result, "")), asked.shown("answer")]
        facts.append(
            (
                _("Review asked for on %(day)s") % {"day": _day(asked.asked_at)},
                "\n".join(line for line in lines if line),
            )
        )
    for rating in sorted(Rating.of(complaint), key=lambda one: one.rated_at):
        facts.append(
            (
                _("Your rating of %(day)s") % {"day": _day(rating.rated_at)},
                f"{rating.score} {rating.shown('comment')}".strip(),
            )
        )
    return facts


def _letters(complaint: Complaint) -> list[Fact]:
    """Letters to the person, and to whoever speaks for the person."""
    side = [one.pk for one in complaint.parties.all() if one.role != PartyRole.RESPONDENT]
    key = complaint.stream.key()
    rows = Letter.objects.filter(stream_id=complaint.pk, party_id__in=side, state__in=SENT)
    facts = []
    for row in rows.order_by("created_at", "id"):
        told = (key.open(getattr(row, name), f"letter:{row.pk}:{name}") for name in ("subject", "body", "whole"))
        facts.append((_instant(row.sent_at or row.created_at), "\n".join(words for words in told if words)))
    return facts


def _files(complaint: Complaint) -> list[Fact]:
    rows = StoredFile.objects.filter(handed_in(complaint), stream_id=complaint.pk, erased_at=None).order_by(
        "received_at"
    )
    return [(_instant(row.received_at), f"{store.name_of(row)} · {row.size} B") for row in rows]


def _instant(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}"


def people_of(cases: Iterable[uuid.UUID]) -> list[tuple[Complaint, Party]]:
    """Case and complainant of each, without those that were erased."""
    rows: Any = (
        Complaint.objects.filter(pk__in=list(cases)).select_related("stream").prefetch_related("parties").order_by("pk")
    )
    found = []
    for complaint in rows:
        party = next(
            (one for one in complaint.parties.all() if one.role == "complainant" and one.erased_at is None), None
        )
        if party is not None:
            party.complaint = complaint
            found.append((complaint, party))
    return found

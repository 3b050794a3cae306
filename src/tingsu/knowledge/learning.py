"""From a handled complaint to knowledge (IM-11, FB-11): model case or lesson, anonymised through the privacy layer, as a draft to be written on.

Nothing of the people in the case comes along: what points to somebody is taken out before anything is kept, and the check before publishing
looks again with what is known of them.
"""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from tingsu.aftercare.models import ClosingReview
from tingsu.complaints.covering import known_in
from tingsu.complaints.models import Complaint
from tingsu.complaints.recorded import bases_cited, demand_words
from tingsu.complaints.terms import State
from tingsu.complaints.waiting import cause_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.organisations import current_organisation
from tingsu.knowledge import terms
from tingsu.knowledge.nobody import anonymous
from tingsu.registers.actions import Link, Opening, open_entry
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry
from tingsu.settlement.rulebooks import bases

ENDED = frozenset({State.CLOSED, State.ARCHIVED})
TITLE, SITUATION, BODY = 120, 4000, 12000


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What a case teaches, of nobody: ready to be kept."""

    kind: str
    title: str
    situation: str
    body: str
    product: str
    categories: tuple[str, ...]
    problem_type: str
    bases: tuple[str, ...]

    @property
    def values(self) -> dict[str, object]:
        """As the form of the register takes it."""
        found: dict[str, object] = {
            "kind": self.kind, "title": self.title, "body": self.body, "product": self.product, "categories": list(self.categories),
            "problem_types": [self.problem_type] if self.problem_type else [], "bases": list(self.bases),
        }  # fmt: skip
        return found | ({"situation": self.situation} if self.kind == terms.CASE else {})


def entry_id(complaint_id: uuid.UUID, kind: str) -> uuid.UUID:
    """The entry that is made of a case: a second try finds the first."""
    return uuid.uuid5(complaint_id, f"knowledge:{kind}")


def _said(complaint: Complaint, name: str) -> str:
    try:
        return anonymous(complaint.text(name), known_in(complaint))
    except Erased:
        return ""


def learned(complaint: Complaint, kind: str) -> Learned:
    """What a case teaches. In the language of the organisation, for its colleagues read it."""
    known = known_in(complaint)
    review = next(iter(ClosingReview.of(complaint)), None)

    def of_review(name: str) -> str:
        try:
            return anonymous(review.text(name), known) if review is not None else ""
        except Erased:
            return ""

    with override(current_organisation().language):
        story = _said(complaint, "description") or _said(complaint, "summary")
        wishes = anonymous(demand_words(complaint), known)
        parts = [
            (_("What the complainant asked for"), wishes),
            (_("How it ended"), str(complaint.get_outcome_display() or "") if complaint.outcome else ""),
            (pgettext("knowledge", "Cause"), of_review("cause")),
            (_("What we learned"), of_review("lesson")),
            (_("What is better now"), of_review("action")),
        ]
        product = anonymous(complaint.product or "", known)
        title = " · ".join(part for part in (str(cause_of(complaint)), product) if part)
    offered = {code for code, _words in bases.options()}
    return Learned(
        kind=kind, title=title[:TITLE], situation=story[:SITUATION],
        body=("\n\n".join(f"## {head}\n{words}" for head, words in parts if words) or title)[:BODY],
        product=product[:80] if "×" not in product else "",
        categories=tuple(str(one["no"]) for one in complaint.categories), problem_type=complaint.problem_type,
        bases=tuple(code for code in bases_cited(complaint) if code in offered),
    )  # fmt: skip


def learn(*, actor: Actor, complaint: Complaint, kind: str, allowed: bool = False) -> Entry:
    """The draft made of a closed case; the one that stands already where there is one. Raises InvalidInput, NotAllowed."""
    if kind not in terms.FROM_CASES:
        raise InvalidInput({"kind": InvalidValue(code="choice")})
    if complaint.state not in ENDED:
        raise InvalidInput({"kind": InvalidValue(_("A case teaches when it is closed."), code="open")})
    pk = entry_id(complaint.pk, kind)
    if (there := Entry.objects.filter(pk=pk).select_related("stream").first()) is not None:
        return there
    register = register_named(terms.NAME)
    assert register is not None  # noqa: S101 declared beside this
    opening = Opening(
        values=learned(complaint, kind).values, id=pk, allowed=allowed, links=(Link(other_id=complaint.pk, kind="follows"),)
    )  # fmt: skip
    return open_entry(actor=actor, register=register, opening=opening)


def learn_from_closing(event_id: uuid.UUID) -> Entry | None:
    """The lesson that whoever closed a case holds worth knowing for others (FB-11). Twice does it once."""
    from tingsu.kernel.actor import automation
    from tingsu.kernel.models import Event
    from tingsu.kernel.tenancy import current_organisation_id

    event = Event.objects.get(pk=event_id)
    complaint = Complaint.objects.select_related("stream").get(pk=event.stream_id)
    if complaint.state not in ENDED:
        return None
    return learn(
        actor=automation("knowledge.lessons", current_organisation_id()),
        complaint=complaint,
        kind=terms.LESSON,
        allowed=True,
    )

"""Lines of lists: what a queue, search or task list shows of a case, with personal data as the reader may see it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from tingsu.clocks.timers import timer_name
from tingsu.complaints import terms
from tingsu.complaints.covering import covered, people_of
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.waiting import cause_of, due_of, shown_text
from tingsu.desk.personal import short_name
from tingsu.desk.rail import POSITION, stage_word
from tingsu.desk.risks import risk_face
from tingsu.kernel.actor import Actor
from tingsu.kernel.together import Asking, Reader
from tingsu.people.queries import alias_of
from tingsu.privacy.show import known_of
from tingsu.process.waiting import Due


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case in a list."""

    number: str
    url: str
    risk: str
    cause: str
    summary: str
    complainant: str
    product: str
    owner: str
    stage: str
    position: int
    promise: Due | None
    promise_name: str
    level: int
    """Where it stands on its ladder; 1 while it never climbed."""
    fair: bool
    """A demand judged reasonable waits for its remedy (CA-56)."""
    unread: bool
    received_at: datetime
    group: str = ""

    @property
    def risk_words(self) -> str:
        """The highest of its facts, in words."""
        return str(risk_face(self.risk).word) if self.risk else ""


@Asking
def rows_of(
    actor: Actor, complaints: Iterable[Complaint], groups: Mapping[uuid.UUID, str] | None = None, *, door: str = "page"
) -> Reader[list[CaseLine]]:
    """Rows for a page of cases: one more query, however many there are."""
    page = list(complaints)
    people = (yield from people_of.reader(page)) if page else {}
    cases, said = reverse("desk:case", args=["0"]).removesuffix("0/"), _Said()
    return [_row(actor, one, people[one.pk], (groups or {}).get(one.pk, ""), cases, door, said) for one in page]


class _Said:
    """The words of one page, each looked up in the catalogue once: fifty cases stand in a few stages and have a few causes."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Promise, str]] = {}

    def __call__(self, words: str | Promise) -> str:
        if isinstance(words, str):
            return words
        known = self._known.get(id(words))
        if known is None:
            known = self._known[id(words)] = (words, str(words))  # kept with it, so that no other takes its number
        return known[1]


def _row(actor: Actor, one: Complaint, people: list[Party], group: str, cases: str, door: str, said: _Said) -> CaseLine:
    known = known_of(people)  # so that no text of a line tells their values
    party = next((one for one in people if one.role == terms.PartyRole.COMPLAINANT), None)
    return CaseLine(
        number=one.number,
        url=f"{cases}{quote(one.number)}/",
        risk=one.risk,
        cause=said(cause_of(one)),
        summary=shown_text(actor, one, "summary", known, door=door),
        complainant=short_name(actor, party, door=door) or (gettext("Anonymous") if one.anonymous else ""),
        product=covered(one, one.product, known),
        owner=alias_of(one.owner_id),
        stage=said(stage_word(one.state)),
        position=POSITION[terms.State(one.state)],
        promise=due_of(one),
        promise_name=said(timer_name(one.next_due_kind)) if one.next_due_kind else "",
        level=one.escalation_level,
        fair=one.reasonable_open,
        unread=one.version == 1,
        received_at=one.received_at,
        group=group,
    )

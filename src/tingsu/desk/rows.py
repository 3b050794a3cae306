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
from tingsu.complaints.covering import covered, know
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.waiting import cause_of, due_of, shown_text
from tingsu.desk.personal import short_name
from tingsu.desk.rail import POSITION, stage_word
from tingsu.kernel.actor import Actor
from tingsu.people.queries import alias_of
from tingsu.process.waiting import Due


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case in a list."""

    number: str
    url: str
    risk: str
    cause: str | Promise
    summary: str
    complainant: str
    product: str
    owner: str
    stage: str | Promise
    position: int
    promise: Due | None
    promise_name: str | Promise
    level: int
    """Where it stands on its ladder; 1 while it never climbed."""
    unread: bool
    received_at: datetime
    group: str = ""


def rows_of(
    actor: Actor, complaints: Iterable[Complaint], groups: Mapping[uuid.UUID, str] | None = None
) -> list[CaseLine]:
    """Rows for a page of cases: one more query, however many there are."""
    page = list(complaints)
    parties = complainants_of(page)
    cases = reverse("desk:case", args=["0"]).removesuffix("0/")
    return [_row(actor, one, parties.get(one.pk), (groups or {}).get(one.pk, ""), cases) for one in page]


def complainants_of(complaints: Iterable[Complaint]) -> dict[uuid.UUID, Party]:
    """Who complains in each; with all parties of them known, so that no text of a line tells their values. One query."""
    cases = list(complaints)
    found = list(Party.objects.filter(complaint_id__in=[one.pk for one in cases]))
    know(cases, found)
    return {party.complaint_id: party for party in found if party.role == terms.PartyRole.COMPLAINANT}


def _row(actor: Actor, one: Complaint, party: Party | None, group: str, cases: str) -> CaseLine:
    return CaseLine(
        number=one.number,
        url=f"{cases}{quote(one.number)}/",
        risk=one.risk,
        cause=cause_of(one),
        summary=shown_text(actor, one, "summary"),
        complainant=short_name(actor, party) or (gettext("Anonymous") if one.anonymous else ""),
        product=covered(one, one.product),
        owner=alias_of(one.owner_id),
        stage=stage_word(one.state),
        position=POSITION[terms.State(one.state)],
        promise=due_of(one),
        promise_name=timer_name(one.next_due_kind) if one.next_due_kind else "",
        level=one.escalation_level,
        unread=one.version == 1,
        received_at=one.received_at,
        group=group,
    )

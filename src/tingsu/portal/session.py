"""The open case of one browser: which complaint, for which party, until when (AK-06, IN-23).

Kept on the server in the HTTP session and bound to one organisation. Thirty minutes, extendable with a warning before the
end; in 长辈模式 as long as the browser's session, because nothing there may run out.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest

from tingsu.complaints import access
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.moves import Speaker, known_moves
from tingsu.complaints.terms import Format
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.portal import drafts
from tingsu.portal.models import PortalDraft
from tingsu.portal.shell import LARGE_PRINT, is_elder, organisation_of

KEY = "portal_case"
SEED = "portal_seed"
"""A random value of this browser's session: with case, party and form it names the draft of a form."""
OPEN_FOR = timedelta(minutes=30)
OPEN_FOR_ELDERS = timedelta(hours=12)
WARNED = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """A complaint somebody may see, the party they are in it, and when the page locks itself."""

    complaint: Complaint
    party: Party
    actor: Actor
    until: datetime
    warned_at: datetime | None
    """When the page offers to stay open; None where nothing runs out."""

    @property
    def speaker(self) -> Speaker:
        """Who moves on this page."""
        return Speaker(actor=self.actor, complaint=self.complaint, party=self.party)


def open_case(request: HttpRequest, complaint_id: uuid.UUID, party_id: uuid.UUID) -> None:
    """Let this browser in. The session's key changes, so that one planted before is worthless."""
    request.session.cycle_key()
    request.session.setdefault(SEED, str(uuid.uuid4()))
    wanted = Complaint.objects.values_list("format", flat=True).get(pk=complaint_id)
    request.session[LARGE_PRINT] = wanted == Format.LARGE_PRINT
    request.session[KEY] = {
        "organisation": str(organisation_of(request).pk),
        "complaint": str(complaint_id),
        "party": str(party_id),
        "code": _code_of(complaint_id),
        "until": (now() + length(request)).timestamp(),
    }


def current_case(request: HttpRequest) -> OpenCase | None:
    """The case open in this browser, or None: never opened, run out, left, erased, or of another organisation."""
    kept = request.session.get(KEY)
    if not kept or kept["organisation"] != str(organisation_of(request).pk) or kept["until"] <= now().timestamp():
        return None
    party = Party.objects.filter(pk=kept["party"], complaint_id=kept["complaint"], erased_at=None).first()
    complaint = Complaint.objects.select_related("stream").filter(pk=kept["complaint"]).first()
    if party is None or complaint is None:
        return None
    if kept.get("code") != _digest(complaint.code_index):
        return None  # opened before the access code was exchanged
    party.complaint = complaint
    until = datetime.fromtimestamp(kept["until"], UTC)
    return OpenCase(
        complaint=complaint,
        party=party,
        actor=access.party_actor(party, complaint.organisation_id),
        until=until,
        warned_at=None if is_elder(request) else until - WARNED,
    )


def stay_open(request: HttpRequest, complaint_id: uuid.UUID) -> None:
    """The access code was exchanged in this browser: here the case stays open, everywhere else it closes."""
    if kept := request.session.get(KEY):
        request.session.cycle_key()
        request.session[KEY] = {**kept, "code": _code_of(complaint_id)}


def _code_of(complaint_id: uuid.UUID) -> str:
    return _digest(Complaint.objects.values_list("code_index", flat=True).get(pk=complaint_id))


def _digest(code_index: bytes | memoryview | None) -> str:
    return bytes(code_index or b"").hex()


def extend_case(request: HttpRequest) -> None:
    """Begin the time anew: on every visit of the page, and when the person asks for it."""
    if kept := request.session.get(KEY):
        request.session[KEY] = {**kept, "until": (now() + length(request)).timestamp()}


def leave_case(request: HttpRequest) -> None:
    """Close the case on this device; what was typed in its forms and not sent goes with it."""
    PortalDraft.objects.filter(pk__in=draft_ids(request, known_moves())).delete()
    request.session.pop(KEY, None)
    request.session.pop(SEED, None)
    request.session.pop(LARGE_PRINT, None)


def length(request: HttpRequest) -> timedelta:
    return OPEN_FOR_ELDERS if is_elder(request) else OPEN_FOR


def draft_ids(request: HttpRequest, names: Iterable[str]) -> dict[uuid.UUID, str]:
    """The drafts of forms of the case that this browser opened last, by id. They end with the browser's session or a day."""
    kept, seed = request.session.get(KEY), request.session.get(SEED)
    if not kept or not seed:
        return {}
    about = f"{kept['complaint']}:{kept['party']}"
    return {uuid.uuid5(uuid.UUID(seed), f"{about}:{name}"): name for name in names}


def form_drafts(request: HttpRequest, names: Iterable[str]) -> dict[str, PortalDraft]:
    """What was typed into forms of the open case and not sent, by the name of the form; one query."""
    ids = draft_ids(request, names)
    return {ids[row.pk]: row for row in PortalDraft.objects.filter(pk__in=ids, expires_at__gt=now())} if ids else {}


def form_draft(request: HttpRequest, name: str) -> PortalDraft | None:
    """The draft of one form, begun now if it is not there; None in a browser that never opened a case."""
    draft_id = next(iter(draft_ids(request, [name])), None)
    if draft_id is None:
        return None
    return drafts.start_draft(draft_id, complaint_id=uuid.UUID(request.session[KEY]["complaint"]))


def keep_text(request: HttpRequest, name: str, typed: dict[str, Any]) -> None:
    """The page had closed itself while somebody wrote: keep the words, sealed, until the same case is opened again."""
    if any(typed.values()) and (draft := form_draft(request, name)):
        drafts.change_draft(draft, typed=typed, return_to=True)

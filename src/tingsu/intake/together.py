"""Several registrations in one transaction, for lists of thousands: the same step with the same checks, and what they write leaves together.

Only those go together that do not ask for one another: two of one person, where the second has to find the first, do not; nor does what is
urgent, because somebody is told of it on the spot.
"""

from collections.abc import Iterable, Sequence

from tingsu.complaints import terms
from tingsu.complaints.models import Complaint
from tingsu.complaints.sql import ContactColumn, met
from tingsu.intake import actions
from tingsu.intake.reading import Intake
from tingsu.intake.repeats import contacts_of
from tingsu.intake.steps.registration import REGISTER, Draft
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.models import IdempotencyKey
from tingsu.kernel.rows import Rows
from tingsu.process.engine import admit, perform

COLUMNS: tuple[ContactColumn, ...] = ("phone_index", "email_index")


def draft_of(actor: Actor, intake: Intake) -> Draft:
    """What one registration needs before the transaction; `look_back_together` says afterwards who complained before. Raises NotAllowed."""
    at = now()
    return actions.prepare(actor, intake, at, intake.received_at or at)


def alone(drafts: Sequence[Draft]) -> set[int]:
    """Places of those that have to be registered by themselves, after the others."""
    found: set[int] = set()
    seen: set[tuple[str, bytes]] = set()
    for place, draft in enumerate(drafts):
        contacts = {(name, one) for name, several in _contacts(draft) for one in several}
        if draft.case.complaint.urgency == terms.Urgency.URGENT or draft.intake.files or contacts & seen:
            found.add(place)
        seen |= contacts
    return found


def look_back_together(drafts: Sequence[Draft]) -> None:
    """Earlier complaints of the same people: two questions for all, and the usual ones for whoever was here before."""
    contacts = [dict(_contacts(draft)) for draft in drafts]
    before = {
        name: met(name, wanted) if (wanted := {one for each in contacts for one in each[name]}) else set()
        for name in COLUMNS
    }
    for draft, theirs in zip(drafts, contacts, strict=True):
        if any(theirs[name] & before[name] for name in COLUMNS):
            actions.look_back(draft)


def keys_taken(keys: Iterable[str]) -> set[str]:
    """Of these keys those under which something is registered already."""
    wanted = {key[:80]: key for key in keys}
    rows = IdempotencyKey.objects.filter(scope="register", key__in=wanted).values_list("key", flat=True)
    return {wanted[one] for one in rows}


def register_one(rows: Rows, draft: Draft, key: str) -> Complaint:
    """Write one of them, in the open transaction whose rows are gathered. Raises NotAllowed, InvalidInput, ConditionsUnmet."""
    admit(draft.case, REGISTER, {"draft": draft})
    rows.add([actions.once(key, draft)])
    perform(draft.case, REGISTER, {"draft": draft, "rows": rows})
    rows.add(draft.case.begin())
    return draft.case.complaint


def _contacts(draft: Draft) -> list[tuple[ContactColumn, set[bytes]]]:
    found = contacts_of(draft.parties, draft.other_phones)
    return [(name, found[name]) for name in COLUMNS]

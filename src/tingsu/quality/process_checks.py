"""Checks by rule on every complaint: what its course should show at its stage and does not (QC-04).

Whole batches are asked with the same few questions. A job follows the ledger by the time in the ids of its events, as the figures do, so
that neither a registration nor a step pays for it; a check that is met later ends its violation, nothing is forgotten.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.aftercare.models import Callback, ClosingReview, ResultNotice
from tingsu.aftercare.rules import aftercare_rules
from tingsu.casework.models import Investigation
from tingsu.clocks.models import Promise
from tingsu.clocks.timers import timers
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.terms import OPEN_STATES, Outcome, PartyRole, State
from tingsu.figures.values import today
from tingsu.kernel.models import Event
from tingsu.kernel.seals import first_id_of, instant_of
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.letters.models import Letter
from tingsu.people import queries as people
from tingsu.quality.models import Followed, Violation
from tingsu.quality.plans import Label

ACKNOWLEDGED, ASSESSED, GRADED, LIMITS, BASIS, TOLD, HEARD, CALLED, FILE = (
    "acknowledged", "assessed", "graded", "limits", "basis", "told", "respondent", "called_back", "file",
)  # fmt: skip
CHECKS: dict[str, Label] = {
    ACKNOWLEDGED: _("Acknowledgement not sent"),
    ASSESSED: _("No assessment"),
    GRADED: _("Grade not confirmed"),
    LIMITS: _("Time limit not kept"),
    BASIS: _("Verdict without a basis"),
    TOLD: _("Complainant not told the result"),
    HEARD: _("Other party neither heard nor written to"),
    CALLED: _("No callback"),
    FILE: pgettext_lazy("process check", "File not complete"),
}
BATCH = 500
EVENTS = 5_000
"""So many events are read at once."""
SLACK = timedelta(minutes=2)
NIGHT = timedelta(days=3)
"""Each night the last days are looked through again: what was committed slowly is found then."""
JUDGED = {
    State.ANSWERING,
    State.HANDLING,
    State.FEEDBACK,
    State.EXECUTING,
    State.EXTERNAL_ROUTE,
    State.EVALUATING,
    State.CLOSED,
    State.ARCHIVED,
}
"""Stages that a complaint reaches only after it was looked into."""


def violated(case: Mapping[str, Any], seen: Mapping[str, Any]) -> set[str]:
    """Which checks a complaint does not meet at its stage. No query.

    `case`: columns of the complaint. `seen`: what stands beside it (`_beside`). What cannot be asked of a case is not asked: nobody
    acknowledges to somebody who left no way to be reached, and a case that ended without a verdict has no basis.
    """
    state, ended = case["state"], case["state"] not in OPEN_STATES
    begun = state != State.REGISTERED
    found = {
        ACKNOWLEDGED: begun and case["acknowledged_at"] is None and not case["anonymous"],
        ASSESSED: state in JUDGED and case["severity"] is None,
        GRADED: begun and not case["grade"],
        LIMITS: seen["missed"],
        BASIS: bool(case["verdict"]) and seen["concluded"] and not seen["bases"],
        TOLD: ended and not seen["told"],
        HEARD: ended and seen["respondent"] and not seen["heard"],
        CALLED: ended
        and case["outcome"] != Outcome.EXHAUSTED
        and not seen["reached"]
        and seen["calls"] < seen["wanted"],
        FILE: (ended and not seen["reviewed"]) or (state == State.ARCHIVED and seen["letters_waiting"]),
    }
    return {code for code, wrong in found.items() if wrong}


def examine(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    """What some complaints do not meet. The same number of queries for one and for many."""
    columns = ("id", "state", "acknowledged_at", "anonymous", "severity", "grade", "verdict", "outcome")
    cases = list(Complaint.objects.filter(pk__in=ids).values(*columns))
    beside = _beside([one["id"] for one in cases])
    return {one["id"]: violated(one, beside[one["id"]]) for one in cases}


def _beside(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    ours = [name for name, one in timers().items() if one.of == "complaint" and one.owed_by_us]
    missed = set(
        Promise.objects.filter(stream_id__in=ids, kind__in=ours, breached_at__isnull=False).values_list(
            "stream_id", flat=True
        )
    )
    rounds = Investigation.objects.filter(complaint_id__in=ids, state=Investigation.State.CONCLUDED).order_by("round")
    found: dict[uuid.UUID, Any] = {
        one["complaint_id"]: one for one in rounds.values("complaint_id", "bases", "objectivity")
    }
    told = set(
        ResultNotice.objects.filter(complaint_id__in=ids, superseded_at=None).values_list("complaint_id", flat=True)
    )
    calls: dict[uuid.UUID, list[bool]] = defaultdict(list)
    for case, reached in Callback.objects.filter(complaint_id__in=ids).values_list("complaint_id", "reached"):
        calls[case].append(reached)
    others = dict(
        Party.objects.filter(complaint_id__in=ids, role=PartyRole.RESPONDENT).values_list("id", "complaint_id")
    )
    complained_of = set(others.values())
    letters = Letter.objects.filter(party_id__in=list(others)).values_list("party_id", flat=True)
    written = {others[one] for one in letters if one is not None}
    waiting = set(
        Letter.objects.filter(stream_id__in=ids, state=Letter.State.QUEUED).values_list("stream_id", flat=True)
    )
    reviewed = set(ClosingReview.objects.filter(complaint_id__in=ids).values_list("complaint_id", flat=True))
    wanted, answered = aftercare_rules()["callback_attempts"], {"heard", "refused"}
    return {
        pk: {
            "missed": pk in missed,
            "concluded": pk in found,
            "bases": found.get(pk, {}).get("bases"),
            "told": pk in told,
            "respondent": pk in complained_of,
            "heard": pk in written or (found.get(pk, {}).get("objectivity") or {}).get("respondent_heard") in answered,
            "reached": any(calls[pk]),
            "calls": len(calls[pk]),
            "wanted": wanted,
            "reviewed": pk in reviewed,
            "letters_waiting": pk in waiting,
        }
        for pk in ids
    }


def keep(found: Mapping[uuid.UUID, Iterable[str]]) -> int:
    """Make the violations of some complaints what was found; gives how many rows changed. Found again, an old one goes on."""
    known = {(one.complaint_id, one.code): one for one in Violation.objects.filter(complaint_id__in=list(found))}
    owners = dict(Complaint.objects.filter(pk__in=list(found)).values_list("id", "owner_id"))
    on, fresh, changed = today(), [], []
    for pk, codes in found.items():
        posts = people.posts_of(owners[pk])
        for code in codes:
            row = known.get((pk, code))
            if row is None:
                fresh.append(
                    Violation(
                        complaint_id=pk,
                        code=code,
                        handler_id=owners[pk],
                        unit_id=posts[0].unit_id if posts else None,
                        found_on=on,
                    )
                )
            elif row.ended_on is not None:
                row.ended_on = None
                changed.append(row)
    for (pk, code), row in known.items():
        if code not in found[pk] and row.ended_on is None:
            row.ended_on = on
            changed.append(row)
    Violation.objects.bulk_create(fresh, ignore_conflicts=True)
    Violation.objects.bulk_update(changed, ["ended_on"])
    return len(fresh) + len(changed)


def follow(*, night: bool = False) -> int:
    """Examine what moved since the last time (each night, what moved in the last days); gives how many complaints.

    The ledger is walked in slices and keeps after each how far it came, so that a long first walk goes on where it was broken off.
    """
    began = datetime.now(UTC)
    reach = Followed.objects.filter(pk=current_organisation_id()).first()
    last = uuid.UUID(int=0)
    if reach is not None:
        last = first_id_of(min(reach.reached_at, began) - (NIGHT if night else SLACK))
    seen: set[uuid.UUID] = set()
    while rows := _events_after(last):
        moved = list({case for _event, case in rows} - seen)
        for start in range(0, len(moved), BATCH):
            keep(examine(moved[start : start + BATCH]))
        seen.update(moved)
        last = rows[-1][0]
        if len(rows) < EVENTS:
            break
        if not night:
            _reached(instant_of(last))
    _reached(began)
    return len(seen)


def _events_after(last: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The next events of complaints, in the order of their ids: (event, complaint)."""
    rows = Event.objects.filter(pk__gt=last, stream__kind="complaint").order_by("pk")
    return list(rows.values_list("pk", "stream_id")[:EVENTS])


def _reached(at: datetime) -> None:
    Followed.objects.update_or_create(pk=current_organisation_id(), defaults={"reached_at": at})

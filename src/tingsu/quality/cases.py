"""The case that a check looks at: what may be chosen of its history, and who may look at it."""

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tingsu.complaints.independence import keeps_out
from tingsu.complaints.models import Complaint
from tingsu.kernel.errors import Unmet
from tingsu.kernel.events import event_kind
from tingsu.kernel.models import Event
from tingsu.letters.notices import bare
from tingsu.people import alone
from tingsu.process.steps import Options, Step, asks_who, guard
from tingsu.quality.drawing import took_part
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry

MOST_EVENTS = 200


def case_id(entry: Entry | None) -> uuid.UUID | None:
    """The complaint that a check is of."""
    kept = entry.codes.get("case") if isinstance(entry, Entry) else None
    return uuid.UUID(kept) if kept else None


def case_of(entry: Entry) -> Complaint | None:
    """The same as a row; None once it has been disposed of, or for a check without one."""
    pk = case_id(entry)
    return Complaint.objects.filter(pk=pk).first() if pk else None


def happenings(entry: Any) -> Options:
    """What happened in the case, newest last: what a mark can rest on. Read once for each entry."""
    pk = case_id(entry)
    if pk is None:
        return ()
    if not hasattr(entry, "_happenings"):
        rows = Event.objects.filter(stream_id=pk).order_by("-seq").values_list("seq", "kind", "at")[:MOST_EVENTS]
        entry._happenings = tuple((str(seq), _called(seq, kind, at)) for seq, kind, at in reversed(rows))
    found: Options = entry._happenings
    return found


def _called(seq: int, kind: str, at: Any) -> str:
    return f"{seq} · {timezone.localtime(at):%m-%d %H:%M} · {bare(event_kind(kind).words)}"


@guard("independent")
@asks_who
def independent(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Nobody checks a case in which they took part, or that is about them; where one person works alone it is noted (QC-01, IV-03, ME-11)."""
    complaint = case_of(opened.entry)
    if complaint is None:
        return []
    if took_part(opened.actor.id, complaint) and not alone.warned(opened, "own_work"):
        return [Unmet("own_case", _("you took part in handling this case: somebody else checks it"), guard="")]
    return keeps_out(opened, complaint)


@guard("has_case")
def has_case(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """A check is of a case that is still there."""
    if values is None or case_of(opened.entry) is not None:
        return []
    return [Unmet("case_missing", _("the complaint that is checked is not there (any more)"), guard="")]

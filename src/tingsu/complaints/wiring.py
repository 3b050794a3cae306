"""What rooms below ask of complaints: who may see the case behind a file, a promise or a personal field."""

import uuid
from collections.abc import Collection

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.clocks import kinds
from tingsu.complaints import terms
from tingsu.complaints.models import Complaint
from tingsu.complaints.process import PROCESS
from tingsu.complaints.watched import WATCHED, check_stream
from tingsu.files.access import register_checker as register_file_checker
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import TingsuError
from tingsu.people import authority
from tingsu.people.access import actor_for
from tingsu.people.holdings import register_holding
from tingsu.privacy.registry import register_stream_words


def opens_file(request: HttpRequest, file: StoredFile) -> Actor | None:
    """A member opens the files of cases they see, and those they have just uploaded themselves."""
    try:
        actor = actor_for(request)
        if file.stream_id is not None:
            check_stream(actor, file.stream_id)
    except TingsuError:
        return None
    return actor if file.stream_id is not None or file.received_by == actor.id else None


def open_cases_of(member_id: uuid.UUID) -> int:
    return (
        Complaint.objects.filter(owner_id=member_id)
        .exclude(state__in=[terms.State.CLOSED, terms.State.ARCHIVED])
        .count()
    )


def offers_to(member_id: uuid.UUID) -> int:
    return Complaint.objects.filter(offered_member_id=member_id).count()


def case_words(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Number and address of these cases, for the access log."""
    return {row.pk: (row.number, row.get_absolute_url()) for row in Complaint.objects.filter(pk__in=ids)}


def wire() -> None:
    kinds.declare(WATCHED)
    register_file_checker("complaint", opens_file)
    register_holding("cases", _("open cases"), open_cases_of)
    register_holding("offers", _("offered cases"), offers_to)
    register_stream_words(case_words)
    authority.declare(
        "steps", lambda: [(step.name, f"{step.id} {step.label}") for step in PROCESS.values() if step.door]
    )

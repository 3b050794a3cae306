"""The complaint as a kind of thing: what every room below serves it by."""

import uuid

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tingsu.complaints import terms
from tingsu.complaints.access import visible_to
from tingsu.complaints.models import Complaint
from tingsu.complaints.numbers import spelled
from tingsu.complaints.verify import rebuild_complaints
from tingsu.complaints.waiting import matters_of
from tingsu.complaints.watched import WATCHED, check_stream
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.kinds import Erasure, Held, Kind, declare
from tingsu.people.access import actor_for


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
    """Complaints that a member owns and that are not over."""
    over = [terms.State.CLOSED, terms.State.ARCHIVED]
    return Complaint.objects.filter(owner_id=member_id).exclude(state__in=over).count()


def offers_to(member_id: uuid.UUID) -> int:
    """Complaints that wait for a member to accept them."""
    return Complaint.objects.filter(offered_member_id=member_id).count()


declare(
    Kind(
        name="complaint",
        model="complaints.Complaint",
        one=_("Complaint"),
        many=_("Complaints"),
        number="number",
        series="202611-XF-001",
        spelled=spelled,
        address=Complaint.get_absolute_url,
        visible=visible_to,
        check=check_stream,
        place=None,  # the queue of the desk
        clocks=WATCHED,
        notices={},
        letters=(),
        opens_file=opens_file,
        personal=("complainant", "agent", "contact", "respondent", "complaint", "demand", "history", "letter", "file"),
        erasure=Erasure.OWN_KEYS,
        held=(Held(label=_("open cases"), count=open_cases_of), Held(label=_("offered cases"), count=offers_to)),
        rebuild=rebuild_complaints,
        matters=matters_of.reader,
    )
)

"""Two people on one case: which version a form stands for. What only automation wrote meanwhile is no conflict."""

from django.http import HttpRequest

from tingsu.complaints.models import Complaint
from tingsu.kernel.models import Event
from tingsu.kernel.typed import whole_number


def version_of(request: HttpRequest, complaint: Complaint) -> int | None:
    """The version that the sender of a form has seen, for the action to compare. At most one query.

    A letter that left or a limit that was warned of is written by the system: the person's words still stand on the case
    as they knew it, and every condition is asked again anyway. Whatever a person, a party or a program wrote counts.
    """
    version, seen = whole_number(request.POST.get("version", "")), whole_number(request.POST.get("seen", ""))
    if version is None or seen is None or version == complaint.version:
        return version
    written = Event.objects.filter(stream_id=complaint.pk, seq__gt=seen)
    return version if written.exclude(actor_kind="system").exists() else complaint.version

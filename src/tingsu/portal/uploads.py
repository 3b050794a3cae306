"""Whose upload a request of the public pages is, before anything of it is read."""

from django.http import HttpRequest

from tingsu.files.door import Holder
from tingsu.kernel.errors import TingsuError
from tingsu.portal import drafts, session


def holder_of(request: HttpRequest) -> Holder | None:
    """The open case of this browser, else its draft; None for whoever has neither."""
    try:
        opened = session.current_case(request) if "/case/" in request.path_info else None
    except TingsuError:
        return None
    if opened is not None:
        return Holder(holder=opened.actor.id, stream_id=opened.complaint.pk)
    draft = drafts.find_draft(request)
    return Holder(holder=draft.pk) if draft else None

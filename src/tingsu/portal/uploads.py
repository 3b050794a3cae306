"""Uploads of the public pages: whose they are before anything of them is read, and how they are taken in while there is room."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tingsu.files import store
from tingsu.files.door import Holder, count_file
from tingsu.files.errors import FileRefused, TooManyFiles
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import TingsuError
from tingsu.portal import drafts, session, wizard


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


def no_room(files: list[dict[str, Any]]) -> list[str]:
    """Sentences for files that found no room any more: others arrived at the same moment, or the form was sent."""
    why = TooManyFiles(limit=wizard.FILE_LIMIT)
    return [_("%(name)s: %(why)s") % {"name": file["name"], "why": why} for file in files]


def accept(
    request: HttpRequest,
    uploads: "Iterable[UploadedFile[Any]]",
    actor: Actor,
    room: int,
    *,
    holder: uuid.UUID | None = None,
    anonymous: bool = False,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Put uploads into the store while there is room: rows for the draft, and sentences for what was refused. What comes
    from somebody who stays `anonymous` loses place, camera and author on arrival (PS-17).
    """
    taken: list[dict[str, Any]] = []
    refused: list[str] = []
    for upload in uploads:
        count_file(request)
        try:
            if len(taken) >= room:
                raise TooManyFiles(limit=wizard.FILE_LIMIT)
            file = store.accept_upload(upload, actor=actor, holder=holder, anonymous=anonymous)
        except FileRefused as error:
            refused.append(_("%(name)s: %(why)s") % {"name": upload.name, "why": error})
        else:
            taken.append({"id": str(file.pk), "name": store.name_of(file), "size": file.size})
    return taken, refused

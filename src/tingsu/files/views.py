"""Serving files: after the access check, noted, never from a folder that a web server reads (PS-03)."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tingsu.files import access, checks, store
from tingsu.files.errors import FileGone
from tingsu.files.models import StoredFile
from tingsu.kernel.errors import NotFound

INLINE = frozenset(kind.media_type for kind in checks.TYPES.values() if kind.inline)
ALONE = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)
"""Policy of an opened file: it may show itself and nothing more. PDF viewers refuse a sandbox and get the rest."""


@require_safe
def download(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The file as it was received, to be saved."""
    return _serve(request, file_id, inline=False)


@require_safe
def preview(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The file shown in the browser, for kinds that can do no harm there; others are offered for saving."""
    return _serve(request, file_id, inline=True)


@require_safe
def thumbnail(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The small picture without place and camera. Part of a page that was noted when it was opened."""
    file = _file(file_id)
    access.actor_for_file(request, file)
    return _answer(store.open_thumbnail(file), "image/webp", "private, max-age=300")


def _serve(request: HttpRequest, file_id: uuid.UUID, *, inline: bool) -> HttpResponse:
    file = _file(file_id)
    actor = access.actor_for_file(request, file)
    if file.erased_at is not None:
        raise FileGone
    content = store.open_file(file)
    shown = inline and file.media_type in INLINE
    name = access.note_opening(actor, file, "opened" if shown else "downloaded")
    response = _answer(content, file.media_type if shown else "application/octet-stream", "private, no-store")
    disposition = content_disposition_header(not shown, name)
    if disposition:
        response["Content-Disposition"] = disposition
    return response


def _file(file_id: uuid.UUID) -> StoredFile:
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def _answer(content: bytes, media_type: str, caching: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    policy = ALONE.removesuffix("; sandbox") if media_type == "application/pdf" else ALONE
    response["Content-Security-Policy"] = policy
    response["Cache-Control"] = caching
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

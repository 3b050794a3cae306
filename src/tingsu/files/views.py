"""Serving files: after the access check, noted, never from a folder that a web server reads (PS-03)."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tingsu.files import access, checks, store
from tingsu.files.errors import FileGone, OriginalNotAllowed
from tingsu.files.models import StoredFile
from tingsu.files.showing import shown_to
from tingsu.kernel.errors import NotFound
from tingsu.kernel.spelling import tidy

INLINE = frozenset(kind.media_type for kind in checks.TYPES.values() if kind.inline)
ALONE = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)
"""Policy of an opened file: it may show itself and nothing more. PDF viewers refuse a sandbox and get the rest."""


@require_safe
def download(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The file to be saved: a copy without place, camera and author where its kind has one."""
    return _serve(request, file_id, inline=False)


@require_safe
def preview(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The same shown in the browser, for kinds that can do no harm there; others are offered for saving."""
    return _serve(request, file_id, inline=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The file as it was received, with all it says about place, camera and author: to those who see personal data in the
    clear, who say what for; asking and opening are logged (PS-05).
    """
    file = _file(file_id)
    actor = access.actor_for_file(request, file)
    if not access.sees_original(actor, file):
        access.note_opening(actor, file, "refused")
        raise OriginalNotAllowed
    if file.erased_at is not None:
        raise FileGone
    purpose = tidy(request.POST.get("other", "")) or tidy(request.POST.get("purpose", ""))
    if request.method != "POST" or len(purpose) < 2:
        context = {"file": file, "purposes": access.purposes().items(), "wanting": request.method == "POST"}
        return render(request, "files/original.html", context, status=422 if context["wanting"] else 200)
    content = store.open_file(file)
    name = access.note_opening(actor, file, "downloaded", purpose)
    return _saved(content, name)


@require_safe
def thumbnail(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The small picture without place and camera. Part of a page that was noted when it was opened."""
    file = _file(file_id)
    access.actor_for_file(request, file)
    return _answer(store.open_thumbnail(file), "image/webp", "private, no-store")


def _serve(request: HttpRequest, file_id: uuid.UUID, *, inline: bool) -> HttpResponse:
    file = _file(file_id)
    actor = access.actor_for_file(request, file)
    if file.erased_at is not None:
        raise FileGone
    if file.purpose == store.COPY:
        return redirect("files:original", file.pk)
    media_type, content = shown_to(actor, file)
    shown = inline and media_type in INLINE
    name = access.note_opening(actor, file, "opened" if shown else "downloaded")
    if media_type != file.media_type:
        name = f"{name.rpartition('.')[0] or name}.jpg"
    if not shown:
        return _saved(content, name)
    response = _answer(content, media_type, "private, no-store")
    disposition = content_disposition_header(False, name)
    if disposition:
        response["Content-Disposition"] = disposition
    return response


def _saved(content: bytes, name: str) -> HttpResponse:
    response = _answer(content, "application/octet-stream", "private, no-store")
    disposition = content_disposition_header(True, name)
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

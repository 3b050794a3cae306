"""The addresses of uploads that go on after a cut, as the protocol tus 1.0.0 names its requests and answers."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tingsu.files import checks
from tingsu.files.door import count_file
from tingsu.files.errors import TooManyFiles
from tingsu.kernel.errors import NotFound, TingsuError
from tingsu.portal import drafts, resumable, wizard
from tingsu.portal.models import PortalDraft, Upload
from tingsu.portal.resumable import TusRefused
from tingsu.portal.uploads import no_room
from tingsu.portal.views.submit import begin_draft, visitor


def answered(status: int, upload: Upload | None = None, **headers: str) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Tus-Resumable"] = resumable.VERSION
    if upload is not None and upload.ended_at is None:
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def refused(error: TingsuError) -> HttpResponse:
    """Why not, for people and for programs."""
    response = JsonResponse({"refused": [str(error)], "code": error.code}, status=error.status)
    response["Tus-Resumable"] = resumable.VERSION
    if error.status == 412:
        response["Tus-Version"] = resumable.VERSION
    return response


def check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != resumable.VERSION:
        raise TusRefused("version", 412)


@never_cache
@require_http_methods(["OPTIONS", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """What is possible here; or another upload for the draft of this browser."""
    if request.method == "OPTIONS":
        return answered(
            204, Tus_Version=resumable.VERSION, Tus_Extension=resumable.EXTENSIONS, Tus_Max_Size=str(checks.SIZE_LIMIT),
            Tus_Checksum_Algorithm=",".join(resumable.ALGORITHMS),
        )  # fmt: skip
    try:
        check_version(request)
        count_file(request)
        draft = drafts.find_draft(request)
        if draft is None or draft.state == PortalDraft.State.SENT:
            draft = begin_draft(request)
        if len(drafts.read_body(draft).get("files", [])) >= wizard.FILE_LIMIT:
            raise TooManyFiles(limit=wizard.FILE_LIMIT)
        upload = resumable.begin(
            draft.pk, request.headers.get("Upload-Length", ""), request.headers.get("Upload-Metadata", "")
        )
    except TingsuError as error:
        return refused(error)
    response = answered(201, upload, Location=reverse("portal:resume", args=[upload.pk]), Upload_Offset="0")
    drafts.remember(response, draft.pk)
    return response


@never_cache
@require_http_methods(["HEAD", "PATCH", "DELETE", "GET"])
def resume(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """How far it is (HEAD), its next piece (PATCH), what became of it (GET, ours), or its end (DELETE)."""
    draft = drafts.find_draft(request)
    try:
        if request.method != "GET":
            check_version(request)
        upload = resumable.find(draft.pk if draft else None, upload_id)
        if draft is None:
            raise NotFound
        match request.method:
            case "HEAD":
                return answered(
                    200,
                    upload,
                    Upload_Offset=str(upload.offset),
                    Upload_Length=str(upload.length),
                    Cache_Control="no-store",
                )
            case "DELETE":
                resumable.end(upload)
                return answered(204)
            case "PATCH":
                return piece(request, draft, upload)
        if upload.offset < upload.length:
            return JsonResponse({"files": [], "refused": [], "offset": upload.offset})
        return JsonResponse(taken(request, draft, upload))
    except TingsuError as error:
        return refused(error)


def piece(request: HttpRequest, draft: PortalDraft, upload: Upload) -> HttpResponse:
    """One piece; with the last one the file is looked at and stands in the draft."""
    if request.content_type != "application/offset+octet-stream":
        raise TusRefused("content_type", 415)
    size = resumable.whole_number(request.META.get("CONTENT_LENGTH") or "")
    if size is None or size > resumable.LARGEST_PIECE:
        raise TusRefused("piece", 413 if size else 400)
    content = request.read(size)
    upload = resumable.add(
        upload, request.headers.get("Upload-Offset", ""), content, request.headers.get("Upload-Checksum", "")
    )
    if upload.offset == upload.length:
        taken(request, draft, upload)
    return answered(204, upload, Upload_Offset=str(upload.offset))


def taken(request: HttpRequest, draft: PortalDraft, upload: Upload) -> dict[str, Any]:
    """The file of a whole upload as a row of the draft, or the sentence that refuses it; the same however often it is asked."""
    anonymous = drafts.read_body(draft).get("contact", {}).get("identity") == "anonymous"
    said = resumable.finish(upload, actor=visitor(request), anonymous=anonymous)
    if "refused" in said:
        return {"files": [], "refused": [said["refused"]]}
    file = said["file"]
    held = drafts.read_body(draft).get("files", [])
    if all(one["id"] != file["id"] for one in held) and drafts.add_files(draft, [file], limit=wizard.FILE_LIMIT):
        return {"files": [], "refused": no_room([file])}
    return {"files": [{**file, "remove_url": reverse("portal:remove_file", args=[file["id"]])}], "refused": []}

"""Files from programs: one a request, checked and sealed like every upload, loose until a registration or step names it."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from ninja import Status

from tingsu.api.once import once
from tingsu.files import checks, store
from tingsu.files.errors import FileTooLarge
from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.limits import count_attempt, refuse_when_spent

ENVELOPE = 64 * 1024
"""What the headers and boundaries of a multipart body may add to its file."""
PER_HOUR = 600

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                    "additionalProperties": False,
                }
            }
        },
    }
}


class NotMultipart(TingsuError):
    code, status = "not_multipart", 400
    sentence = _("The body must be multipart/form-data with one part “file”.")


def take_in(request: HttpRequest, actor: Actor) -> Status[Any] | HttpResponse:
    """Keep one file for this program. Raises NotMultipart, InvalidInput, TooMany and what the store refuses.

    The length is asked before the body is read, so that nobody fills the disk with what would be refused anyway.
    """
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > checks.SIZE_LIMIT + ENVELOPE:
        raise FileTooLarge(size=checks.megabytes(int(length)), limit=checks.megabytes(checks.SIZE_LIMIT))
    refuse_when_spent("api-upload", actor.name, limit=PER_HOUR, window=timedelta(hours=1))
    uploaded = _the_file(request)
    digest = crypto.digest(uploaded.read())
    uploaded.seek(0)

    def work() -> Status[Any]:
        count_attempt("api-upload", actor.name, limit=PER_HOUR, window=timedelta(hours=1))
        file = store.accept_upload(uploaded, actor=actor, purpose="evidence")
        kept = {"id": file.pk, "media_type": file.media_type, "size": file.size, "sha256": bytes(file.sha256)[1:].hex()}
        return Status(201, kept)

    return once(request, actor, work, content=f"{uploaded.name}\n".encode() + digest)


def _the_file(request: HttpRequest) -> "UploadedFile[Any]":
    if request.content_type != "multipart/form-data":
        raise NotMultipart
    try:
        files, others = request.FILES, request.POST
    except (MultiPartParserError, SuspiciousOperation, ValueError) as error:
        raise NotMultipart from error
    unknown = {name: InvalidValue(_("This field is not known here."), code="unknown_field") for name in others}
    unknown |= {
        name: InvalidValue(_("This field is not known here."), code="unknown_field") for name in files if name != "file"
    }
    if unknown:
        raise InvalidInput({str(name)[:60]: error for name, error in unknown.items()})
    found = files.getlist("file")
    if len(found) != 1:
        raise InvalidInput({"file": InvalidValue(_("Send exactly one file."), code="required")})
    return found[0]

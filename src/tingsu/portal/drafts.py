"""Keeping an unfinished complaint: every write to `PortalDraft`. Nothing typed is lost, with or without JavaScript."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tingsu.files.models import StoredFile
from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.portal.models import PortalDraft

COOKIE = "tingsu_draft"
SALT = "portal.draft"
KEPT_FOR = timedelta(days=1)
SHOWN_FOR = timedelta(minutes=30)
"""How long the acknowledgement page goes on showing number and code on this device."""


def find_draft(request: HttpRequest) -> PortalDraft | None:
    """The draft of this browser's signed cookie, if it has not expired."""
    given = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_FOR)
    try:
        return PortalDraft.objects.get(pk=uuid.UUID(given), expires_at__gt=now()) if given else None
    except (ValueError, ValidationError, PortalDraft.DoesNotExist):
        return None


def start_draft() -> PortalDraft:
    """A new, empty draft."""
    at = now()
    _key, wrapped = crypto.new_data_key(current_organisation_id())
    draft = PortalDraft(id=new_id(), wrapped_key=wrapped, created_at=at, expires_at=at + KEPT_FOR)
    draft.save(force_insert=True)
    return draft


def remember(response: HttpResponse, draft: PortalDraft) -> None:
    """Tie a draft to this browser."""
    response.set_signed_cookie(
        COOKIE,
        str(draft.pk),
        salt=SALT,
        max_age=int(KEPT_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def read_body(draft: PortalDraft) -> dict[str, Any]:
    """What is in a draft: {"cause": code, "story": {…}, "contact": {…}, "files": [{"id", "name", "size"}, …]}."""
    return json.loads(draft.key().open(draft.body, _context(draft))) if draft.body else {}


def _context(draft: PortalDraft) -> str:
    return f"portaldraft:{draft.pk}:body"


def change_draft(draft: PortalDraft, **parts: Any) -> None:
    """Replace parts of an open draft. Two windows of one person queue up; a draft that was sent stays as it is."""
    with _open_row(draft) as body:
        body.update(parts)


def add_files(draft: PortalDraft, files: list[dict[str, Any]]) -> None:
    """Note uploaded files in an open draft."""
    with _open_row(draft) as body:
        body["files"] = [*body.get("files", []), *files]


def drop_file(draft: PortalDraft, file_id: uuid.UUID) -> None:
    """Take a file out of an open draft; the store sweeps it."""
    with _open_row(draft) as body:
        body["files"] = [file for file in body.get("files", []) if file["id"] != str(file_id)]


@contextmanager
def _open_row(draft: PortalDraft) -> Iterator[dict[str, Any]]:
    """What is in the draft, under its row's lock, to be changed in place; written unless the draft was sent meanwhile."""
    with transaction.atomic():
        row = PortalDraft.objects.select_for_update().get(pk=draft.pk)
        body = read_body(row)
        yield body
        if row.state == PortalDraft.State.OPEN:
            row.body = row.key().seal(json.dumps(body, ensure_ascii=False), _context(row))
            row.expires_at = now() + KEPT_FOR
            row.save(update_fields=["body", "expires_at"])
    draft.state, draft.body, draft.expires_at = row.state, row.body, row.expires_at


def living_files(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of a draft that the store still holds; loose ones are swept after a day."""
    ids = [uuid.UUID(file["id"]) for file in body.get("files", [])]
    loose = StoredFile.objects.filter(pk__in=ids, stream__isnull=True, quarantined_at__isnull=True)
    held = {str(pk) for pk in loose.values_list("pk", flat=True)}
    return [file for file in body.get("files", []) if file["id"] in held]


def settle_draft(draft: PortalDraft, *, complaint_id: uuid.UUID, shown: dict[str, str]) -> None:
    """The complaint is registered: forget what was typed, keep for a while what the acknowledgement page shows."""
    draft.state, draft.complaint_id = PortalDraft.State.SENT, complaint_id
    draft.body = draft.key().seal(json.dumps(shown, ensure_ascii=False), _context(draft))
    draft.expires_at = now() + SHOWN_FOR
    draft.save(update_fields=["state", "complaint_id", "body", "expires_at"])


def forget_draft(draft: PortalDraft) -> None:
    """The writer starts again, or has noted the number."""
    draft.delete()


def forget_expired() -> int:
    """Delete what nobody came back for; run each hour."""
    return PortalDraft.objects.filter(expires_at__lte=now()).delete()[0]

"""Keeping an unfinished complaint: every write to `PortalDraft`. Nothing typed is lost, with or without JavaScript."""

import json
import secrets
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
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


@dataclass(frozen=True, slots=True)
class Mark:
    """Which window writes, and the turn of the words that it last saw."""

    window: str = ""
    seen: int = 0


def mark_of(post: Mapping[str, str]) -> Mark:
    """What a form says of itself; a form that says nothing is believed."""
    seen = post.get("seen", "")
    return Mark(window=post.get("window", "")[:24], seen=int(seen) if seen.isascii() and seen.isdigit() else 0)


def mark_for(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a form that is drawn now says of itself when it is sent."""
    return {"window": secrets.token_hex(8), "seen": body.get("turns", {}).get(name, {}).get("turn", 0)}


def seed_of(request: HttpRequest) -> uuid.UUID | None:
    """What the signed cookie of this browser holds: the id of its draft, or the seed of one that is not begun yet."""
    given = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_FOR)
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        return None


def find_draft(request: HttpRequest) -> PortalDraft | None:
    """The draft of this browser's signed cookie, if it has not expired."""
    seed = seed_of(request)
    return PortalDraft.objects.filter(pk=seed, expires_at__gt=now()).first() if seed else None


def next_id(seed: uuid.UUID) -> uuid.UUID:
    """The draft that follows a seed, or a draft that was sent: the same for everything that one page sends at once."""
    return uuid.uuid5(seed, "portal.draft")


def start_draft(draft_id: uuid.UUID | None = None, *, complaint_id: uuid.UUID | None = None) -> PortalDraft:
    """A new, empty draft; of an id that is there already, that one. Photos that arrive at once meet in one row."""
    at = now()
    wanted = draft_id or new_id()
    _key, wrapped = crypto.new_data_key(current_organisation_id())
    made = PortalDraft(
        id=wanted, wrapped_key=wrapped, complaint_id=complaint_id, created_at=at, expires_at=at + KEPT_FOR
    )
    PortalDraft.objects.bulk_create([made], ignore_conflicts=True)
    return PortalDraft.objects.get(pk=wanted)


def remember(response: HttpResponse, draft_id: uuid.UUID) -> None:
    """Tie a draft, or the seed of one, to this browser."""
    response.set_signed_cookie(
        COOKIE,
        str(draft_id),
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


def write(draft: PortalDraft, name: str, typed: dict[str, Any], mark: Mark, **more: Any) -> bool:
    """Keep what one form holds. False, and nothing is written, when another window wrote newer words than this one saw.

    The window that wrote last is always believed: its next words may overtake the answer to the ones before.
    """
    with _open_row(draft) as body:
        turns = body.setdefault("turns", {})
        last = turns.get(name, {})
        newer = last.get("turn", 0) > mark.seen and last.get("window") != mark.window
        if mark.window and newer and body.get(name, {}) != typed:
            return False
        turns[name] = {"turn": last.get("turn", 0) + 1, "window": mark.window}
        body.update({name: typed, **more})
    return True


def add_files(draft: PortalDraft, files: list[dict[str, Any]], *, limit: int) -> list[dict[str, Any]]:
    """Note uploaded files in an open draft while there is room; what found none, or came after sending, is given back."""
    with _open_row(draft) as body:
        held = body.get("files", [])
        room = max(0, limit - len(held))
        body["files"] = [*held, *files[:room]]
    return files if draft.state != PortalDraft.State.OPEN else files[room:]


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

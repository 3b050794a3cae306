"""Files of a case: those to choose from in a step's form, new ones taken in before the step is taken, the panel's list."""

import uuid
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.complaints.case_rows import Note, reading_of
from tingsu.complaints.covering import known_in
from tingsu.complaints.handed_in import TAKERS, is_handed_in
from tingsu.complaints.models import Complaint
from tingsu.files.access import sees_content, sees_original
from tingsu.files.models import StoredFile
from tingsu.files.store import name_of, state_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.shapes import found_by
from tingsu.people.queries import staff_identity
from tingsu.privacy.masking import NOBODY, Known
from tingsu.privacy.show import show_text
from tingsu.process import uploads
from tingsu.process.controls import OptionSource
from tingsu.process.steps import Field, Options, Step

SHOWN = 50


def take_in(request: HttpRequest, actor: Actor, step: Step, raw: dict[str, Any], prefix: str = "") -> None:
    """New files of a step on a case, or of a letter that is written beside it (`prefix`)."""
    uploads.take_in(request, actor, step, raw, purpose="letter" if prefix else "evidence", prefix=prefix)


def source(actor: Actor, complaint: Complaint | None, raw: dict[str, Any]) -> OptionSource:
    """Options of fields that the process table leaves to the page: the files of the case, and those that a refused form
    has brought already, so that nobody has to choose them again.
    """

    def options(one: Field) -> Options:
        if one.kind != "files":
            return ()
        rows = [*(_rows(complaint) if complaint else []), *_brought(actor, raw.get(one.name))]
        return tuple((str(row.pk), _name(actor, row, known_in(complaint) if complaint else NOBODY)) for row in rows)

    return options


def _brought(actor: Actor, chosen: Any) -> list[StoredFile]:
    """The loose files among these ids that the actor uploaded."""
    ids = []
    for one in chosen or []:
        with suppress(ValueError):
            ids.append(uuid.UUID(str(one)))
    if not ids:
        return []
    return list(StoredFile.objects.filter(pk__in=ids, stream=None, received_by=actor.id).order_by("received_at", "id"))


def files_of(actor: Actor, complaint: Complaint) -> list[dict[str, Any]]:
    """The files of a case for the panel."""
    known = known_in(complaint)
    return [
        {
            "id": row.pk,
            "url": reverse("files:download", args=[row.pk]) if sees_content(actor, row) else "",
            "name": _name(actor, row, known),
            "type": row.media_type,
            "original": reverse("files:original", args=[row.pk])
            if not row.cleaned and sees_original(actor, row)
            else "",
            "state": state_of(row),
            "size": filesizeformat(row.size),
            "hash": bytes(row.sha256)[1:].hex(),
            "origin": origin_of(row, complaint),
            "received": row.received_at,
            "acknowledged": row.acknowledged_at,
        }
        for row in _rows(complaint)
    ]


ORIGINS = {
    "complainant": gettext_lazy("from the complainant"),
    "respondent": gettext_lazy("from the party complained about"),
    "partner": gettext_lazy("from a partner"),
    "system": gettext_lazy("made by the system"),
}


def origin_of(row: StoredFile, complaint: Complaint) -> str:
    """From whom a file came, and who of ours took it in or collected it (IV-08)."""
    if row.received_from in TAKERS and is_handed_in(complaint, row):
        if who := staff_identity(row.received_by):
            return _("from the complainant, taken in by %(who)s") % {"who": who}
        return str(ORIGINS["complainant"])
    if row.received_from == "member":
        return _("collected by %(who)s") % {"who": staff_identity(row.received_by) or "–"}
    if row.received_from == "token":
        return _("sent by a program of %(who)s") % {"who": staff_identity(row.received_by) or "–"}
    return str(ORIGINS.get(row.received_from, ""))


def names_of_files(actor: Actor, complaint: Complaint, ids: list[str]) -> dict[str, str]:
    """Names of files of the case as the reader may see them, by id. One query, none without files."""
    if not ids:
        return {}
    rows = StoredFile.objects.filter(pk__in=ids, stream_id=complaint.pk, erased_at__isnull=True)
    known = known_in(complaint)
    return {str(row.pk): _name(actor, row, known) for row in rows}


def _name(actor: Actor, row: StoredFile, known: Known) -> str:
    """The file's name as the reader may see it, else its kind."""
    return show_text(actor, "file", "name", name_of(row), "page", known=known) or row.media_type


ROWS: Note[list[StoredFile]] = Note("desk.files")


def _first(case: Any) -> QuerySet[StoredFile]:
    rows = StoredFile.objects.filter(stream_id=case, erased_at__isnull=True).select_related("stream")
    return rows.order_by("received_at", "id")[:SHOWN]


def _rows(complaint: Complaint) -> list[StoredFile]:
    """The files of a case; asked for once a page, for panel and composer both show them."""
    reading = reading_of(complaint)
    known = reading.noted(ROWS) if reading else None
    if known is not None:
        return known
    found = found_by(_first, complaint.pk)
    return reading.note(ROWS, found) if reading else found

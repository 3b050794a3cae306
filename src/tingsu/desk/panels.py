"""The panels of the case page that belong to no single app: complainant, matter, related complaints, files."""

import uuid
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tingsu.complaints import terms
from tingsu.complaints.access import visible_to
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.models import Complaint, ComplaintLink, Demand, Party
from tingsu.complaints.registry import Panel, panel
from tingsu.desk.uploads import files_of
from tingsu.intake.fields import HONORIFICS, SIGNATURES
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.people.queries import unit_name
from tingsu.privacy.actions import PURPOSES
from tingsu.privacy.show import open_windows, show_field, show_party, show_text

ROLE_ORDER = ("complainant", "agent", "contact", "respondent")
MATTER_FIELDS = ("order_number", "event_place", "person_concerned", "additional_info", "remedy_text")


def people_context(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The parties as this reader may see them, each field with its way to be revealed."""
    rows = sorted(rows_of(Party, complaint), key=lambda party: (ROLE_ORDER.index(party.role), party.pk))
    windows = open_windows(actor, [complaint.pk, *(row.pk for row in rows)])
    complaint.__dict__["_desk_windows"] = windows  # the matter's panel, next in order, asks for the same
    views = [show_party(actor, row, windows=windows) for row in rows]
    return {
        "parties": [
            {
                "view": view,
                "role": row.get_role_display(),
                "city": row.city,
                "note": row.contact_note,
                "honorific": dict(HONORIFICS).get(row.honorific, row.honorific),
            }
            for view, row in zip(views, rows, strict=True)
        ],
        "anonymous": complaint.anonymous,
        "purposes": list(PURPOSES.items()),
        "number": complaint.number,
        "withheld": complaint.withheld,
    }


def matter_context(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """What the complaint is about: codes in words, sealed texts through privacy."""
    windows = complaint.__dict__.get("_desk_windows")
    if windows is None:
        windows = open_windows(actor, [complaint.pk])
    shown = {name: show_field(actor, complaint, name, windows=windows) for name in MATTER_FIELDS}
    categories = [
        terms.CATEGORIES[entry["no"]][0] for entry in complaint.categories if entry.get("no") in terms.CATEGORIES
    ]
    return {
        "matter": shown,
        "categories": categories,
        "demands": [
            _demand(actor, row) for row in sorted(rows_of(Demand, complaint), key=lambda row: (row.position, row.pk))
        ],
        "province": terms.PROVINCES.get(complaint.province, ""),
        "unit": unit_name(complaint.unit_concerned_id),
        "purposes": list(PURPOSES.items()),
        "number": complaint.number,
        "scene": complaint.get_scene_display(),
        "signature": dict(SIGNATURES).get(complaint.signed_by, ""),
    }


def _demand(actor: Actor, row: Demand) -> dict[str, Any]:
    detail = ""
    if row.detail:
        try:
            detail = show_text(actor, "demand", "detail", row.text())
        except Erased:
            detail = ""
    return {"kind": row.get_kind_display(), "amount": row.amount_fen, "detail": detail}


def related_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Linked complaints, as far as the reader may see them; no record is swallowed by another (E17)."""
    links = ComplaintLink.objects.filter(Q(complaint=complaint) | Q(other=complaint))
    kinds: dict[uuid.UUID, str] = {
        (link.other_id if link.complaint_id == complaint.pk else link.complaint_id): link.kind for link in links
    }
    if not kinds:
        return None
    rows = visible_to(actor, Complaint.objects.filter(pk__in=kinds)).order_by("-received_at")[:20]
    words = dict(terms.LinkKind.choices)
    return {"related": [{"row": row, "kind": words.get(kinds[row.pk], "")} for row in rows], "note": len(kinds)}


def files_context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """The files of the case with size and the note that they were received (RG-06, RG-09)."""
    files = files_of(actor, complaint)
    return (
        {"files": files, "note": ngettext("%(n)s file", "%(n)s files", len(files)) % {"n": len(files)}}
        if files
        else None
    )


def declare() -> None:
    """Declare the panels once, when apps load."""
    panel(
        Panel(
            name="people", title=_("Complainant"), template="desk/panels/people.html", context=people_context, order=10
        )
    )
    panel(Panel(name="matter", title=_("Matter"), template="desk/panels/matter.html", context=matter_context, order=20))
    panel(
        Panel(
            name="related",
            title=_("Related and repeated"),
            template="desk/panels/related.html",
            context=related_context,
            order=80,
        )
    )
    panel(
        Panel(name="files", title=_("Attachments"), template="desk/panels/files.html", context=files_context, order=90)
    )

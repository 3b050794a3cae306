"""The tracking form of SZ Annex C on paper: its six sections, filled from the case and its ledger (FB-13, RC-11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tingsu.aftercare.stages import Stage, tracking_form
from tingsu.complaints import terms
from tingsu.complaints.case_rows import rows_of
from tingsu.complaints.fields.reading import category_words
from tingsu.complaints.models import Complaint, ComplaintLink, Party
from tingsu.complaints.process import PROCESS
from tingsu.kernel import rulebooks
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import local
from tingsu.kernel.fields import in_language
from tingsu.kernel.models import Event
from tingsu.kernel.money import yuan
from tingsu.people.queries import alias_of
from tingsu.privacy.show import show_field, show_party

Text = str | Promise
ASSESSED = ("severity", "complexity", "impact", "safety_issue", "immediate_action", "compensation_possible")


@dataclass(frozen=True)
class Section:
    """One section of the form: its title and lines of label and value."""

    title: str
    lines: list[tuple[Text, Text]]


@dataclass(frozen=True)
class Form:
    """The whole form as the reader may see it."""

    sections: list[Section]
    stages: list[Stage]


def form_c(actor: Actor, complaint: Complaint, zone: str) -> Form:
    """C.1 to C.6. Personal data as the privacy table shows it to this reader."""
    received = local(complaint.received_at, zone)
    mode = complaint.mode_other or complaint.get_mode_display()
    sections = [
        Section(
            _("1 Receipt"),
            [
                (_("Date of the complaint"), f"{received:%Y-%m-%d}"),
                (_("Time of the complaint"), f"{received:%H:%M}"),
                (pgettext("form", "Received by"), alias_of(complaint.first_owner_id)),
                (_("Mode"), mode),
                (_("Unique identification code"), _("kept sealed; the complainant has it")),
            ],
        ),
        Section(
            _("2 Reference"),
            [
                (_("Complaint number"), complaint.number),
                (_("Complainant"), _complainant(actor, complaint)),
                (_("Related complaints"), ", ".join(_related(complaint)) or "–"),
                (_("Transferred by"), complaint.transferred_by or "–"),
            ],
        ),
        Section(
            _("3 The problem"),
            [
                (_("Date of occurrence"), complaint.occurred_on.isoformat() if complaint.occurred_on else "–"),
                (_("Repeated problem"), _("Yes") if complaint.repeated else _("No")),
                (_("Problem categories"), "; ".join(category_words(complaint.categories)) or "–"),
                (_("Description"), show_field(actor, complaint, "description").value),
                (_("Additional information"), show_field(actor, complaint, "additional_info").value or "–"),
            ],
        ),
        Section(_("4 Assessment"), _assessment(complaint)),
        Section(_("5 Measures"), _measures(complaint)),
    ]
    return Form(sections, tracking_form(complaint))


def _complainant(actor: Actor, complaint: Complaint) -> str:
    if complaint.anonymous:
        return _("Anonymous")
    party = next(iter(rows_of(Party, complaint, role=terms.PartyRole.COMPLAINANT)), None)
    return show_party(actor, party).short if party else "–"


def _related(complaint: Complaint) -> list[str]:
    links = ComplaintLink.objects.filter(Q(complaint=complaint) | Q(other=complaint)).select_related(
        "complaint", "other"
    )
    return sorted({one.number for link in links for one in (link.complaint, link.other)} - {complaint.number})


def _latest(complaint: Complaint, kind: str, **data: Any) -> Mapping[str, Any] | None:
    """The data of the last event of a kind; the rooms of one floor meet in the ledger."""
    return (
        Event.objects.filter(stream_id=complaint.pk, kind=kind, **data)
        .order_by("-seq")
        .values_list("data", flat=True)
        .first()
    )


def _assessment(complaint: Complaint) -> list[tuple[Text, Text]]:
    data = _latest(complaint, "complaint.graded")
    if data is None:
        return [(_("Assessment"), _("not assessed yet"))]
    step = PROCESS["assess_and_grade"]
    lines: list[tuple[Text, Text]] = []
    for name in ASSESSED:
        field = step.field(name)
        value = data["values"].get(name)
        if field.kind == "bool":
            lines.append((field.label, _("Yes") if value else _("No")))
        else:
            words = dict(field.options) if isinstance(field.options, tuple) else {}
            lines.append((field.label, words.get(str(value), value or "–")))
    grade = f"{complaint.get_grade_display()} · {complaint.get_urgency_display()}"
    return [*lines, (pgettext("form", "Grade"), grade)]


def _measures(complaint: Complaint) -> list[tuple[Text, Text]]:
    """The remedies of the version that was sent last, or of a case solved at once."""
    sent = _latest(complaint, "complaint.solution_sent")
    drafted = _latest(complaint, "complaint.solution_drafted", data__solution=sent["solution"]) if sent else None
    source = drafted or _latest(complaint, "complaint.solved_directly")
    if source is None:
        return [(_("Remedy required"), _("Yes") if complaint.remedy_requested else _("No"))]
    names = {entry["code"]: in_language(entry["name"]) for entry in rulebooks.in_force("remedies").body["remedies"]}
    rows = source["values"].get("remedies", [])
    lines: list[tuple[Text, Text]] = [(_("Remedy required"), _("Yes") if rows else _("No"))]
    for row in rows:
        code = row["code"]
        label = f"{code} {names.get(code, '')}" if code.isdigit() else names.get(code, code)
        lines.append((label, _("Total %(amount)s") % {"amount": yuan(row["amount"])} if row.get("amount") else "☑"))
    return lines

"""A criminal lead on the case page, and as the package for law enforcement: extract, facts, evidence, approval (XR-09)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tingsu.casework.models import Assistance, CriminalLead
from tingsu.complaints import recorded_words
from tingsu.complaints.models import Complaint
from tingsu.complaints.papers import SVC_COLUMNS, acceptance_lines
from tingsu.complaints.paperwork import Content, Item, Paper, Reader, declare
from tingsu.complaints.registry import Panel, panel
from tingsu.kernel.actor import Actor
from tingsu.pages.pdf import Part, in_full, instant
from tingsu.people import queries as people

TEXTS = ("offence", "facts", "evidence", "decision", "authority")


def context(actor: Actor, complaint: Complaint) -> dict[str, Any] | None:
    """Leads, the newest first, with the log of assistance. None where there is none."""
    rows = CriminalLead.of(complaint)
    if not rows:
        return None
    return {
        "leads": [
            {
                "row": row,
                "unit": people.unit_name(row.unit_id),
                "texts": {name: row.covered(name) for name in TEXTS},
                "proposer": people.staff_identity(row.proposed_by),
                "decider": people.staff_identity(row.decided_by),
            }
            for row in reversed(rows)
        ],
        "log": [
            {"row": one, "by": people.staff_identity(one.noted_by), "texts": {name: one.covered(name) for name in ("asked", "basis", "given")}}
            for one in Assistance.of(complaint)
        ],
        "note": rows[-1].get_state_display(),
    }  # fmt: skip


panel(
    Panel(
        name="criminal",
        title=gettext_lazy("Criminal leads"),
        template="casework/criminal.html",
        context=context,
        order=39,
    )
)


def approved(complaint: Complaint) -> list[CriminalLead]:
    """Those that legal approved, the oldest first: nothing else is printed for law enforcement."""
    return CriminalLead.of(complaint, state__in=(CriminalLead.State.APPROVED, CriminalLead.State.HANDED))


def items(complaint: Complaint) -> list[Item]:
    return [(str(row.pk), instant(row.proposed_at)) for row in approved(complaint)]


def content(reader: Reader) -> Content:
    """What leaves: masked like every document, in the clear for whoever opens the case with that purpose."""
    row = next(one for one in approved(reader.complaint) if str(one.pk) == reader.item)
    said = row.shown if reader.written else row.covered
    lines = acceptance_lines(reader)
    extract = [(str(label), lines[column]) for column, label in SVC_COLUMNS.items() if column != "evidence"]
    files = [recorded_words.file_words(reader, file) for file in recorded_words.files(reader)]
    assert row.decided_at is not None  # noqa: S101 - as `approved` gives them
    parts = [
        Part(heading=_("Extract of the complaint"), facts=in_full(extract)),
        Part(heading=_("Suspected offence"), texts=[said("offence")]),
        Part(heading=pgettext("criminal lead", "Facts"), texts=[said("facts")]),
        Part(heading=_("List of evidence"), texts=[said("evidence"), "\n".join(files)]),
        Part(
            heading=_("Approval by legal"), texts=[said("decision")],
            facts=[(_("Decided by"), people.staff_identity(row.decided_by)), (_("Decided"), instant(row.decided_at))],
        ),
    ]  # fmt: skip
    if row.handed_at is not None:
        handed = [
            (_("Handed over to"), said("authority")), (_("How"), row.get_way_display()), (_("When"), instant(row.handed_at)),
        ]  # fmt: skip
        parts.append(Part(heading=_("Hand-over"), facts=handed))
    else:
        parts.append(Part(signs=[_("Received by the authority"), _("Date")]))
    if log := Assistance.of(reader.complaint):
        told = [
            "\n".join([instant(one.assisted_at), *((one.shown if reader.written else one.covered)(name) for name in ("asked", "basis", "given"))])
            for one in log
        ]  # fmt: skip
        parts.append(Part(heading=_("Assistance log"), texts=told))
    return Content(parts=parts, subtitle=instant(row.proposed_at))


declare(
    Paper(
        code="criminal_lead",
        title=pgettext_lazy("paper", "Package for law enforcement"),
        hint=gettext_lazy("Extract, suspected offence, facts, list of evidence and the approval by legal."),
        content=content,
        order=53,
        missing=lambda complaint: "" if approved(complaint) else _("legal has approved no criminal lead"),
        items=items,
    )
)

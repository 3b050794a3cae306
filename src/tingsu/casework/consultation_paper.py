"""The request to an outside expert or authority as a document: what it is asked, what it is given, masked, and until when (CO-08, PS-13)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.casework.models import FunctionOpinion
from tingsu.complaints.models import Complaint
from tingsu.complaints.paperwork import Content, Item, Paper, Reader, declare
from tingsu.pages.pdf import Part, instant


def consultations(complaint: Complaint) -> list[FunctionOpinion]:
    """What outside bodies were asked, the oldest first; requests from before data was masked and timed are not printed."""
    rows = FunctionOpinion.of(complaint, kind=FunctionOpinion.Kind.OUTSIDE)
    return [row for row in rows if row.released_until is not None]


def items(complaint: Complaint) -> list[Item]:
    return [(str(row.pk), row.covered("body")) for row in consultations(complaint)]


def content(reader: Reader) -> Content:
    """One request. What it names of persons stays masked even for a reader who may open it: it is meant to leave the firm."""
    row = next(one for one in consultations(reader.complaint) if str(one.pk) == reader.item)
    assert row.released_until is not None  # noqa: S101 - as `consultations` gives them
    facts = [
        (_("Outside body"), row.shown("body")),
        (_("Complaint"), reader.complaint.number),
        (_("Asked"), instant(row.asked_at)),
        (_("To be given back or destroyed by"), row.released_until.isoformat()),
        (_("Bound to secrecy by"), f"{row.get_secrecy_display()} · {row.shown('secrecy_basis')}"),
    ]
    said = row.covered("content")
    return Content(
        parts=[
            Part(heading=_("Request"), facts=facts),
            Part(heading=_("Question"), texts=[row.shown("question")]),
            Part(heading=_("What it is given"), texts=[row.shown("released")]),
            Part(
                heading=_("Secrecy"),
                texts=[
                    _(
                        "This is only what the question needs; names, numbers and addresses are masked. Use it for this opinion "
                        "alone, give it to nobody, and give it back or destroy it by the day named above."
                    )
                ],
            ),
            Part(heading=_("Opinion"), texts=[said]) if said else Part(signs=[_("Outside body"), _("Date")]),
        ],
        subtitle=instant(row.asked_at),
    )


declare(
    Paper(
        code="consultation",
        title=gettext_lazy("Request to an outside expert or authority"),
        hint=gettext_lazy("What it is asked and given, masked, until when and bound by what."),
        content=content,
        order=52,
        missing=lambda complaint: "" if consultations(complaint) else _("no outside body has been asked yet"),
        items=items,
    )
)

"""Documents of the course and the end of a case: tracking form (Annex C), contents list of the file (RC-01, RC-11)."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tingsu.aftercare import contents, form_c
from tingsu.aftercare.models import ResultNotice
from tingsu.complaints.letter_papers import items, letter
from tingsu.complaints.paperwork import Content, Paper, Reader, declare
from tingsu.pages.pdf import Part, instant


def contents_list(reader: Reader) -> Content:
    """Every piece of the case by date; of an archived one as it was sealed."""
    archived, lines = contents.listed(reader.complaint)
    rows = [
        [str(number), instant(line.at), str(line.kind), line.words, line.reference]
        for number, line in enumerate(lines, 1)
    ]
    heads = [_("No."), _("Date"), _("Kind"), _("Piece"), _("Reference")]
    note = _("As sealed when the case was archived under %(number)s.") % {"number": archived} if archived else ""
    return Content(parts=[Part(heading=_("Contents"), heads=heads, rows=rows, widths=[2, 5, 3, 9, 9], note=note)])


declare(
    Paper(
        code="tracking_form",
        title=gettext_lazy("Complaint tracking form"),
        hint=gettext_lazy("The course of the case in the six sections of Annex C; for use inside the house only."),
        content=form_c.content,
        order=30,
    )
)
declare(
    Paper(
        code="contents_list",
        title=gettext_lazy("Contents of the file"),
        hint=gettext_lazy("Every event, letter and attachment by date, with hashes."),
        content=contents_list,
        order=80,
        filed=False,
    )
)
declare(
    Paper(
        code="result_notice",
        to_party=True,
        title=gettext_lazy("Formal notice of the result"),
        hint=gettext_lazy("The result as the complainant was told it in writing."),
        content=partial(letter, templates=("result_notice",)),
        order=70,
        missing=lambda complaint: "" if ResultNotice.of(complaint) else _("no result has been notified yet"),
        items=lambda complaint: items(complaint, "result_notice"),
    )
)

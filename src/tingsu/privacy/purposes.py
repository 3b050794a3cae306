"""What personal data and closed files are opened for: the codes that pages offer, with their words (PS-06, RC-05).

A code tells nothing of anybody and stays in the access log as it is; anything that somebody typed is sealed.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PURPOSE_LIMIT = 200
PURPOSES: dict[str, str | Promise] = {
    "contact": _("Contact the person about this complaint"),
    "check": _("Check the facts of the record"),
    "remedy": _("Carry out the remedy (payment, delivery, repair)"),
    "identity": _("Make sure who the person is"),
    "duty": _("Answer an authority or a court"),
}
"""Purposes offered by the page; any other one may be typed."""
ROOM_PURPOSES: dict[str, str | Promise] = {
    "investigate": _("Investigate this complaint"),
    **{code: PURPOSES[code] for code in ("check", "identity", "remedy", "duty")},
}
"""What the systems of the firm are asked for on a case (IV-01)."""
ENTRY_PURPOSES: dict[str, str | Promise] = {
    "contact": _("Contact the person about this matter"),
    "check": PURPOSES["check"],
    "identity": PURPOSES["identity"],
    "duty": PURPOSES["duty"],
}
"""The same beside entries of registers."""
ARCHIVE_PURPOSES: dict[str, str | Promise] = {
    "enquiry": _("Answer an enquiry about this complaint"),
    "again": _("Compare with a new complaint or a repeat"),
    "duty": PURPOSES["duty"],
    "learning": _("Learn from it: training, model case, improvement"),
    "audit": _("Audit or quality check"),
    "part": _("Took part in the case"),
    "leads": _("Leads the handling of complaints"),
    "checks": _("Checks records by office"),
}
"""What closed files are opened for (RC-05): the first ones are stated, the last three follow from part and role."""
PURPOSE_WORDS: dict[str, str | Promise] = PURPOSES | ROOM_PURPOSES | ARCHIVE_PURPOSES
"""The words of every code that the access log may hold."""

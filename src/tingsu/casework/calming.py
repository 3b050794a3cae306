"""Whoever complains and reacts strongly: the tactful wording, and a colleague with more experience (IV-11, IV-12; CA-63)."""

from typing import Any

from django.utils.translation import gettext as _

from tingsu.casework import queries
from tingsu.complaints.models import Complaint
from tingsu.complaints.proposing import proposal_for
from tingsu.complaints.reaction import reacts_strongly
from tingsu.complaints.sharing import Colleague
from tingsu.kernel.actor import Actor
from tingsu.people import queries as people


def more_experienced(complaint: Complaint) -> Colleague | None:
    """The best of those at work whose staff level is above the owner's; None where nobody's is, or nobody is upset."""
    found = proposal_for(complaint)
    return next((one for one in found.fitting if one.id in found.above), None)


def advice(actor: Actor, complaint: Complaint) -> str:
    """The sentence above the form of an answer; empty where nobody is upset."""
    if not reacts_strongly(complaint):
        return ""
    said = _("The complainant reacts strongly: the tactful wording is chosen.")
    if (colleague := more_experienced(complaint)) is None:
        return said
    return said + " " + _("A more experienced colleague: %(who)s.") % {"who": people.staff_identity(colleague.id)}


def answer_so_far(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The reasons of the verdict, written for the complainant already, and the tone."""
    row = queries.latest_round(complaint)
    words = row.for_form("reasons") if row else ""
    return {"tone": "tactful" if reacts_strongly(complaint) else "normal", **({"answer": words} if words else {})}

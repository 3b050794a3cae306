"""Knowledge beside the form of a step (SK-08): what fits the case and this step, best first."""

from tingsu.complaints.models import Complaint
from tingsu.complaints.step_guides import Guide, declare_beside
from tingsu.kernel.actor import Actor
from tingsu.knowledge import queries

MOST = 4


def beside(actor: Actor, complaint: Complaint, step: str) -> list[Guide]:
    """Two queries."""
    found = queries.fitting(complaint, [step], MOST)
    return [Guide(title=one.title, url=one.url, number=one.number) for one in found]


declare_beside(beside)

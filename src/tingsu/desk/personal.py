"""Personal data on the desk's lists and titles: every value comes through ``privacy`` (architecture §5.6)."""

from tingsu.complaints.models import Complaint, Party
from tingsu.kernel.actor import Actor
from tingsu.privacy.show import show_field, show_party


def shown_text(actor: Actor, complaint: Complaint, field: str) -> str:
    """One of a complaint's sealed texts for this reader, without open windows: empty when hidden or erased."""
    return show_field(actor, complaint, field, windows={}).value


def short_name(actor: Actor, party: Party | None) -> str:
    """Surname and the last four digits, as far as the reader may see them: "陈** 2210"."""
    return show_party(actor, party, windows={}).short if party is not None else ""

"""Personal data on the desk's lists and titles: every value comes through ``privacy`` (architecture §5.6)."""

from tingsu.complaints.models import Party
from tingsu.complaints.terms import PartyKind
from tingsu.kernel.actor import Actor
from tingsu.kernel.crypto import Erased
from tingsu.privacy import masking
from tingsu.privacy.fields import Sight, sight


def short_name(actor: Actor, party: Party | None, *, door: str = "page") -> str:
    """Surname and the last four digits, as far as the reader may see them: "陈** 2210".

    Opens two fields only: a queue shows fifty people at once.
    """
    if party is None or party.erased_at or sight(actor, party.role, "name", door=door) is Sight.NEVER:
        return ""
    try:
        phone = party.text("phone") if sight(actor, party.role, "phone", door=door) is not Sight.NEVER else ""
        return masking.short_name(party.text("name"), phone, organisation=party.kind == PartyKind.ORGANISATION)
    except Erased:
        return ""

"""Which operation guides are in force for a step, told to whoever takes it (DI-06)."""

from tingsu.complaints.step_guides import Guide, declare_guides
from tingsu.documents.versions import IN_FORCE, NAME
from tingsu.kernel.actor import Actor
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.reading import address_of

MOST = 5


def guides_of(actor: Actor, step: str) -> list[Guide]:
    """Documents in force that guide the step and that this person may read. One query."""
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared beside this
    ids = EntryFacet.objects.filter(register=NAME, name="steps", value=step).values("entry")
    rows = register.visible(actor, Entry.objects.filter(pk__in=ids, state=IN_FORCE)).select_related("stream")
    return [
        Guide(title=(row.worded_or_none() or {}).get("title") or row.number, url=address_of(row), number=row.number)
        for row in rows.order_by("number")[:MOST]
    ]


declare_guides(guides_of)

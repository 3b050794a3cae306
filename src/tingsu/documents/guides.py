"""Which operation guides are in force for steps, told to whoever takes them and on the page of the case (DI-06)."""

from collections.abc import Collection

from tingsu.complaints.step_guides import Guide, declare_guides
from tingsu.documents.versions import IN_FORCE, NAME
from tingsu.kernel.actor import Actor
from tingsu.registers.declaration import register_named
from tingsu.registers.models import Entry, EntryFacet
from tingsu.registers.reading import address_of

MOST = 5


def guides_of(actor: Actor, steps: Collection[str]) -> list[Guide]:
    """Documents in force that guide one of the steps and that this person may read. One query."""
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared beside this
    ids = EntryFacet.objects.filter(register=NAME, name="steps", value__in=sorted(steps)).values("entry")
    rows = register.visible(actor, Entry.objects.filter(pk__in=ids, state=IN_FORCE)).select_related("stream")
    return [
        Guide(
            title=(row.worded_or_none() or {}).get("title") or row.number, url=address_of(row), number=row.number,
            steps=tuple(one for one in row.codes.get("steps") or () if one in steps),
        )
        for row in rows.order_by("number")[:MOST]
    ]  # fmt: skip


declare_guides(guides_of)

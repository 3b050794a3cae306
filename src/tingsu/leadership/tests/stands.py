"""Statements in every stage for tests, made by the actions that people take."""

from contextlib import nullcontext
from datetime import datetime
from typing import Any

from tingsu.kernel.clock import travel_to
from tingsu.leadership import adopting, spans, terms
from tingsu.registers import actions
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry


def take(person: Any, entry: Entry, step: str, at: datetime | None = None, **values: Any) -> Entry:
    """One step of an entry as it stands now."""
    row = Entry.objects.select_related("stream").get(pk=entry.pk)
    with travel_to(at) if at else nullcontext():
        return actions.take_step(
            actor=person.actor, entry=row, register=registers()[row.register], step=step, values=values
        )


def opened(person: Any, register: str, **values: Any) -> Entry:
    """An entry opened by one of the cast."""
    return actions.open_entry(
        actor=person.actor, register=registers()[register], opening=actions.Opening(values=values)
    )


def today() -> str:
    return spans.today().isoformat()


def drafted(cast: Any, kind: str) -> Entry:
    """A draft from the example, with everything that it needs."""
    entry = adopting.adopt(actor=cast.supervisor.actor, kind=kind)
    if kind == terms.VALUES:
        take(
            cast.supervisor,
            entry,
            "hear",
            leaders=[str(cast.supervisor.id)],
            staff=[str(cast.frontline.id)],
            opinions="用户代表：希望首问负责。",
        )
        rows = Entry.objects.filter(register=terms.STATEMENT, state=terms.IN_FORCE)
        derived = [str(row.pk) for row in rows if row.codes["kind"] in terms.ROOTS]
        texts = entry.written()
        take(
            cast.supervisor,
            entry,
            "write",
            title=texts["title"],
            text_zh=texts["text_zh"],
            text_en=texts["text_en"],
            derived=derived,
            documented=[terms.SERVICE],
        )
    return entry  # fmt: skip


def in_force(cast: Any, kind: str) -> Entry:
    """The example of a kind, submitted and approved."""
    entry = drafted(cast, kind)
    take(cast.supervisor, entry, "submit")
    return take(cast.top_mgmt, entry, "approve", effective_on=today())


def the_roots(cast: Any) -> None:
    """Vision, mission and culture in force: read together, so drafted together."""
    drafts = [drafted(cast, kind) for kind in terms.ROOTS]
    for entry in drafts:
        take(cast.supervisor, entry, "submit")
        take(cast.top_mgmt, entry, "approve", effective_on=today())

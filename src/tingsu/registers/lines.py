"""A table of an entry whose lines have a life of their own: added one by one, then marked by later steps.

A step that takes a line asks for it by its place, in a field of choices that `waiting` offers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tingsu.kernel.errors import Unmet
from tingsu.kernel.ledger import plain
from tingsu.people import alone
from tingsu.privacy.masking import mask_text
from tingsu.process.steps import Effect, Guard, Label, OptionProvider, Options, Step, guard, options
from tingsu.registers.covering import known_in
from tingsu.registers.entry import OpenedEntry
from tingsu.registers.models import Entry
from tingsu.registers.reading import value_words

Marks = Callable[[OpenedEntry], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines of one field of rows, called by the words of some of their own fields."""

    table: str
    called: tuple[str, ...]

    def of(self, entry: Entry | None) -> list[dict[str, Any]]:
        """The codes of its lines."""
        return list(entry.codes.get(self.table, ())) if entry else []

    def add(self, asks: tuple[str, ...], marks: Marks) -> Effect:
        """The effect of a step that writes one more line from what it asks, with marks of its own."""

        def effect(opened: OpenedEntry, values: dict[str, Any]) -> None:
            lines = self.of(opened.entry)
            kinds = {one.name: one.kind for one in opened.register.by_name[self.table].rows}
            for name in asks:
                if kinds[name] in {"text", "longtext"}:
                    opened.write(f"{self.table}.{len(lines)}.{name}", values[name])
            codes = {name: values[name] for name in asks if kinds[name] not in {"text", "longtext"}}
            opened.put(self.table, [*lines, codes | marks(opened)])

        return effect

    def mark(self, chosen: str, marks: Marks) -> Effect:
        """The effect of a step that marks the line chosen in a field."""

        def effect(opened: OpenedEntry, values: dict[str, Any]) -> None:
            lines, place = self.of(opened.entry), int(values[chosen])
            lines[place] = lines[place] | marks(opened)
            opened.put(self.table, lines)

        return effect

    def waiting(self, name: str, *, after: str = "", before: str) -> OptionProvider:
        """Lines that have one mark and not yet another, by their places."""

        @options(name)
        def provider(entry: Entry | None) -> Options:
            waits = [
                (place, line)
                for place, line in enumerate(self.of(entry))
                if before not in line and (not after or after in line)
            ]
            return self._named(entry, waits) if entry and waits else ()

        return provider

    def _named(self, entry: Entry, lines: list[tuple[int, dict[str, Any]]]) -> Options:
        """What each line is called; whoever the entry or a linked case knows is masked in it (PS-06)."""
        from tingsu.registers.declaration import registers

        register, texts = registers()[entry.register], entry.worded_or_none() or {}
        rows = {one.name: one for one in register.by_name[self.table].rows}
        known = known_in(register, texts, entry)

        def called(place: int, line: dict[str, Any]) -> str:
            words = (
                texts.get(f"{self.table}.{place}.{name}") or value_words(rows[name], line.get(name))
                for name in self.called
            )
            return mask_text(" · ".join(part for part in words if part), known)

        return tuple((str(place), called(place, line)) for place, line in lines)

    def may_be_taken(
        self, chosen: str, waiting: OptionProvider, none: Label, *, not_by: str = "", own: Label = ""
    ) -> Guard:
        """Some line must wait for the step (or it says `none`), and whoever a mark of it names may not take it (`own`)."""

        @guard("line_waits")
        def check(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
            if not waiting(opened.entry):
                return [Unmet("nothing_waits", none)]
            line = self.of(opened.entry)[int(values[chosen])] if values else {}
            own = not_by and opened.actor.id and line.get(not_by) == plain(opened.actor.id)
            if own and not alone.warned(opened, "own_work"):
                return [Unmet("own_work", own)]
            return []

        return check

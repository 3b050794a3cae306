"""Lines of a table that somebody owes by a day: each a promise of its own, reported as done one by one (QC-02, QC-05, MS-18)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tingsu.kernel.errors import Unmet
from tingsu.people import alone
from tingsu.process.steps import Options, Step, asks_who, guard
from tingsu.registers.entry import OpenedEntry, end_of
from tingsu.registers.models import Entry


@dataclass(frozen=True, kw_only=True)
class Owed:
    """The table `table` of an entry: each line names `who` and `until`, and is a promise of `timer`."""

    table: str
    timer: str
    called: str
    """The text of a line by which it is chosen."""

    @property
    def done(self) -> str:
        """The code that keeps which lines are done."""
        return f"{self.table}_done"

    def item_id(self, entry: Entry, place: int) -> uuid.UUID:
        """The subject of the promise of one line, in the present round."""
        return uuid.uuid5(entry.pk, f"{self.table}:{entry.codes.get(f'{self.table}_round', 0)}:{place}")

    def open(self, entry: Entry | None) -> Options:
        """Lines not done yet, by their places."""
        if entry is None:
            return ()
        texts = entry.written_or_none() or {}
        return tuple(
            (str(one), texts.get(f"{self.table}.{one}.{self.called}", str(one + 1))) for one in self._left(entry.codes)
        )

    def _left(self, codes: Mapping[str, Any]) -> list[int]:
        done = set(codes.get(self.done, ()))
        return [one for one in range(len(codes.get(self.table, ()))) if str(one) not in done]

    def doers(self, codes: Mapping[str, Any]) -> tuple[str, ...]:
        """Who still owes a line that has begun."""
        if not codes.get(f"{self.table}_round"):
            return ()
        return tuple(str(codes[self.table][one]["who"]) for one in self._left(codes))

    def begin(self, opened: OpenedEntry, until: Any = None) -> None:
        """Every line is a promise of whoever it names, from now on; a further round has a day of its own."""
        codes = opened.entry.codes
        opened.put(f"{self.table}_round", codes.get(f"{self.table}_round", 0) + 1)
        opened.put(self.done, [])
        for place, line in enumerate(codes[self.table]):
            opened.start(
                self.timer, due_at=end_of(until or line["until"]), subject_id=self.item_id(opened.entry, place),
                owner_id=uuid.UUID(line["who"]),
            )  # fmt: skip
        others = {uuid.UUID(line["who"]) for line in codes[self.table]} - {opened.actor.id}
        opened.tell(sorted(others, key=str), "given")

    def finish(self, opened: OpenedEntry, place: str) -> bool:
        """One line is done; says whether that was the last."""
        opened.put(self.done, [*opened.entry.codes.get(self.done, []), place])
        opened.end(self.timer, subject_id=self.item_id(opened.entry, int(place)))
        return not self._left(opened.entry.codes)

    def none_of_own(self, sentence: Any) -> Any:
        """The guard that whoever owed a line does not judge it; one who works alone is only noted (ME-11)."""

        @guard("no_own_line")
        @asks_who
        def check(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
            own = str(opened.actor.id) in {str(line["who"]) for line in opened.entry.codes.get(self.table, ())}
            return [Unmet("own_line", sentence, guard="")] if own and not alone.warned(opened, "own_work") else []

        return check

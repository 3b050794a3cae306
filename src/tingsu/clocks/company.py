"""What reactions need of the things whose clocks ring, read at once for a whole batch, and what they leave, written at once.

Inside a sweep all cases of the batch share one company; in any other action a company of one is opened and saved where
it is needed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tingsu.clocks.kinds import Thing, Watched, watched
from tingsu.clocks.ladder import Rung
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.kernel.fields import in_language
from tingsu.kernel.jobs import Job
from tingsu.kernel.ledger import Chain, Companion
from tingsu.letters import outbox
from tingsu.letters.models import Notice
from tingsu.letters.notices import notices_for

COMPANION: Companion[Company] = Companion("clocks.company")
STANDING_FIELDS = (
    "level", "rung", "times", "turn", "ladder_version", "raised_at", "next_at", "taken_at", "taken_by", "ended_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter to somebody who is called, until it is known who has an address."""

    chain: Chain
    member_id: uuid.UUID
    rung: Rung
    intent: str
    due_at: datetime | None
    at: datetime


class Company:
    """The things of some locked chains, where they stand on their ladders, and what is to be written about them."""

    def __init__(self, chains: Iterable[Chain]) -> None:
        self._chains = {chain.stream.pk: chain for chain in chains if watched(chain.stream.kind)}
        self._things: dict[uuid.UUID, Thing] | None = None
        self._standings: dict[uuid.UUID, Escalation] | None = None
        self._changed: dict[uuid.UUID, Escalation] = {}
        self._raised: dict[str, dict[uuid.UUID, int]] = {}
        self.notices: list[Notice] = []
        self.calls: list[EscalationCall] = []
        self.letters: list[Letter] = []
        self._jobs: dict[Job, list[dict[str, Any]]] = {}

    def thing(self, chain: Chain) -> Thing | None:
        """The thing of a chain, or None for streams without clocks. One query for each kind in the company."""
        kind = watched(chain.stream.kind)
        if kind is None:
            return None
        if kind.at_hand and (found := kind.at_hand(chain)):
            return found
        if self._things is None:
            self._things = {}
            by_kind: dict[str, list[uuid.UUID]] = {}
            for one in self._chains.values():
                by_kind.setdefault(one.stream.kind, []).append(one.stream.pk)
            for name, ids in by_kind.items():
                self._things.update(_declared(name).things(ids))
        return self._things.get(chain.stream.pk)

    def standing(self, chain: Chain) -> Escalation | None:
        """Where the thing stands on its ladder; None while it never climbed. One query for the company."""
        if chain.fresh:
            return self._changed.get(chain.stream.pk)
        if self._standings is None:
            rows = Escalation.objects.filter(stream_id__in=list(self._chains))
            self._standings = {row.stream_id: row for row in rows}
        return self._standings.get(chain.stream.pk)

    def change(self, row: Escalation) -> None:
        """Write where a thing stands now, with the rest."""
        if self._standings is None:
            self._standings = {}
        self._standings[row.stream_id] = self._changed[row.stream_id] = row

    def raise_level(self, kind: str, stream_id: uuid.UUID, level: int) -> None:
        """Write the level into the thing's own row, with the rest."""
        self._raised.setdefault(kind, {})[stream_id] = level

    def tell(
        self, members: Iterable[uuid.UUID | None], kind: str, stream_id: uuid.UUID, data: Mapping[str, Any]
    ) -> None:
        """A notice to some colleagues, written with the rest."""
        told = dict.fromkeys(one for one in members if one is not None)
        self.notices.extend(notices_for(told, kind, stream_id, data))

    def queue(self, job: Job, **arguments: Any) -> None:
        """A background job, queued with the rest."""
        self._jobs.setdefault(job, []).append(arguments)

    def save(self) -> None:
        """Write everything, in as many statements for a hundred things as for one."""
        for kind, levels in self._raised.items():
            if write := _declared(kind).raise_levels:
                write(levels)
        if self._changed:
            Escalation.objects.bulk_create(
                self._changed.values(),
                update_conflicts=True,
                unique_fields=["organisation_id", "stream"],
                update_fields=STANDING_FIELDS,
            )
        EscalationCall.objects.bulk_create(self.calls)
        Notice.objects.bulk_create(self.notices)
        if self.letters:
            outbox.queue_staff_letters(
                [
                    outbox.StaffLetter(
                        chain=one.chain, member_id=one.member_id, template="escalated", intent=one.intent, at=one.at,
                        values=lambda language, one=one: {
                            "rung": in_language(dict(one.rung.name), language), "answer_by": one.due_at,
                        },
                    )
                    for one in self.letters
                ]
            )  # fmt: skip
        for job, several in self._jobs.items():
            job.defer_all(several)
        self._changed, self._raised, self._jobs = {}, {}, {}
        self.calls, self.notices, self.letters = [], [], []


def _declared(kind: str) -> Watched:
    found = watched(kind)
    assert found is not None  # noqa: S101 - only chains of declared kinds are in a company
    return found


@contextmanager
def company_of(chain: Chain) -> Iterator[Company]:
    """The company of a chain: the batch's, saved by the sweep, or one of its own, saved here."""
    if shared := chain.companion(COMPANION):
        yield shared
        return
    own = Company([chain])
    yield own
    own.save()


def join(chains: Iterable[Chain]) -> Company:
    """One company for the chains of a batch; whoever calls this saves it."""
    together = list(chains)
    company = Company(together)
    for chain in together:
        chain.bring(COMPANION, company)
    return company

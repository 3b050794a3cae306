"""Climbing the ladder: the next level is really told, stays told until somebody takes it up, and there is no last step (AS-07, AS-08).

Plain functions for use behind the lock of the thing's stream, in an open transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tingsu.calendars.arithmetic import due_at
from tingsu.calendars.queries import calendar_in_force
from tingsu.clocks import receivers
from tingsu.clocks.company import Company, Letter, company_of
from tingsu.clocks.kinds import Thing, watched
from tingsu.clocks.ladder import Ask, Ladder, Rung, lowest, ways_up
from tingsu.clocks.ladder_rules import ladder_in_force
from tingsu.clocks.models import Escalation, EscalationCall
from tingsu.clocks.places import region_of
from tingsu.kernel.actor import Actor
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import Chain

RAISED, TAKEN_UP, ENDED = "escalation.raised", "escalation.taken_up", "escalation.ended"
FACT = "escalation"
"""Under this name an event says how far its thing climbed, whom that told and why (AS-08)."""


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """One escalation: from where to where, why, who was told, who was passed over, until when."""

    kind: str
    trigger: str
    timer: str
    old: tuple[int, str]
    new: tuple[int, str]
    turn: int
    times: int
    receivers: tuple[str, ...]
    members: tuple[uuid.UUID, ...]
    skipped: tuple[tuple[str, str], ...]
    """Levels that were passed over, with the reason: nobody holds the role now, or it is where the case came from."""
    due_at: datetime | None
    ladder: int
    taken_by: uuid.UUID | None

    def as_data(self) -> dict[str, Any]:
        """The escalation as its event stores it."""
        return {
            "trigger": self.trigger, "timer": self.timer, "from": list(self.old), "to": list(self.new), "turn": self.turn,
            "times": self.times, "receivers": self.receivers, "members": self.members, "skipped": self.skipped,
            "due_at": self.due_at, "ladder": self.ladder, "taken_by": self.taken_by,
        }  # fmt: skip


@dataclass(kw_only=True)
class _Choice:
    """The rung that was chosen, and whom it tells."""

    place: int
    rung: Rung
    turn: int = 0
    named: tuple[str, ...] = ()
    members: list[uuid.UUID] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def climb(
    chain: Chain, trigger: str, *, actor: Actor, at: datetime, timer: str = "", at_least: bool = False
) -> Climbed | None:
    """Tell the next level; the caller records what comes back in an event. None for things that are settled or unknown.

    With `at_least` a thing that already stands where this trigger leads stays there. Somebody who stands on the rung
    themselves has taken it up by acting.
    """
    kind = watched(chain.stream.kind)
    if kind is None:
        return None
    with company_of(chain) as company:
        thing = company.thing(chain)
        if thing is None or not thing.is_open:
            return None
        ladder = ladder_in_force()
        rungs = ladder.of(chain.stream.kind)
        standing = company.standing(chain)
        level = max(thing.level, standing.level if standing else 1)
        ask = Ask(
            trigger=trigger, timer=timer, facts=thing.facts, times=standing.times if standing else 0,
            hours=int((at - thing.since).total_seconds() // 3600),
        )  # fmt: skip
        if at_least and level >= lowest(rungs, ask):
            return None
        choice = _choose(rungs, level, ask, thing, actor, standing)
        return _tell(company, chain, thing, ladder, choice, level, ask, actor, at)


def _choose(
    rungs: Sequence[Rung], level: int, ask: Ask, thing: Thing, actor: Actor, standing: Escalation | None
) -> _Choice:
    """The nearest level above that has somebody; where there is none, another receiver of the present one (CA-57)."""
    below = _stands_on(rungs, {thing.owner_id, actor.id if ask.trigger == "hand" else None}, thing)
    skipped: list[tuple[str, str]] = []
    seed = f"{thing.id}:{ask.times}"
    for place, rung in ways_up(rungs, level, ask):
        turn, named, members = _first(rung, thing)
        if place <= below:
            skipped.append((rung.code, "below"))
        elif not members:
            skipped.append((rung.code, "nobody"))
        else:
            if rung.call == "one":
                members = receivers.one_of(members, seed)
            return _Choice(place=place, rung=rung, turn=turn, named=named, members=members, skipped=skipped)
    place = min(level, len(rungs))
    rung = rungs[place - 1]
    turn, named, members = _another(rung, thing, standing.turn if standing and standing.level == place else -1, seed)
    return _Choice(place=place, rung=rung, turn=turn, named=named, members=members, skipped=skipped)


def _stands_on(rungs: Sequence[Rung], people: set[uuid.UUID | None], thing: Thing) -> int:
    """The highest level, but for the last, on which one of these people stands: nobody escalates to their own level."""
    return max(
        (
            place
            for place, rung in enumerate(rungs[:-1], 1)
            for receiver in rung.receivers
            if receivers.stands_on(receiver) and people & set(receivers.members_of(receiver, thing))
        ),
        default=0,
    )


def _first(rung: Rung, thing: Thing) -> tuple[int, tuple[str, ...], list[uuid.UUID]]:
    """Whom a rung tells first: the first receiver that has somebody, or all of them."""
    told = [(receiver, receivers.members_of(receiver, thing)) for receiver in rung.receivers]
    if rung.call == "turn":
        return next(((turn, (name,), found) for turn, (name, found) in enumerate(told) if found), (0, (), []))
    return (
        0,
        tuple(name for name, found in told if found),
        list(dict.fromkeys(one for _n, found in told for one in found)),
    )


def _another(rung: Rung, thing: Thing, turn: int, seed: str) -> tuple[int, tuple[str, ...], list[uuid.UUID]]:
    """Whom the same rung tells next: the following receiver, then round again; somebody who leads where it has nobody."""
    if rung.call == "turn":
        count = len(rung.receivers)
        for step in range(1, count + 1):
            receiver = rung.receivers[(turn + step) % count]
            if members := receivers.members_of(receiver, thing):
                return (turn + step) % count, (receiver,), members
    _turn, named, members = _first(rung, thing)
    if members and any(map(receivers.stands_on, named)):
        return 0, named, receivers.one_of(members, seed) if rung.call == "one" else members
    return 0, ("last_resort",), receivers.last_resort(thing)


def _tell(
    company: Company, chain: Chain, thing: Thing, ladder: Ladder, choice: _Choice, level: int, ask: Ask, actor: Actor,
    at: datetime,
) -> Climbed:  # fmt: skip
    """Notice, call and letter for those who are told; a notice for whoever had it until now (AS-07)."""
    standing = company.standing(chain)
    row = standing or Escalation(id=new_id(), stream_id=thing.id, raised_at=at)
    old = (level, row.rung or _code_at(ladder.of(chain.stream.kind), level))
    taken_by = actor.id if ask.trigger == "repeated" and actor.id in choice.members else None
    limit = choice.rung.limit
    row.level, row.rung, row.turn, row.times = choice.place, choice.rung.code, choice.turn, row.times + 1
    row.ladder_version, row.raised_at, row.ended_at = ladder.version, at, None
    # Whoever is called works by the calendar of their unit; where it has none, that of the place applies, as for every limit (SL-02).
    called = choice.members[0] if choice.members else thing.owner_id
    calendar = calendar_in_force(region=region_of(called, thing.place))
    row.next_at = due_at(at, limit, calendar) if limit and taken_by is None else None
    row.taken_at, row.taken_by = (at, taken_by) if taken_by else (None, None)
    company.change(row)
    said = {"number": thing.number, "rung": row.rung, "level": row.level, "due_at": row.next_at, "kind": ask.timer}
    if taken_by is None:
        company.tell(choice.members, "escalation.called", thing.id, said)
        for place, member_id in enumerate(choice.members):
            company.calls.append(
                EscalationCall(id=new_id(), stream_id=thing.id, member_id=member_id, level=row.level, called_at=at)
            )
            if choice.rung.letter:
                company.letters.append(
                    Letter(
                        chain=chain, member_id=member_id, rung=choice.rung, intent=f"escalation:{row.times}:{place}",
                        due_at=row.next_at, at=at,
                    )
                )  # fmt: skip
    company.tell(
        [one for one in (thing.owner_id, *thing.informed) if one not in {*choice.members, actor.id}],
        "escalation.raised",
        thing.id,
        said,
    )
    return Climbed(
        kind=chain.stream.kind, trigger=ask.trigger, timer=ask.timer, old=old, new=(row.level, row.rung), turn=row.turn,
        times=row.times, receivers=choice.named, members=tuple(choice.members), skipped=tuple(choice.skipped),
        due_at=row.next_at, ladder=ladder.version, taken_by=taken_by,
    )  # fmt: skip


def _code_at(rungs: Sequence[Rung], level: int) -> str:
    return rungs[min(level, len(rungs)) - 1].code


def raise_and_record(
    chain: Chain, trigger: str, *, actor: Actor, at: datetime, timer: str = "", data: dict[str, Any] | None = None
) -> Climbed | None:
    """Climb, and record it as an event of its own: what the clocks do by themselves."""
    with company_of(chain) as company:
        climbed = climb(chain, trigger, actor=actor, at=at, timer=timer)
        if climbed is None:
            return None
        kind = watched(chain.stream.kind)
        assert kind is not None  # noqa: S101 - it has climbed
        body = {**(data or {}), FACT: climbed.as_data()}
        if kind.level_column and climbed.old[0] != climbed.new[0]:
            body["set"] = {kind.level_column: [climbed.old[0], climbed.new[0]]}
            company.raise_level(climbed.kind, chain.stream.pk, climbed.new[0])
        chain.record(kind.escalated, actor=actor, at=at, data=body)
    return climbed


def end_waiting(chain: Chain, *, actor: Actor, at: datetime) -> bool:
    """The thing is settled: nobody need take it up any more. Does nothing when nobody was waited for."""
    row = Escalation.objects.filter(stream_id=chain.stream.pk, taken_at=None, ended_at=None).first()
    if row is None:
        return False
    close(row, at)
    row.ended_at = at
    row.save(update_fields=["next_at", "ended_at"])
    chain.record(ENDED, actor=actor, at=at, data={FACT: {"level": row.level, "rung": row.rung}})
    return True


def close(row: Escalation, at: datetime) -> list[uuid.UUID]:
    """Nobody is called for this thing any more; gives those who were."""
    open_calls = EscalationCall.objects.filter(stream_id=row.stream_id, ended_at=None)
    called = sorted(set(open_calls.values_list("member_id", flat=True)), key=str)
    open_calls.update(ended_at=at)
    row.next_at = None
    return called

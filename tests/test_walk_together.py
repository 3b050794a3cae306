"""Three people and the clock at one case in the same moments: nothing is lost, nothing happens twice (process.md §8)."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast
from tests.test_walk import check_invariants
from tests.walk import Walker
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import BREACHED, sweep_due
from tingsu.complaints.actions import take_step
from tingsu.complaints.interference import EVENT
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.models import Event
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.actions import deliver
from tingsu.letters.models import Letter

ROUNDS = 20
AT_ONCE = 3


@dataclass(frozen=True)
class Move:
    """One step by somebody; pages say which version they looked at, programs need not."""

    actor: Any
    step: Any
    values: dict[str, Any]
    version: int | None


class Round:
    """What was done to one case in one moment, on a connection for each."""

    def __init__(self, cast: Cast, complaint: Complaint, at: datetime) -> None:
        self.cast, self.complaint, self.at = cast, complaint, at
        self.done: list[Move] = []
        self.refused: list[tuple[Move, str]] = []
        self.broken: list[BaseException] = []

    def play(self, moves: list[Move]) -> None:
        start = threading.Barrier(len(moves) + 1)
        threads = [threading.Thread(target=self._take, args=(start, move)) for move in moves]
        threads.append(threading.Thread(target=self._tick, args=(start,)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
        assert not self.broken, self.broken

    def _take(self, start: threading.Barrier, move: Move) -> None:
        def act() -> None:
            try:
                take_step(
                    actor=move.actor, complaint_id=self.complaint.pk, step=move.step.name, values=move.values,
                    version=move.version,
                )  # fmt: skip
            except TingsuError as refusal:
                self.refused.append((move, str(refusal)))
            else:
                self.done.append(move)

        self._alone(start, act)

    def _tick(self, start: threading.Barrier) -> None:
        def act() -> None:
            while sweep_due().taken:
                pass

        self._alone(start, act)

    def _alone(self, start: threading.Barrier, act: Any) -> None:
        try:
            with acting_for(self.cast.organisation_id), travel_to(self.at):
                start.wait(timeout=60)
                act()
        except BaseException as error:
            self.broken.append(error)
        finally:
            connection.close()


def moves_of(walker: Walker, at: datetime) -> list[Move]:
    """What three of them do now: often the same step with the same words, as two windows of one person would."""
    found: list[Move] = []
    for _person in range(AT_ONCE):
        if found and walker.dice.random() < 0.4:
            found.append(found[-1])
            continue
        offered = walker.open_step(at) if walker.dice.random() < 0.9 else None
        actor, step = offered or walker.any_step()
        version = walker.complaint.version if walker.dice.random() < 0.5 else None
        found.append(Move(actor, step, walker.values(step, at), version))
    return found


@pytest.mark.req("invariant-1", "invariant-2", "process.md §8.1", "process.md §8.3")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [7, 4_211])
def test_three_at_once_lose_nothing_and_double_nothing(cast: Cast, seed: int) -> None:
    complaint, at = registered(cast), MONDAY
    walker, first_owner, met = Walker(cast, complaint, seed), complaint.first_owner_id, 0
    for _round in range(ROUNDS):
        at += timedelta(minutes=walker.dice.choice([3, 20, 90, 600, 3000]))
        with travel_to(at):
            for letter in Letter.objects.filter(stream_id=complaint.pk, state="queued", send_after__lte=at):
                deliver(letter.pk)
            walker.complaint = complaint = Complaint.objects.select_related("stream").get(pk=complaint.pk)
            moves = moves_of(walker, at)
        before = set(Event.objects.filter(stream_id=complaint.pk).values_list("seq", flat=True))
        round_ = Round(cast, complaint, at)
        round_.play(moves)
        check_round(complaint, round_, before)
        with travel_to(at):
            check_invariants(Complaint.objects.get(pk=complaint.pk), first_owner)
        met += len(round_.done)
    assert met >= ROUNDS // 2, "the walk stood still and showed nothing"
    with travel_to(at):
        assert list(verify_organisation(Tally())) == []


def check_round(complaint: Complaint, played: Round, before: set[int]) -> None:
    """Of those who looked at one version only one changed it, and each promise fired once."""
    assert len(played.done) + len(played.refused) == AT_ONCE
    assert all(sentence for _move, sentence in played.refused)
    assert len([move for move in played.done if move.version is not None]) <= 1, "two changed what only one had seen"
    rows = list(Event.objects.filter(stream_id=complaint.pk).exclude(seq__in=before).exclude(kind=EVENT))
    told = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq").values_list("seq", flat=True))
    assert told == list(range(1, len(told) + 1)), "a gap or a double in the history"
    kinds = Counter(row.kind for row in rows)
    for kind, times in Counter(move.step.event for move in played.done).items():
        assert kinds[kind] >= times, f"{kind} was taken and is not told"
    if not played.done:
        assert {row.kind for row in rows if row.actor_id} == set(), "a refusal left a trace"
    breached = Promise.objects.filter(stream_id=complaint.pk, breached_at__isnull=False).count()
    assert Event.objects.filter(stream_id=complaint.pk, kind=BREACHED).count() == breached, "a clock struck twice"

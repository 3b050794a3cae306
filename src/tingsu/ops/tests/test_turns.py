"""Whose turn it is, who waits too long, and the threads that draw (PT-07)."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from tingsu.ops.tests.test_door import in_a_thread
from tingsu.ops.web.threads import Threads
from tingsu.ops.web.turns import Full, Turns
from tingsu.ops.web.watch import Watch


def test_turns_go_round_by_address_and_one_address_never_holds_all_places() -> None:
    async def play() -> list[str]:
        turns, order = Turns(1, longest_queue=5), []

        async def visit(address: str) -> None:
            await turns.enter(address, 5)
            order.append(address)
            await asyncio.sleep(0)
            turns.leave(address)

        crowd = [asyncio.create_task(visit("crowd")) for _one in range(5)]
        await asyncio.sleep(0)
        assert turns.running == {"crowd": 1}
        other = asyncio.create_task(visit("other"))
        await asyncio.gather(*crowd, other)
        assert turns.running.total() == 0
        assert turns.queue == 0
        return order

    assert in_a_thread(play()).index("other") <= 1


def test_who_cannot_be_answered_in_time_is_told_so_and_leaves_no_trace() -> None:
    async def play() -> None:
        turns = Turns(1, longest_queue=1)
        await turns.enter("a", 1)
        await turns.enter("kept for others", 1)
        with pytest.raises(Full):
            await turns.enter("b", 0.01)
        assert turns.queue == 0
        waiting = asyncio.create_task(turns.enter("b", 5))
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await turns.enter("c", 5)
        turns.leave("a")
        await waiting
        assert turns.running == {"b": 1, "kept for others": 1}


def test_one_address_has_all_the_threads_that_were_asked_for_and_one_more_is_for_others() -> None:
    async def play() -> None:
        turns = Turns(3, longest_queue=1)
        for _one in range(3):
            await turns.enter("a", 1)
        with pytest.raises(Full):
            await turns.enter("a", 0.01)
        await turns.enter("b", 1)
        assert turns.running == {"a": 3, "b": 1}

    in_a_thread(play())


def test_who_leaves_gives_the_place_to_who_waits() -> None:
    async def play() -> None:
        turns = Turns(1, longest_queue=1)
        await turns.enter("a", 1)
        waiting = asyncio.create_task(turns.enter("a", 5))
        await asyncio.sleep(0)
        turns.leave("a")
        await waiting
        assert turns.running == {"a": 1}

    in_a_thread(play())


def test_a_wait_ends_with_what_is_awaited_with_its_time_or_with_whoever_ends_it() -> None:
    async def play() -> None:
        watch, never = Watch(0.01), asyncio.Event()
        assert await watch.wait(asyncio.sleep(0, "here"), time.monotonic() + 60) == "here"
        assert await watch.wait(asyncio.sleep(0.05, "in time"), time.monotonic() + 60) == "in time"
        with pytest.raises(TimeoutError):
            await watch.wait(never.wait(), time.monotonic())
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        with pytest.raises(ZeroDivisionError):
            await watch.wait(_broken(), time.monotonic() + 60)
        other = asyncio.create_task(watch.wait(never.wait(), time.monotonic() + 60))
        await asyncio.sleep(0)
        other.cancel()
        with pytest.raises(asyncio.CancelledError):
            await other
        await asyncio.sleep(0.05)
        assert (watch._until, watch._late, watch._looking) == ({}, set(), False), "nobody waits, and nobody looks"

    in_a_thread(play())


async def _broken() -> None:
    raise ZeroDivisionError


def test_threads_outlive_what_fails_in_them_and_end_with_what_was_begun() -> None:
    threads, done = Threads(1, "alone"), []
    threads.submit(lambda: 1 / 0)
    threads.submit(lambda: done.append(threading.current_thread().name))
    threads.end(5)
    assert done == ["alone-0"]
    assert not any(one.name == "alone-0" for one in threading.enumerate())

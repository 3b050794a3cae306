"""Several processes at one long piece of work, which all end when the one that started them does."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from multiprocessing.queues import SimpleQueue
from typing import Any

from django.db import connections

Work = Callable[[list[Any], Callable[[int, int], None]], None]


class ParentGone(SystemExit):
    """The process that asked for the work was ended; nobody waits for the result."""


def work(crews: list[list[Any]], do: Work) -> Iterator[int]:
    """Have each crew's list worked on in a process of its own; yields how many pieces are done in all.

    Raises RuntimeError when a process ended before its work did.
    """
    connections.close_all()  # a connection cannot be shared across a fork
    context = multiprocessing.get_context("fork")
    done: SimpleQueue[int] = context.SimpleQueue()
    processes = [context.Process(target=_crew, args=(do, crew, done, os.getpid()), daemon=True) for crew in crews]
    for process in processes:
        process.start()
    total, wanted = 0, sum(map(len, crews))
    while total < wanted:
        if not done.empty():
            total += done.get()
            yield total
        elif not any(process.is_alive() for process in processes):
            raise RuntimeError(f"the work ended after {total} of {wanted} pieces")
        else:
            for process in processes:
                process.join(0.1)
    for process in processes:
        process.join()


def _crew(do: Work, pieces: list[Any], done: "SimpleQueue[int]", parent: int) -> None:
    def tell(_number: int, _of: int) -> None:
        if os.getppid() != parent:
            raise ParentGone
        done.put(1)

    try:
        do(pieces, tell)
    finally:
        connections.close_all()

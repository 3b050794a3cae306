"""The web application of a measurement: tells with each answer how much processor time it took.

The clock on a shared machine counts what the neighbours do; the processor time of the answering thread does not. What the
database does on its side is not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from tingsu.ops.web.serving import at_the_door as door
from tingsu.wsgi import application as tingsu

HEADER = "X-Processor-Ms"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as Tingsu does, the whole body at once, with the milliseconds in ``X-Processor-Ms``."""
    began = time.thread_time()
    kept: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], Any]:
        kept[:] = [status, headers]
        return lambda data: None

    answer = tingsu(environ, start)
    body = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    took = 1000 * (time.thread_time() - began)
    start_response(kept[0], [*kept[1], (HEADER, f"{took:.3f}")])
    return [body]


at_the_door = door(application)

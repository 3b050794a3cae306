"""A machine that says a byte now and then, and never the end of its line, is left at the moment that was set."""

import contextlib
import io
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tingsu.kernel.patience import Patient


def drip(line: socket.socket) -> None:
    """A byte now and then, until nobody listens."""
    with contextlib.suppress(OSError):
        while True:
            line.sendall(b"x")
            threading.Event().wait(0.02)


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_line_without_end_is_left_in_time_and_one_that_ends_is_read(
    line: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = line
    ours.settimeout(60)
    theirs.sendall(b"220 ready\r\nmore")
    patient = Patient(ours, time.monotonic() + 60)
    read = io.BufferedReader(patient)
    assert read.readline() == b"220 ready\r\n"
    threading.Thread(target=drip, args=(theirs,), daemon=True).start()
    patient.until = time.monotonic() + 0.3
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=r"took too long|timed out"):
        read.readline()
    assert time.monotonic() - began < 30
    assert ours.gettimeout() == 60, "what is sent has its own patience"


def test_silence_is_left_by_whichever_ends_first(line: tuple[socket.socket, socket.socket]) -> None:
    ours, _theirs = line
    for each, whole in ((0.05, 60.0), (60.0, 0.05), (None, 0.05)):
        ours.settimeout(each)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            Patient(ours, time.monotonic() + whole).readinto(bytearray(1))
        assert time.monotonic() - began < 30
        assert ours.gettimeout() == each

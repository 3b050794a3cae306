"""Processes the supervisor keeps: started in groups of their own, ended with their whole group, restarted when dead."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_MARK = "TINGSU_SUPERVISED_BY"
_PR_SET_PDEATHSIG = 1
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0
_STEADY_SECONDS = 30.0
_GRACE_SECONDS = 10.0
LONGEST_LOG = 10_000_000


@dataclass
class Child:
    """One supervised process. With ``attempts`` it is a task that may end well; without, it must live."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Variables of ours that it does not get."""
    log: Path | None = None
    attempts: int | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = _FIRST_PAUSE_SECONDS
    finished: bool = False

    def start(self) -> None:
        """Start the process; it is told to end if the supervisor is killed."""
        output = self._open_log()
        try:
            self.process = subprocess.Popen(
                self.command,
                # Unbuffered, so that progress is seen when it happens, in a file and a pipe too.
                env=self._inherited() | self.environment | {_MARK: _identity(os.getpid()), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=_end_with_parent(os.getpid()),
            )
        finally:
            if output is not None:
                output.close()
        self.started_at = time.monotonic()

    def _open_log(self) -> IO[bytes] | None:
        """Its log, for nobody else whatever the umask says. On a disk that takes no new file it works without one."""
        if self.log is None:
            return None
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            output = open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")  # noqa: SIM115
        except OSError:
            return None
        os.fchmod(output.fileno(), 0o600)
        return output

    def _inherited(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in self.without}

    def _turn_over(self) -> None:
        """Keep one older log beside the present one. The child goes on writing into the same file, at its end."""
        if self.log is None or not self.log.exists() or self.log.stat().st_size <= LONGEST_LOG:
            return
        old = self.log.with_suffix(".old.log")
        with (
            open(self.log, "rb") as now,
            open(os.open(old, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as kept,
        ):
            shutil.copyfileobj(now, kept)
        os.truncate(self.log, 0)

    def look(self, say: Callable[[str], None]) -> None:
        """Notice a death, end what it left behind and start it again when its pause is over; keep its log short."""
        with contextlib.suppress(OSError):  # a full disk: the log grows no more either
            self._turn_over()
        if self.finished:
            return
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self._end_group(signal.SIGKILL)
            self.process = None
            if self.attempts is not None and (code == 0 or self.attempts <= 1):
                self.finished = True
                if code != 0:
                    say(f"{self.name} failed{self._where()}.")
                return
            if self.attempts is not None:
                self.attempts -= 1
            lived = time.monotonic() - self.started_at
            self.pause = (
                _FIRST_PAUSE_SECONDS if lived > _STEADY_SECONDS else min(self.pause * 2, _LONGEST_PAUSE_SECONDS)
            )
            self.restart_at = time.monotonic() + self.pause
            say(f"{self.name} ended ({_how(code)}), starting it again{self._where()}.")
        if time.monotonic() >= self.restart_at:
            try:
                self.start()
            except OSError as error:  # no memory, no process number left: what runs goes on, and this is tried again
                self.pause = min(self.pause * 2, _LONGEST_PAUSE_SECONDS)
                self.restart_at = time.monotonic() + self.pause
                say(f"{self.name} cannot be started ({error.strerror}), trying again in {self.pause:.1f} s.")

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for a polite end until the deadline, then end the whole group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self._end_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _end_group(self, sign: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sign)

    def _where(self) -> str:
        return f"; see {self.log}" if self.log else ""


def end_all(children: list[Child]) -> None:
    """End every child: all are asked at once, none is left."""
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + _GRACE_SECONDS
    for child in children:
        child.end(deadline)


def end_leftovers() -> None:
    """End processes of a supervisor that is gone: they would hold the port and the database.

    They are known by a mark in their environment, so nothing else can be hit.
    """
    prefix = f"{_MARK}=".encode()
    leftovers = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            marks = [part for part in (folder / "environ").read_bytes().split(b"\0") if part.startswith(prefix)]
        except OSError:
            continue
        if marks and not _is_alive(marks[0].removeprefix(prefix).decode()):
            leftovers.append(int(folder.name))
    for pid in leftovers:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def step(arguments: list[str], environment: dict[str, str] | None = None) -> int:
    """Run one preparatory command of ours in a process of its own and return its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "tingsu", *arguments],
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        preexec_fn=_end_with_parent(os.getpid()),
        check=False,
    )
    return done.returncode


def _end_with_parent(parent: int) -> Callable[[], None]:
    """Ask the kernel to end the child with us, however we end (Linux; elsewhere the next start clears up)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _identity(pid: int) -> str:
    """A process and the moment it began: numbers are used again, pairs are not."""
    try:
        began = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        began = "-"
    return f"{pid}:{began}"


def _is_alive(identity: str) -> bool:
    pid = identity.partition(":")[0]
    return pid.isdigit() and Path(f"/proc/{pid}").exists() and _identity(int(pid)) == identity


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"

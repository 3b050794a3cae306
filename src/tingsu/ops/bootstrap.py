"""The launcher's first half: makes ``.venv`` from ``requirements.lock`` and hands over to ``python -m tingsu``.

Whoever runs Tingsu gets what runs it; ``./tingsu test`` adds the tools of the tests from ``requirements-test.lock``, which
names the same versions of everything else.

Runs on the system's bare Python before anything is installed, so it uses the standard library only and imports
nothing of ours but the command line's help text.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE = REPOSITORY / "src"
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = REPOSITORY / "requirements.lock"
TEST_LOCK = REPOSITORY / "requirements-test.lock"
STAMP = ENVIRONMENT / "tingsu-installed"
TEST_STAMP = ENVIRONMENT / "tingsu-test-installed"
LOG = ENVIRONMENT / "tingsu-install.log"
_LEAST_SPACE = 2**30
_HELP: tuple[list[str], ...] = ([], ["-h"], ["--help"], ["help"])

# What pip says when it fails, and what that means for the person who typed the command; first match wins.
_REASONS = (
    (("No space left on device", "Errno 28"), "The disk is full: free at least 2 GB and start again."),
    (("Read-only file system", "Errno 30"), "The disk is read-only: clone Tingsu into a folder that can be written."),
    (("Permission denied", "Errno 13"), "This user may not write into .venv: change its owner or remove it."),
    (("DO NOT MATCH THE HASHES",), "A downloaded package is not the one requirements.lock names: check your mirror."),
    (
        ("Temporary failure in name resolution", "NewConnectionError", "ConnectTimeout", "ProxyError", "SSLError"),
        "The packages could not be downloaded: check the network, the proxy or PIP_INDEX_URL, and start again.",
    ),
    (
        ("No matching distribution found",),
        "Your package index lacks a package that requirements.lock names, or there is no network: check PIP_INDEX_URL.",
    ),
)


class Stopped(Exception):
    """The environment cannot be made; one sentence says why and what to do."""


def main(arguments: list[str]) -> int:
    """Make the environment if need be, then become ``python -m tingsu``."""
    lock, stamp = (TEST_LOCK, TEST_STAMP) if arguments[:1] == ["test"] else (LOCK, STAMP)
    try:
        if not _is_current(lock, stamp):
            if arguments in _HELP:
                return _help()
            _install(lock, stamp)
    except Stopped as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next start carries on.", file=sys.stderr)
        return 130
    paths = [str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    # A demo starts seven processes: without bytecode each compiles a thousand files, two seconds of a processor.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(PYTHON, [str(PYTHON), "-m", "tingsu", *arguments])  # noqa: S606 - no shell is wanted


def _is_current(lock: Path, stamp: Path) -> bool:
    try:
        return PYTHON.exists() and stamp.read_text() == _fingerprint(lock)
    except OSError:
        return False


def _fingerprint(lock: Path) -> str:
    """Names the lock and the interpreter: a system upgrade changes the second and empties the environment."""
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {PYTHON.resolve()}\n"


def _help() -> int:
    sys.path.insert(0, str(SOURCE))
    from tingsu.ops.cli import main as command_line

    return command_line(["--help"])


def _install(lock: Path, stamp: Path) -> None:
    ENVIRONMENT.mkdir(exist_ok=True)
    with open(ENVIRONMENT / "tingsu-install.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if _is_current(lock, stamp):
            return
        # No stamp means: never finished. Whatever is there is completed, or made anew if it cannot run.
        stamp.unlink(missing_ok=True)
        if shutil.disk_usage(ENVIRONMENT).free < _LEAST_SPACE and not PYTHON.exists():
            raise OSError(errno.ENOSPC, "no space", str(ENVIRONMENT))
        _make_environment()
        _fill_environment(lock)
        # What the tests need holds everything that running needs.
        for done, made_from in {STAMP: LOCK, stamp: lock}.items():
            partial = done.with_suffix(".partial")
            partial.write_text(_fingerprint(made_from))
            partial.replace(done)


def _make_environment() -> None:
    works = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    if PYTHON.exists() and subprocess.run(works, capture_output=True, check=False).returncode == 0:
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise Stopped(
            "Python's venv module is missing: add it (Debian, Ubuntu: apt-get install python3-venv), then start again."
        ) from error
    _say("Making the Python environment …")
    # The lock file of this very run lies in the folder, so it is emptied by hand and not by --clear.
    for leftover in ("bin", "lib", "lib64", "include", "pyvenv.cfg"):
        subprocess.run(["rm", "-rf", str(ENVIRONMENT / leftover)], check=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Stopped(_reason(made.stdout + made.stderr, "The Python environment could not be made"))


def _fill_environment(lock: Path) -> None:
    total = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    # The lock names everything, so pip has nothing to resolve; wheels only, because a bare machine has no compiler;
    # Python compiles what is really imported by itself, which saves a third of the time.
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-compile", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", str(lock)]
    began, seen, said = time.monotonic(), 0, []
    with (
        open(LOG, "w") as log,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as pip,
    ):
        for line in pip.stdout or ():
            log.write(line)
            said.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                _progress(f"Fetching packages {seen}/{total}", last=seen == total)
            elif line.startswith("Installing collected packages"):
                _say(f"Installing {total} packages, about half a minute …")
    if pip.returncode != 0:
        raise Stopped(_reason("".join(said), "The packages could not be installed"))
    _say(f"Python environment ready after {time.monotonic() - began:.0f} s.")


def _reason(output: str, failed: str) -> str:
    for signs, sentence in _REASONS:
        if any(sign in output for sign in signs):
            return sentence
    errors = [line for line in output.splitlines() if "rror" in line] or output.splitlines()[-1:] or [""]
    return f"{failed}: {errors[-1].strip().rstrip('.')}. The whole story is in {LOG}."


def _sentence(error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "The disk is full: free at least 2 GB and start again."
        case errno.EROFS:
            return "The disk is read-only: clone Tingsu into a folder that can be written, and start again."
        case errno.EACCES | errno.EPERM:
            return f"This user may not write to {error.filename}: change its owner, or clone Tingsu as this user."
        case _:
            return f"The operating system refused: {error}."


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _progress(text: str, *, last: bool) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="\n" if last else "", file=sys.stderr, flush=True)
    elif last:
        _say(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

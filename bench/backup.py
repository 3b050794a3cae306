"""Backup and restore: how fast they stream beside what the disk can do in that minute, in how much memory, and whether equal.

A store of sealed files and an archive of complaints are backed up into a folder of the same disk, then put back into an
empty database and another folder and compared. The physical limit is one file copied on that disk, read from it and synced
to it, just before and just after; beside it stands how fast as many bytes are only written. The page cache is asked to forget
what is read.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.data import own_archive
from bench.place import drop_database, environment, home_database, own_database

DATABASE = "tingsu_bench_backup"
EMPTY = "tingsu_bench_restore"
FILE_BYTES = 2 * 2**20
TARGET = 0.6
MOST_PROBED = 4_000
_MEGABYTE = 10**6
_CHUNK = 4 * 2**20
_RUN = """
import json, os, resource, sys, time
from pathlib import Path
from pyrage import x25519
from tingsu.ops import backup, places, restoring
what, home, folder, secret = sys.argv[1:]
identity = x25519.Identity.from_str(secret)
place = places.Folder(Path(folder))
began = time.monotonic()
if what == "backup":
    backup.copy(Path(home), os.environ["TINGSU_OWNER_DSN"], place, [identity.to_public()])
    told = {}
else:
    done = restoring.put_back(Path(home), os.environ["TINGSU_OWNER_DSN"], place, place.names()[-1], [identity])
    told = {"equal": done.equal, "rows": done.rows, "files": done.files, "differences": done.differences}
told["seconds"] = time.monotonic() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
told["memory"] = int(peak.split()[1]) * 1024  # what getrusage tells begins with the parent's
told["memory_of_pg"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
for name, who in (("processor", resource.RUSAGE_SELF), ("processor_of_pg", resource.RUSAGE_CHILDREN)):
    used = resource.getrusage(who)
    told[name] = used.ru_utime + used.ru_stime
print(json.dumps(told))
"""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench backup``: fill, copy, back up, put back, compare."""
    parser = argparse.ArgumentParser(prog="./tingsu bench backup", description=__doc__)
    parser.add_argument("--complaints", type=int, default=20_000)
    parser.add_argument("--megabytes", type=int, default=4_000, help="size of the file store")
    chosen = parser.parse_args(arguments)
    from pyrage import x25519

    secret = str(x25519.Identity.generate())
    root = Path(os.environ["TINGSU_HOME"]) / "bench-backup"
    shutil.rmtree(root, ignore_errors=True)
    source, target, folder = root / "source", root / "target", root / "backups"
    before = home_database()
    organisation_id = own_archive(DATABASE, chosen.complaints)
    try:
        stored = _fill(source, organisation_id, chosen.megabytes * _MEGABYTE)
        probe = root / "probe"
        probed = min(chosen.megabytes, MOST_PROBED) * _MEGABYTE
        limits = [_limit(probe, probed)]
        _forget(source)
        made = _run("backup", source, folder, secret)
        [parcel] = folder.iterdir()
        size = parcel.stat().st_size
        limits.append(_limit(probe, probed))
        plain = _plain_write(probe, min(size, MOST_PROBED * _MEGABYTE))
        shutil.rmtree(source)  # what is compared stands in the backup; three copies at once fit on few disks
        own_database(EMPTY)
        _forget(folder)
        back = _run("restore", target, folder, secret)
        drop_database(EMPTY, instead=DATABASE)
    finally:
        drop_database(DATABASE, instead=before)
        shutil.rmtree(root, ignore_errors=True)
    physical = sum(limits) / len(limits)
    rate = size / made["seconds"]
    return {
        "complaints": chosen.complaints,
        "files": stored,
        "backup": {
            "megabytes": size / _MEGABYTE,
            "seconds": made["seconds"],
            "megabytes_per_second": rate / _MEGABYTE,
            "peak_memory_megabytes": made["memory"] / _MEGABYTE,
            "peak_memory_of_programs_megabytes": made["memory_of_pg"] / _MEGABYTE,
            "processor_seconds_per_gigabyte": made["processor"] / size * 1000 * _MEGABYTE,
            "processor_seconds_per_gigabyte_of_programs": made["processor_of_pg"] / size * 1000 * _MEGABYTE,
        },
        "physical_limit": {
            "before_megabytes_per_second": limits[0] / _MEGABYTE,
            "after_megabytes_per_second": limits[1] / _MEGABYTE,
            "plain_write_megabytes_per_second": plain / _MEGABYTE,
        },
        "share_of_the_limit": rate / physical,
        "share_of_a_plain_write": rate / plain,
        "target": TARGET,
        "reached": rate / physical >= TARGET,
        "restore": {
            "seconds": back["seconds"],
            "megabytes_per_second": size / back["seconds"] / _MEGABYTE,
            "peak_memory_megabytes": back["memory"] / _MEGABYTE,
            "processor_seconds_per_gigabyte": back["processor"] / size * 1000 * _MEGABYTE,
            "equal": back["equal"],
            "rows": back["rows"],
            "files": back["files"],
            "differences": "; ".join(back["differences"]) or "none",
        },
    }


def _fill(home: Path, organisation_id: Any, size: int) -> int:
    """Sealed files as they lie in a store: what is in them is random, as ciphertext is. Gives how many."""
    from tingsu.files.models import StoredFile
    from tingsu.kernel.clock import now
    from tingsu.kernel.ids import new_id
    from tingsu.kernel.tenancy import acting_for

    count = max(1, size // FILE_BYTES)
    with acting_for(organisation_id):
        for first in range(0, count, 500):
            rows = [
                StoredFile(
                    id=new_id(), media_type="image/jpeg", size=FILE_BYTES, sha256=b"\x01", wrapped_key=b"\x01",
                    received_at=now(), received_from="member",
                )
                for _number in range(first, min(first + 500, count))
            ]  # fmt: skip
            StoredFile.objects.bulk_create(rows)
            for row in rows:
                path = home / "files" / str(organisation_id) / row.pk.hex[-2:] / f"{row.pk.hex}.sealed"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(os.urandom(FILE_BYTES))
    os.sync()
    return count


def _limit(probe: Path, size: int) -> float:
    """Bytes a second at which this disk copies one file: read from it, written to it, synced; the faster of the two ways."""
    block = os.urandom(_CHUNK)
    with open(probe, "wb", buffering=0) as file:
        for _part in range(size // _CHUNK):
            file.write(block)
        os.fsync(file.fileno())
    seconds = min(_copied(probe, copy) for copy in (_through_the_cache, _past_the_cache))
    probe.unlink()
    return size // _CHUNK * _CHUNK / seconds


def _plain_write(probe: Path, size: int) -> float:
    """Bytes a second at which this disk takes one file that nobody reads first, synced."""
    from tingsu.ops.straight import Straight

    block = os.urandom(_CHUNK)
    began = time.monotonic()
    with contextlib.closing(Straight(probe)) as written:
        for _part in range(size // _CHUNK):
            written.write(block)
        written.end()
    seconds = time.monotonic() - began
    probe.unlink()
    return size // _CHUNK * _CHUNK / seconds


def _copied(probe: Path, copy: Callable[[Path, Path], None]) -> float:
    _forget(probe)
    target = probe.with_suffix(".copy")
    began = time.monotonic()
    copy(probe, target)
    seconds = time.monotonic() - began
    target.unlink()
    return seconds


def _through_the_cache(source: Path, target: Path) -> None:
    with open(source, "rb", buffering=0) as read, open(target, "wb", buffering=0) as written:
        while chunk := read.read(_CHUNK):
            written.write(chunk)
        os.fsync(written.fileno())


def _past_the_cache(source: Path, target: Path) -> None:
    from tingsu.ops.straight import Straight

    with open(source, "rb", buffering=0) as read, contextlib.closing(Straight(target)) as written:
        while chunk := read.read(_CHUNK):
            written.write(chunk)
        written.end()


def _forget(path: Path) -> None:
    """Ask the page cache to forget, so that reading is reading from the disk."""
    for one in [path] if path.is_file() else path.rglob("*"):
        if one.is_file():
            descriptor = os.open(one, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _run(what: str, home: Path, folder: Path, secret: str) -> dict[str, Any]:
    """In a process of its own, whose memory is looked at."""
    command = [sys.executable, "-c", _RUN, what, str(home), str(folder), secret]
    done = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told

"""What must outlive a power cut or a full disk: what stands in a file, whole lines of it, and that it is there under its name."""

import fcntl
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk: a new file, or one that was given its name, is there after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def whole_lines(path: Path) -> list[str]:
    """The lines of a list. A last one that a crash or a full disk cut short was never promised, and is left out."""
    if not path.exists():
        return []
    return path.read_bytes().rpartition(b"\n")[0].decode().splitlines()


def append_line(path: Path, line: str) -> None:
    """Add a line, or several, to a list that only the firm's own account may read; then they are on the disk, list and name.

    What a crash had left of an earlier line is taken away first, so that two never run together. Raises OSError; then
    nothing was promised, and what stands there of it counts for nothing.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = not path.exists()
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size and not _ends_whole(file.fileno(), size):
            file.seek(0)
            size = len(file.read().rpartition(b"\n")[0]) + 1
            file.truncate(0 if size == 1 else size)
            file.seek(0, os.SEEK_END)
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        sync_folder(path.parent)
        sync_folder(path.parent.parent)


def _ends_whole(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"

"""What a restore found, in a sentence; and a member of a backup on its way into a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tingsu.ops import parcel
from tingsu.ops.errors import CannotStart


@dataclass
class Restored:
    """What a restore found."""

    name: str
    at: str
    seconds: float = 0.0
    rows: int = 0
    tables: int = 0
    files: int = 0
    bytes: int = 0
    differences: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    verified: bool = False
    organisations: list[dict[str, Any]] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    """Sign-in names of one organisation's people that somebody else has here, and what they are called instead."""
    without_password: list[str] = field(default_factory=list)
    """People who worked in another organisation of the old installation too: they get a new password."""
    without_email: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Is everything as it was when the backup was made?"""
        return not self.differences

    def told(self) -> str:
        """In one sentence."""
        if self.differences:
            return f"NOT equal to the backup: {'; '.join(self.differences[:5])}."
        lost = f"; {len(self.missing)} files were lost before the backup was made" if self.missing else ""
        proof = "verify agrees" if self.verified else "verify found what it names above"
        return (
            f"Equal to the backup of {self.at[:19]}Z: {self.tables} tables with {self.rows:,} rows, histories and seals, "
            f"{self.files:,} files with {self.bytes:,} bytes; {proof}{lost}."
        )

    def also(self) -> list[str]:
        """What an administrator does now for the people of one organisation that came beside others."""
        said = [f"{old} is somebody else here: this person signs in as {new}." for old, new in self.renamed.items()]
        if self.without_password:
            said.append(
                f"These worked in another organisation too and came without password and second factor: "
                f"{', '.join(self.without_password)}. `./tingsu manage changepassword NAME` gives one."
            )
        if self.without_email:
            said.append(
                f"Another account here has their e-mail address, so it was left out: {', '.join(self.without_email)}."
            )
        return said


def write_member(path: Path, member: parcel.Member, seen: Callable[[bytes], None] = lambda _chunk: None) -> None:
    """A member of a backup into a file of its own, never over another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as file:
        left = member.size
        while left:
            chunk = member.read(min(parcel.CHUNK, left))
            if not chunk:
                raise CannotStart("This backup was cut off in the middle of a file.")
            file.write(chunk)
            seen(chunk)
            left -= len(chunk)

"""Sealing what leaves the house, with age: to one or more recipients, whose private keys are kept elsewhere.

A recipient (``age1…``) may stand anywhere, it only closes. The identity (``AGE-SECRET-KEY-1…``) opens, and belongs in a
safe: neither beside the backups nor on the machine that makes them. Any age program opens what is written here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import pyrage
from pyrage import x25519

from tingsu.kernel.durable import sync_folder
from tingsu.ops.errors import CannotStart

RECIPIENTS = "backup.recipients"
"""A file in the home: one recipient a line, as age's ``-R`` reads them."""


class Readable(Protocol):
    """Something that gives bytes; nothing at the end."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes."""


class Writable(Protocol):
    """Something that takes bytes."""

    def write(self, data: bytes, /) -> int | None:
        """Take all of it."""


def make_identity(home: Path, file: Path) -> str:
    """Make a new identity in a file of its own (0600, never written over) and remember its recipient in the home."""
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CannotStart(f"{file} exists, and it may open backups: choose another name for the new key.") from error
    try:
        with open(descriptor, "w") as kept:
            kept.write(f"# opens backups of Tingsu; public key: {recipient}\n{identity}\n")
            kept.flush()
            os.fsync(kept.fileno())
        sync_folder(file.parent)
        home.mkdir(parents=True, exist_ok=True)
        _remember(home / RECIPIENTS, recipient)
    except BaseException:
        file.unlink(missing_ok=True)  # half a key, or one that nothing will be sealed to, would be taken for the key
        raise
    return recipient


def _remember(known: Path, recipient: str) -> None:
    with open(known, "a+") as file:
        file.seek(0)
        before = file.read()
        file.write(f"{'' if before.endswith(chr(10)) or not before else chr(10)}{recipient}\n")
        file.flush()
        os.fsync(file.fileno())


def recipients(home: Path, given: Iterable[str] = ()) -> list[x25519.Recipient]:
    """Those named on the command line, else in TINGSU_BACKUP_RECIPIENTS, else in the home. Raises CannotStart."""
    names = list(given) or _words(os.environ.get("TINGSU_BACKUP_RECIPIENTS", "").replace(",", "\n"))
    if not names and (home / RECIPIENTS).exists():
        names = _words((home / RECIPIENTS).read_text(errors="replace"))
    if not names:
        raise CannotStart(
            "Nobody could open this backup: make a key with `./tingsu backup-key FILE` and keep the file elsewhere, or "
            "name a recipient with --recipient."
        )
    found = []
    for name in names:
        try:
            found.append(x25519.Recipient.from_str(name))
        except pyrage.RecipientError as error:
            raise CannotStart(f"{name[:20]}… is no recipient: it begins with age1 and has 62 signs.") from error
    return found


def identities(file: Path | None) -> list[x25519.Identity]:
    """The private keys in a file, or in TINGSU_BACKUP_IDENTITY (or the file it names). Raises CannotStart."""
    if file is None and (named := os.environ.get("TINGSU_BACKUP_IDENTITY_FILE")):
        file = Path(named)
    if file is not None:
        try:
            content = file.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise CannotStart(
                f"The key {file} cannot be read: {getattr(error, 'strerror', 'it is no text')}."
            ) from error
    else:
        content = os.environ.get("TINGSU_BACKUP_IDENTITY", "")
    lines = _words(content)
    if not lines:
        raise CannotStart("A backup opens with its private key only: name its file with --identity.")
    try:
        return [x25519.Identity.from_str(line) for line in lines]
    except pyrage.IdentityError as error:
        raise CannotStart(f"{file or 'TINGSU_BACKUP_IDENTITY'} holds no age key (AGE-SECRET-KEY-1…).") from error


def _words(content: str) -> list[str]:
    lines = [line.strip() for line in content.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def close(content: bytes, to: Sequence[x25519.Recipient]) -> bytes:
    """Seal a short text."""
    return bytes(pyrage.encrypt(content, list(to)))


def open_(sealed: bytes, identities: Sequence[x25519.Identity]) -> bytes:
    """Open a short text. Raises CannotStart when the key is another or the text was changed."""
    try:
        return bytes(pyrage.decrypt(sealed, list(identities)))
    except pyrage.DecryptError as error:
        raise CannotStart(_refused(error)) from error


def close_stream(reader: Readable, writer: Writable, to: Sequence[x25519.Recipient]) -> None:
    """Seal a stream of any length in bounded memory."""
    pyrage.encrypt_io(reader, writer, list(to))


def open_stream(reader: Readable, writer: Writable, identities: Sequence[x25519.Identity]) -> None:
    """Open a stream. Raises CannotStart at a wrong key, a changed byte or a missing end."""
    try:
        pyrage.decrypt_io(reader, writer, list(identities))
    except pyrage.DecryptError as error:
        raise CannotStart(_refused(error)) from error


def _refused(error: Exception) -> str:
    if "No matching keys" in str(error) or "matching" in str(error).lower():
        return "This key does not open the backup: it was sealed to another one."
    return f"The backup is damaged and was not opened: {str(error).rstrip('.')}."

"""What must stay secret: the master key, Django's key and the passwords of the database roles.

They live in ``<home>/secrets.json`` (0600), apart from the database, so that a copy of the database without this
file cannot be read. An environment variable always wins over the file, so that a key store can supply them.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import secrets
from pathlib import Path

from tingsu.ops.errors import CannotStart

_PASSWORDS = ("superuser", "owner", "app", "bench")
_MASTER_KEY_BYTES = 32


def load(home: Path) -> dict[str, str]:
    """Read the secrets of this home, making at the first start whatever is missing."""
    home.mkdir(parents=True, exist_ok=True)
    # Root must let the database's system user pass through to its folder; everybody else shuts the door.
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    with open(home / "secrets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = home / "secrets.json"
        known: dict[str, str] = {}
        if path.exists():
            try:
                known = json.loads(path.read_text())
            except ValueError as error:
                raise CannotStart(f"{path} is damaged: put it back from a backup, it holds the master key.") from error
        complete = _completed(known)
        if complete != known:
            _write(path, complete)
        return complete


def remember(home: Path, **values: str) -> None:
    """Keep further values beside the secrets."""
    known = load(home)
    if any(known.get(name) != value for name, value in values.items()):
        _write(home / "secrets.json", known | values)


def export(home: Path) -> None:
    """Put the master key and Django's key into the environment, from where the settings read them."""
    known = load(home)
    for variable, fallback in (("TINGSU_MASTER_KEY", "master_key"), ("TINGSU_SECRET_KEY", "secret_key")):
        if not os.environ.get(variable):
            os.environ[variable] = _from_file(variable) or known[fallback]
    _check_master_key(os.environ["TINGSU_MASTER_KEY"])


def _completed(known: dict[str, str]) -> dict[str, str]:
    made = {
        "master_key": base64.b64encode(secrets.token_bytes(_MASTER_KEY_BYTES)).decode(),
        "secret_key": secrets.token_urlsafe(50),
        "cluster": secrets.token_hex(6),
    }
    made |= {f"password_{role}": secrets.token_urlsafe(24) for role in _PASSWORDS}
    return made | known


def _write(path: Path, values: dict[str, str]) -> None:
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w") as file:
        json.dump(values, file, indent=1)
        file.flush()
        # Losing the master key loses every personal field: it must be on the disk before it is used.
        os.fsync(file.fileno())
    os.replace(partial, path)


def _from_file(variable: str) -> str | None:
    path = os.environ.get(f"{variable}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise CannotStart(f"{variable}_FILE names {path}, which cannot be read: {error.strerror}.") from error


def _check_master_key(value: str) -> None:
    try:
        length = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if length != _MASTER_KEY_BYTES:
        raise CannotStart("TINGSU_MASTER_KEY must be 32 bytes in base64, for example from `openssl rand -base64 32`.")

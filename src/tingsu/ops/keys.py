"""What must stay secret: the master key, Django's key and the passwords of the database roles.

They live in ``<home>/secrets.json`` (0600), apart from the database, so that a copy of the database without this
file cannot be read. An environment variable always wins over the file, so that a key store can supply them.

A master key is made in memory and kept only when the database turns out to hold nothing that another one sealed
(``homes.settle_key``): a lost key must stop the start, not be replaced by one that opens nothing.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tingsu.kernel.durable import sync_folder
from tingsu.ops import environment, values
from tingsu.ops.errors import CannotStart

_PASSWORDS = ("superuser", "owner", "app", "bench")
_USED = ("postgres", "postgres.turn", "files", "seals")
"""Any of these in a home says that it has worked before."""
_WRITTEN_OUT = "keys.written"
_made: dict[Path, str] = {}
"""Master keys made by this process and not kept yet."""


def load(home: Path) -> dict[str, str]:
    """Read the secrets of this home, making at the first start whatever is missing."""
    home.mkdir(parents=True, exist_ok=True)
    # Root must let the database's system user pass through to its folder; everybody else shuts the door.
    home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    with _alone(home):
        path = home / "secrets.json"
        known: dict[str, str] = {}
        if path.exists():
            try:
                known = json.loads(path.read_text())
                if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
                    raise ValueError(path)
            except ValueError as error:
                raise CannotStart(f"{path} is damaged: put it back from a backup, it holds the master key.") from error
        elif not os.environ.get("DATABASE_URL") and any((home / name).exists() for name in _USED):
            raise CannotStart(
                f"{path} is missing though this home has been used: put it back from a backup of the keys, it holds the "
                "master key and the database's passwords."
            )
        complete = _completed(known)
        if complete != known:
            _write(path, complete)
        return complete


def remember(home: Path, **values: str) -> None:
    """Keep further values beside the secrets."""
    load(home)
    with _alone(home):
        known = json.loads((home / "secrets.json").read_text())
        if any(known.get(name) != value for name, value in values.items()):
            _write(home / "secrets.json", known | values)


def move_in(home: Path, *, instead: dict[str, str] | None = None) -> dict[str, str]:
    """Secrets that came from another home get a place for the database of their own; gives them as they came.

    With `instead`, puts those back.
    """
    with _alone(home):
        path = home / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text())
        own = {name: value for name, value in known.items() if name != "database_folder"}
        _write(path, instead or own | {"cluster": secrets.token_hex(6)})
        return known


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One process at a time reads and writes the secrets."""
    with open(home / "secrets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def export(home: Path) -> None:
    """Put the master key and Django's key into the environment, from where the settings read them.

    Those before them come from the same place as the present ones: the environment, or the home.
    """
    known = load(home)
    if not os.environ.get("TINGSU_SECRET_KEY"):
        given = _from_file("TINGSU_SECRET_KEY")
        os.environ["TINGSU_SECRET_KEY"] = given or known["secret_key"]
        if given is None:
            os.environ["TINGSU_SECRET_KEY_BEFORE"] = known.get("secret_keys_before", "")
    if not os.environ.get("TINGSU_MASTER_KEY"):
        given = _from_file("TINGSU_MASTER_KEY")
        if given is None:
            os.environ["TINGSU_MASTER_KEY_BEFORE"] = known.get("master_keys_before", "")
            os.environ["TINGSU_KEYS_IN"] = str(home / "secrets.json")
        kept = given or known.get("master_key")
        if kept is None:
            kept = _made.setdefault(home, base64.b64encode(secrets.token_bytes(values.MASTER_KEY_BYTES)).decode())
        os.environ["TINGSU_MASTER_KEY"] = kept
    wrong = environment.VARIABLES["TINGSU_MASTER_KEY"].check(os.environ["TINGSU_MASTER_KEY"])
    if wrong is not None:
        raise CannotStart(f"TINGSU_MASTER_KEY must {wrong}.")


def is_new(home: Path) -> bool:
    """True if this process made the master key in use and nothing was sealed under it yet."""
    return _made.get(home) == os.environ.get("TINGSU_MASTER_KEY")


def keep_master_key(home: Path) -> None:
    """Keep the key that this process made; if another process was faster, take its key."""
    made = _made.pop(home, None)
    if made is None:
        return
    with _alone(home):
        path = home / "secrets.json"
        known = json.loads(path.read_text())
        if "master_key" not in known:
            _write(path, known | {"master_key": made})
        os.environ["TINGSU_MASTER_KEY"] = known.get("master_key", made)


def check_value(master_key: str) -> bytes:
    """What tells two master keys apart and opens nothing: kept in the database and in the head of a backup."""
    return hmac.digest(base64.b64decode(master_key), b"tingsu: which master key is this", "sha256")[:16]


def _completed(known: dict[str, str]) -> dict[str, str]:
    made = {
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
    sync_folder(path.parent)


def _from_file(variable: str) -> str | None:
    path = os.environ.get(f"{variable}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise CannotStart(f"{variable}_FILE names {path}, which cannot be read: {error.strerror}.") from error


def master_key_of(home: Path) -> str | None:
    """The master key of the environment or the home, if there is one; makes none."""
    given = os.environ.get("TINGSU_MASTER_KEY") or _from_file("TINGSU_MASTER_KEY")
    if given or not (home / "secrets.json").exists():
        return given
    return load(home).get("master_key")


def before_of(home: Path) -> list[str]:
    """The master keys before the present one, of the environment or the home; makes none."""
    given = before("TINGSU_MASTER_KEY")
    if given or not (home / "secrets.json").exists():
        return given
    return load(home).get("master_keys_before", "").split()


KEPT = ("master_key", "secret_key", "master_keys_before", "secret_keys_before", "master_key_since", "secret_key_since")


def worth_keeping(home: Path) -> dict[str, str]:
    """What a restore needs besides the backup: the keys, those before them too. Passwords of the database are made anew."""
    export(home)
    found = {name: value for name, value in load(home).items() if name in KEPT and value}
    for name, value in (("master_key", "TINGSU_MASTER_KEY"), ("secret_key", "TINGSU_SECRET_KEY")):
        found[name] = os.environ[value]
        found[f"{name}s_before"] = os.environ.get(f"{value}_BEFORE", "")
    return {name: value for name, value in found.items() if value}


def note_written_out(home: Path) -> None:
    """Remember that the key in use was written out, so that `check` need not ask for it any more."""
    (home / _WRITTEN_OUT).write_text(check_value(os.environ["TINGSU_MASTER_KEY"]).hex() + "\n")


def is_written_out(home: Path, master_key: str) -> bool:
    """Was this very key written out with ``./tingsu keys``?"""
    path = home / _WRITTEN_OUT
    return path.exists() and path.read_text().strip() == check_value(master_key).hex()


def before(name: str) -> list[str]:
    """The keys before the present one, newest first: of the name TINGSU_MASTER_KEY or TINGSU_SECRET_KEY."""
    return (os.environ.get(f"{name}_BEFORE") or _from_file(f"{name}_BEFORE") or "").split()


def turn(home: Path, name: str) -> None:
    """Make a new master_key or secret_key and keep the present one as the newest before it, on the disk before anything else.

    Raises CannotStart where the environment gives the key: only whoever wrote it there can change it.
    """
    variable = f"TINGSU_{name.upper()}"
    if _given_outside(home, variable, name):
        raise CannotStart(
            f"The key comes from {variable} and not from the home: put a new one there and the present one into "
            f"{variable}_BEFORE, on every machine, start web and workers anew, then say `./tingsu keys seal-anew`."
        )
    with _alone(home):
        path = home / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text())
        made = (
            base64.b64encode(secrets.token_bytes(values.MASTER_KEY_BYTES)).decode()
            if name == "master_key"
            else secrets.token_urlsafe(50)
        )
        kept = " ".join([known[name], *known.get(f"{name}s_before", "").split()])
        _write(path, known | {name: made, f"{name}s_before": kept, f"{name}_since": _today()})
    os.environ[variable], os.environ[f"{variable}_BEFORE"] = made, kept


def forget_before(home: Path, name: str) -> int:
    """Take the keys before the present one out of the home; how many. Whoever calls has proven that nothing needs them."""
    with _alone(home):
        path = home / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text())
        gone = known.pop(f"{name}s_before", "").split()
        if gone:
            _write(path, known)
    os.environ[f"TINGSU_{name.upper()}_BEFORE"] = ""
    return len(gone)


def since(home: Path, name: str) -> str:
    """Since which day the present key is in use; "" when that was not noted, as for the first one."""
    return load(home).get(f"{name}_since", "")


def noted(home: Path, name: str, present: str) -> tuple[str, bool]:
    """Since when the present key is in use by the home's note, and whether it is the home's own; makes no home."""
    try:
        known: dict[str, str] = json.loads((home / "secrets.json").read_text())
    except (OSError, ValueError):
        return "", False
    own = known.get(name) == present
    return (known.get(f"{name}_since", "") if own else ""), own


def _given_outside(home: Path, variable: str, name: str) -> bool:
    return os.environ.get(variable) != load(home).get(name)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()

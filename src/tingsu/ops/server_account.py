"""Who the embedded server runs as, and where its data lies: PostgreSQL does not run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tingsu.ops import keys
from tingsu.ops.errors import CannotStart


@dataclass(frozen=True)
class Account:
    """The operating-system user the server runs as; ``None`` ids mean: as ourselves."""

    uid: int | None = None
    gid: int | None = None


def database_folder(home: Path, known: dict[str, str]) -> Path:
    """Where the database of this home lives: below it, or, for root below a closed home, in /var/lib.

    The choice is kept, so that a later change of rights on a parent folder cannot lose the database.
    """
    inside = home.resolve() / "postgres"
    if "database_folder" in known:
        return Path(known["database_folder"] or inside)
    account = account_of(inside / "data")
    reachable = account.uid is None or all(_may_pass(folder, account) for folder in inside.parents)
    chosen = inside if reachable else Path("/var/lib/tingsu") / known["cluster"]
    keys.remember(home, database_folder="" if chosen == inside else str(chosen))
    return chosen


def _may_pass(folder: Path, account: Account) -> bool:
    seen = folder.stat()
    if seen.st_uid == account.uid:
        return bool(seen.st_mode & 0o100)
    if seen.st_gid == account.gid:
        return bool(seen.st_mode & 0o010)
    return bool(seen.st_mode & 0o001)


def account_of(data: Path) -> Account:
    """PostgreSQL refuses to run as root, so root lends it a system user; data that exists keeps its owner."""
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            owner = data.stat().st_uid
            raise CannotStart(f"{data} belongs to user {owner}: start as that user or as root, or set TINGSU_HOME.")
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        seen = data.stat()
        return Account(seen.st_uid, seen.st_gid)
    return _system_user()


def _system_user() -> Account:
    for name in ("tingsu", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            # initdb wants a user with an entry in passwd, so a bare number would not do. An account of our own
            # is better than nobody's, which other services may share; a minimal system may have no useradd.
            useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
            if name != "tingsu" or useradd is None:
                continue
            command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
            subprocess.run(command, capture_output=True, check=False)
            try:
                found = pwd.getpwnam(name)
            except KeyError:
                continue
        return Account(found.pw_uid, found.pw_gid)
    raise CannotStart("Root needs a system user to run PostgreSQL as: `useradd --system tingsu`, then start again.")

"""``./tingsu restore``: a backup put into an empty home, proved to be equal, its letters held (RC-03).

While it runs the database carries a note (``homes.RESTORING``), so that nobody works on half of it; interrupted, it is
begun anew with ``--again``. ``--check`` does the same in a home of its own and throws that away: the drill.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tingsu.ops import (
    backup,
    children,
    database,
    firm_restoring,
    homes,
    keys,
    migrating,
    parcel,
    postgres,
    rows,
    safes,
    tally,
)
from tingsu.ops.dump_restore import DumpRestore, Restore
from tingsu.ops.errors import CannotStart, database_sentence, sentence_for
from tingsu.ops.places import Place
from tingsu.ops.restored import Restored, write_member

Say = Callable[[str], None]
_RESERVE = 300 * 2**20
"""What the database's log needs besides."""


def read_head(place: Place, name: str, identities: Sequence[Any]) -> dict[str, Any]:
    """Who made a backup, when, with what. Raises CannotStart for a wrong key or what is no backup."""
    with place.reading(name) as source:
        for member in parcel.members(source):
            if member.name == "head.age":
                head = json.loads(safes.open_(member.read(member.size), identities))
                # Anybody can seal something to a recipient; what is no head of ours is no backup.
                if isinstance(head, dict) and {"format", "migrations", "tingsu", "key_check", "at"} <= set(head):
                    return head
            break
    raise CannotStart("This is no backup of Tingsu: it has no head.")


def _refuse_without_room(home: Path, head: dict[str, Any]) -> None:
    """A disk that fills up in the middle ends whatever else works on it. Backups of before this was asked say nothing."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    told = head.get("needs", {})
    needed = int(told.get("files", 0)) + (0 if database.external() else int(told.get("database", 0))) + _RESERVE
    free = shutil.disk_usage(there).free
    if free < needed:
        raise CannotStart(
            f"The disk of {home} has {free / 10**9:.1f} GB free, and this backup needs about {needed / 10**9:.1f} GB: make "
            "room, or set TINGSU_HOME to a folder on a larger disk."
        )


def refuse_unfit(head: dict[str, Any], master_key: str | None, before: Sequence[str] = ()) -> None:
    """Raises CannotStart for a backup of a newer release, or when neither the master key nor one before it is that of its data."""
    newer = migrating.from_a_newer_release(head["migrations"])
    if head["format"] > parcel.FORMAT or newer:
        what = newer[0] if newer else f"format {head['format']}"
        raise CannotStart(
            f"This backup was made by a newer Tingsu ({head['tingsu']}, {what}): install that one, then restore."
        )
    if master_key is None:
        raise CannotStart(
            "The master key of this data is needed, and a backup does not hold it: name the file made by `./tingsu keys` "
            "with --keys, or set TINGSU_MASTER_KEY."
        )
    if head["key_check"] not in {keys.check_value(one).hex() for one in (master_key, *before)}:
        raise CannotStart(
            "The master key given is not the one this backup's data was sealed with: nothing was restored."
        )


def firm_key(home: Path, head: dict[str, Any], given: dict[str, str]) -> str:
    """The key of a backup of one organisation: of its own file, or, in a drill, given as the master key. Raises CannotStart."""
    if int(head["format"]) > parcel.OF_ONE:
        raise CannotStart(f"This backup was made by a newer Tingsu ({head['tingsu']}): install that one, then restore.")
    for key in (given.get("firm_key"), keys.master_key_of(home)):
        if key and keys.check_value(key).hex() == head["key_check"]:
            return key
    raise CannotStart(
        "This is a backup of one organisation, and its keys open with its own key only: name the file that was written "
        "with --keys-to when it was made, with --keys."
    )


def restore(
    home: Path,
    place: Place,
    name: str,
    identities: Sequence[Any],
    *,
    given_keys: dict[str, str] | None = None,
    mail: bool = False,
    again: bool = False,
    slug: str = "",
    say: Say = lambda _text: None,
) -> Restored:
    """Put a backup into an empty home. Needs a process of its own. Raises CannotStart, before anything is changed if it can.

    1. Refuse what does not fit. 2. Note that a restore runs. 3. Database, seals, files. 4. Compare with the backup's
    own figures. 5. This release's tables. 6. Hold the letters. 7. Erase again what the list in the home names
    (`erasures/`, brought here from the old home). 8. Open, and verify.
    """
    began = time.monotonic()
    head = read_head(place, name, identities)
    if "firm" in head:
        key = firm_key(home, head, given_keys or {})
        _refuse_without_room(home, head)
        return firm_restoring.restore(
            home, place, name, identities, head, firm_key=key, slug=slug, mail=mail, again=again, say=say
        )
    if slug:
        raise CannotStart(
            "This is a backup of everything: --as gives a short name to one organisation taken out alone."
        )
    master_key = (given_keys or {}).get("master_key") or keys.master_key_of(home)
    before = (given_keys or {}).get("master_keys_before", "") or " ".join(keys.before_of(home))
    refuse_unfit(head, master_key, before.split())
    _refuse_without_room(home, head)
    os.environ["TINGSU_MASTER_KEY"], os.environ["TINGSU_MASTER_KEY_BEFORE"] = str(master_key), before
    database.prepare(home, role="owner", restoring=True)
    owner = os.environ["TINGSU_OWNER_DSN"]
    _refuse_full(home, owner, again=again)
    keys.remember(home, **(given_keys or {}))
    done = Restored(name, head["at"])
    try:
        _empty(home, owner, name)
        tail = _take_in(home, owner, place, name, identities, say)
        say("Comparing …")
        _compare(home, owner, tail, done)
    except (OSError, psycopg.Error) as error:
        why = sentence_for(error) if isinstance(error, OSError) else database_sentence(error)
        if why is None:
            raise
        raise CannotStart(f"The restore stopped and is to be begun again with --again. {why}") from error
    if not done.equal:
        return done
    say("Bringing the tables to this release …")
    migrating.bring_up(before_open=_hold_mail if not mail else lambda: None)
    as_app = {"TINGSU_DB_ROLE": "app"}
    gone = True
    if (home / "erasures").exists():
        say("Erasing again what was erased after the backup …")
        gone = children.step(["manage", "replay_erasures"], as_app) == 0
    say("Verifying …")
    done.verified = children.step(["manage", "verify", "--files", "--at-rest"], as_app) == 0 and gone
    done.seconds = time.monotonic() - began
    return done


def put_back(
    home: Path, owner: str, place: Place, name: str, identities: Sequence[Any], say: Say = lambda _text: None
) -> Restored:
    """Take a backup into a database, by its owner's address, and a home, whatever they held; compare. Opens nothing."""
    done = Restored(name, str(read_head(place, name, identities)["at"]))
    _empty(home, owner, name)
    tail = _take_in(home, owner, place, name, identities, say)
    say("Comparing …")
    _compare(home, owner, tail, done)
    return done


def drill(
    home: Path, place: Place, name: str, identity: Path | None, *, given_keys: dict[str, str] | None = None
) -> Restored:
    """Restore into a home of its own beside this one, in a process of its own, and throw it away. Raises CannotStart."""
    _sweep(home)
    with tempfile.TemporaryDirectory(prefix="drill-", dir=home) as folder, open(Path(folder) / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Path(folder).chmod(0o711 if os.geteuid() == 0 else 0o700)
        beside = Path(folder) / "home"
        told = Path(folder) / "told.json"
        environment = dict.fromkeys(_NOT_FOR_A_DRILL, "") | {"TINGSU_HOME": str(beside)}
        if given_keys is not None:
            environment["TINGSU_MASTER_KEY"] = given_keys.get("firm_key") or given_keys["master_key"]
            environment["TINGSU_MASTER_KEY_BEFORE"] = given_keys.get("master_keys_before", "")
        command = ["restore", f"{place.name}/{name}", "--report", str(told)]
        if identity is not None:
            command += ["--identity", str(identity)]
        try:
            children.step(command, environment)
            if not told.exists():
                raise CannotStart("The drill failed; the lines above say why.")
            return Restored(**json.loads(told.read_text()))
        finally:
            _forget(beside)


_NOT_FOR_A_DRILL = (
    "DATABASE_URL", "TINGSU_APP_DSN", "TINGSU_OWNER_DSN", "TINGSU_BENCH_DSN", "TINGSU_DB_ROLE", "TINGSU_DEMO",
)  # fmt: skip
"""A drill has an embedded database of its own, whatever the real one is; empty counts as not given."""


def _sweep(home: Path) -> None:
    """Take away what drills left that were killed: a whole copy of everybody's data, and a server with it."""
    for left in home.glob("drill-*"):
        with contextlib.suppress(OSError), open(left / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _forget(left / "home")
            shutil.rmtree(left, ignore_errors=True)


def _forget(home: Path) -> None:
    """End the drill's server and take its data away, which for root may lie outside its home."""
    if not home.exists():
        return
    with contextlib.suppress(CannotStart, OSError):
        server = postgres.Server(home)
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)


# -- the steps


def _refuse_full(home: Path, owner: str, *, again: bool) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        half = (homes.note_of(connection) or "").startswith(homes.RESTORING)
        full = bool(tally.summary(connection))
    if half and not again:
        homes.refuse_half(owner)
    if not half and (full or any((home / name).exists() for name in ("files", "seals"))):
        raise CannotStart(
            "This home holds data already, and a restore would mix two: set TINGSU_HOME to an empty folder (and "
            "DATABASE_URL to an empty database)."
        )


def _empty(home: Path, owner: str, name: str) -> None:
    """Note what is going on, then take away the tables of an empty installation or of an interrupted restore."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(connection.info.dbname), sql.Literal(f"{homes.RESTORING} {name}")
            )
        )
        for role in ("tingsu_search", "tingsu_owner"):
            connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(role)))
    for folder in ("files", "seals"):
        shutil.rmtree(home / folder, ignore_errors=True)


def _take_in(home: Path, owner: str, place: Place, name: str, identities: Sequence[Any], say: Say) -> dict[str, Any]:
    """Read the backup front to back once; gives its tail, compared with the files that came."""
    digest = parcel.Digest()
    tail: dict[str, Any] | None = None
    with place.reading(name) as source, Restore(owner, identities) as restoring, contextlib.ExitStack() as opened:
        before: DumpRestore | None = None
        said = ""
        for member in parcel.members(source):
            kind = member.name.partition("/")[0]
            if kind in _SAID and _SAID[kind] != said:
                said = _SAID[kind]
                say(said)
            if kind == "schema.age":
                restoring.begin(member.read(member.size))
            elif kind == "rows":
                restoring.feed(member.name, member.read(member.size))
            elif kind == "database":
                before = before or opened.enter_context(DumpRestore(owner, identities))
                before.feed(member.read(member.size))
            elif kind == "seals":
                write_member(home / member.name, member)
            elif kind == "files":
                digest.begin(member.name)
                write_member(home / member.name, member, digest.add)
            elif kind == "tail.age":
                tail = json.loads(safes.open_(member.read(member.size), identities))
                say("Building indexes …")
                before.end() if before is not None else restoring.end(tail["database"])
    if tail is None:
        raise CannotStart("This backup was cut off: it has no tail, and nothing of it can be trusted.")
    os.sync()
    # Names of files lost before are in the digest too, at their places: then `_compare` alone can tell.
    if not tail["files"]["missing"] and {**digest.told(), "missing": []} != tail["files"]:
        raise CannotStart("Files of this backup are not those it was made with: it was changed or is damaged.")
    return tail


_SAID = dict.fromkeys(("schema.age", "database"), "Restoring the database …") | {"seals": "Restoring rows and files …"}


def _compare(home: Path, owner: str, tail: dict[str, Any], done: Restored) -> None:
    """Every table's rows, sequences, histories, seals, and every file read again from the disk."""
    with psycopg.connect(owner) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found_rows = rows.of_database(owner) if "sequences" in tail["database"] else tally.of_database(connection)
        done.differences = tally.differences(tail["database"]["tables"], found_rows)
        done.differences += tally.sequences_behind(connection)
        done.organisations = tally.summary(connection)
        if done.organisations != tail["organisations"]:
            done.differences.append("histories or seals of an organisation differ")
        digest = parcel.Digest()
        for name, path in backup.named_files(home, connection):
            digest.begin(name)
            if path is None:
                done.missing.append(name)
                continue
            with open(path, "rb", buffering=0) as file:
                while chunk := file.read(parcel.CHUNK):
                    digest.add(chunk)
    found = {**digest.told(), "missing": done.missing}
    if found != tail["files"]:
        done.differences.append(f"files: {tail['files']['files']} then, {found['files']} now, or other bytes")
    done.rows = sum(count for count, _digest in tail["database"]["tables"].values())
    done.tables = len(tail["database"]["tables"])
    done.files, done.bytes = digest.files - len(done.missing), digest.bytes


def _hold_mail() -> None:
    """No letter leaves a restored copy until an administrator says so: the original may be at work, and has sent them."""
    from tingsu.letters import holding

    holding.hold("restored")

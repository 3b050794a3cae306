"""The commands that keep data safe: ``backup-key``, ``keys``, ``backup``, ``restore``, ``media``, ``mail``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tingsu.ops.asking import day, moment, one_or_more
from tingsu.ops.errors import CannotStart, database_sentence, resolved, sentence_for

Add = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]
_PLACE = "a folder or s3://bucket/prefix"


def add(command: Add) -> None:
    """Put the commands into the command line."""
    made = command("backup-key", "make the key pair of backups: the file opens them, keep it elsewhere", _backup_key)
    made.add_argument("file", type=Path, help="where to write the private key; never beside the backups")

    kept = command("keys", "write the keys out (--to FILE), or turn them: see docs/ops.md", _keys)
    kept.add_argument(
        "what",
        nargs="?",
        choices=[
            "turn-master",
            "seal-anew",
            "forget-master",
            "turn-signing",
            "forget-signing",
            "turn-organisations",
            "reseal-organisations",
            "forget-organisations",
        ],
        help="turn-…: a new key, the present one goes on opening; seal-anew: what the older ones sealed; forget-…: the older ones",
    )
    kept.add_argument("--organisation", default="", metavar="SLUG", help="…-organisations: this one alone")
    kept.add_argument("--to", type=Path, metavar="FILE", help="write master key and signing key there, sealed")
    kept.add_argument("--at-once", action="store_true", help="forget-signing: though links in letters still need it")
    _recipient(kept)

    made = command("backup", "database, files and seals of one moment, sealed, while people work on", _backup)
    made.add_argument("--to", metavar="PLACE", help=f"{_PLACE} (default: TINGSU_BACKUP_TO)")
    made.add_argument(
        "--organisation", default="", metavar="SLUG", help="this one alone, to be moved or read elsewhere"
    )
    made.add_argument("--keys-to", type=Path, metavar="FILE", help="--organisation: its key goes there, sealed")
    made.add_argument("--keep", type=one_or_more, metavar="N", help="take the oldest away until N are left")
    _recipient(made)

    back = command("restore", "put a backup into an empty home and prove that it is equal", _restore)
    back.add_argument("source", metavar="BACKUP", help=f"a backup, or {_PLACE} whose newest one is meant")
    back.add_argument("--identity", type=Path, metavar="FILE", help="the private key (default: TINGSU_BACKUP_IDENTITY)")
    back.add_argument("--keys", type=Path, metavar="FILE", help="the keys written by `./tingsu keys`")
    back.add_argument(
        "--as",
        dest="slug",
        default="",
        metavar="SLUG",
        help="a backup of one organisation: another short name for it here",
    )
    back.add_argument("--check", action="store_true", help="a drill: restore beside, compare, verify, throw away")
    back.add_argument("--again", action="store_true", help="begin an interrupted restore anew")
    letters = back.add_mutually_exclusive_group()
    letters.add_argument(
        "--no-mail", dest="mail", action="store_false", default=False, help="hold all letters (the default)"
    )
    letters.add_argument("--mail", dest="mail", action="store_true", default=False, help="let letters leave at once")
    back.add_argument("--report", type=Path, help=argparse.SUPPRESS)

    media = command("media", "note that backup media were renewed, and by when they must be again", _media)
    media.add_argument("name", help='what they are and where they lie, e.g. "disk 3, safe of branch B"')
    media.add_argument("--due", type=day, required=True, metavar="YYYY-MM-DD")
    media.add_argument("--by", default="", help="who did it (default: this account)")

    log = command("archive", "keep the embedded server's log in a folder, and make a base copy there", _archive)
    log.add_argument("folder", type=Path, help="on another disk, encrypted")

    back = command("recover", "make this home's database from such a folder, as it was at a moment", _recover)
    back.add_argument("folder", type=Path)
    back.add_argument("--until", type=moment, required=True, metavar="TIME", help="e.g. 2026-12-01T09:30:00+08:00")

    mail = command("mail", "letters held after a restore: how many, and let them go", _mail)
    choice = mail.add_mutually_exclusive_group()
    choice.add_argument("--release", action="store_true", help="send all that were held")
    choice.add_argument(
        "--release-new", action="store_true",
        help="send what was written since; older ones are put on the complainants' pages and not mailed",
    )  # fmt: skip
    choice.add_argument("--hold", action="store_true", help="hold all letters from now on")


def _recipient(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recipient", action="append", default=[], metavar="age1…", help="who may open it (default: the home's own)"
    )


def _home(*, there: bool = False) -> Path:
    from tingsu.ops.cli import home

    return home(there=there)


def _note_down(home: Path, app: str, entry: Any) -> None:
    """Into the log of backups. A full disk or a database that ended spoils no backup that was made, and hides no reason."""
    from tingsu.ops import safekeeping

    try:
        safekeeping.note(home, app, entry)
    except Exception as error:
        why = sentence_for(error) if isinstance(error, OSError) else database_sentence(error)
        if why is None:
            raise
        _say(f"This was not written into the log of backups. {why}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _backup_key(chosen: argparse.Namespace) -> int:
    from tingsu.ops.safes import make_identity

    place, home = resolved(chosen.file), _home()
    if place.is_relative_to(home):
        raise CannotStart("The private key must not lie in the home, which is what it protects: name another folder.")
    recipient = make_identity(home, place)
    print(f"{place} opens the backups: keep it in a safe, away from this machine and from the backups.")
    print(f"Backups of this home are sealed to {recipient} from now on.")
    return 0


def _keys(chosen: argparse.Namespace) -> int:
    from tingsu.kernel.durable import sync_folder
    from tingsu.ops import keys, safes, turning

    home = _home(there=True)
    if chosen.what:
        return turning.run(home, chosen.what, at_once=chosen.at_once, organisation=chosen.organisation)
    if chosen.to is None:
        raise CannotStart("Say where the keys go with --to FILE, or what to do with them: ./tingsu keys --help.")
    to = safes.recipients(home, chosen.recipient)
    content = json.dumps(keys.worth_keeping(home)).encode()
    if keys.is_new(home):
        raise CannotStart(
            f"There is no master key in {home} yet, and a new one opens nothing: start Tingsu there once."
        )
    target = resolved(chosen.to)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CannotStart(f"{target} exists and may be the only copy of older keys: choose another name.") from error
    try:
        with open(descriptor, "wb") as file:
            file.write(safes.close(content, to))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(target.parent)
    except BaseException:
        target.unlink(missing_ok=True)  # half of it would be taken for the keys
        raise
    keys.note_written_out(home)
    print(
        f"{target} holds the keys, sealed. Keep it apart from the backups: with both and the private key all can be read."
    )
    return 0


def _place(where: str | None) -> Any:
    from tingsu.ops.places import place_named

    where = where or os.environ.get("TINGSU_BACKUP_TO")
    if not where:
        raise CannotStart(f"Say where the backup goes with --to, or in TINGSU_BACKUP_TO: {_PLACE}.")
    return place_named(where)


def _backup(chosen: argparse.Namespace) -> int:
    from tingsu.ops import backup, database, firms, safekeeping, safes

    home = _home(there=True)
    to = safes.recipients(home, chosen.recipient)
    place = _place(chosen.to)
    firm, key = chosen.organisation, ""
    if bool(firm) != (chosen.keys_to is not None) or (firm and chosen.keep):
        raise CannotStart(
            "One organisation is taken out with a key of its own, which opens nothing of the others: say --organisation SLUG and "
            "--keys-to FILE together, without --keep."
        )
    database.prepare(home)
    if firm:
        key = firms.new_key(firm, to, resolved(chosen.keys_to), place.name)
    kind = "firm" if firm else "backup"
    app = os.environ["TINGSU_APP_DSN"]
    try:
        made = backup.make(home, place, to, _say, firm=firm, firm_key=key)
    except BaseException as error:
        if firm:
            resolved(chosen.keys_to).unlink(missing_ok=True)
        if not isinstance(error, CannotStart):
            raise
        entry = safekeeping.Entry(kind=kind, at=safekeeping.now(), done=False, place=place.name, told=str(error))
        _note_down(home, app, entry)
        raise
    gone = backup.prune(place, chosen.keep, made.name) if chosen.keep else []
    told = f"{made.name}: {made.bytes:,} bytes in {made.seconds:.0f} s, in {made.place}."
    if made.missing:
        told += f" {len(made.missing)} files that the database names were gone from the store; verify names them."
    _note_down(
        home, app,
        safekeeping.Entry(
            kind=kind, at=made.at, done=not made.missing, place=made.place, name=made.name, told=told,
            bytes=made.bytes, seconds=made.seconds,
        ),
    )  # fmt: skip
    print(told)
    if firm:
        print(f"{chosen.keys_to} holds the key of this one backup, sealed: keep it apart, or hand it over another way.")
    for name in gone:
        print(f"Taken away: {name}.")
    return 1 if made.missing else 0


def _given_keys(file: Path | None, identities: list[Any]) -> dict[str, str] | None:
    from tingsu.ops import keys, safes

    if file is None:
        return None
    try:
        sealed = file.read_bytes()
    except OSError as error:
        raise CannotStart(f"The keys {file} cannot be read: {error.strerror}.") from error
    try:
        known = json.loads(safes.open_(sealed, identities))
        if "firm_key" in known:
            return {"firm_key": str(known["firm_key"])}
        return {name: str(known[name]) for name in keys.KEPT if name in known} | {
            name: known[name] for name in ("master_key", "secret_key")
        }
    except (ValueError, KeyError) as error:
        raise CannotStart(f"{file} holds no keys of Tingsu.") from error


def _restore(chosen: argparse.Namespace) -> int:
    from dataclasses import asdict

    from tingsu.ops import restoring, safes
    from tingsu.ops.places import find

    home = _home(there=chosen.check)
    identities = safes.identities(chosen.identity)
    place, name = find(chosen.source)
    given = _given_keys(chosen.keys, identities)
    if chosen.check:
        return _drill(home, place, name, chosen.identity, given)
    done = restoring.restore(
        home,
        place,
        name,
        identities,
        given_keys=given,
        mail=chosen.mail,
        again=chosen.again,
        slug=chosen.slug,
        say=_say,
    )
    if chosen.report is not None:
        chosen.report.write_text(json.dumps(asdict(done)))
    elif done.equal:
        _note(home, "restore", place, done)
    print(done.told())
    for line in done.also():
        print(line)
    if done.equal and not chosen.mail and chosen.report is None:
        print("Letters are held: `./tingsu mail` says how many wait and lets them go.")
    return 0 if done.equal and done.verified else 1


def _drill(home: Path, place: Any, name: str, identity: Path | None, given: dict[str, str] | None) -> int:
    from tingsu.ops import database, restoring, safekeeping

    database.prepare(home)
    try:
        done = restoring.drill(home, place, name, identity, given_keys=given)
    except CannotStart as error:
        entry = safekeeping.Entry(
            kind="drill", at=safekeeping.now(), done=False, place=place.name, name=name, told=str(error)
        )
        _note_down(home, os.environ["TINGSU_APP_DSN"], entry)
        raise
    _note(home, "drill", place, done)
    print(f"Drill: {done.told()}")
    return 0 if done.equal and done.verified else 1


def _note(home: Path, kind: str, place: Any, done: Any) -> None:
    from tingsu.ops import safekeeping

    entry = safekeeping.Entry(
        kind=kind, at=safekeeping.now(), done=done.equal and done.verified, place=place.name, name=done.name,
        told=done.told(), bytes=done.bytes, seconds=done.seconds,
    )  # fmt: skip
    _note_down(home, os.environ["TINGSU_APP_DSN"], entry)


def _media(chosen: argparse.Namespace) -> int:
    from tingsu.ops import database, safekeeping

    home = _home(there=True)
    database.prepare(home)
    at = safekeeping.now()
    if chosen.due <= at.date():
        raise CannotStart(f"{chosen.due} is not in the future: name the day by which the media must be renewed again.")
    told = f"{chosen.name}: renewed on {at.date()}, again by {chosen.due}."
    entry = safekeeping.Entry(
        kind="media", at=at, done=True, place=chosen.name, told=told, by=chosen.by, due_on=chosen.due
    )
    safekeeping.note(home, os.environ["TINGSU_APP_DSN"], entry)
    print(told)
    return 0


def _archive(chosen: argparse.Namespace) -> int:
    from tingsu.ops import moments

    base = moments.keep(_home(), resolved(chosen.folder))
    print(f"Base copy: {base}. The log is kept beside it from now on; a new copy every week keeps the way back short.")
    return 0


def _recover(chosen: argparse.Namespace) -> int:
    from tingsu.ops import children, moments

    until = chosen.until if chosen.until.tzinfo else chosen.until.astimezone()
    moments.recover(_home(), resolved(chosen.folder), until)
    children.step(["mail", "--hold"])
    print(f"The database is as it was at {until}. Put files/ and seals/ back, then run ./tingsu verify --files.")
    return 0


def _mail(chosen: argparse.Namespace) -> int:
    from tingsu.ops.cli import manage

    words = ["held_mail"]
    words += [f"--{name.replace('_', '-')}" for name in ("release", "release_new", "hold") if getattr(chosen, name)]
    return manage(words, there=True)

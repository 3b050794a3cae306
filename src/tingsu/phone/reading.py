"""One call event as a telephone system tells it, read: bounded, known fields only, refused with a sentence (IG-04)."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError, too_long
from tingsu.kernel.spelling import tidy
from tingsu.phone.folding import BY, DIRECTIONS, KINDS, RECORDING, TAGS, WHERE, Said
from tingsu.phone.numbers import LIMIT as NUMBER_LIMIT
from tingsu.phone.numbers import Caller, read_number

TEST = "test"
AHEAD = timedelta(minutes=5)
OLDEST_EVENT = timedelta(days=7)
"""An event that was told later belongs into a file of records."""
OLDEST_RECORD = timedelta(days=3 * 366)
REF_LIMIT, AGENT_LIMIT, RECORDING_LIMIT = 120, 60, 500
FIELDS = (
    "id",
    "call",
    "kind",
    "at",
    "direction",
    "number",
    "agent",
    "by",
    "while",
    "tag",
    "recording",
    "recording_until",
)
_REF = re.compile(r"[\w.:@+/=-]+", re.ASCII)
_REFERENCE = re.compile(r"[\w.:/@+= -]+")
"""A recording named otherwise than by an address: no sign of markup, and no scheme but https."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event: the facts without a person, and what is sealed apart."""

    call: str
    said: Said
    caller: Caller | None = None
    """None where the event says nothing of a number."""
    recording: str = ""
    recording_until: date | None = None


def is_test(raw: Any) -> bool:
    """Does an administrator only try whether the line stands?"""
    return isinstance(raw, Mapping) and raw.get("kind") == TEST


def read_event(raw: Any, *, at: datetime, oldest: timedelta = OLDEST_EVENT, zone: str = "UTC") -> Told:
    """Read one event. Instants without an offset are those of `zone`. Raises InvalidInput with a sentence for each field."""
    if not isinstance(raw, Mapping):
        raise InvalidInput({"event": InvalidValue(_("An event is an object."), code="choice")})
    errors: dict[str, TingsuError] = {
        str(name)[:40]: InvalidValue(code="unknown_field") for name in raw if name not in FIELDS
    }
    values: dict[str, Any] = {}
    readers: dict[str, Callable[[], Any]] = {
        "call": lambda: _ref(raw, "call", required=True),
        "kind": lambda: _one_of(raw, "kind", KINDS, required=True),
        "at": lambda: _instant(raw.get("at"), at, oldest, zone),
        "id": lambda: _ref(raw, "id"),
        "direction": lambda: _one_of(raw, "direction", DIRECTIONS),
        "by": lambda: _one_of(raw, "by", BY),
        "while": lambda: _one_of(raw, "while", WHERE),
        "tag": lambda: _one_of(raw, "tag", TAGS),
        "agent": lambda: _text(raw, "agent", AGENT_LIMIT),
        "number": lambda: _number(raw),
        "recording": lambda: _recording(raw),
        "recording_until": lambda: _day(raw.get("recording_until")),
    }  # fmt: skip
    for name, reader in readers.items():
        try:
            values[name] = reader()
        except TingsuError as error:
            errors[name] = error
    if values.get("kind") == RECORDING and not values.get("recording") and "recording" not in errors:
        errors["recording"] = InvalidValue(code="required")
    if errors:
        raise InvalidInput(errors)
    kind, call, caller = values["kind"], values["call"], values["number"]
    within = caller is not None and caller.extension and values["direction"] != "out"
    said = Said(
        ref=values["id"] or made_ref(call, kind, values["at"]), kind=kind, at=values["at"], direction="internal" if within else values["direction"],
        agent=values["agent"], by=values["by"], where=values["while"], tag=values["tag"],
    )  # fmt: skip
    return Told(
        call=call, said=said, caller=caller, recording=values["recording"], recording_until=values["recording_until"]
    )


def made_ref(call: str, kind: str, at: datetime) -> str:
    """The id of an event that has none: the same call, kind and second are the same event."""
    return f"{uuid.uuid5(uuid.NAMESPACE_OID, f'{call} {kind} {int(at.timestamp())}')}"


def _text(raw: Mapping[str, Any], name: str, limit: int) -> str:
    given = raw.get(name)
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise InvalidValue(code="choice")
    words = str(given)
    if "\x00" in words:
        raise InvalidValue(code="nul")
    if len(words) > limit:
        raise too_long(words, limit)
    return tidy(words)


def _ref(raw: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    words = _text(raw, name, REF_LIMIT)
    if not words and required:
        raise InvalidValue(code="required")
    if words and not _REF.fullmatch(words):
        raise InvalidValue(_("Letters, digits and . : @ + / = - _ only."), code="choice")
    return words


def _one_of(raw: Mapping[str, Any], name: str, options: tuple[str, ...], *, required: bool = False) -> str:
    words = _text(raw, name, 20)
    if words in options or (not words and not required):
        return words
    raise InvalidValue(_("One of: %(options)s"), code="choice", options=", ".join(options))


def _instant(given: Any, at: datetime, oldest: timedelta, zone: str) -> datetime:
    if given in (None, ""):
        raise InvalidValue(code="required")
    try:
        if isinstance(given, int | float) and not isinstance(given, bool):
            seconds = given / 1000 if given > 100_000_000_000 else given
            found = datetime.fromtimestamp(seconds, UTC)
        else:
            read = parse_datetime(str(given)[:40].strip())
            if read is None:
                raise InvalidValue(code="datetime")
            found = (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidValue(code="datetime") from error
    if found > at + AHEAD:
        raise InvalidValue(code="in_future", value=f"{found:%Y-%m-%d %H:%M:%S}Z")
    if found < at - oldest:
        raise InvalidValue(_("%(value)s is too long ago."), code="in_past", value=f"{found:%Y-%m-%d %H:%M:%S}Z")
    return found


def _number(raw: Mapping[str, Any]) -> Caller | None:
    return read_number(_text(raw, "number", NUMBER_LIMIT)) if "number" in raw else None


def _recording(raw: Mapping[str, Any]) -> str:
    """An address by https, or a name in the telephone system: nothing else is ever shown as a link (we never fetch either)."""
    words = _text(raw, "recording", RECORDING_LIMIT)
    if not words:
        return ""
    refusal = InvalidValue(
        _("A recording is named by an https address, or by letters, digits and . : / @ + = - _"), code="choice"
    )
    if words.lower().startswith("https://"):
        try:
            parts = urlsplit(words)
            port = parts.port
        except ValueError as error:
            raise refusal from error
        if not parts.hostname or parts.username is not None or port == 0 or any(sign in words for sign in "\\\"'<> "):
            raise refusal
        return words
    if "//" in words or _SCHEME.match(words) or not _REFERENCE.fullmatch(words):
        raise refusal
    return words


def _day(given: Any) -> date | None:
    if given in (None, ""):
        return None
    try:
        found = parse_date(str(given)[:10])
    except ValueError as error:
        raise InvalidValue(code="date") from error
    if found is None:
        raise InvalidValue(code="date")
    return found

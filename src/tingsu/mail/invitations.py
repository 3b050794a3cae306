"""Calendar invitations as words (RFC 5545): what, when, where, who asks; and whether it is called off. Never raises."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, pgettext

from tingsu.kernel.punctuation import colon

MOST_LINES = 4_000
MOST_EVENTS = 20
WINDOWS_ZONES = {
    "china standard time": "Asia/Shanghai",
    "taipei standard time": "Asia/Taipei",
    "utc": "UTC",
    "gmt standard time": "Europe/London",
}
"""Names that Outlook writes, as others know them."""
ESCAPED = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}


def words_of(text: str, zone: str = "UTC") -> str:
    """An invitation in lines, its times in our zone; empty when there is none in it."""
    method, told = "", []
    event: dict[str, tuple[dict[str, str], str]] | None = None
    for name, how, value in _lines(text):
        if name == "METHOD":
            method = value.strip().upper()
        elif name == "BEGIN" and value.strip().upper() in {"VEVENT", "VTODO"}:
            event = {}
        elif name == "END" and value.strip().upper() in {"VEVENT", "VTODO"} and event is not None:
            told.append(_event(event, method, zone))
            event = None
            if len(told) >= MOST_EVENTS:
                break
        elif event is not None:
            event.setdefault(name, (how, value))
    return "\n\n".join(one for one in told if one)


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """(name, what stands beside it, value) of each line, folded lines joined."""
    joined = re.sub(r"\r?\n[ \t]", "", text)
    for line in joined.splitlines()[:MOST_LINES]:
        found = re.match(r'([A-Za-z0-9-]{1,60})((?:;[^:"]{1,400}(?:"[^"]{0,400}")?)*):(.*)', line)
        if found:
            beside = {
                name.upper(): value.strip('"')
                for name, _is, value in (one.partition("=") for one in found[2].split(";") if "=" in one)
            }
            yield found[1].upper(), beside, re.sub(r"\\[nN,;\\]", lambda one: ESCAPED[one[0]], found[3])


def _event(event: dict[str, tuple[dict[str, str], str]], method: str, zone: str) -> str:
    kinds = {
        "CANCEL": gettext("Appointment called off"), "REPLY": gettext("Answer to an invitation"),
        "REQUEST": gettext("Invitation to an appointment"),
    }  # fmt: skip
    head = kinds.get(method, gettext("Appointment"))
    lines = [f"{head}{colon()}{event.get('SUMMARY', ({}, ''))[1].strip()[:500]}"]
    first, last = _when(event.get("DTSTART"), zone), _when(event.get("DTEND"), zone)
    if first:
        lines.append(
            _labelled(pgettext("invitation", "When"), f"{first} – {last}" if last and last != first else first)
        )
    for label, name in (
        (pgettext("invitation", "Where"), "LOCATION"),
        (pgettext("invitation", "Asked by"), "ORGANIZER"),
    ):
        if name in event:
            how, value = event[name]
            lines.append(_labelled(label, (how.get("CN") or re.sub(r"(?i)^mailto:", "", value)).strip()[:300]))
    if "RRULE" in event:
        lines.append(gettext("It repeats."))
    if words := event.get("DESCRIPTION", ({}, ""))[1].strip():
        lines.append(words[:4000])
    return "\n".join(lines)


def _labelled(label: str, value: str) -> str:
    return f"{label}{colon()}{value}"


def _when(told: tuple[dict[str, str], str] | None, ours: str) -> str:
    """A time in our zone; with the name of a zone that nobody knows as it was written; the words themselves when they are no time."""
    if told is None:
        return ""
    how, value = told
    value = value.strip()
    with suppress(ValueError, OverflowError):
        if re.fullmatch(r"\d{8}", value):
            return date(int(value[:4]), int(value[4:6]), int(value[6:])).isoformat()
        at = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 its zone follows
        theirs = how.get("TZID", "").strip()[:80]
        named = "UTC" if value.endswith("Z") else WINDOWS_ZONES.get(theirs.lower(), theirs)
        try:
            at = at.replace(tzinfo=UTC if named == "UTC" else ZoneInfo(named)) if named else at
        except (KeyError, ValueError, OSError):  # a name that nobody knows, or that is a path
            return f"{at:%Y-%m-%d %H:%M} {theirs}"
        return f"{at.astimezone(ZoneInfo(ours)):%Y-%m-%d %H:%M}" if at.tzinfo else f"{at:%Y-%m-%d %H:%M}"
    return value[:60]

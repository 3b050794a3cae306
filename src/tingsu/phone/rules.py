"""The rulebook of the telephone: calling from a page, calling back, and how long a recording is named (IG-04, IN-06)."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError

KIND = "telephone"
TITLE = pgettext_lazy("rulebook", "Telephone")
PLACE = "{number}"
LIMITS = {"attempts": (1, 10), "recording_days": (1, 3650)}
LONGEST = 300
LONGEST_HOST = 253
_LABEL = re.compile(r"[a-z0-9-]{1,63}")
_PORT = re.compile(r"\d{1,5}")


def default() -> dict[str, Any]:
    """What is shipped: the telephone of the device dials, three attempts, recordings named for a year, no host is trusted."""
    return {"dial": "", "attempts": 3, "recording_days": 365, "hosts": []}


def is_host(written: str) -> bool:
    """Is this the name of a server, with a port or without?"""
    name, colon, port = written.partition(":")
    if len(name) > LONGEST_HOST or (colon and not _PORT.fullmatch(port)):
        return False
    labels = name.split(".")
    return all(_LABEL.fullmatch(one) and not one.startswith("-") and not one.endswith("-") for one in labels)


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each field."""
    errors: dict[str, TingsuError] = {}
    for name, (least, most) in LIMITS.items():
        value = body.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            errors[name] = InvalidValue(_("Enter a whole number from %(least)s to %(most)s."), least=least, most=most)
    hosts = body.get("hosts") or []
    if (
        not isinstance(hosts, list)
        or len(hosts) > 10
        or not all(isinstance(one, str) and is_host(one) for one in hosts)
    ):
        errors["hosts"] = InvalidValue(_("Names of servers, such as pbx.example.com; at most ten."))
        hosts = []
    dial = body.get("dial") or ""
    if dial and not fits(dial, hosts):
        errors["dial"] = InvalidValue(
            _(
                "Begin with tel: or with https:// and a server of the list below, and say with {number} where the number goes."
            )
        )
    if errors:
        raise InvalidInput(errors)


def fits(dial: Any, hosts: list[str]) -> bool:
    """May this address be called from a page: tel:, or https to a server that is named, with the number in its path or query?"""
    if (
        not isinstance(dial, str)
        or len(dial) > LONGEST
        or dial.count(PLACE) != 1
        or not dial.isprintable()
        or " " in dial
    ):
        return False
    if dial.startswith("tel:"):
        return re.fullmatch(r"tel:[0-9*#+,;]{0,12}\{number\}", dial) is not None
    try:
        parts = urlsplit(dial)
        named = parts.netloc.lower()
    except ValueError:
        return False
    return parts.scheme == "https" and named in hosts and PLACE not in parts.netloc and not set(dial) & set("\\\"'<>")


def dialling(number: str) -> str:
    """The address that calls a number: by the telephone system, or by the telephone of the device. Empty for what has no digits."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign in "+*#")
    if not re.search(r"\d{3}", digits):
        return ""
    dial = rules()["dial"] or f"tel:{PLACE}"
    return str(dial).replace(PLACE, digits if dial.startswith("tel:") else quote(digits, safe=""))


def trusted(recording: str) -> bool:
    """Is this recording an address of a server that is named, so that it may be shown as a link?"""
    try:
        parts = urlsplit(recording)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc.lower() in rules()["hosts"]


def rules() -> dict[str, Any]:
    """The rulebook in force."""
    return rulebooks.in_force(KIND).body


rulebooks.register_kind(KIND, TITLE, default, check)

"""What a registered site may say of itself: the addresses it stands at, and the colours of its button. Pure."""

import re
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidValue

MOST_ORIGINS = 10
LOCAL = frozenset({"localhost", "127.0.0.1"})
"""Where a developer tries it: there the address may be without encryption."""
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
COLOUR = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: words on the button."""


def read_origins(typed: str) -> tuple[str, ...]:
    """The addresses, one a line, as browsers name them: scheme, host, port. Raises InvalidValue for the first that is none."""
    found = tuple(dict.fromkeys(_origin(line) for line in re.split(r"[\s,，、]+", typed) if line))
    if len(found) > MOST_ORIGINS:
        raise InvalidValue(_("At most %(limit)s addresses."), code="too_many", limit=MOST_ORIGINS)
    return found


def _origin(line: str) -> str:
    wrong = InvalidValue(
        _("“%(line)s” is no address of a site: write it as https://shop.example.com, without path, user or star."),
        code="origin", line=line[:80],
    )  # fmt: skip
    try:
        parts = urlsplit(line.lower().rstrip("/"))
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise wrong from error
    if not HOST.fullmatch(host) or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise wrong
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        raise wrong
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def read_colour(typed: str) -> str:
    """#rrggbb in small letters. Raises InvalidValue."""
    colour = typed.strip().lower()
    if not COLOUR.fullmatch(colour):
        raise InvalidValue(_("A colour is # and six digits or letters a–f, such as #0b5b6e."), code="colour")
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

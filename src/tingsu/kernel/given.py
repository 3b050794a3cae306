"""Typed readers of the environment for the settings, which fail loudly; a value may stand in a file too (`NAME_FILE`)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """A setting from the environment, or from the file that `NAME_FILE` points at."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE in the environment.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value in {"1", "true", "yes"}


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def security(name: str, default: str) -> str:
    """How the line to the mail server is encrypted: at once, after STARTTLS, or not at all."""
    value = os.environ.get(name, default).lower()
    known = {"1": "starttls", "true": "starttls", "yes": "starttls", "0": "none", "false": "none", "no": "none"}
    value = known.get(value, value)
    if value not in {"starttls", "implicit", "none"}:
        raise ImproperlyConfigured(f"{name} must be starttls, implicit or none, not {value!r}.")
    return value

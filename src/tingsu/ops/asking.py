"""What is typed after a command: days, moments and numbers as people write them, and one sentence for what cannot be read."""

from __future__ import annotations

import argparse
import difflib
import re
from datetime import date, datetime
from typing import NoReturn

_CHOICE = re.compile(r"invalid choice: '(?P<typed>.*)' \(choose from (?P<known>.*)\)$", re.DOTALL)


_MOST = 1_000_000
_YEARS = range(2000, 2200)
"""Moments beyond cannot be told in every time zone."""


class Parser(argparse.ArgumentParser):
    """Refuses in one sentence, with the way to find out more; the exit code is 2, as command lines have it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{_in_words(message)} `{self.prog} --help` says what is asked for.\n")


def _in_words(message: str) -> str:
    """argparse's own words as a sentence; of a long list of choices only the nearest is named."""
    if found := _CHOICE.search(message):
        known = re.findall(r"'([^']*)'", found["known"])
        near = difflib.get_close_matches(found["typed"], known, 1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
        return f"There is no {found['typed']}: {meant}"
    words = re.sub(r"^argument ", "", message)
    return f"{words[:1].upper()}{words[1:]}."


def day(typed: str) -> date:
    """A day such as 2026-12-01."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"write the day as 2026-12-01, not {typed!r}") from error


def moment(typed: str) -> datetime:
    """A moment such as 2026-12-01T09:30:00+08:00; without a zone it is this machine's."""
    try:
        found = datetime.fromisoformat(typed)
        if found.year not in _YEARS:
            raise ValueError(typed)
        return found
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"write the moment as 2026-12-01T09:30:00+08:00, not {typed!r}") from error


def number(typed: str) -> int:
    """A whole number of a size that minutes, days, ports and copies have."""
    if typed.isascii() and typed.isdigit() and len(typed) <= len(str(_MOST)) and int(typed) <= _MOST:
        return int(typed)
    raise argparse.ArgumentTypeError(f"give a whole number from 0 to {_MOST}, not {typed[:40]!r}")


def one_or_more(typed: str) -> int:
    """A whole number that is not nothing."""
    if found := number(typed):
        return found
    raise argparse.ArgumentTypeError("give 1 or more")

"""The first sheet of a workbook that somebody brings, read by a program of its own with bounded memory and time.

The library that reads workbooks gives up its whole process where a file of a few kilobytes names a cell at the far end of a sheet, or
is damaged in an unlucky place. Nothing that is brought from outside may end a process that serves others.
"""

import json
import subprocess
import sys
from pathlib import Path

from tingsu.pages import workbook_reader

READER = Path(workbook_reader.__file__)
WAIT = 60
"""Seconds after which a reader is ended, however little of the processor it got."""


class Unreadable(Exception):
    """It cannot be opened: damaged, locked with a password, or no workbook."""


class TooMuch(Unreadable):
    """It holds more than a list, or says that it does."""


class Instructions(Unreadable):
    """A sheet of it holds instructions of the old kind."""


def rows_of_workbook(content: bytes) -> list[list[str]]:
    """The rows of its first sheet as texts, empty ones too. Raises Unreadable, TooMuch, Instructions."""
    command = [sys.executable, "-I", str(READER)]
    try:
        ended = subprocess.run(
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=WAIT, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise TooMuch from error
    if ended.returncode == workbook_reader.MACROS:
        raise Instructions
    if ended.returncode == workbook_reader.TOO_MUCH or ended.returncode < 0:
        raise TooMuch
    if ended.returncode:
        raise Unreadable
    return [json.loads(line) for line in ended.stdout.splitlines()]

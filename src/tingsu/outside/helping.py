"""A second process that takes in a part of a long list, told organisation, import, part and parts.

It works as the worker does, on the same database and with the same rules, and ends by itself when whoever called it is gone.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tingsu.kernel.tenancy import acting_for, current_organisation_id

PROGRAM = "import django, sys; django.setup(); from tingsu.outside.helping import main; main(sys.argv[1:])"
PATIENCE = 30
"""Seconds that a helper has to end once the list was stopped or taken in."""


class Helper:
    """Helpers of one list."""

    @staticmethod
    @contextmanager
    def several(entry_id: uuid.UUID, helpers: int) -> Iterator[None]:
        """So many take their parts of the lines (1, 2 …) while the body takes part 0; afterwards all have ended."""
        asked = [str(current_organisation_id()), str(entry_id)]
        paths = {"PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
        running = [
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *asked, str(part), str(helpers + 1)], env=os.environ | paths
            )
            for part in range(1, helpers + 1)
        ]
        try:
            yield
            for one in running:
                one.wait()
        finally:
            for one in running:
                if one.poll() is None:
                    one.terminate()
                    one.wait(PATIENCE)


def main(arguments: list[str]) -> None:
    """Take in one part, as told."""
    from tingsu.outside.taking import help_with

    organisation, entry, part, parts = arguments
    with acting_for(uuid.UUID(organisation)):
        help_with(uuid.UUID(entry), int(part), int(parts))

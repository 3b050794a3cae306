"""Make the generated part of the Python client anew (clients/python)."""

from typing import Any

from tingsu.api import client_text
from tingsu.kernel.commands import OwnCommand


class Command(OwnCommand):
    help = "Write clients/python/tingsu_client/calls.py anew from the interface's own description."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = client_text.renew()
        self.stdout.write("Written anew." if changed else "Nothing has changed.")

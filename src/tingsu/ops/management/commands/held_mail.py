"""``./tingsu mail``: how many letters are held, and letting them go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.letters import holding


class Command(OwnCommand):
    help = "Letters held after a restore: how many wait, and let them go."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--release", action="store_true")
        parser.add_argument("--release-new", action="store_true")
        parser.add_argument("--hold", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["hold"]:
            holding.hold("held")
        if options["release"] or options["release_new"]:
            sent, put = holding.release(only_new=options["release_new"])
            self.stdout.write(f"Let go: {sent} letters leave now, {put} were put on pages and are not mailed.")
            return
        held = holding.standing()
        if held.since is None:
            self.stdout.write(f"Letters leave as they are written; {held.waiting} wait for the worker.")
        else:
            self.stdout.write(
                f"Letters are held since {held.since:%Y-%m-%d %H:%M} UTC ({held.why}); {held.waiting} wait. --release "
                "sends all, --release-new only those written since."
            )

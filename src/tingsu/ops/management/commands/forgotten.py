"""``./tingsu check``: what an administrator forgot, and what to do about it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.ops import checking, standing
from tingsu.ops.asking import number


class Command(OwnCommand):
    help = "What an administrator forgot, each with what to do. Fails when something serious is among it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--inside", action="store_true", help="ask nothing outside this machine")
        parser.add_argument(
            "--backup-days", type=number, default=checking.BACKUP_DAYS, metavar="N", help="how old a backup may be (2)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        told = standing.gather(ask_outside=not options["inside"])
        found = checking.findings(told, backup_days=options["backup_days"])
        if options["json"]:
            self.stdout.write(checking.as_json(found))
        for one in [] if options["json"] else found:
            self.stdout.write(f"{'!' if one.serious else '·'} {one.says}\n    → {one.do}")
        if not found and not options["json"]:
            self.stdout.write("Nothing was forgotten.")
        if any(one.serious for one in found):
            raise SystemExit(1)

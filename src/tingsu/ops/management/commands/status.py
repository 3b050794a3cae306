"""``./tingsu status``: how the installation stands, for people and for programs."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.ops import standing


class Command(OwnCommand):
    help = "Version, tables, queues, disk, mail, certificate, seals, backups. Read only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--inside", action="store_true", help="ask nothing outside this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        told = standing.gather(ask_outside=not options["inside"])
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(standing.lines(told)))

"""``./tingsu manage facts [--rebuild]``: bring the facts of every organisation up to date, or make all of them anew."""

import time
from typing import Any

from django.core.management.base import CommandParser

from tingsu.figures import folding
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.jobs import each_organisation


class Command(OwnCommand):
    help = "Bring the facts that figures are counted from up to date with the ledger; --rebuild makes all of them anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="make every fact anew, whether it is behind or not")

    def handle(self, *args: Any, **options: Any) -> None:
        work = folding.rebuild if options["rebuild"] else folding.catch_up
        for organisation in each_organisation():
            began = time.monotonic()
            done = work()
            self.stdout.write(f"{organisation.slug}: {done} facts in {time.monotonic() - began:.1f} s.")

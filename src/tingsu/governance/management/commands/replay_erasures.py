"""``./tingsu manage replay_erasures [FOLDER]``: erase again, after a restore, what was erased since the backup (PS-17)."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tingsu.governance.erasure import replay_erasures
from tingsu.kernel import erasing
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.jobs import each_organisation


class Command(OwnCommand):
    help = "Erase again what the lists of erasures name. FOLDER holds the newest lists, by default the erasures folder of this home."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        for organisation in each_organisation():
            path = erasing.outside(organisation)
            path = options["folder"] / path.name if options["folder"] else path
            try:
                done = replay_erasures(path)
            except ValueError as error:
                raise CommandError(f"{error}: nothing more was erased.") from error
            self.stdout.write(f"{organisation.slug}: {done} erased again, {len(erasing.listed(path))} on the list.")

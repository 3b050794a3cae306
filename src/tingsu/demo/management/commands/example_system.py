"""`manage example_system FOLDER`: what the demo firm hands to its certification body, for docs/examples/system."""

import logging
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tingsu.demo import printing_system
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.tenancy import acting_for


class Command(OwnCommand):
    help = "Tell the demo firm's management system where it is missing, and print review, audit, evaluation and a pack into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files go")

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("DATABASE_URL"):
            raise CommandError("It is the demo firm that is printed: unset DATABASE_URL first.")
        logging.getLogger("tingsu").setLevel(logging.WARNING)
        organisation = printing_system.build(lambda number, of: self.stdout.write(f"  Exhibits: {number} of {of}"))
        with acting_for(organisation.pk):
            files = printing_system.write(options["folder"])
        for name, size in files:
            self.stdout.write(f"  {size / 1000:8.0f} kB  {name}")
        self.stdout.write(f"  {sum(size for _name, size in files) / 1e6:8.2f} MB in all")

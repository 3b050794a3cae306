"""`manage example_documents FOLDER`: the documents of the four exhibits as PDF, for docs/examples."""

import logging
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tingsu.demo import builder, printing
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.tenancy import acting_for


class Command(OwnCommand):
    help = "Build the four exhibits of the demo where they are missing, and print their documents into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the PDF files go; other PDF files in it are removed")

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("DATABASE_URL"):
            raise CommandError("The exhibits are cases of the demo: unset DATABASE_URL first.")
        logging.getLogger("tingsu").setLevel(logging.WARNING)
        organisation = builder.build_exhibits(lambda number, of: self.stdout.write(f"  Exhibits: {number} of {of}"))
        with acting_for(organisation.pk):
            files = printing.write(options["folder"])
        for name, size in files:
            self.stdout.write(f"  {size / 1000:8.0f} kB  {name}")
        self.stdout.write(f"  {sum(size for _name, size in files) / 1e6:8.2f} MB in all")

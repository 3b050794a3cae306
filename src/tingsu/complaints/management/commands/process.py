"""Show the process as a page, keep it as docs/process.md, or say whether that file is current (AS-17)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tingsu.complaints.document import process_page
from tingsu.kernel.commands import OwnCommand

PAGE = Path(__file__).resolve().parents[5] / "docs" / "process.md"


class Command(OwnCommand):
    help = "Print the process: steps, guards with their owners, effects, reactions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--write", action="store_true", help="write docs/process.md")
        chosen.add_argument("--check", action="store_true", help="fail when docs/process.md is stale")

    def handle(self, *args: Any, write: bool, check: bool, **options: Any) -> None:
        page = process_page()
        if write:
            PAGE.write_text(page, encoding="utf-8")
            self.stdout.write("docs/process.md written.")
        elif check:
            if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
                raise CommandError("docs/process.md is stale. Run ./tingsu manage process --write.")
            self.stdout.write("docs/process.md is current.")
        else:
            self.stdout.write(page, ending="")

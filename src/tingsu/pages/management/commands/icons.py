"""Rebuild the icon sprite from the npm package @tabler/icons."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tingsu.kernel.commands import OwnCommand
from tingsu.pages import icons


class Command(OwnCommand):
    help = "Rebuild src/tingsu/pages/static/pages/icons.svg from a folder of Tabler outline drawings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "drawings",
            nargs="?",
            default="node_modules/@tabler/icons/icons/outline",
            help="folder with the drawings (default: %(default)s)",
        )

    def handle(self, *args: Any, drawings: str, **options: Any) -> None:
        target = Path(icons.__file__).parent / "static" / "pages" / "icons.svg"
        try:
            target.write_text(icons.sprite(Path(drawings)), encoding="utf-8")
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is missing. Run npm ci, or name another folder.") from error
        self.stdout.write(f"{len(icons.NAMES)} icons written to {target.name}.")

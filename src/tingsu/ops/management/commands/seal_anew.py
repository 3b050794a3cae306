"""`./tingsu keys seal-anew`: seal what older master keys sealed under the present one, or look what is left."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.ops import resealing


class Command(OwnCommand):
    help = "Seal what older master keys sealed under the present one. May be stopped and said again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only-look", action="store_true", help="change nothing; fails if something is left")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["only_look"]:
            changed = sum(resealing.seal_anew(settings.MASTER_KEY))
            self.stdout.write(f"Sealed anew: {changed} rows.")
        left = {what: number for what, number in resealing.left().items() if number}
        if left:
            told = ", ".join(f"{number} {what}" for what, number in left.items())
            raise CommandError(f"Still under an older master key: {told}. Say `./tingsu keys seal-anew` again.")
        if options["only_look"]:
            self.stdout.write("Nothing needs an older master key.")
        sys.stdout.flush()

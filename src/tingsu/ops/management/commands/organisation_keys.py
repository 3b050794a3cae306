"""`./tingsu keys turn-organisations`, `reseal-organisations`, `forget-organisations`: see docs/ops.md, *Turning keys*."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import KEEP_SECONDS
from tingsu.ops import rewrapping
from tingsu.ops.errors import CannotStart


class Command(OwnCommand):
    help = "Turn the keys of organisations, seal anew what older ones sealed, forget those that nothing needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["turn", "reseal", "forget"])
        parser.add_argument("--organisation", default="", metavar="SLUG", help="this one alone (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Organisation.objects.order_by("pk")
        if options["organisation"]:
            rows = rows.filter(slug=options["organisation"])
            if not rows:
                raise CommandError(f"No organisation is called {options['organisation']}.")
        try:
            for row in rows:
                getattr(self, f"_{options['what']}")(row)
        except CannotStart as refusal:
            raise CommandError(str(refusal)) from refusal

    def _turn(self, row: Organisation) -> None:
        rewrapping.turn(row.pk)
        self.stdout.write(f"{row.slug}: the new key seals from now on.")
        # A process that works on something learns of it with its next request or job; what it seals until then is found below.
        time.sleep(KEEP_SECONDS)
        self._reseal(row)

    def _reseal(self, row: Organisation) -> None:
        changed = sum(rewrapping.reseal(row.pk))
        self.stdout.write(f"{row.slug}: sealed anew {changed} rows.")
        still = {what: number for what, number in rewrapping.left(row.pk).items() if number}
        if still:
            told = ", ".join(f"{number} in {what}" for what, number in still.items())
            raise CommandError(
                f"{row.slug}: still under an older key: {told}. Say `./tingsu keys reseal-organisations` again."
            )

    def _forget(self, row: Organisation) -> None:
        dropped = rewrapping.drop(row.pk)
        kept = len(Organisation.objects.get(pk=row.pk).keys_before)
        self.stdout.write(
            f"{row.slug}: forgot {dropped} older keys."
            if dropped or not kept
            else (f"{row.slug}: {kept} older keys stay, for purposes in the access log that nobody may rewrite.")
        )

"""`manage demo_data --first | --rest`: make the demo organisation and its history."""

import logging
import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from tingsu.demo import builder
from tingsu.demo.hours import ZONE
from tingsu.kernel.commands import OwnCommand


class Command(OwnCommand):
    help = "Make the demo organisation: --first some cases in every state, --rest fills up to 600 complaints."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--first", action="store_true", help="company, people and one case in every state")
        which.add_argument("--rest", action="store_true", help="fill up to the total; can be stopped and called again")
        parser.add_argument("--total", type=int, default=600, help="how many complaints in all (default 600)")

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("DATABASE_URL"):
            raise CommandError("The demo fills a database with invented cases: unset DATABASE_URL first.")
        logging.getLogger("tingsu").setLevel(logging.WARNING)
        began = time.monotonic()
        if options["first"]:
            builder.build_first(self._progress("First cases", began))
        else:
            self._tell_how_old()
            builder.build_rest(self._progress("Demo history", began), total=options["total"])

    def _tell_how_old(self) -> None:
        last = builder.idle_since()
        if last is None:
            return
        self.stdout.write(
            f"  The last complaint of this demo came in on {timezone.localtime(last, ZONE):%-d %B, %H:%M}. Nobody has"
            " worked since, so what was open is overdue now.\n"
            "  ./tingsu demo --fresh tells the story anew, up to today; what you filed in it is forgotten.\n"
            "  演示停止期间无人处理，未结投诉现已超时；用 ./tingsu demo --fresh 重新生成到今天（您录入的内容会一并清除）。"
        )

    def _progress(self, label: str, began: float) -> builder.Progress:
        live = sys.stdout.isatty()

        def say(number: int, total: int) -> None:
            if live:
                took = f", done after {time.monotonic() - began:.0f} s\n" if number == total else ""
                self.stdout.write(f"\r  {label}: {number} of {total}{took}", ending="")
                self.stdout.flush()
            elif number == total or number % 50 == 0:
                self.stdout.write(f"  {label}: {number} of {total} after {time.monotonic() - began:.0f} s")

        return say

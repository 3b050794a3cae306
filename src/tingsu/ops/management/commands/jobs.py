"""``./tingsu jobs``: what failed for good, and how it is tried again or dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.errors import NotFound
from tingsu.ops import jobs


class Command(OwnCommand):
    help = "List jobs that failed for good; `retry ID …` queues them again, `drop ID …` forgets them, `all` means all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", choices=["list", "retry", "drop"], default="list")
        parser.add_argument("ids", nargs="*", metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        found = jobs.failed()
        if options["what"] == "list":
            for one in found:
                died = f", {one.deaths} workers died with it" if one.deaths else ""
                self.stdout.write(
                    f"{one.id} {one.task}: {one.attempts} tries{died}, last on {one.at:%Y-%m-%d %H:%M} UTC"
                )
            self.stdout.write(
                "No job failed." if not found else "`jobs retry ID` tries one again, `jobs drop ID` forgets it."
            )
            return
        if not options["ids"]:
            raise CommandError(f"Say which: ./tingsu jobs {options['what']} ID, or all.")
        for job_id in [one.id for one in found] if options["ids"] == ["all"] else options["ids"]:
            self._one(options["what"], str(job_id))

    def _one(self, what: str, job_id: str) -> None:
        try:
            {"retry": jobs.retry, "drop": jobs.drop}[what](int(job_id))
        except (ValueError, NotFound) as error:
            raise CommandError(f"{job_id} is no job that failed.") from error
        except jobs.SameWaits as error:
            raise CommandError(f"{job_id} waits already under another number: drop this one.") from error
        self.stdout.write(f"{job_id}: {'queued again' if what == 'retry' else 'dropped'}.")

"""``./tingsu verify``: prove the ledger and name whatever does not agree with it (RC-06, invariant 2)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction

from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.kernel.verify import Finding, Tally, verify_organisation
from tingsu.ops import verifying


class Command(OwnCommand):
    help = "Check ledger chains, rebuilds, promises, keys, files, seals and jobs. Read only. Fails on any finding."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="only this one (default: all)")
        parser.add_argument("--files", action="store_true", help="read every file and compare it with its hash")
        parser.add_argument(
            "--at-rest", action="store_true", help="no worker ran for a while: what waits for one is said, not counted"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Organisation.objects.exclude(stage=Organisation.Stage.EMPTYING).order_by("slug")
        if options["organisation"]:
            chosen = chosen.filter(slug=options["organisation"])
            if not chosen:
                raise CommandError(f"There is no organisation {options['organisation']!r}.")
        at_rest = options["at_rest"]
        found = sum(self._organisation(one, files=options["files"], at_rest=at_rest) for one in chosen)
        if not at_rest:
            found += self._say(verifying.jobs())
        if found:
            raise CommandError(f"{_counted(found)}.", returncode=1)
        self.stdout.write("Everything agrees.")

    def _organisation(self, organisation: Organisation, *, files: bool, at_rest: bool) -> int:
        tally = Tally()
        # One snapshot of everything: while people work on, a history must not be compared with a later row.
        with acting_for(organisation.pk), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            found = self._say(verify_organisation(tally))
            late = self._say(verifying.seals_in_time(), head="waits: " if at_rest else "")
            found += 0 if at_rest else late
            if files:
                found += self._say(verifying.files_are_whole())
        self.stdout.write(
            f"{organisation.slug}: {tally.streams} histories, {tally.events} events, {tally.texts} sealed texts, "
            f"{tally.seals} daily seals, {tally.erased} erased: {_counted(found) if found else 'in order'}"
        )
        return found

    def _say(self, findings: Any, *, head: str = "") -> int:
        count = 0
        finding: Finding
        for finding in findings:
            count += 1
            self.stdout.write(f"{head}{finding.table} {finding.row}: {finding.sentence}")
        return count


def _counted(found: int) -> str:
    return "1 finding" if found == 1 else f"{found} findings"

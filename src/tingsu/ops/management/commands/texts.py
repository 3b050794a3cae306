"""``./tingsu manage texts [app …]``: bring the Chinese catalogues up to date and say what is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tingsu.kernel.commands import OwnCommand
from tingsu.ops import texts


class Command(OwnCommand):
    help = "Extract texts, keep translations, list what is missing; --check only looks and fails if anything is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", metavar="app", help="apps to look at (default: all)")
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a text is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        known = texts.apps()
        chosen = options["apps"] or known
        for app in chosen:
            if app not in known:
                raise CommandError(f"There is no app {app!r}; the apps are {', '.join(known)}.")
        found = [texts.check(app) if options["check"] else texts.update(app) for app in chosen]
        for findings in found:
            self._show(findings)
        if not options["check"]:
            texts.compile_catalogues()
        conflicts = [] if options["apps"] else texts.conflicts()
        for conflict in conflicts:
            self.stdout.write(f"translated differently: {conflict}")
        incomplete = [findings.app for findings in found if not findings.complete]
        if options["check"] and incomplete:
            raise CommandError(f"Texts are missing in {', '.join(incomplete)}.")
        if options["check"] and conflicts:
            raise CommandError(
                "Apps translate a text differently; only the first is ever seen. Agree, or give it a context."
            )
        if not incomplete:
            self.stdout.write("All texts are there in both languages.")

    def _show(self, findings: texts.Findings) -> None:
        for word in ("missing", "fuzzy", "broken", "obsolete"):
            for text in getattr(findings, word):
                self.stdout.write(f"{findings.app}: {word}: {text}")

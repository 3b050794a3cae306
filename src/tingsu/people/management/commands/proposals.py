"""``./tingsu manage proposals``: what waits for a second person, and confirming at the machine what nobody may decide (CA-59)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tingsu.kernel import approvals
from tingsu.kernel.actor import automation
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.errors import InvalidInput, TingsuError
from tingsu.kernel.models import Organisation, Proposal
from tingsu.kernel.organisations import organisations
from tingsu.kernel.tenancy import acting_for
from tingsu.people.queries import staff_identity

MACHINE = "machine"


class Command(OwnCommand):
    help = (
        "Changes that wait for a second person. Where nobody who works there has the rank (the only senior leader's own "
        "authority, the first senior leader of a firm), whoever runs this installation confirms them here, with a name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="NAME", help="the short name; without it all of them")
        parser.add_argument("--confirm", metavar="ID", help="carry out this one")
        parser.add_argument(
            "--by", metavar="WHO", default="", help="who confirms it, and on whose word: kept in the ledger"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for organisation in _asked(options["organisation"]):
            with acting_for(organisation.pk):
                waiting = approvals.open_proposals()
                if options["confirm"]:
                    if chosen := [one for one in waiting if str(one.pk).startswith(options["confirm"])]:
                        self._confirm(organisation, chosen, options["by"])
                        return
                    continue
                for one in waiting:
                    self.stdout.write(_line(organisation, one))
        if options["confirm"]:
            raise CommandError("Nothing that waits begins with this id. Without options the command lists what waits.")

    def _confirm(self, organisation: Organisation, chosen: list[Proposal], by: str) -> None:
        if len(chosen) > 1:
            raise CommandError("Several proposals begin like this. Give more of the id.")
        try:
            given = approvals.confirm_outside(
                actor=automation(MACHINE, organisation.pk), proposal_id=chosen[0].pk, by=by
            )
        except InvalidInput as error:
            raise CommandError("Say with --by who confirms it, and on whose word.") from error
        except TingsuError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Confirmed. It is in force, and the ledger names who confirmed it.")
        if chosen[0].matter == "password" and isinstance(given, str):
            self.stdout.write(f"The first password, shown this once: {given}")


def _asked(name: str | None) -> Iterator[Organisation]:
    known = organisations()
    if name and name not in known:
        raise CommandError(f"There is no organisation {name} here.")
    yield from ([known[name]] if name else known.values())


def _line(organisation: Organisation, one: Proposal) -> str:
    who = "its people decide" if approvals.somebody_may(one) else "nobody there may decide: --confirm"
    label = approvals.matter_of(one.matter).label
    made = f"{staff_identity(one.proposed_by_id)}, {one.proposed_at:%Y-%m-%d %H:%M} UTC"
    return f"{organisation.slug}  {one.pk}  {label}  ({made})  {who}"

"""`manage second_factor NAME --take-away`: whoever keeps the machine helps a person who lost phone and codes and works alone."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from tingsu.kernel.actor import automation
from tingsu.kernel.commands import OwnCommand
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.tenancy import acting_for
from tingsu.people import actions, second_factor
from tingsu.people.models import Account, Membership


class Command(OwnCommand):
    """Tell whether somebody has a second factor, or take a lost one away."""

    help = "Is a second factor on for this sign-in name? With --take-away a lost one goes; the person is told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--take-away", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(username=options["name"]).first()
        member = Membership.objects.filter(account=account).first() if account else None
        if account is None or member is None:
            raise CommandError(f"Nobody signs in as {options['name']}.")
        if not options["take_away"]:
            self.stdout.write("on" if second_factor.is_on(account.pk) else "off")
            return
        with acting_for(member.organisation_id):
            actor = automation("people.machine_keeper", member.organisation_id)
            try:
                actions.reset_second_factor(actor=actor, member_id=member.member_id)
            except TingsuError as error:
                raise CommandError(str(error)) from error
        self.stdout.write("Taken away. The next sign-in sets up a new one where the role needs it.")

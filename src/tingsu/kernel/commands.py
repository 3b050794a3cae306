"""What the commands of this installation share."""

from django.core.management.base import BaseCommand


class OwnCommand(BaseCommand):
    """A command that starts at once: Django's checks load every page and the whole API, which nearly doubles its start.

    They are made among the tests, and by the web server before it answers.
    """

    requires_system_checks: list[str] = []

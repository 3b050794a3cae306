from django.apps import AppConfig


class ConformityConfig(AppConfig):
    """The conformity view by clause, the evidence pack for the certification body, and the outside auditor."""

    name = "tingsu.conformity"

    def ready(self) -> None:
        from tingsu.conformity import doors

        doors.declare()

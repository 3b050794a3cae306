from django.apps import AppConfig


class ConformityConfig(AppConfig):
    """The conformity view by clause, the evidence pack for the certification body, and the outside auditor."""

    name = "tingsu.conformity"

    def ready(self) -> None:
        from tingsu.conformity import doors, principles
        from tingsu.registers.added import Part, add_part

        doors.declare()
        add_part("obligation", Part("conformity/guideline_part.html", principles.of_guideline))

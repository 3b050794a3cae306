from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Assessment, grading, routing, pre-handling plans, and the rules that propose them."""

    name = "tingsu.triage"

    def ready(self) -> None:
        from tingsu.triage import (  # noqa: F401
            alerts,
            notices,
            panels,
            plan_card,
            reactions,
            rules,
            verify,
        )

        rules.register()

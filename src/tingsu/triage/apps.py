from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Assessment, grading, routing, pre-handling plans, and the rules that propose them."""

    name = "tingsu.triage"

    def ready(self) -> None:
        from tingsu.triage import effects, guards, options, panels, reactions, rules  # noqa: F401

        rules.register()

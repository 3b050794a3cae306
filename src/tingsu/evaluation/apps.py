from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """How the system is looked at from above: recurring duties, internal audit, evaluation of compliance, management review."""

    name = "tingsu.evaluation"

    def ready(self) -> None:
        from tingsu.evaluation import duties

        duties.register()

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """How the system is looked at from above: recurring duties, internal audit, evaluation of compliance, management review."""

    name = "tingsu.evaluation"

    def ready(self) -> None:
        from tingsu.evaluation import duties, micro_review
        from tingsu.registers.added import Part, add_part

        duties.register()
        add_part("duty", Part("evaluation/micro_review.html", micro_review.shown))

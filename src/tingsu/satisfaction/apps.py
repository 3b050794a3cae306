from django.apps import AppConfig


class SatisfactionConfig(AppConfig):
    """Surveys of satisfaction and the index that is made from them, comparison with others, follow-up of quality."""

    name = "tingsu.satisfaction"

    def ready(self) -> None:
        from tingsu.figures import surveys
        from tingsu.satisfaction import loyalty, rules

        rules.register()
        surveys.declare("again", loyalty.again)

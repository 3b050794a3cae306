from django.apps import AppConfig


class WarningConfig(AppConfig):
    """Early warning: what grows more than chance and season explain, and what is done about it."""

    name = "tingsu.warning"

    def ready(self) -> None:
        from tingsu.warning import panels, rules  # noqa: F401

        rules.register()

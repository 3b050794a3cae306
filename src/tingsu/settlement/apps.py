from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "tingsu.settlement"

    def ready(self) -> None:
        from tingsu.settlement import effects, guards, options, panels, rules  # noqa: F401

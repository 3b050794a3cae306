from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "tingsu.settlement"

    def ready(self) -> None:
        from tingsu.settlement import effects, guards, holdings, options, panels, rules  # noqa: F401

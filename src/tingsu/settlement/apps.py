from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "tingsu.settlement"

    def ready(self) -> None:
        from tingsu.settlement import approval_card, notices, panels, reactions, roles, rules, sending_card  # noqa: F401

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """Time-limit policies, promises and the sweep that keeps them."""

    name = "tingsu.clocks"
    label = "clocks"

    def ready(self) -> None:
        from tingsu.clocks import ladder_rules, notices, reactions, rules, verify, verify_ladder  # noqa: F401

        rules.register()
        ladder_rules.register()

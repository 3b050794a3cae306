from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    """Nonconformities and what opens them."""

    name = "tingsu.improvement"

    def ready(self) -> None:
        from tingsu.improvement import notices, panels, reactions, rules  # noqa: F401

from django.apps import AppConfig


class HooksConfig(AppConfig):
    """What other systems are told of, and what became of each telling."""

    name = "tingsu.hooks"

    def ready(self) -> None:
        from tingsu.hooks import leaving, notices  # noqa: F401

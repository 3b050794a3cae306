from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """Fields, steps and the engine that takes them."""

    name = "tingsu.process"

    def ready(self) -> None:
        from tingsu.process import escalated  # noqa: F401

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo organisation: an invented company, its people, and months of complaints made by the real actions."""

    name = "tingsu.demo"

    def ready(self) -> None:
        from tingsu.demo import exercise, shop  # noqa: F401

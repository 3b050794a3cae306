from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API, and what waits for people because of it."""

    name = "tingsu.api"

    def ready(self) -> None:
        from tingsu.api import leaving, notices  # noqa: F401

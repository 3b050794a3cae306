from django.apps import AppConfig


class AftercareConfig(AppConfig):
    name = "tingsu.aftercare"

    def ready(self) -> None:
        from tingsu.aftercare import notices, panels, request_panel, rules  # noqa: F401

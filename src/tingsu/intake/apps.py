from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tingsu.intake"

    def ready(self) -> None:
        from tingsu.intake import carrying_on, coming_in  # noqa: F401

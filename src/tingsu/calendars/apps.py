from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Working calendars and the arithmetic of working days and hours."""

    name = "tingsu.calendars"
    label = "calendars"

    def ready(self) -> None:
        from tingsu.calendars import rules

        rules.register()

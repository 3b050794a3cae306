from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """The kit of registers: one declaration gives list, form, page, history, print, export, API, notices and clocks."""

    name = "tingsu.registers"

    def ready(self) -> None:
        from tingsu.registers import recurrence  # noqa: F401

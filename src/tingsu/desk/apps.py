from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The staff shell: navigation, queue, case page, search; it holds no business of its own."""

    name = "tingsu.desk"
    label = "desk"

    def ready(self) -> None:
        from tingsu.desk import entries, panels

        entries.declare()
        panels.declare()

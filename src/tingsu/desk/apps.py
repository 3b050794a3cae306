from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The staff shell: navigation, queue, case page, search; it holds no business of its own."""

    name = "tingsu.desk"
    label = "desk"

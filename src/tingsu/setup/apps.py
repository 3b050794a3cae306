from django.apps import AppConfig


class SetupConfig(AppConfig):
    """How a firm begins, and what it says of itself afterwards."""

    name = "tingsu.setup"
    label = "setup"

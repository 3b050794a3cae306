from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Facts without names, and what is counted from them."""

    name = "tingsu.figures"

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Facts without names, and the indicators that are counted from them."""

    name = "tingsu.figures"

    def ready(self) -> None:
        from tingsu.figures import indicators

        indicators.register()

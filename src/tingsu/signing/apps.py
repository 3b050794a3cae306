from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Documents of a case, signed on the screen or by a link that opens once."""

    name = "tingsu.signing"

    def ready(self) -> None:
        from tingsu.signing import below, fields, notices, panels  # noqa: F401

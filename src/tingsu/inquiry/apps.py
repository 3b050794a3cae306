from django.apps import AppConfig


class InquiryConfig(AppConfig):
    """The investigation room: what other systems know of a case, asked with a purpose; releases of what lies outside it."""

    name = "tingsu.inquiry"

    def ready(self) -> None:
        from tingsu.inquiry import notices, panels, personal, remote, scope  # noqa: F401

        scope.register()

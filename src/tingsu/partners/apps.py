from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Partners with accounts of their own: tasks that they answer, and complaints that they hand over (IG-10)."""

    name = "tingsu.partners"

    def ready(self) -> None:
        from tingsu.partners import access, letters, matters, naming, notices, panels

        access.declare()
        for declared in (letters, matters, naming, notices, panels):
            assert declared  # noqa: S101 loaded for what they declare

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """What is known: entries for staff and help for complainants, lessons and model cases, methods, questions without an answer."""

    name = "tingsu.knowledge"

    def ready(self) -> None:
        from tingsu.knowledge import beside, notices, panels, reactions  # noqa: F401

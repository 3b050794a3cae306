from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """What the management system is planned from: context, parties, obligations, risks, objectives, processes, changes, arrangements."""

    name = "tingsu.planning"

    def ready(self) -> None:
        from tingsu.planning import configuration, notices, parts  # noqa: F401

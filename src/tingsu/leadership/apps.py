from django.apps import AppConfig


class LeadershipConfig(AppConfig):
    """What the firm stands for: statements in versions, who understood them, who acknowledged them, how they are lived."""

    name = "tingsu.leadership"

    def ready(self) -> None:
        from tingsu.leadership import notices  # noqa: F401

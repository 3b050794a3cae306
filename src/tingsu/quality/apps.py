from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Quality control: samples, patrols, scorecards, findings, checks by rule, re-examined verdicts, equal treatment."""

    name = "tingsu.quality"

    def ready(self) -> None:
        from tingsu.quality import panels, plans, scorecards  # noqa: F401

        plans.register()
        scorecards.register()

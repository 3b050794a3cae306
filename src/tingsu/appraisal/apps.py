from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """Appraisal and recognition: awards, innovation, suggestions of staff, appraisals of departments and persons."""

    name = "tingsu.appraisal"

    def ready(self) -> None:
        from tingsu.appraisal import catalogue, notices  # noqa: F401

        catalogue.register()

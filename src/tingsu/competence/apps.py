from django.apps import AppConfig


class CompetenceConfig(AppConfig):
    """People: selection, levels, courses and trainers, trainings, exams, guided work and release, the competence matrix."""

    name = "tingsu.competence"

    def ready(self) -> None:
        from tingsu.competence import bank, criteria, notices, panels, points, reactions, required, standing  # noqa: F401

        for rulebook in (bank, criteria, points, required):
            rulebook.register()

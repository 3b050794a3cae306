from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Investigation, department tasks, opinions, risk assessments, mediation, answers."""

    name = "tingsu.casework"

    def ready(self) -> None:
        from tingsu.casework import effects, guards, notices, options, panels, reactions, roles, rules, starts  # noqa: F401

        rules.register()

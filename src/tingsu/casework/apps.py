from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Investigation, department tasks, opinions, risk assessments, mediation, answers."""

    name = "tingsu.casework"

    def ready(self) -> None:
        from tingsu.casework import checklist, criminal, interfaces, notices, panels, partners, reactions, roles, rules  # noqa: F401

        rules.register()
        interfaces.register()
        checklist.register()
        partners.register()

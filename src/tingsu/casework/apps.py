from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Investigation, department tasks, opinions, risk assessments, mediation, answers."""

    name = "tingsu.casework"

    def ready(self) -> None:
        from tingsu.casework import (  # noqa: F401
            checklist,
            criminal,
            extensions,
            interfaces,
            notices,
            panels,
            partners,
            reactions,
            roles,
            rule_packs,
            rules,
        )

        rules.register()
        interfaces.register()
        checklist.register()
        partners.register()

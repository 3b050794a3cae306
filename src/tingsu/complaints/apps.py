from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "tingsu.complaints"

    def ready(self) -> None:
        from tingsu.complaints import (  # noqa: F401
            calming,
            committee,
            completeness,
            covering,
            interests,
            ladder,
            letter_log,
            letterhead,
            lists,
            moments,
            notices,
            options,
            progress,
            reactions,
            replies,
            robot_facts,
            scope,
            search,
            verify,
        )
        from tingsu.complaints.fields.people import GROUPS, LANGUAGES
        from tingsu.complaints.process import PROCESS
        from tingsu.complaints.steps import correcting  # noqa: F401
        from tingsu.people import authority, knowledge

        committee.register()
        knowledge.declare("topics", lambda: lists.problem_types(None))
        knowledge.declare("languages", lambda: LANGUAGES)
        knowledge.declare("groups", lambda: GROUPS)
        steps = [step for step in PROCESS.values() if step.door]
        authority.declare("steps", lambda: [(step.name, f"{step.id} {step.label}") for step in steps])

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "tingsu.complaints"

    def ready(self) -> None:
        from tingsu.complaints import effects, guards, letterhead, options, reactions, search, verify, wiring  # noqa: F401

        wiring.wire()

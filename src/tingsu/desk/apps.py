from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The staff shell: navigation, queue, case page, search; it holds no business of its own."""

    name = "tingsu.desk"
    label = "desk"

    def ready(self) -> None:
        from tingsu.desk import entries, exports, panels, shell, spill_risk  # noqa: F401
        from tingsu.pages.frame import Shell, provide

        entries.declare()
        panels.declare()
        spill_risk.declare()
        provide(
            Shell(
                frame=shell.frame_for,
                theme=shell.theme_of,
                script_texts=shell.script_texts,
                sections=shell.sections_for,
            )
        )

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tingsu.portal"

    def ready(self) -> None:
        from tingsu.files.door import register_holder
        from tingsu.governance.copies import declare_told
        from tingsu.portal import (
            copying,
            tree,  # noqa: F401 registers its kind of rulebook
        )
        from tingsu.portal.uploads import holder_of

        register_holder(holder_of)
        declare_told(copying.parts)

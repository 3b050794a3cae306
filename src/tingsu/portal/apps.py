from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tingsu.portal"

    def ready(self) -> None:
        from tingsu.files.door import register_holder
        from tingsu.portal.uploads import holder_of

        register_holder(holder_of)

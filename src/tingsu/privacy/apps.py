from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "tingsu.privacy"

    def ready(self) -> None:
        from tingsu.files.access import register_witness
        from tingsu.kernel.seals import seal_also
        from tingsu.privacy import actions  # noqa: F401
        from tingsu.privacy.files import WITNESS
        from tingsu.privacy.models import AccessEntry

        register_witness(WITNESS)
        seal_also(AccessEntry)

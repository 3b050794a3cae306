from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "tingsu.privacy"

    def ready(self) -> None:
        from tingsu.files.access import register_witness
        from tingsu.privacy.files import witness

        register_witness(witness)

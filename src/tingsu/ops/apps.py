from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "tingsu.ops"
    label = "ops"

    def ready(self) -> None:
        from tingsu.ops import verifying  # noqa: F401 - registers its checks

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tingsu.kernel"

    def ready(self) -> None:
        from tingsu.kernel import tenancy

        tenancy.follow_connections()

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

DECLARATIONS = (
    "events",
    "timers",
    "steps",
    "kinds",
    "naming",
    "waiting",
    "moves",
    "registers",
    "erasing",
    "papers",
    "proofs",
)
"""Modules in which an app declares what it adds to a catalogue; read before anything asks the catalogue."""


class KernelConfig(AppConfig):
    name = "tingsu.kernel"

    def ready(self) -> None:
        from tingsu.kernel import tenancy, thread_state

        tenancy.follow_connections()
        thread_state.keep_by_thread()
        for module in DECLARATIONS:
            for config in apps.get_app_configs():
                if config.name.startswith("tingsu.") and find_spec(f"{config.name}.{module}"):
                    import_module(f"{config.name}.{module}")

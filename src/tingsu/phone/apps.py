from django.apps import AppConfig


class PhoneConfig(AppConfig):
    """The telephone: call events of any telephone system, the register of calls, tasks to call back, the answer rate."""

    name = "tingsu.phone"

    def ready(self) -> None:
        from tingsu.phone import channel_page, coming_in, panels, rules  # noqa: F401

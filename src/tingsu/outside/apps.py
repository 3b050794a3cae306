from django.apps import AppConfig


class OutsideConfig(AppConfig):
    """Complaints raised outside: the register of spill-over complaints, and lists of platforms that are imported."""

    name = "tingsu.outside"

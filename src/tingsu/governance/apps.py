from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Evidence records of the management system."""

    name = "tingsu.governance"

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """Data security and personal information: rules for each processing step, incidents, assessments, classified protection, measures, staff."""

    name = "tingsu.protection"

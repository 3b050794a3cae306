from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """Fields, steps and the engine that takes them."""

    name = "tingsu.process"

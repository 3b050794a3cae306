from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "tingsu.ops"
    label = "ops"

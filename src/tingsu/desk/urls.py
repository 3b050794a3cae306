"""The staff shell, below ``/desk/``."""

from django.urls import URLPattern

app_name = "desk"
urlpatterns: list[URLPattern] = []

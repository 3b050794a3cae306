"""The settings page of safekeeping."""

from django.urls import path

from tingsu.ops import views

app_name = "ops"
urlpatterns = [path("desk/settings/backups/", views.safekeeping, name="safekeeping")]

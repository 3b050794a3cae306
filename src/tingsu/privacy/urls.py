"""Pages of privacy, below /desk/."""

from django.urls import path

from tingsu.privacy import views

app_name = "privacy"
urlpatterns = [
    path("settings/access-log/", views.access_log, name="access_log"),
    path("settings/personal-data/", views.fields_page, name="fields"),
]

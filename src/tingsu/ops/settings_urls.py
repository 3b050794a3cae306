"""The settings page of failed work; it lies below the desk."""

from django.urls import path

from tingsu.ops import job_views

app_name = "jobs"
urlpatterns = [
    path("", job_views.failed_page, name="failed"),
    path("<int:job_id>/retry/", job_views.retry, name="retry"),
    path("<int:job_id>/drop/", job_views.drop, name="drop"),
]

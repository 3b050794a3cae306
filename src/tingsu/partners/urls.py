"""The partners' own door, below /partner/."""

from django.urls import path

from tingsu.partners import program_views, views

app_name = "partners"
urlpatterns = [
    path("", views.home, name="home"),
    path("tasks/<uuid:task_id>/", views.task_page, name="task"),
    path("hand-over/", views.hand_over_page, name="hand_over"),
    path("programs/", program_views.programs, name="programs"),
    path("programs/<uuid:program_id>/end/", program_views.end, name="end_program"),
]

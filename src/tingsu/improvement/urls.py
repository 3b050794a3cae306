"""What rectifications have beside their register, below /desk/."""

from django.urls import path

from tingsu.improvement import views

app_name = "improvement"
urlpatterns = [path("rectifications/tracker/", views.tracker_file, name="tracker")]

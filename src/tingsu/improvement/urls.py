"""What registers of improvement have beside their lists, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.improvement import views
from tingsu.improvement.editors import LEADERS_IN_SERVICE

app_name = "improvement"
urlpatterns = [path("rectifications/tracker/", views.tracker_file, name="tracker"), *pages(LEADERS_IN_SERVICE)]

"""Pages of quality control, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.quality import views
from tingsu.quality.editors import PLANS, SCORECARDS

app_name = "quality"

urlpatterns = [path("quality/process/", views.process_page, name="process"), *pages(PLANS), *pages(SCORECARDS)]

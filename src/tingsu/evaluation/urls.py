"""Pages of evaluation, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.evaluation import calendar_page
from tingsu.evaluation.editors import DUTIES

app_name = "evaluation"
urlpatterns = [
    path("calendar-of-duties/", calendar_page.page, name="calendar"),
    *pages(DUTIES),
]

"""Pages of appraisal and recognition, below /desk/."""

from django.urls import path

from tingsu.appraisal import personnel, views
from tingsu.appraisal.editors import AWARDS
from tingsu.complaints.rulebook_pages import pages

app_name = "appraisal"
urlpatterns = [
    path("supervision/", views.workspace_page, name="workspace"),
    path("capacity/", views.capacity_page, name="capacity"),
    path("appraisals/scores.<str:form>", personnel.personnel, name="personnel"),
    *pages(AWARDS),
]

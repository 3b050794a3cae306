"""Pages of evaluation, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.evaluation import audit_shown, calendar_page, checklist_page
from tingsu.evaluation.editors import DUTIES

app_name = "evaluation"
urlpatterns = [
    path("calendar-of-duties/", calendar_page.page, name="calendar"),
    path("audits/<str:number>/checklist/", checklist_page.page, name="checklist"),
    path("audits/<str:number>/<str:name>", audit_shown.report_file, name="audit_report"),
    *pages(DUTIES),
]

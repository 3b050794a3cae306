"""Pages of evaluation, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.evaluation import audit_shown, calendar_page, compliance_shown, review_shown
from tingsu.evaluation.audit_register import CHECKLIST
from tingsu.evaluation.compliance_register import JUDGMENTS
from tingsu.evaluation.editors import DUTIES

app_name = "evaluation"
urlpatterns = [
    path("calendar-of-duties/", calendar_page.page, name="calendar"),
    path("audits/<str:number>/checklist/", CHECKLIST.view(), name="checklist"),
    path("audits/<str:number>/<str:name>", audit_shown.report_file, name="audit_report"),
    path("compliance/<str:number>/judgments/", JUDGMENTS.view(), name="judgments"),
    path("compliance/<str:number>/<str:name>", compliance_shown.report_file, name="compliance_report"),
    path("reviews/<str:number>/<str:name>", review_shown.minutes_file, name="review_minutes"),
    *pages(DUTIES),
]

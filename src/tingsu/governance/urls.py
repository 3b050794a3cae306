"""Pages of governance, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.governance import report_files
from tingsu.governance.editors import ANSWERS, PRIVACY_NOTICE, REGISTERS

app_name = "governance"
urlpatterns = [
    path("reports/<str:number>/<str:name>", report_files.report_file, name="report_file"),
    *pages(PRIVACY_NOTICE),
    *pages(ANSWERS),
    *pages(REGISTERS),
]

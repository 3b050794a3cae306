"""Pages of appraisal and recognition, below /desk/."""

from tingsu.appraisal.editors import AWARDS
from tingsu.complaints.rulebook_pages import pages

app_name = "appraisal"
urlpatterns = [
    *pages(AWARDS),
]

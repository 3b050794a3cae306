"""Pages of quality control, below /desk/."""

from tingsu.complaints.rulebook_pages import pages
from tingsu.quality.editors import PLANS, SCORECARDS

app_name = "quality"

urlpatterns = [*pages(PLANS), *pages(SCORECARDS)]

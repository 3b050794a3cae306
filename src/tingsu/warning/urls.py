"""Pages of early warning, below /desk/."""

from tingsu.complaints.rulebook_pages import pages
from tingsu.warning.editors import RULES

app_name = "warning"

urlpatterns = [*pages(RULES)]

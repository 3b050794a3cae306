"""Pages of governance, below /desk/."""

from tingsu.complaints.rulebook_pages import pages
from tingsu.governance.editors import ANSWERS, PRIVACY_NOTICE, REGISTERS

app_name = "governance"
urlpatterns = [*pages(PRIVACY_NOTICE), *pages(ANSWERS), *pages(REGISTERS)]

from tingsu.complaints.rulebook_pages import pages
from tingsu.settlement.editors import BASES, REMEDIES, WAYS

app_name = "settlement"

urlpatterns = [*pages(BASES), *pages(REMEDIES), *pages(WAYS)]

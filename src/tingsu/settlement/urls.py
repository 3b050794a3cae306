from tingsu.complaints.rulebook_pages import pages
from tingsu.settlement.editors import ADVANCE, BASES, REMEDIES, WAYS

app_name = "settlement"

urlpatterns = [*pages(BASES), *pages(REMEDIES), *pages(ADVANCE), *pages(WAYS)]

from tingsu.complaints.rulebook_pages import pages
from tingsu.settlement.editors import ADVANCE, BASES, PAYMENTS, REMEDIES, WAYS

app_name = "settlement"

urlpatterns = [*pages(BASES), *pages(REMEDIES), *pages(ADVANCE), *pages(PAYMENTS), *pages(WAYS)]

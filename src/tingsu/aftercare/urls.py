from tingsu.aftercare.editors import AFTERCARE, RETENTION
from tingsu.complaints.rulebook_pages import pages

app_name = "aftercare"

urlpatterns = [*pages(AFTERCARE), *pages(RETENTION)]

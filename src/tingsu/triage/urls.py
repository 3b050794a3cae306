from tingsu.complaints.rulebook_pages import pages
from tingsu.triage.editors import ALL

app_name = "triage"

urlpatterns = [
    *(page for editor in ALL for page in pages(editor)),
]

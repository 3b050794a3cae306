from tingsu.casework.editors import BODY_EDITOR, COMMITTEE_EDITOR, INTERFACES, LEVEL_EDITOR, PARTNERS, SOURCES
from tingsu.complaints.rulebook_pages import pages

app_name = "casework"

urlpatterns = [
    *pages(LEVEL_EDITOR),
    *pages(BODY_EDITOR),
    *pages(COMMITTEE_EDITOR),
    *pages(INTERFACES),
    *pages(SOURCES),
    *pages(PARTNERS),
]

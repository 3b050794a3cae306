from tingsu.complaints.editors import LETTERS
from tingsu.complaints.rulebook_pages import pages

app_name = "complaints"
urlpatterns = [page for editor in LETTERS for page in pages(editor)]

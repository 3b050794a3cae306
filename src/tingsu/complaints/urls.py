from tingsu.complaints.editors import LETTERS
from tingsu.complaints.ladder import LADDER
from tingsu.complaints.rulebook_pages import pages

app_name = "complaints"
urlpatterns = [page for editor in (*LETTERS, LADDER) for page in pages(editor)]

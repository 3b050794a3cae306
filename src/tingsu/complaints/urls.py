from tingsu.complaints.calming import CALMING
from tingsu.complaints.completeness import BY_CATEGORY, BY_MODE
from tingsu.complaints.editors import LETTERS, MEANS, SIGNATURES, TEXT_MESSAGES
from tingsu.complaints.ladder import LADDER
from tingsu.complaints.replies import REPLIES
from tingsu.complaints.rulebook_pages import pages
from tingsu.complaints.scope import SCOPE

app_name = "complaints"
urlpatterns = [
    page
    for editor in (*LETTERS, MEANS, TEXT_MESSAGES, SIGNATURES, REPLIES, LADDER, CALMING, SCOPE, BY_MODE, BY_CATEGORY)
    for page in pages(editor)
]

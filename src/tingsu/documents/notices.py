"""What the app tells people."""

from django.utils.translation import gettext_lazy as _

from tingsu.letters.notices import declare

TO_READ, WITHDRAWN = "document.to_read", "document.recalled"
declare(
    {
        TO_READ: (_("A document is in force: read it and confirm that you have understood it"), "file-text"),
        WITHDRAWN: (_("A document that you were to follow was withdrawn: do not use it any more"), "archive"),
    }
)

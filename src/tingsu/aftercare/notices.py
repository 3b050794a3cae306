"""What members are told of ratings, callbacks and the archive."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.archived": (pgettext_lazy("notice", "A file was given into your keeping"), "archive"),
        "rating.low": (pgettext_lazy("notice", "A low rating waits for a callback by somebody else"), "alert-triangle"),
        "callback.exhausted": (
            pgettext_lazy("notice", "All callback attempts are used; the case can be closed"),
            "phone",
        ),
    }
)

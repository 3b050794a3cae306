"""What members are told of ratings, callbacks and the archive."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.archived": (pgettext_lazy("notice", "A file was given into your keeping"), "archive"),
        "rating.low": (pgettext_lazy("notice", "A low rating waits for a callback by somebody else"), "alert-triangle"),
        "rating.low_yours": (
            pgettext_lazy("notice", "A low rating: the complainant was told that you call"),
            "alert-triangle",
        ),
        "case.review_asked": (
            pgettext_lazy("notice", "Review or mediation was asked for; somebody else answers in writing"),
            "help",
        ),
        "case.review_changed": (
            pgettext_lazy("notice", "A review changed the result, or a mediation takes place"),
            "help",
        ),
        "callback.exhausted": (
            pgettext_lazy("notice", "All callback attempts are used; the case can be closed"),
            "phone",
        ),
    }
)

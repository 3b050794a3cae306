"""What members are told of knowledge."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "knowledge.to_check": (pgettext_lazy("notice", "A knowledge entry waits for your check"), "file-check"),
        "knowledge.changed": (pgettext_lazy("notice", "A knowledge entry that you used has changed: read what is new"), "refresh"),
        "knowledge.retired": (pgettext_lazy("notice", "A knowledge entry that you used is no longer in use"), "archive"),
        "knowledge.not_useful": (pgettext_lazy("notice", "Readers say that a knowledge entry of yours does not help"), "alert-triangle"),
    }
)  # fmt: skip

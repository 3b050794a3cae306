"""What members are told of improvement."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.change_to_tell": (
            pgettext_lazy("notice", "A measure after your case has its effect: tell the complainant what has changed"),
            "repeat",
        ),
    }
)

"""What members are told of values and policy."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "statement.to_read": (
            pgettext_lazy("notice", "A new version is in force: read it and confirm that you have understood it"), "bookmark",
        ),
    }
)  # fmt: skip

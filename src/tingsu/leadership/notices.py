"""What members are told of values and policy."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "statement.to_read": (
            pgettext_lazy("notice", "A new version is in force: read it and confirm that you have understood it"), "bookmark",
        ),
        "culture_activity.recognised": (
            pgettext_lazy("notice", "You are recognised for how you live the values, or for a practice that you share"), "sparkles",
        ),
    }
)  # fmt: skip

"""What members are told of planning beside the steps themselves."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "objective.asked_to_read": (
            pgettext_lazy("notice", "An objective is put before the team: read it and say so"),
            "flag",
        )
    }
)

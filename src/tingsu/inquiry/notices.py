"""How the notices of the investigation room read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.release_asked": (pgettext_lazy("notice", "A query outside a case waits for your release"), "lock"),
        "case.release_granted": (pgettext_lazy("notice", "Your query outside the case is released"), "eye"),
        "case.release_refused": (pgettext_lazy("notice", "Your query outside the case is refused"), "eye-off"),
        "case.release_ended": (pgettext_lazy("notice", "A released query was ended early"), "lock"),
    }
)
declare(
    {
        "connection.asks_approval": (
            pgettext_lazy("notice", "A connection to customer and order systems waits for a second person"),
            "users",
        ),
    },
    leads_to="inquiry:connection",
)

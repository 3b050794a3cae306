"""How the notices of partners read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "case.partner_answered": (pgettext_lazy("notice", "A partner has answered your question"), "message-circle"),
    }
)

"""How the notices about programs' access read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "token.asks_consent": (pgettext_lazy("notice", "A program is to act in your name: do you agree?"), "user"),
        "token.asks_approval": (pgettext_lazy("notice", "A program's access needs a second person"), "user"),
    },
    leads_to="tokens:waiting",
)
declare(
    {
        "token.ended": (
            pgettext_lazy("notice", "A program's access ended, because who answered for it has left"),
            "lock",
        ),
        "token.maker_left": (
            pgettext_lazy("notice", "Who issued a program's access has left and may know its secret: replace it"),
            "lock",
        ),
    },
    leads_to="tokens:tokens",
)

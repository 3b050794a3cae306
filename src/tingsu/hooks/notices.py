"""How the notices about subscriptions read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "webhook.paused": (pgettext_lazy("notice", "A subscription to events was paused: nothing arrives"), "link"),
        "webhook.given_up": (pgettext_lazy("notice", "An event could not be delivered to a subscription"), "link"),
        "webhook.asks_personal": (pgettext_lazy("notice", "A subscription asks to carry personal data"), "shield-lock"),
    },
    leads_to="hooks:list",
)

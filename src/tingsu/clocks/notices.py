"""How the notices of the clocks read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare(
    {
        "promise.warned": (pgettext_lazy("notice", "A deadline draws near: %(timer)s"), "clock"),
        "promise.lapsed": (pgettext_lazy("notice", "The period is over: %(timer)s"), "clock"),
        "promise.breached": (pgettext_lazy("notice", "Overdue: %(timer)s"), "alert-triangle"),
        "escalation.called": (pgettext_lazy("notice", "Escalated to you: please take it up"), "arrow-up-right"),
        "escalation.raised": (pgettext_lazy("notice", "Escalated to the next level"), "arrow-up-right"),
        "escalation.taken_up": (pgettext_lazy("notice", "The escalation was taken up"), "circle-check"),
    }
)

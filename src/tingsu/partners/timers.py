"""The limit of a question to a partner: the day that was named."""

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.timers import TimerKind, declare

declare(
    TimerKind(
        name="partner_answer",
        of="complaint",
        label=_("Answer of a partner"),
        starts=_("a partner was asked"),
        stops=_("answered, declined or withdrawn"),
        source="CTS 8.7",
        dated=True,
    ),
)

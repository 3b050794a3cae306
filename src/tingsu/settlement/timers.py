"""The timer of settlement: the day by which a solution was promised that could not be had at once."""

from django.utils.translation import gettext_lazy as _

from tingsu.clocks.timers import TimerKind, declare

declare(
    TimerKind(
        name="planned_solution",
        of="complaint",
        label=_("Planned solution"),
        starts=_("the complainant was told what is planned"),
        stops=_("solution sent, or solved"),
        source="SZ 6(7)",
        dated=True,
    ),
)

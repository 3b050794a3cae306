"""The timer of casework: a dispute between departments waits for its ruling."""

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind, declare

declare(
    TimerKind(
        name="department_ruling",
        of="complaint",
        code="T25",
        label=_("Ruling on a dispute between departments"),
        starts=_("the committee was asked"),
        stops=_("enough members agree"),
        source="SVC 2.2.1",
        limits=(Limit(amount=2, unit=Unit.WORKING_DAY, basis="SVC 2.2.1", ours=True),),
    )
)

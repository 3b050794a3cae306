"""Time limits of aftercare beside T20 and T21: the call after a low rating, and requests for review or mediation."""

from django.utils.translation import gettext_lazy as _

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind, declare

declare(
    TimerKind(
        name="low_rating_call",
        of="complaint",
        code="T22",
        label=_("Call after a low rating"),
        starts=_("low rating given, also after closing"),
        stops=_("somebody else reached the complainant and noted the cause, or used all attempts"),
        source="ISC 9.5",
        limits=(Limit(amount=1, unit=Unit.WORKING_DAY, basis="ISC 9.5", ours=True),),
    ),
    TimerKind(
        name="review_request",
        of="complaint",
        code="T23",
        label=_("Request for review or mediation"),
        starts=_("review or mediation asked for, also after closing"),
        stops=_("written result given by somebody else"),
        source="SZ 6(9), 7; CTS 8.6 d; ISC 9.3.1",
        limits=(Limit(amount=5, unit=Unit.WORKING_DAY, basis="SZ 6(9), 7", ours=True),),
    ),
)

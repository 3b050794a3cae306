"""When people act in the demo: the desks' hours, and the instants of a case kept inside its promises."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tingsu.calendars.arithmetic import is_working_day
from tingsu.calendars.queries import calendar_in_force

ZONE = ZoneInfo("Asia/Shanghai")
DESKS = {
    "anytime": (time(0, 0), time(23, 59), False),
    "intake": (time(8, 0), time(22, 30), False),
    "centre": (time(9, 0), time(20, 0), False),
    "department": (time(9, 30), time(18, 0), True),
    "public": (time(8, 20), time(22, 10), False),
}
"""Desk → first and last moment of its day, and whether it rests on days off. The centre works every day by rota."""


def at_desk(at: datetime, desk: str) -> datetime:
    """The instant itself, or the next one at which this desk is open."""
    opens, closes, rests = DESKS[desk]
    local = at.astimezone(ZONE)
    spread = timedelta(minutes=local.minute + local.second / 60)
    while True:
        if local.time() > closes:
            local = datetime.combine(local.date() + timedelta(days=1), opens, ZONE) + spread
        elif local.time() < opens:
            local = datetime.combine(local.date(), opens, ZONE) + spread
        if not rests or is_working_day(local.date(), calendar_in_force()):
            return local
        local = datetime.combine(local.date() + timedelta(days=1), opens, ZONE) + spread

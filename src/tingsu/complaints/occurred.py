"""When the event of a complaint happened: what registering and correcting hold against the clock (RG-08)."""

from datetime import date, datetime

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.hours import hour_words, minutes_of


def still_to_come(day: date | None, hour: str, at: datetime) -> InvalidValue | None:
    """The refusal of a time of today that is not reached yet at this moment of the organisation's own clock.

    About is taken as it was said; a part of the day may have begun.
    """
    minutes = minutes_of(hour)
    if day != at.date() or minutes is None or minutes <= at.hour * 60 + at.minute:
        return None
    return InvalidValue(code="in_future", value=hour_words(hour))

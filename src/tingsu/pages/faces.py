"""How facts look: a clock's words, a date, a length of time. Pure functions, no database.

Every page has them through the template tags of ``tingsu_ui``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from tingsu.kernel.punctuation import chinese

DAY = timedelta(days=1)
SOON = timedelta(hours=2)
SOON_SHARE = 0.75


def date_words(value: datetime, *, at: datetime | None = None, time: bool = True) -> str:
    """An instant in the organisation's time zone: "11 月 21 日 09:14", "21 Nov 09:14"; the year only when it is not this one."""
    local = timezone.localtime(value)
    now = timezone.localtime(at) if at else local
    if chinese():
        day = f"{local.month} 月 {local.day} 日"
        if local.year != now.year:
            day = f"{local.year} 年 {day}"
    else:
        day = date_format(local, "j M")
        if local.year != now.year:
            day = date_format(local, "j M Y")
    return f"{day} {local:%H:%M}" if time else day


def full_date_words(value: datetime) -> str:
    """The whole instant with year and seconds, for hover and screen readers."""
    local = timezone.localtime(value)
    return f"{local:%Y-%m-%d %H:%M:%S}"


def near_date_words(value: datetime, at: datetime) -> str:
    """A date as short as the queue wants it: "明天 10:00", "Sun 10:00", later "11-27"."""
    local, today = timezone.localtime(value), timezone.localtime(at).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"明天 {local:%H:%M}" if chinese() else date_format(local, "D H:i")
    if chinese():
        return f"{local:%m-%d}" if local.year == today.year else f"{local:%Y-%m-%d}"
    return date_format(local, "j M" if local.year == today.year else "j M Y")


def hours_minutes(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def length_words(length: timedelta) -> str:
    """A length in words, two units at most: "7 分钟", "6 天 18 小时"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        if hours:
            return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    if hours:
        if minutes % 60:
            return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    if minutes:
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}
    return gettext("under a minute")


@dataclass(frozen=True, kw_only=True)
class ClockFace:
    """What a clock shows: its state, its words and the share of the time used (0–100)."""

    state: str
    words: str
    share: int
    title: str
    counting: bool = False


def clock_face(promise: Any, at: datetime, *, large: bool = False) -> ClockFace:
    """The face of one promise at one moment.

    ``promise`` has started_at, due_at, and perhaps ended_at, paused_reason. Soon means at most a quarter or two hours
    left; under 24 hours the rest is counted down as h:mm, later a date is shown (look and feel §4).
    """
    start, due = promise.started_at, promise.due_at
    met = getattr(promise, "ended_at", None)
    if met:
        late = met > due
        words = gettext("%(length)s, late") if late else "%(length)s"
        return ClockFace(
            state="late" if late else "met",
            words=words % {"length": length_words(met - start)},
            share=100,
            title=gettext("done on %(when)s") % {"when": full_date_words(met)},
        )
    title = gettext("due %(when)s") % {"when": full_date_words(due)}
    span = max((due - start).total_seconds(), 1.0)
    share = min(100, max(0, round(100 * (at - start).total_seconds() / span)))
    if reason := getattr(promise, "paused_reason", ""):
        return ClockFace(state="paused", words=gettext("paused"), share=share, title=f"{title} · {reason}")
    left = due - at
    if left <= timedelta(0):
        over = hours_minutes(-left) if -left < DAY else length_words(-left if large else timedelta(days=(-left).days))
        return ClockFace(
            state="late", words=gettext("%(length)s over") % {"length": over}, share=100, title=title, counting=True
        )
    soon = left <= SOON or (at - start).total_seconds() >= SOON_SHARE * span
    words = hours_minutes(left) if left < DAY else length_words(left) if large else near_date_words(due, at)
    if large:
        words = gettext("%(length)s left") % {"length": words}
    return ClockFace(
        state="soon" if soon else "normal", words=words, share=share, title=title, counting=left < DAY or large
    )

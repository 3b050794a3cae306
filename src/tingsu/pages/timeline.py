"""What happened to a thing, one event after the other, as its page shows it: drawn by a compiled template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tingsu.kernel.punctuation import chinese
from tingsu.pages.compiled import drawn
from tingsu.pages.templatetags.tingsu_ui import icon


@dataclass(kw_only=True)
class Told:
    """One event as a page shows it."""

    at: datetime
    tone: str
    icon: str
    who: str
    words: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    """What somebody wrote: (label or nothing, text)."""
    codes: list[tuple[str, str]] = field(default_factory=list)
    """What was chosen beside it."""
    day: str = ""
    """The day in words, on the first event of each day."""
    hidden: bool = False
    """Something the complainant cannot see."""
    fresh: str = ""
    """What stands above the first event that the reader has not seen yet."""


def with_days(entries: Iterable[Told]) -> None:
    """Name the day on the first event of each, in the organisation's time zone."""
    last = None
    for one in entries:
        local = timezone.localtime(one.at).date()
        if local != last:
            one.day, last = _day_words(one.at), local


def drawn_timeline(entries: Sequence[Told]) -> SafeString:
    """The events as list items."""
    lines = [(one, icon(one.icon), f"{timezone.localtime(one.at):%H:%M}") for one in entries]
    hidden = format_html(
        '<span class="badge badge-soon">{}{}</span>', icon("lock"), _("The complainant cannot see this")
    )
    return drawn("pages/timeline.html", entries=lines, hidden=hidden)


def _day_words(at: datetime) -> str:
    local = timezone.localtime(at)
    if chinese():
        return f"{local.year} 年 {local.month} 月 {local.day} 日 星期{'一二三四五六日'[local.weekday()]}"
    return date_format(local, "l j F Y")

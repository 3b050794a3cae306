"""Bars of the board. Numbers and words stand beside each, so they are hidden from who hears the page."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from tingsu.figures import charts
from tingsu.figures.live import Day, Obligation
from tingsu.figures.shown import duration_words

register = template.Library()
_TONES = {"met": "done", "risk": "soon", "missed": "late"}


@register.simple_tag
def obligation_bar(one: Obligation) -> SafeString | str:
    """How full a share is, with its target; nothing where it is of too few."""
    return "" if one.share is None else charts.bar(one.share, _TONES.get(one.line.standing, ""), one.aim)


@register.simple_tag
def rank_bar(number: int, most: int, marked: bool = False) -> SafeString:
    return charts.stacked([(number, "strong" if marked else "")], most)


@register.simple_tag
def load_bar(one: Any, most: float, mean: float | None = None) -> SafeString:
    """Late, due today, the rest, and a tick at the mean of those at work."""
    return charts.stacked([(one.late, "late"), (one.today, "soon"), (one.rest, "")], most, mean)


@register.simple_tag
def day_bars(one: Day, most: int) -> SafeString:
    """Received and closed side by side."""
    return charts.standing([(one.received, "back"), (one.closed, "strong")], most)


@register.filter
def late_by(due_at: datetime, at: datetime) -> str:
    """How long a limit has been passed."""
    return duration_words(int((at - due_at).total_seconds() // 60))

"""What a complaint looks like in a list or a head: its risk, its stages.

``{% load case_ui %}`` gives: risk_badge, row_marks, stage_rail, stage_bars.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tingsu.desk.risks import risk_face

register = template.Library()


@register.simple_tag
def risk_badge(risk: Any) -> SafeString:
    """The four-bar glyph and the word of the highest fact; takes a complaint or its ``risk`` code."""
    return _risk_badge(risk if isinstance(risk, str) else risk.risk, get_language() or "")


@lru_cache(maxsize=64)
def _risk_badge(risk: str, language: str) -> SafeString:
    face = risk_face(risk)
    return format_html('<span class="badge badge-{} bars-{}">{}</span>', face.style, face.bars, face.word)


@register.simple_tag
def row_marks(level: int, fair: bool) -> SafeString:
    """That a case was escalated, and how far; that a reasonable demand waits (CA-56): words beside the colour, or nothing.

    A bare `i` each, for fifty of them may stand on a page; what it looks like is said where lists of cases are.
    """
    return _row_marks(level, fair, get_language() or "") if level > 1 or fair else SafeString()


@lru_cache(maxsize=128)
def _row_marks(level: int, fair: bool, language: str) -> SafeString:
    words = [_("Escalated to %(level)s") % {"level": level}] if level > 1 else []
    return format_html_join("", "<i>{}</i>", ((one,) for one in [*words, *([_("Reasonable demand")] if fair else [])]))


@register.inclusion_tag("desk/parts/rail.html")
def stage_rail(stops: list[Any]) -> dict[str, Any]:
    """The nine stops of a case; see ``tingsu.desk.rail``."""
    at = next((n for n, stop in enumerate(stops, 1) if stop.state == "now"), len(stops))
    return {"stops": stops, "position": at, "total": len(stops), "current": stops[at - 1] if stops else None}


@register.simple_tag
@lru_cache(maxsize=64)
def stage_bars(position: int) -> SafeString:
    """Nine small bars for a table row; the stage's word stands beside them."""
    return mark_safe(f'<i class="stage-bars at-{position}"></i>')  # noqa: S308 a number

"""The pieces every page is made of, for desk, portal and the settings pages of other apps.

``{% load tingsu_ui %}`` gives: icon, clock, risk_badge, stage_rail, stage_bars, field, error_summary, avatar, and the
filters when, day, money, duration, bilingual.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markupsafe import escape

from tingsu.desk import faces, icons
from tingsu.kernel.clock import now
from tingsu.kernel.fields import in_language
from tingsu.kernel.money import yuan

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: str = "") -> SafeString:
    """An icon beside its label. ``size`` is "small" or "large"; raises KeyError for a name the sprite does not hold."""
    if name not in icons.NAMES:
        raise KeyError(f"No icon {name!r}; see tingsu/desk/icons.py")
    css = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css,
        static("desk/icons.svg"),
        name,
    )


@register.simple_tag
def risk_badge(risk: Any) -> SafeString:
    """The four-bar glyph and the word of the highest fact; takes a complaint or its ``risk`` code."""
    return _risk_badge(risk if isinstance(risk, str) else risk.risk, get_language() or "")


@lru_cache(maxsize=64)
def _risk_badge(risk: str, language: str) -> SafeString:
    face = faces.risk_face(risk)
    return format_html('<span class="badge badge-{} bars-{}">{}</span>', face.style, face.bars, face.word)


@register.simple_tag
def clock(promise: Any, name: Any = "", large: bool = False, at: datetime | None = None) -> SafeString:
    """One promise as a clock: name, what is left, share used. The page's script counts it down each minute."""
    face = faces.clock_face(promise, at or now(), large=large)
    counting = ""
    if face.counting:
        # What is overdue has no share left to count: only the start of the others is asked for.
        start = "" if face.state == "late" and not large else f'="{promise.started_at:%Y-%m-%dT%H:%M:%SZ}"'
        counting = f" data-clock{start}{' data-large' if large else ''}"
    return mark_safe(  # noqa: S308 every text is escaped
        f'<span class="clock clock-{face.state}{" clock-large" if large else ""}"{counting}>'
        f"<span>{escape(name or getattr(promise, 'name', ''))}</span>"
        f'<time datetime="{promise.due_at:%Y-%m-%dT%H:%M:%SZ}" title="{escape(face.title)}">'
        f"{icon('check') if face.state == 'met' else ''}{escape(face.words)}</time>"
        f"<progress value={face.share / 100:g} aria-hidden=true></progress></span>"
    )


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


@register.simple_tag
def avatar(name: str) -> SafeString:
    """First letter of a colleague's name; a dashed ring for nobody."""
    return _avatar(name[:1])


@lru_cache(maxsize=1024)
def _avatar(letter: str) -> SafeString:
    if not letter:
        return mark_safe('<i class="avatar avatar-none" aria-hidden=true>–</i>')
    return format_html('<i class="avatar avatar-{}" aria-hidden=true>{}</i>', "abcd"[ord(letter) % 4], letter)


@register.inclusion_tag("desk/parts/field.html")
def field(bound: BoundField, css: str = "", placeholder: str = "") -> dict[str, Any]:
    """A form field with label, hint and error wired by id for screen readers."""
    widget = bound.field.widget
    kind = "control"
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        kind = "choices"
    elif isinstance(widget, CheckboxInput):
        kind = "check"
    elif isinstance(widget, Select):
        kind = "select"
    describedby = " ".join(
        part
        for part in (
            f"{bound.auto_id}_error" if bound.errors else "",
            f"{bound.auto_id}_hint" if bound.help_text else "",
        )
        if part
    )
    attrs: dict[str, Any] = {}
    if kind in {"control", "select"}:
        old = widget.attrs.get("class", "")
        attrs["class"] = f"form-{kind} {old}".strip()
    if describedby and kind != "choices":
        attrs["aria-describedby"] = describedby
    if bound.errors and kind != "choices":
        attrs["aria-invalid"] = "true"
    if placeholder:
        attrs["placeholder"] = placeholder
    if isinstance(widget, FileInput):
        attrs["class"] = "form-control"
    return {
        "field": bound,
        "kind": kind,
        "css": css,
        "attrs": attrs,
        "describedby": describedby,
        "html": bound.as_widget(attrs=attrs),
    }


@register.inclusion_tag("desk/parts/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What has to be changed, on top of a form, with a link to each field; takes the focus."""
    problems = [(bound, error) for bound in form for error in bound.errors] if form.is_bound or form.errors else []
    general = list(form.non_field_errors())
    return {"problems": problems, "general": general, "count": len(problems) + len(general)}


@register.filter
def when(value: datetime | None) -> SafeString | str:
    """An instant, short for the eye and whole for hover and machines."""
    if value is None:
        return "—"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        faces.full_date_words(value),
        faces.date_words(value, at=now()),
    )


@register.filter
def day(value: date | datetime | None) -> str:
    """A day without a time: "11 月 21 日", "21 Nov 2026" when the year is another."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return faces.date_words(value, at=now(), time=False)
    if faces.chinese():
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return date_format(value, "j M Y")


@register.filter
def money(fen: int | None) -> str:
    return "—" if fen is None else yuan(fen)


@register.filter
def duration(value: timedelta | None) -> str:
    return "—" if value is None else faces.length_words(value)


@register.filter
def bilingual(value: Any) -> str:
    """A text people entered in two languages, in the page's language, else in the other one."""
    return in_language(value) if isinstance(value, dict) else "" if value is None else str(value)

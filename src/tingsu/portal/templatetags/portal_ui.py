"""The small pieces of the public pages: icons, dates in plain words, one field of the wizard."""

from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tingsu.kernel.money import yuan
from tingsu.portal import words

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A drawing beside its words; never the only carrier of a meaning."""
    css = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("portal/icons.svg"),
        name,
    )


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """An instant a person plans by: "11 月 23 日 10:00"; the whole value for machines and screen readers."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.moment_words(value))


@register.filter
def deadline(value: datetime | None) -> SafeString | str:
    """The end of a time limit, to be followed or preceded by "by"."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.deadline_words(value))


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """A day without its hour."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words.day_words(value))


@register.filter
def money(fen: int | None) -> str:
    return "" if fen is None else yuan(fen)


@register.inclusion_tag("portal/parts/field.html")
def entry(step: Any, name: str, label: str, **options: Any) -> dict[str, Any]:
    """One field of a form page: what was typed comes back, with its error in words.

    ``step`` has ``values`` and ``errors`` by name. Options: kind (text, area, select, date), hint, required, options,
    autocomplete, inputmode, maxlength, rows, placeholder, withhold (offer "I would rather not say").
    """
    error = step.errors.get(name, "")
    described = [f"{name}-hint"] * bool(options.get("hint")) + [f"{name}-error"] * bool(error)
    return {
        "name": name,
        "label": label,
        "value": step.values.get(name, ""),
        "error": error,
        "described_by": " ".join(described),
        "withheld": name in step.values.get("withheld", ()),
        **{"kind": "text", "rows": 4, **options},
    }


@register.filter
def in_fours(code: str) -> str:
    """A code in groups of four, as people copy it by hand; blanks do not matter when it is typed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def has(values: Any, name: str) -> bool:
    """Is a code among the chosen ones?"""
    return name in (values or ())


@register.filter
def item(values: dict[str, Any], name: str) -> Any:
    """One value of a mapping by its name; empty when there is none."""
    return values.get(name, "")

"""What the frame of a staff page shows: navigation, person, warnings, texts for the scripts."""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tingsu.desk import shell
from tingsu.desk.keymap import KEY_MAP

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_frame(context: Context) -> shell.Frame:
    """The frame for this request, built once a page."""
    return shell.frame_for(context["request"])


@register.simple_tag
def keys_dialog() -> SafeString:
    """The keyboard map of the dialog behind "?": the same on every page, drawn once a language."""
    return _keys_dialog(get_language() or "")


@lru_cache(maxsize=8)
def _keys_dialog(language: str) -> SafeString:
    groups = [{"title": title, "rows": rows} for title, rows in KEY_MAP]
    return render_to_string("desk/parts/keys.html", {"groups": groups})


@register.simple_tag(takes_context=True)
def page_theme(context: Context) -> str:
    """The chosen theme, for pages without the frame."""
    request = context.get("request")
    return shell.theme_of(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def settings_sections(context: Context) -> list[dict[str, Any]]:
    """The settings pages this person may open, by group."""
    return shell.sections_for(context["request"])

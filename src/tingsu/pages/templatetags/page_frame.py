"""What the frame of a staff page shows: navigation, person, warnings, sentences for the scripts."""

import json
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tingsu.pages.frame import shell

register = template.Library()


@register.simple_tag(takes_context=True)
def page_frame(context: Context) -> Any:
    """The frame for this request, built once a page."""
    return shell().frame(context["request"])


@register.simple_tag
def script_texts() -> SafeString:
    """The sentences that scripts show, as JSON: the same on every page, made once a language."""
    return _script_texts(get_language() or "")


@lru_cache(maxsize=8)
def _script_texts(language: str) -> SafeString:
    text = json.dumps(shell().script_texts(), ensure_ascii=False, separators=(",", ":"))
    # As Django's json_script: no sign that could end the element.
    return mark_safe(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}))  # noqa: S308


@register.simple_tag(takes_context=True)
def page_theme(context: Context) -> str:
    """The chosen theme, for pages without the frame."""
    request = context.get("request")
    return shell().theme(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def settings_sections(context: Context) -> list[dict[str, Any]]:
    """The settings pages this person may open, by group."""
    return shell().sections(context["request"])

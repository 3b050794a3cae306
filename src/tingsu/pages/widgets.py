"""Widgets of Django's forms drawn in plain Python, letter for letter as Django's templates draw them.

Those include one template for each option of a select and one more for its attributes: of a settings page with two hundred
selects they were three quarters.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template import Context
from django.template.base import render_value_in_context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData, mark_safe

FOLDER = "django/forms/widgets"
INPUTS = ("input", "text", "number", "email", "url", "password", "date", "datetime", "time", "tel", "search", "color")


class Widgets(DjangoTemplates):
    """Draws what forms are made of here, and leaves everything rarer to Django's templates."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None or (draw is _select and not _are_plain(context["widget"])):
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]).strip())  # noqa: S308 each value in it is escaped


def _are_plain(select: Mapping[str, Any]) -> bool:
    plain = f"{FOLDER}/select_option.html"
    return all(one["template_name"] == plain for _group, options, _index in select["optgroups"] for one in options)


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_word(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{conditional_escape(widget["type"])}" name="{name}"{value}{_attributes(widget)}>'


def _area(widget: Mapping[str, Any]) -> str:
    value = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{conditional_escape(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>']
    for group, options, _index in widget["optgroups"]:
        parts.append(f'\n  <optgroup label="{_text(group)}">' if group else "")
        for one in options:
            parts.append(
                f'\n  <option value="{_word(one["value"])}"{_attributes(one)}>{_text(one["label"])}</option>\n'
            )
        parts.append("\n  </optgroup>" if group else "")
    return "".join((*parts, "\n</select>"))


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}" if value is True else f' {conditional_escape(name)}="{_word(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _word(value: Any) -> str:
    """A value as the filter ``stringformat:"s"`` gives it to a template."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))


def _text(value: Any) -> str:
    """A value as a template puts it out."""
    if not isinstance(value, str | Promise):
        return render_value_in_context(value, Context())
    words: Any = value
    return conditional_escape(words)


DRAWN: dict[str, Callable[[Mapping[str, Any]], str]] = {
    f"{FOLDER}/select.html": _select,
    f"{FOLDER}/textarea.html": _area,
    **{f"{FOLDER}/{name}.html": _input for name in (*INPUTS, "hidden", "checkbox")},
}

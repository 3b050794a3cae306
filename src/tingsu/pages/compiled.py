"""Compiled templates for what is drawn many times on one page: rows of lists, entries of a timeline.

They are Jinja templates in the folder ``compiled/`` of an app. A row of the queue drawn by Django's own engine costs a
quarter of a millisecond of processor, compiled a tenth of that; everything drawn once stays with Django's engine. Texts
come in translated, as variables: nothing here is looked up in a catalogue.

Compiled templates are written like any other and put out small: line breaks with the blanks around them, end tags that
HTML leaves to the reader (``</td>``, ``</tr>``) and the quotes of plain attributes are taken away when a template is
compiled, never while a page is drawn. A blank that shall stand is written inside a line.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.apps import apps
from django.conf import settings
from django.utils.safestring import SafeString
from jinja2.ext import Extension

_BREAK = re.compile(r"\s*\n\s*")
_TAG = re.compile(r"<[a-z][^<>]*>")
_END_TAG = re.compile(r"</t[dr]>")
_PLAIN = re.compile(r'(<[a-z][^<>{]*?\s[a-z-]+)="([a-z0-9_-]+)"(?=[\s>])')


class Small(Extension):
    """Takes out of a template's source what a browser does not need."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return small(source)


def small(source: str) -> str:
    """A template's source without line breaks (one inside a tag becomes a blank), optional end tags and needless quotes."""
    text = _TAG.sub(lambda tag: _BREAK.sub(" ", tag.group()), source)
    text = _END_TAG.sub("", _BREAK.sub("", text))
    while (shorter := _PLAIN.sub(r"\1=\2", text)) != text:
        text = shorter
    return text


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    folders = [Path(one.path) / "compiled" for one in apps.get_app_configs() if one.name.startswith("tingsu.")]
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in folders if folder.exists()]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=settings.DEBUG,
        extensions=[Small],
    )


def drawn(name: str, **context: Any) -> SafeString:
    """The HTML of a compiled template (``desk/queue_rows.html``). Raises for a variable that the context does not hold."""
    return SafeString(_environment().get_template(name).render(context))

"""How templates are loaded: indented for people, put out without the indentation.

A line break stays a line break, so that nothing on a page moves; what stands before the first sign of a line does not,
which saves a tenth of a page. Texts of people are values and pass through untouched. What is loaded is kept, once a language, with
what is constant in it drawn already (`pages.folding`).
"""

import re
from typing import Any

from django.template import Origin, Template
from django.template.loaders import base, cached
from django.template.loaders.app_directories import Loader as AppDirectories
from django.utils.translation import get_language

from tingsu.pages.folding import fold

_INDENTATION = re.compile(r"\n[ \t]+")


class Loader(AppDirectories):
    """Django's loader of the apps' templates, with the indentation left out."""

    def get_contents(self, origin: Origin) -> str:
        return _INDENTATION.sub("\n", super().get_contents(origin))


class _Folded(base.Loader):
    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        fold(template)
        return template


class ByLanguage(cached.Loader, _Folded):
    """Django's loader that keeps what it loaded, once for each language: its sentences stand in it as they are put out."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language()}:{super().cache_key(template_name, skip)}"

from itertools import groupby
from typing import cast

from django.urls import URLPattern, URLResolver, include, path

from tingsu.api import (  # noqa: F401 their endpoints
    accesses,
    calls,
    conversations,
    documents,
    escalations,
    figures,
    handover,
    inquiry,
    letters,
    lists,
    open_formats,
    promises,
    rehearsals,
    runs,
    scripts,
    signatures,
    time_limits,
    violations,
)
from tingsu.api.api import api
from tingsu.api.entries import add_registers
from tingsu.api.entry_notes import add_notes
from tingsu.api.partners import partner_api
from tingsu.api.surveys import add_surveys

add_registers()
add_notes()
add_surveys()
open_formats.add_register_files()
LEAST = 4
"""So many addresses that begin alike are worth a look of their own."""


def branched(patterns: list[URLPattern], begin: str = "") -> list[URLPattern | URLResolver]:
    """The same addresses as a tree: who looks for one passes by all that begin otherwise, instead of comparing it with each
    of five hundred. They stay in their order; only neighbours are put together.
    """
    found: list[URLPattern | URLResolver] = []
    for segment, group in groupby(patterns, lambda one: _first(one, begin)):
        same = list(group)
        if segment and len(same) >= LEAST:
            inner = branched(same, begin + segment)
            found.append(path(segment, include(inner)))
        else:
            found += [path(_route(one)[len(begin) :], one.callback, one.default_args, one.name) for one in same]
    return found


def _route(one: URLPattern) -> str:
    return str(one.pattern)


def _first(one: URLPattern, begin: str) -> str:
    """The next piece of an address with its slash; empty where the address ends."""
    piece, slash, _rest = _route(one)[len(begin) :].partition("/")
    return piece + slash if slash else ""


_patterns, _app, _namespace = api.urls
_partner, _its_app, _its_namespace = partner_api.urls
urlpatterns = [
    path("partner/v1/", (_partner, _its_app, _its_namespace)),
    path("v1/", (branched(cast(list[URLPattern], _patterns)), _app, _namespace)),
]

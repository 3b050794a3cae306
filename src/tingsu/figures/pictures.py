"""A chart as a file that stands by itself: SVG, or PNG made of it on the server, with what it shows above it and whose it is below (MO-08)."""

import re

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tingsu.figures.charts import HIGH, WIDE
from tingsu.kernel.clock import local, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation, in_practice
from tingsu.pages.pdf import picture

FORMS = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
HEAD, FOOT, EDGE = 48, 28, 16
"""Room above the chart for what it shows, below for whose it is, and on each side."""
MOST_TITLE = 56
FACE = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
LIGHT = {
    "ground": "#ffffff",
    "ink": "#16242b",
    "pale": "#43525a",
    "grid": "#e3e1d9",
    "subject": "#0b5b6e",
    "before": "#5d6a71",
}
DARK = {
    "ground": "#151f22",
    "ink": "#e4ebec",
    "pale": "#b4c1c5",
    "grid": "#2b393e",
    "subject": "#63bccf",
    "before": "#93a2a7",
}
"""The tokens of the pages, because a file has no style sheet beside it."""


def _style(colours: dict[str, str]) -> str:
    return (
        ".ground {{ fill: {ground}; }} .chart-grid {{ stroke: {grid}; stroke-width: 1; }} .chart-words, .note {{ fill: {pale}; font-size: 12px; }}"
        " .chart-end {{ fill: {ink}; font-size: 13px; font-weight: 600; }} .title {{ fill: {ink}; font-size: 16px; font-weight: 600; }}"
        " .chart-line {{ fill: none; stroke: {subject}; stroke-width: 2; stroke-linecap: round; }} .chart-before {{ stroke: {before}; stroke-width: 1.5; }}"
        " .chart-aim {{ stroke: {before}; stroke-width: 1; stroke-dasharray: 3 3; }}"
        " .chart-running {{ stroke-dasharray: 5 4; }} .chart-dot, .chart-bar {{ fill: {subject}; }}"
    ).format(**colours)


def standalone(title: str, drawn: SafeString | str, *, dark: bool = True) -> str:
    """A chart of `charts.history` or `charts.ranked` as a whole document; with `dark` it follows whoever looks at it in a dark window."""
    found = re.fullmatch(r'<svg [^>]*viewBox="0 0 \d+ (?P<high>\d+)"[^>]*>(?P<inside>.*)</svg>', str(drawn), re.DOTALL)
    high = int(found["high"]) if found else HIGH
    inside = mark_safe(found["inside"]) if found else format_html(  # noqa: S308 drawn by charts, which escapes
        '<text class="chart-words" x="{}" y="{}">{}</text>', EDGE, HIGH / 2, _("Not enough periods for a trend.")
    )  # fmt: skip
    style = _style(LIGHT)
    if dark:
        style += f" @media (prefers-color-scheme: dark) {{ {_style(DARK)} }}"
    whole = high + HEAD + FOOT
    short = title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1]}…"
    return str(
        format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{whole}" viewBox="0 -{head} {wide} {whole}" role="img"'
            ' font-family="{face}"><title>{title}</title><style>{style}</style>'
            '<rect class="ground" x="0" y="-{head}" width="{wide}" height="{whole}"/>'
            '<text class="title" x="{edge}" y="-18">{short}</text>{inside}<text class="note" x="{edge}" y="{foot}">{note}</text></svg>',
            wide=WIDE, whole=whole, head=HEAD, face=mark_safe(FACE), title=title, style=mark_safe(style), edge=EDGE, short=short,  # noqa: S308 ours
            inside=inside, foot=high + FOOT - 10, note=_note(),
        )
    )  # fmt: skip


def _note() -> str:
    organisation = current_organisation()
    at = local(now(), organisation.time_zone)
    said = [
        in_language(organisation.name),
        f"{at:%Y-%m-%d %H:%M}",
        _("Figures of fewer than 5 complaints are withheld."),
    ]
    return " · ".join([*([_("Practice")] if in_practice() else []), *said])


def answer(name: str, title: str, drawn: SafeString | str, form: str) -> HttpResponse:
    """A download of the chart. Raises NotFound for a form that is none."""
    if form not in FORMS:
        raise NotFound
    made = standalone(title, drawn, dark=form == "svg")
    response = HttpResponse(picture(made) if form == "png" else made, content_type=FORMS[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or "attachment"
    response["Cache-Control"] = "no-store"
    return response

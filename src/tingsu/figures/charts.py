"""Small charts drawn by the server: a line of twelve periods. Words and a table stand beside each, so it is hidden from who hears the page.

SVG of our own instead of a library: no script, a few hundred bytes, the same on paper. Colours come from the tokens by class.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 132, 32, 4


def trend(values: Sequence[float | None], target: float | None = None) -> SafeString | str:
    """A line through what is known, a gap where nothing is, the target as a dashed line; nothing for less than two values."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = (
        min([*known, *([target] if target is not None else [])]),
        max([*known, *([target] if target is not None else [])]),
    )
    span = (high - low) or 1

    def height(value: float) -> str:
        return f"{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / span:.1f}"

    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{EDGE + step * place:.1f},{height(value)}")
    lines = format_html_join(
        "", '<polyline class="trend-line" points="{}"/>', ((" ".join(run),) for run in runs if len(run) > 1)
    )
    dots = format_html_join(
        "",
        '<circle class="trend-dot" cx="{}" cy="{}" r="2"/>',
        (run[-1].split(",") for run in runs if len(run) == 1 or (run is runs[-1] and run)),
    )
    aim = (
        format_html('<line class="trend-target" x1="0" x2="{0}" y1="{1}" y2="{1}"/>', WIDTH, height(target))
        if target is not None
        else ""
    )
    return format_html(
        '<svg class="trend" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">{}{}{}</svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, aim, lines, dots,
    )  # fmt: skip


TALL = 100


def bar(share: float, tone: str = "", aim: float | None = None) -> SafeString:
    """A lying bar of so many per cent of its width, with a tick at the target."""
    return stacked([(share, tone)], 100, aim)


def stacked(parts: Sequence[tuple[float, str]], most: float, aim: float | None = None) -> SafeString:
    """A lying bar of several parts, one behind the other, of at most so much; a tick where the target or the mean lies."""
    scale, at = TALL / (most or 1), 0.0
    drawn = []
    for value, tone in parts:
        drawn.append((f"{at:.2f}", f"{value * scale:.2f}", f"bar-{tone}" if tone else "bar-plain"))
        at += value * scale
    tick = (
        format_html('<rect class="bar-aim" x="{}" y="0" width="1" height="10"/>', f"{min(aim * scale, TALL - 1):.2f}")
        if aim is not None
        else ""
    )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bar-track" x="0" y="2" width="100" height="6"/>{}{}</svg>',
        format_html_join("", '<rect x="{}" y="2" width="{}" height="6" class="{}"/>', drawn),
        tick,
    )


def standing(parts: Sequence[tuple[float, str]], most: float) -> SafeString:
    """Standing bars side by side, of at most so much each."""
    wide = TALL / (len(parts) or 1)
    drawn = [
        (f"{place * wide + 3:.1f}", f"{TALL - TALL * value / (most or 1):.2f}", f"{wide - 6:.1f}",
         f"{TALL * value / (most or 1):.2f}", f"bar-{tone}")
        for place, (value, tone) in enumerate(parts)
    ]  # fmt: skip
    return format_html(
        '<svg class="bars" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">{}</svg>',
        format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>', drawn),
    )

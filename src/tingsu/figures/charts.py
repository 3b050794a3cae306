"""Charts drawn by the server: lines of periods, small and large. Words and a table stand beside each, so they are hidden from who hears the page.

SVG of our own instead of a library: no script, a few hundred bytes, the same on paper. Colours come from the tokens by class.
"""

from collections.abc import Callable, Sequence

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


WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 720, 220, 64, 72, 12, 28
"""Of the larger chart: its size, and the room that is kept for words on each side."""
LETTER, GAP = 14, 8
"""Most that a letter takes in a chart, on a telephone, where the words are drawn at twice their size; and what stands beside words."""


def _room(least: int, said: Sequence[str]) -> int:
    """What words at the side need, so that an amount of money does not stick out of the window."""
    return max(least, GAP + LETTER * max(map(len, said), default=0))


def history(
    labels: Sequence[str], values: Sequence[float | None], before: Sequence[float | None], words: Callable[[float], str],
    *, running: bool = False, most: float | None = None, aim: float | None = None,
) -> SafeString | str:  # fmt: skip
    """Two lines over time: what is asked for and, paler, the same a year before. Starts at zero; the last piece is dashed while it runs.

    `words` writes a value with its unit, `most` is where the scale ends (100 for per cent), `aim` the target. Nothing for less than two values.
    """
    known = [value for value in (*values, *before, aim) if value is not None]
    if sum(value is not None for value in values) < 2:
        return ""
    top = max([most or 0, *known]) or 1
    low = min(0.0, *known)
    marks = [low + (top - low) * part / 2 for part in range(3)]
    last = values[-1]
    left = _room(LEFT, [words(mark) for mark in marks])
    right = _room(RIGHT, [words(last)] if last is not None else [])
    step = (WIDE - left - right) / max(len(labels) - 1, 1)

    def at(place: int, value: float) -> tuple[str, str]:
        return (
            f"{left + step * place:.1f}",
            f"{HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (value - low) / (top - low):.1f}",
        )

    grid = format_html_join(
        "", '<line class="chart-grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="chart-words" x="{}" y="{}" text-anchor="end">{}</text>',
        ((left, WIDE - right, at(0, mark)[1], at(0, mark)[1], left - GAP, float(at(0, mark)[1]) + 4, words(mark)) for mark in marks),
    )  # fmt: skip
    every = max(1, len(labels) // 6)
    below = format_html_join(
        "", '<text class="chart-words" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((at(place, low)[0], HIGH - 8, label) for place, label in enumerate(labels) if (len(labels) - 1 - place) % every == 0),
    )  # fmt: skip
    target = ""
    if aim is not None:
        x, y = at(len(labels) - 1, aim)
        target = format_html('<line class="chart-aim" x1="{}" x2="{}" y1="{}" y2="{}"/>', left, WIDE - right, y, y)
    drawn = [
        target,
        _line(before, at, "chart-line chart-before"),
        _line(values[:-1] if running else values, at, "chart-line"),
    ]
    ahead = values[-2] if len(values) > 1 else None
    if running and last is not None and ahead is not None:
        drawn.append(_line([None] * (len(values) - 2) + [ahead, last], at, "chart-line chart-running"))
    end = ""
    if last is not None:
        x, y = at(len(values) - 1, last)
        end = format_html(
            '<circle class="chart-dot" cx="{}" cy="{}" r="3"/><text class="chart-end" x="{}" y="{}">{}</text>',
            x, y, float(x) + GAP, float(y) + 4, words(last),
        )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}{}{}{}</svg>',
        WIDE, HIGH, grid, below, format_html_join("", "{}", ((one,) for one in drawn)), end,
    )  # fmt: skip


def _line(values: Sequence[float | None], at: Callable[[int, float], tuple[str, str]], css: str) -> SafeString | str:
    """The pieces of a line between gaps; a value with a gap on either side is a dot."""
    pieces: list[list[tuple[str, str]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(at(place, value))
    return format_html_join(
        "", '<polyline class="{}" points="{}"/>',
        ((css, " ".join(f"{x},{y}" for x, y in (piece if len(piece) > 1 else piece * 2))) for piece in pieces if piece),
    )  # fmt: skip


ROW, NAME = 28, 216
"""Of ranked bars: the height of each, and the room for what it is of."""


def ranked(rows: Sequence[tuple[str, float | None, str]], most: float = 0) -> SafeString | str:
    """Lying bars one below the other, each with its name before and its value behind it; nothing known has no bar. Nothing for no row.

    `most` is where the scale ends (100 for per cent); without it the longest is.
    """
    if not rows:
        return ""
    top = max([most, *(value for _name, value, _words in rows if value is not None)]) or 1
    room, high = WIDE - NAME - RIGHT - LEFT, TOP + ROW * len(rows) + TOP
    drawn = format_html_join(
        "", '<text class="chart-words" x="{}" y="{}" text-anchor="end">{}</text><rect class="chart-bar" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        '<text class="chart-end" x="{}" y="{}">{}</text>',
        (
            (NAME - 8, TOP + ROW * place + 18, _short(name), NAME, TOP + ROW * place + 6, f"{(wide := max(room * (value or 0) / top, 0)):.1f}", ROW - 12,
             f"{NAME + wide + 8:.1f}", TOP + ROW * place + 18, words)
            for place, (name, value, words) in enumerate(rows)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>', WIDE, high, drawn
    )


def _short(name: str, room: int = 32) -> str:
    """A name as far as there is room: a Chinese sign takes as much as two of the alphabet."""
    wide = 0
    for at, sign in enumerate(name):
        wide += 1 if sign.isascii() else 2
        if wide > room:
            return f"{name[: at - 1]}…"
    return name

"""The icons the pages may use, and the sprite made of them (drawings: Tabler Icons, MIT licence)."""

import re
from pathlib import Path

_NAMES = """
activity adjustments alert-circle alert-triangle archive arrow-back-up arrow-left arrow-right arrow-up-right
baseline-density-medium bell book bookmark building calendar cash category certificate chart-bar check checks
chevron-down chevron-left chevron-right chevron-up circle circle-check circle-dot clock clock-plus cloud-check
cloud-off columns-3 copy device-floppy device-mobile dots download edit external-link eye eye-off file file-check
file-text filter flag forms gavel gift git-merge headset help history hourglass inbox info-circle keyboard language
layout-list link list-details lock login logout mail map-pin menu-2 message message-2 message-circle microphone moon
note paperclip phone phone-call phone-incoming photo pin player-pause plus printer refresh repeat scale search send
settings shield-lock sitemap sort-ascending-2 sparkles stack-2 subtask sun tag template trash trending-up
truck-delivery upload user user-plus users volume wifi-off world x
"""
NAMES = tuple(_NAMES.split())
"""Names as Tabler calls them. Add one above, then run `./tingsu manage icons`."""

_HEAD = "Drawings from Tabler Icons, MIT licence, copyright Pawel Kuna. Made by `manage icons`."
_BLANK = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def sprite(drawings: Path) -> str:
    """One SVG holding a symbol for every name; raises FileNotFoundError when a drawing is missing."""
    symbols = []
    for name in NAMES:
        text = (drawings / f"{name}.svg").read_text(encoding="utf-8")
        inner = _BLANK.sub("", text.split(">", 1)[1].rsplit("</svg>", 1)[0])
        shapes = "".join(line.strip().replace(" />", "/>") for line in inner.splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {_HEAD} -->\n' + "\n".join(symbols) + "\n</svg>\n"

"""Search: server time of the word search, for words that are rare, common and everywhere, large and small organisation."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from bench import pages

TARGET_MS = 60
ASKED = {
    "one_word": ("退款", "漏液", "主播", "发票"),
    "two_words": ("退款 发票", "主播 假货", "漏液 换货", "安装 师傅"),
    "passage": ("退款到账", "商家平台", "屏幕漏液", "预售定金"),
    "nowhere": ("天空下雨", "从未出现", "没有这个", "根本不在"),
}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench search``."""
    return pages.measured("search", arguments, __doc__, {"target_p95_ms": TARGET_MS}, ask)


def ask(port: int, cookie: str, organisation_id: uuid.UUID) -> dict[str, Any]:
    def path_of(asked: tuple[str, ...], turn: int) -> str:
        return f"/desk/search/?q={quote(asked[turn % len(asked)])}"

    return {
        name: pages.probe(port, cookie, lambda turn, asked=asked: path_of(asked, turn)) for name, asked in ASKED.items()
    }

"""Search: server time of the word search, for words that are rare, common and everywhere, large and small organisation."""

from __future__ import annotations

import argparse
from typing import Any
from urllib.parse import quote

from bench import data, pages
from bench.place import drop_database, home_database
from bench.serving import web

DATABASE = "tingsu_bench_search"
TARGET_MS = 60
ASKED = {
    "one_word": ("退款", "漏液", "主播", "发票"),
    "two_words": ("退款 发票", "主播 假货", "漏液 换货", "安装 师傅"),
    "passage": ("退款到账", "商家平台", "屏幕漏液", "预售定金"),
    "nowhere": ("天空下雨", "从未出现", "没有这个", "根本不在"),
}


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench search``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench search", description=__doc__)
    parser.add_argument("--complaints", type=int, default=10_000, help="10000, 100000 or 1000000")
    chosen = parser.parse_args(arguments)
    home = home_database()
    try:
        large = data.own_archive(DATABASE, chosen.complaints)
        return {"complaints": chosen.complaints, "target_p95_ms": TARGET_MS, **measure(large)}
    finally:
        drop_database(DATABASE, instead=home)


def measure(large: Any) -> dict[str, Any]:
    from tingsu.kernel.models import Organisation

    small = Organisation.objects.get(slug="other").pk
    found: dict[str, Any] = {}
    with web() as port:
        for size, organisation_id, username in (("large", large, "supervisor"), ("small", small, "other-supervisor")):
            cookie = pages.session_of(organisation_id, username)
            found[size] = {
                name: pages.probe(
                    port, cookie, lambda turn, asked=asked: f"/desk/search/?q={quote(asked[turn % len(asked)])}"
                )
                for name, asked in ASKED.items()
            }
    return found

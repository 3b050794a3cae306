"""The maintenance page: while a file lies in the home, the web answers nothing but 503 in the firm's name.

A file and not a row, so that it works while the database is away; each machine has its own. ``/healthz`` is let through:
the processes are well, and whoever watches them must not start them again; and so are the figures.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

FILE = "maintenance.json"
_LEAST_SECONDS = 60
_UNKNOWN_SECONDS = 600
_LET_THROUGH = frozenset({"/healthz", "/metrics"})

_STYLE = (
    "body{font-family:system-ui,'Noto Sans SC',sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem;"
    "color:#1f2937;background:#fff;line-height:1.7}h1{font-size:1.5rem}hr{border:0;border-top:1px solid #d1d5db;margin:2rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#111827}}"
)
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)
_PAGE = """<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>系统维护 · Maintenance · {zh}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{zh}</h1>
<p>投诉系统正在维护，暂时无法访问。{zh_until}您已提交的内容均已保存，不会丢失。</p>
{zh_call}
<hr>
<section lang="en">
<h1>{en}</h1>
<p>Our complaint service is being maintained and cannot be reached for the moment. {en_until}Everything you have sent is kept.</p>
{en_call}
</section>
</main>
</body>
</html>
"""


def switch_on(home: Path, *, until: datetime | None, firms: list[dict[str, Any]]) -> None:
    """Show the page from the next request on; `firms` are slug, host, names and hotline of each organisation."""
    told = {"until": until.astimezone(UTC).isoformat() if until else None, "firms": firms}
    partial = home / (FILE + ".partial")
    partial.write_text(json.dumps(told, ensure_ascii=False))
    partial.rename(home / FILE)


def switch_off(home: Path) -> bool:
    """Take the page away; True if it was there."""
    there = (home / FILE).exists()
    (home / FILE).unlink(missing_ok=True)
    return there


def standing(home: Path) -> dict[str, Any] | None:
    """What the file says; None when there is none. A file that cannot be read still shuts the door."""
    try:
        told: dict[str, Any] = json.loads((home / FILE).read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {"until": None, "firms": []}
    return told


Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class Body(list[bytes]):
    """A WSGI answer that may be closed as Django's are."""

    def close(self) -> None:
        """Nothing is held."""


class Notice:
    """A WSGI application around another: looks for the file before anything else is asked."""

    def __init__(self, inner: Application, home: Path) -> None:
        self.inner = inner
        self.path = os.fspath(home / FILE)
        self.home = home

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if not os.path.exists(self.path) or environ.get("PATH_INFO") in _LET_THROUGH:
            return self.inner(environ, start_response)
        told = standing(self.home)
        if told is None:
            return self.inner(environ, start_response)
        media_type, body, wait = answer(told, environ.get("PATH_INFO", ""), environ.get("HTTP_HOST", ""))
        start_response(
            "503 Service Unavailable",
            [
                ("Content-Type", media_type),
                ("Content-Length", str(len(body))),
                ("Retry-After", str(wait)),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", POLICY),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return Body() if environ.get("REQUEST_METHOD") == "HEAD" else Body([body])


def answer(told: dict[str, Any], path: str, host: str) -> tuple[str, bytes, int]:
    """Media type, body, and after how many seconds to ask again."""
    until = datetime.fromisoformat(told["until"]) if told.get("until") else None
    left = (until - datetime.now(UTC)).total_seconds() if until else _UNKNOWN_SECONDS
    wait = max(_LEAST_SECONDS, int(left))
    firm = _firm(told["firms"], path, host)
    if path.startswith("/api/") or "/api/" in path[:60]:
        problem = {
            "code": "maintenance",
            "detail": f"{firm['en']}: maintenance, try again in {wait} s.",
            "status": 503,
            "retry_after": wait,
        }
        return "application/problem+json", json.dumps(problem, ensure_ascii=False).encode(), wait
    return "text/html; charset=utf-8", _page(firm, until).encode(), wait


def _firm(firms: list[dict[str, Any]], path: str, host: str) -> dict[str, Any]:
    """The organisation of an address, as the middleware finds it: path, host, else the first."""
    slug = path[3:].partition("/")[0] if path.startswith("/o/") else ""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    by_slug = [firm for firm in firms if slug and firm["slug"] == slug]
    by_host = [firm for firm in firms if firm["host"] and firm["host"] == name]
    return next(iter([*by_slug, *by_host, *firms]), {"zh": "听诉", "en": "Tingsu", "hotline": "", "zone": "UTC"})


def _page(firm: dict[str, Any], until: datetime | None) -> str:
    from zoneinfo import ZoneInfo

    local = until.astimezone(ZoneInfo(firm.get("zone") or "UTC")) if until else None
    hotline = escape(firm["hotline"])
    return _PAGE.format(
        style=_STYLE,
        zh=escape(firm["zh"]),
        en=escape(firm["en"]),
        zh_until=f"预计 {local:%Y-%m-%d %H:%M} 恢复。" if local else "",
        en_until=f"We expect to be back at {local:%H:%M on %d %B %Y} ({firm['zone']}). " if local else "",
        zh_call=f"<p>紧急情况请拨打 {hotline}。</p>" if hotline else "",
        en_call=f"<p>For anything urgent please call {hotline}.</p>" if hotline else "",
    )

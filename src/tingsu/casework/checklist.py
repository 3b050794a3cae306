"""Which sources an investigation has to look for, by its depth, as data (IV-06, IV-07)."""

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.casework.models import DEPTH_RANK, Depth
from tingsu.kernel import rulebooks
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.fields import in_language
from tingsu.kernel.punctuation import listed
from tingsu.process.steps import Options

KIND = "sources"
MOST, LONGEST = 16, 80
SHIPPED = {
    "service": ("服务记录", "Service records", Depth.BASIC),
    "contacts": ("客户沟通记录", "Records of contacts with the customer", Depth.BASIC),
    "orders": ("订单", "Orders", Depth.BASIC),
    "contracts": ("合同", "Contracts", Depth.STANDARD),
    "statements": ("当事人陈述", "Statements", Depth.STANDARD),
    "video": ("监控录像", "Surveillance video", Depth.IN_DEPTH),
    "logs": ("系统日志", "System logs", Depth.IN_DEPTH),
    "other": ("其他", "Other", ""),
}
"""Source → names and the depth from which it is looked for. These stay, because records name them; from which depth may change."""


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """Version 0. Treat as read-only."""
    return {
        "sources": [
            {"code": code, "name": {"zh-Hans": chinese, "en": english}, "from": str(depth)}
            for code, (chinese, english, depth) in SHIPPED.items()
        ]
    }


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput with a sentence for each wrong line."""
    lines = body.get("sources")
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines) or not 1 <= len(lines) <= MOST:
        raise InvalidInput({"sources": InvalidValue(_("From 1 to %(most)s sources."), code="rows", most=MOST)})
    errors: dict[str, TingsuError] = {}
    codes = [one.get("code") for one in lines]
    for place, line in enumerate(lines, 1):
        name = line.get("name")
        texts = [name.get(language) for language in ("zh-Hans", "en")] if isinstance(name, dict) else [None]
        if not all(isinstance(text, str) and text.strip() and len(text) <= LONGEST for text in texts):
            sentence = _("Give this text in Chinese and in English, at most %(limit)s characters each.")
            errors[f"sources.{place}.name"] = InvalidValue(sentence, code="both", limit=LONGEST)
        if line.get("from") not in {"", *Depth.values}:
            errors[f"sources.{place}.from"] = InvalidValue(code="choice")
        code = line.get("code")
        if not isinstance(code, str) or not code.isascii() or not code.isidentifier() or codes.count(code) > 1:
            errors[f"sources.{place}.code"] = InvalidValue(_("A short code of small letters, each once."), code="code")
    if missing := [code for code in SHIPPED if code not in codes]:
        sentence = _("Records name these sources, so they stay: %(codes)s.")
        errors["sources"] = InvalidValue(sentence, code="fixed", codes=listed(missing))
    if errors:
        raise InvalidInput(errors)


def register() -> None:
    """Declare the kind; called once when the app loads."""
    rulebooks.register_kind(KIND, _("Sources of an investigation"), shipped, check)


def options(complaint: Any) -> Options:
    """Every source that may be named."""
    return tuple((line["code"], in_language(line["name"])) for line in _lines())


def name_of(code: str) -> str:
    """A source in words, also one that is named no more."""
    names = {
        line["code"]: in_language(line["name"])
        for rules in reversed(rulebooks.versions(KIND))
        for line in rules.body["sources"]
    }
    return names.get(code, code)


def needed_at(depth: str) -> list[str]:
    """The checklist of a depth: sources of which it has to be said what came of them (IV-06)."""
    rank = DEPTH_RANK[Depth(depth)]
    return [line["code"] for line in _lines() if line["from"] and DEPTH_RANK[Depth(line["from"])] <= rank]


def _lines() -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = rulebooks.in_force(KIND).body["sources"]
    return lines

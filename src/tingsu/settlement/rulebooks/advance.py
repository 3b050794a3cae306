"""Rules of advance compensation: we pay first, within scope and limit, and take recourse against whoever is liable (RM-07)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.kernel.money import yuan
from tingsu.settlement.rulebooks import checks

KIND = "advance"
MOST_YUAN = 1_000_000

SHIPPED = (
    ("merchant", "商家责任先行赔付", "Fault of a merchant on the platform", "平台内经营者应退未退、应赔未赔，且不能及时联系到责任方。",
     "A merchant on the platform does not refund or compensate what is due and cannot be reached in time.",
     "《中华人民共和国消费者权益保护法》《中华人民共和国电子商务法》及平台赔付规则",
     "Consumer protection law, e-commerce law, and the platform's compensation rules", 5000),
    ("carrier", "承运方责任先行赔付", "Fault of a carrier", "寄递途中损坏、丢失或延误，责任在承运方。",
     "Goods are damaged, lost or late on the way, and the carrier is liable.",
     "《快递暂行条例》及运输或配送协议", "Express delivery regulations and the carriage agreement", 2000),
)  # fmt: skip


def default() -> dict[str, Any]:
    """What is shipped: version 0. Scope and limits are ours; the company decides."""
    return {
        "rules": [
            {
                "code": code,
                "name": {"zh-Hans": zh, "en": en},
                "scope": {"zh-Hans": scope_zh, "en": scope_en},
                "basis": {"zh-Hans": basis_zh, "en": basis_en},
                "max_yuan": most,
            }
            for code, zh, en, scope_zh, scope_en, basis_zh, basis_en, most in SHIPPED
        ]
    }


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Each rule has a name, a scope, a legal basis and a limit in yuan."""
    problems: checks.Problems = {}
    for number, entry in enumerate(checks.entries_of(body, "rules", problems), 1):
        place = f"rules.{number}"
        for field in ("name", "scope", "basis"):
            checks.both_languages(entry, field, place, problems)
        most = entry.get("max_yuan")
        if not isinstance(most, int) or isinstance(most, bool) or not 0 < most <= MOST_YUAN:
            checks.wrong(
                problems, f"{place}.max_yuan", _("Line %(number)s: enter the limit in whole yuan."), number=number
            )
    checks.refuse_if(problems)


def in_force() -> rulebooks.Rules:
    return rulebooks.in_force(KIND)


def options() -> tuple[tuple[str, str], ...]:
    return tuple(
        (entry["code"], f"{in_language(entry['name'])} · ≤ {yuan(entry['max_yuan'] * 100)}")
        for entry in in_force().body["rules"]
    )


@dataclass(frozen=True)
class Published:
    """One rule as the public reads it; the limit in whole fen."""

    name: str
    scope: str
    basis: str
    limit_fen: int


def published() -> list[Published]:
    """The rules in force for whoever may need them (RM-07). What is only shipped promises nothing: the company publishes first."""
    rules = in_force()
    return [
        Published(
            name=in_language(entry["name"]),
            scope=in_language(entry["scope"]),
            basis=in_language(entry["basis"]),
            limit_fen=entry["max_yuan"] * 100,
        )
        for entry in (rules.body["rules"] if rules.version else ())
    ]


def limit_fen(code: str) -> int:
    found: int = next(entry["max_yuan"] * 100 for entry in in_force().body["rules"] if entry["code"] == code)
    return found


def name_of(code: str, version: int) -> str:
    rules = rulebooks.version_of(KIND, version).body["rules"]
    return next((in_language(entry["name"]) for entry in rules if entry["code"] == code), code)

"""The library of handling bases (IV-10): six kinds, by name only, so that a verdict and a solution can cite them.

Shipped are laws and standards that exist under these names; articles are for the person who decides to name.
The entries of the company itself (rules, contract, promise, practice) are places to be made more precise.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.complaints import lists
from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.settlement.rulebooks import checks

KIND = "bases"
KINDS = {
    "law": _("Law or regulation"),
    "standard": _("Standard"),
    "rule": _("Company rule"),
    "contract": _("Contract or agreement"),
    "promise": _("Public quality commitment"),
    "practice": _("Practice of the trade"),
}
STANDARD_LEVELS = {
    "national": _("National"),
    "industry": _("Industry"),
    "local": _("Local"),
    "group": _("Group"),
    "enterprise": _("Enterprise"),
}

LAWS = (
    ("law.consumer", "《中华人民共和国消费者权益保护法》", "Law on the Protection of Consumer Rights and Interests"),
    (
        "law.consumer-regulation",
        "《中华人民共和国消费者权益保护法实施条例》",
        "Regulations implementing the Law on the Protection of Consumer Rights and Interests",
    ),
    ("law.e-commerce", "《中华人民共和国电子商务法》", "E-Commerce Law"),
    ("law.product-quality", "《中华人民共和国产品质量法》", "Product Quality Law"),
    ("law.civil-code", "《中华人民共和国民法典》", "Civil Code"),
    ("law.food-safety", "《中华人民共和国食品安全法》", "Food Safety Law"),
    ("law.advertising", "《中华人民共和国广告法》", "Advertising Law"),
    ("law.price", "《中华人民共和国价格法》", "Price Law"),
    ("law.unfair-competition", "《中华人民共和国反不正当竞争法》", "Anti-Unfair Competition Law"),
    ("law.personal-information", "《中华人民共和国个人信息保护法》", "Personal Information Protection Law"),
    ("law.minors", "《中华人民共和国未成年人保护法》", "Law on the Protection of Minors"),
    ("law.trademark", "《中华人民共和国商标法》", "Trademark Law"),
    ("law.copyright", "《中华人民共和国著作权法》", "Copyright Law"),
    ("law.patent", "《中华人民共和国专利法》", "Patent Law"),
    (
        "law.seven-days",
        "《网络购买商品七日无理由退货暂行办法》",
        "Interim Measures for the Seven-Day Return of Goods Bought Online",
    ),
    (
        "law.online-trade",
        "《网络交易监督管理办法》",
        "Measures for the Supervision and Administration of Online Trading",
    ),
    ("law.express", "《快递暂行条例》", "Interim Regulations on Express Delivery"),
    ("law.invoice", "《中华人民共和国发票管理办法》", "Measures for the Administration of Invoices"),
)
STANDARDS = (
    (
        "std.complaints",
        "national",
        "GB/T 19012 质量管理 顾客满意 组织投诉处理指南",
        "GB/T 19012 Customer satisfaction: guidelines for complaints handling in organizations",
    ),
    (
        "std.conduct",
        "national",
        "GB/T 19010 质量管理 顾客满意 组织行为规范指南",
        "GB/T 19010 Customer satisfaction: guidelines for codes of conduct for organizations",
    ),
    (
        "std.disputes",
        "national",
        "GB/T 19013 质量管理 顾客满意 组织外部争议解决指南",
        "GB/T 19013 Customer satisfaction: guidelines for dispute resolution external to organizations",
    ),
    (
        "std.internet-complaints",
        "group",
        "T/ISC 0014 互联网企业投诉处理优质服务规范",
        "T/ISC 0014 Excellent complaints handling service for internet enterprises",
    ),
    ("std.product", "enterprise", "商品执行标准（以商品标识为准）", "Standard that the product declares on its label"),
)
OWN = (
    ("rule.complaints", "rule", "投诉处理管理制度", "Complaint handling rules"),
    ("rule.returns", "rule", "退换货规则", "Return and exchange rules"),
    ("rule.compensation", "rule", "赔付规则", "Compensation rules"),
    ("rule.merchants", "rule", "商家管理规则", "Merchant rules"),
    ("contract.order", "contract", "订单及购销合同", "Order and contract of sale"),
    ("contract.service", "contract", "平台用户服务协议", "User service agreement"),
    ("contract.carriage", "contract", "运输或配送协议", "Carriage or delivery agreement"),
    ("promise.public", "promise", "公开的质量与服务承诺", "Published quality and service commitment"),
    ("promise.page", "promise", "商品页面展示的承诺", "Promise shown on the product page"),
    ("practice.trade", "practice", "同行业惯例", "Practice of the trade"),
)


def default() -> dict[str, Any]:
    """What is shipped: version 0."""
    return {
        "bases": [
            *({"code": code, "kind": "law", "name": {"zh-Hans": zh, "en": en}} for code, zh, en in LAWS),
            *(
                {"code": code, "kind": "standard", "level": level, "name": {"zh-Hans": zh, "en": en}}
                for code, level, zh, en in STANDARDS
            ),
            *({"code": code, "kind": kind, "name": {"zh-Hans": zh, "en": en}} for code, kind, zh, en in OWN),
        ]
    }


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Every kind keeps at least one entry, so that a case can always cite what it rests on."""
    problems: checks.Problems = {}
    entries = checks.entries_of(body, "bases", problems)
    for number, entry in enumerate(entries, 1):
        place = f"bases.{number}"
        checks.one_of(entry.get("kind"), KINDS, f"{place}.kind", problems)
        if entry.get("kind") == "standard":
            checks.one_of(entry.get("level"), STANDARD_LEVELS, f"{place}.level", problems)
        checks.both_languages(entry, "name", place, problems)
        checks.both_languages(entry, "text", place, problems, required=False)
        checks.link(entry, place, problems)
        if entry.get("since") and not _day(entry["since"]):
            checks.wrong(problems, f"{place}.since", _("Write the day as 2026-03-05."))
        if entry.get("kind") == "promise" and bool(entry.get("text")) != bool(entry.get("since")):
            missing = "since" if entry.get("text") else "text"
            checks.wrong(problems, f"{place}.{missing}", _("A commitment that is published has a text and a day."))
    for kind, label in KINDS.items():
        if entries and not any(entry.get("kind") == kind for entry in entries):
            checks.wrong(problems, "bases", _("Keep at least one entry of the kind “%(kind)s”."), kind=label)
    checks.refuse_if(problems)


def _day(typed: Any) -> date | None:
    try:
        return date.fromisoformat(typed)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Commitment:
    """A public quality commitment as complainants read it."""

    name: str
    text: str
    since: date
    link: str


def commitments(on: date) -> list[Commitment]:
    """The public quality commitments with a text that hold on a day, the newest first (PT-07, IV-10)."""
    found = [
        Commitment(in_language(entry["name"]), in_language(entry["text"]), since, entry.get("link", ""))
        for entry in in_force().body["bases"]
        if entry["kind"] == "promise" and entry.get("text") and (since := _day(entry.get("since"))) and since <= on
    ]
    return sorted(found, key=lambda one: one.since, reverse=True)


def options() -> tuple[tuple[str, str], ...]:
    """Every basis in force with its kind, in the order of the library."""
    return tuple(
        (entry["code"], f"{KINDS[entry['kind']]} · {in_language(entry['name'])}") for entry in in_force().body["bases"]
    )


LIKELY = {
    "consumer": ("law.consumer", "law.consumer-regulation", "law.e-commerce", "rule.returns", "contract.order"),
    "product": ("law.product-quality", "law.consumer", "std.product", "rule.returns"),
    "qualification": ("law.e-commerce", "law.online-trade", "rule.merchants"),
    "ip": ("law.trademark", "law.copyright", "law.patent", "rule.merchants"),
    "operation": ("law.e-commerce", "law.advertising", "law.price", "rule.compensation"),
}
"""Where people look first, by the type of problem; the library stays whole."""


def likely(problem_type: str) -> list[str]:
    """Codes of the bases in force that are cited most for a type of problem, the likeliest first."""
    known = {entry["code"] for entry in in_force().body["bases"]}
    return [code for code in LIKELY.get(lists.counts_under(lists.PROBLEM_TYPE, problem_type), ()) if code in known]


def in_force() -> rulebooks.Rules:
    return rulebooks.in_force(KIND)


def names(codes: list[str], version: int, language: str | None = None) -> list[str]:
    """The names of cited bases, as they stood in the version they were cited from."""
    known = {
        entry["code"]: in_language(entry["name"], language)
        for entry in rulebooks.version_of(KIND, version).body["bases"]
    }
    return [known.get(code, code) for code in codes]

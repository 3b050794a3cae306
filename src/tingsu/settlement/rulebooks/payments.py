"""Means of payment: how money reaches a complainant, when, and from which amount on somebody else checks first (RM-08)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.fields import in_language
from tingsu.settlement.gateways import gateway, gateways
from tingsu.settlement.rulebooks import checks

KIND = "payments"
MOST_YUAN = 10_000_000
MOST_DAYS = 60

SHIPPED = (
    ("original", "原路退回", "Back the way it was paid", "", 1000, 5, ""),
    ("bank", "银行转账", "Bank transfer", "yes", 1000, 3, "bank"),
    ("alipay", "支付宝", "Alipay", "yes", 1000, 1, "alipay"),
    ("wechat", "微信零钱", "WeChat Pay balance", "yes", 1000, 1, "wechat"),
    ("wallet", "平台钱包", "Platform wallet", "", 1000, 1, ""),
    ("voucher", "代金券", "Voucher", "", 1000, 1, ""),
    ("counter", "柜台现金", "Cash at the counter", "", 200, 1, ""),
)


def default() -> dict[str, Any]:
    """What is shipped: version 0. Amounts and days are ours; the company decides."""
    return {
        "means": [
            {
                "code": code,
                "name": {"zh-Hans": zh, "en": en},
                "account": account,
                "order_from_yuan": order_from,
                "arrives_days": days,
                "gateway": through,
            }
            for code, zh, en, account, order_from, days, through in SHIPPED
        ]
    }


def check(body: dict[str, Any]) -> None:
    """Raises InvalidInput. Each means has a name, an amount in whole yuan and a number of working days."""
    problems: checks.Problems = {}
    for number, entry in enumerate(checks.entries_of(body, "means", problems), 1):
        place = f"means.{number}"
        checks.both_languages(entry, "name", place, problems)
        checks.one_of(entry.get("account", ""), ("", "yes"), f"{place}.account", problems)
        checks.one_of(entry.get("gateway", ""), ("", *gateways()), f"{place}.gateway", problems)
        if entry.get("gateway") and not entry.get("account"):
            sentence = _("Line %(number)s: a file for batch payouts needs payee and account.")
            checks.wrong(problems, f"{place}.account", sentence, number=number)
        if not _whole(entry.get("order_from_yuan"), 0, MOST_YUAN):
            sentence = _("Line %(number)s: enter in whole yuan from which amount on a payment is checked first.")
            checks.wrong(problems, f"{place}.order_from_yuan", sentence, number=number)
        if not _whole(entry.get("arrives_days"), 1, MOST_DAYS):
            sentence = _("Line %(number)s: enter after how many working days the money is there, 1 to %(most)s.")
            checks.wrong(problems, f"{place}.arrives_days", sentence, number=number, most=MOST_DAYS)
    checks.refuse_if(problems)


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def in_force() -> rulebooks.Rules:
    return rulebooks.in_force(KIND)


def options() -> tuple[tuple[str, str], ...]:
    return tuple((entry["code"], in_language(entry["name"])) for entry in in_force().body["means"])


def entry_of(code: str, version: int | None = None) -> dict[str, Any] | None:
    """One means of a version (default: the one in force); None for a code it does not have."""
    rules = in_force() if version is None else rulebooks.version_of(KIND, version)
    return next((entry for entry in rules.body["means"] if entry["code"] == code), None)


def name_of(code: str, version: int | None = None, language: str | None = None) -> str:
    entry = entry_of(code, version)
    return in_language(entry["name"], language) if entry else code


def must_be_ordered(code: str, fen: int) -> bool:
    """Is this amount checked by somebody else before it is paid by these means? An unknown means is."""
    entry = entry_of(code)
    return entry is None or fen >= entry["order_from_yuan"] * 100


def ordered_by_every_means(fen: int) -> bool:
    """Does no means pay this amount without an order?"""
    return all(must_be_ordered(code, fen) for code, _name in options())


def checked_account(code: str, typed: str) -> str:
    """The account as the way of these means takes it; any text where each is paid by hand. Raises NoAccount."""
    entry = entry_of(code)
    known = gateway(entry.get("gateway", "")) if entry else None
    return known.checked_account(typed) if known else typed


def asks_account(code: str) -> bool:
    """Do these means need to know where the money goes?"""
    entry = entry_of(code)
    return bool(entry and entry.get("account"))

"""One demo complaint to be, with everything decided by chance decided once. Holds no ids of the database."""

import random
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tingsu.demo.library import Family, Product

WITHOUT_PRODUCT = {
    "points_expired": "会员积分",
    "account_blocked": "会员账号",
    "app_trouble": "梧禾里 APP",
    "entry_refused": "商家入驻服务",
    "robot_loop": "客服热线与在线客服",
    "spam_sms": "短信与电话通知",
    "deposit_merchant": "商家店铺服务",
    "other_platform": "站外购买（非平台订单）",
    "third_party_courier": "个人寄件（非平台订单）",
}
"""Causes that concern no order: what the form names instead of a product."""


@dataclass(frozen=True)
class Person:
    name: str
    phone: str
    email: str
    province: str
    city: str
    organisation: bool = False
    customer_type: str = "consumer"
    group: str = ""
    language: str = "zh-hans"


@dataclass(frozen=True)
class Other:
    """Somebody else in the case: who speaks for the complainant, or who is complained about."""

    sort: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Plan:
    """One complaint to be: everything decided by chance, decided once."""

    key: str
    family: Family
    person: Person
    received_at: datetime
    mode: str
    channel: str
    scene: str
    product: Product
    order: str
    occurred_on: date
    voice: str
    summary: str
    description: str
    demands: tuple[tuple[str, int | None, str], ...]
    """(kind, fen, words)."""
    slots: dict[str, Any]
    staff_slots: dict[str, Any]
    arc: str
    urgent_topic: str = ""
    high_risk: bool = False
    major: bool = False
    difficult: bool = False
    anonymous: bool = False
    withheld: tuple[str, ...] = ()
    agent: Other | None = None
    respondent: Other | None = None
    late: str = ""
    """The timer this case misses, empty when everything is on time."""
    hold: str = ""
    """Stop in this state (the showcase of the first minutes)."""
    neglected: bool = False
    """Nobody has got to it since: what fell due by now stands overdue."""
    repeats: str = ""
    """Key of the earlier complaint by the same person about the same thing."""
    rating: int = 0
    """0: the complainant does not rate."""
    exhibit: str = ""
    """Which of the four exhibits it is (`exhibits`)."""
    salt: str = field(default="", repr=False)

    @property
    def about_product(self) -> bool:
        """Does the cause concern a product bought in an order?"""
        return self.family.code not in WITHOUT_PRODUCT

    @property
    def subject(self) -> str:
        """What the form's field for product or service says."""
        return WITHOUT_PRODUCT.get(self.family.code, self.product.zh)

    @property
    def format(self) -> str:
        """In which form letters are read (IN-18); empty for the usual one."""
        drawn = self.rng("format").random()
        if self.anonymous or self.person.organisation or self.person.language == "en":
            return ""
        if self.person.group == "elderly":
            return "large_print" if drawn < 0.2 else ""
        return "braille" if drawn < 0.012 and not self.agent else ""

    def rng(self, about: str) -> random.Random:
        """A source of chance of its own for each question, so that one answer never shifts the others."""
        return random.Random(f"{self.salt}:{self.key}:{about}")  # noqa: S311 - prose, not secrets


def chance(*parts: object) -> random.Random:
    return random.Random(":".join(map(str, parts)))  # noqa: S311 - prose, not secrets


def yuan_words(fen: int) -> str:
    """An amount as people write it: 3,299 or 89.90."""
    return f"{fen / 100:,.2f}".removesuffix(".00")


def spoken(product: str) -> str:
    """A product as people call it, without size and number."""
    return re.sub(r"\s+[\d.]+\s?\D*.*$", "", product).replace(" ", "")


def plain_yuan(fen: int) -> str:
    return yuan_words(fen).replace(",", "")

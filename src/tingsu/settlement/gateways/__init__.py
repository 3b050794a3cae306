"""How an order to pay reaches whoever moves the money, and how the result comes back (IG-07).

A gateway takes the orders of a released batch and hands them over; later it reads what became of each. The gateways that
ship work offline: they write the file that a bank or a platform takes for batch payouts, and read the file that it gives back.
A gateway to a running interface is one more class with the same four things, named in `GATEWAYS`. No gateway keeps anything:
payee and account stand sealed in the case and leave in the handed-over file only. Card data (validity, security code) is never asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.spelling import fold
from tingsu.process.steps import Label

Form = Literal["xlsx", "csv"]
FORMS: tuple[Form, ...] = ("xlsx", "csv")


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order to pay, as it is handed over: amounts in fen, payee and account in the clear."""

    number: str
    payee: str
    account: str
    amount_fen: int
    words: str
    """What it is for, as the payee reads it."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Orders that are handed over together."""

    number: str
    day: str
    """When it is handed over, in the days of the firm: 20260302."""
    orders: Sequence[Order]

    @property
    def total_fen(self) -> int:
        """The sum of the orders, in fen."""
        return sum(one.amount_fen for one in self.orders)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one order. `line` is where it stands in the file, for whoever has to look it up."""

    line: int
    number: str
    amount_fen: int
    paid: bool | None
    """None while it is still on its way."""
    reference: str
    reason: str


class Gateway(Protocol):
    """What every way to move money can do."""

    code: str
    name: Label

    def checked_account(self, typed: str) -> str:
        """The account as this gateway takes it. Raises InvalidValue."""

    def file(self, batch: Batch, form: Form) -> bytes:
        """What is handed over. The same batch gives the same bytes, so that its hash proves what was released."""

    def read(self, content: bytes) -> list[Outcome]:
        """What a result says, line by line. Raises ListRefused, ResultRefused."""


class NoAccount(InvalidValue):
    """An account that cannot be one."""


NO_CARDS = _("Leave out validity and security code of a card: no payment needs them, and they are not kept.")
_CARD = re.compile(
    r"有效期|有效日期|安全码|校验码|验证码|后三码|背面三位|(?<![a-z])(?:cvv2?|cvc2?|cvn2?|exp(?:iry|ires|iration)?|valid (?:thru|until))(?![a-z])"
    r"|(?<![\d/])(?:0[1-9]|1[0-2]) ?/ ?(?:20)?\d{2}(?!\d)"
)


def holds_card_data(typed: str) -> bool:
    """Does a text name the validity or the security code of a card?"""
    return bool(_CARD.search(fold(typed).lower()))


def gateways() -> dict[str, Gateway]:
    """Every gateway by its code."""
    from tingsu.settlement.gateways.files import GATEWAYS

    return GATEWAYS


def gateway(code: str) -> Gateway | None:
    """The gateway of this code; None for means that are paid one by one, by hand."""
    return gateways().get(code)

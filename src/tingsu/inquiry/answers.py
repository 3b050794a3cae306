"""What another system may answer, read strictly: known fields, of known length; what does not fit is left out and counted.

The contract for whoever writes the other side is docs/inquiry.md. Amounts are in fen, instants in ISO 8601 with a zone.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tingsu.kernel.money import LIMIT_FEN

FIRST, LAST = 1900, 2200


def _within_time(day: date) -> date:
    """Years that pages can show in any time zone."""
    if not FIRST <= day.year < LAST:
        raise ValueError("beyond the calendar")
    return day


def _in_utc(at: datetime) -> datetime:
    _within_time(at)
    return at.astimezone(UTC)


def _printable(text: str) -> str:
    """NUL and the like end no page of ours."""
    if "\x00" in text:
        raise ValueError("NUL")
    return text


MOST = 100
"""Entries of one part that are taken; the page says when there were more."""
_Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_printable)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400), AfterValidator(_printable)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), AfterValidator(_printable)]
_Day = Annotated[date, AfterValidator(_within_time)]
_At = Annotated[AwareDatetime, AfterValidator(_in_utc)]
_Fen = Annotated[int, Field(ge=0, le=LIMIT_FEN, strict=True)]


class _Said(BaseModel):
    """Unknown fields are passed over: a newer system may say more than we ask."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Customer(_Said):
    """Basics of the user. Rank, value and status are no part of the contract: nothing is decided by them (VL-11)."""

    reference: _Short = ""
    name: _Short = ""
    phone: _Short = ""
    email: _Short = ""
    address: _Line = ""
    since: _Day | None = None
    note: _Text = ""


class Merchant(_Said):
    """Basics of the firm that is complained of, such as a shop on the platform."""

    reference: _Short = ""
    name: _Short = ""
    licence: _Short = ""
    contact: _Short = ""
    phone: _Short = ""
    address: _Line = ""
    since: _Day | None = None
    standing: _Line = ""


class OrderLine(_Said):
    name: _Line
    quantity: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    amount: _Fen | None = None


class Order(_Said):
    number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_printable)
    ]
    at: _At | None = None
    state: _Short = ""
    amount: _Fen | None = None
    refunded: _Fen | None = None
    merchant: _Short = ""
    delivery: _Line = ""
    address: _Line = ""
    note: _Text = ""
    lines: Annotated[list[OrderLine], Field(max_length=MOST)] = []


class Interaction(_Said):
    at: _At
    channel: _Short = ""
    by: _Short = ""
    words: _Text = ""
    order_number: _Short = ""


class Product(_Said):
    name: _Line
    code: _Short = ""
    price: _Fen | None = None
    warranty: _Line = ""
    about: _Text = ""


class Policy(_Said):
    title: _Line
    text: _Text = ""
    since: _Day | None = None


class Unreadable(Exception):
    """The answer is not of the shape of the contract at all."""


def one(kind: type[_Said], given: Any) -> Any:
    """One thing, or None where there is none. Raises Unreadable."""
    if given is None:
        return None
    try:
        return kind.model_validate(given)
    except (ValidationError, RecursionError) as error:
        raise Unreadable from error


def several(kind: type[_Said], given: Any) -> tuple[list[Any], int, int]:
    """What fits, how many did not fit, and how many were more than are taken. Raises Unreadable."""
    if given is None:
        return [], 0, 0
    if not isinstance(given, list):
        raise Unreadable
    found, wrong = [], 0
    for entry in given[:MOST]:
        try:
            found.append(kind.model_validate(entry))
        except (ValidationError, RecursionError):
            wrong += 1
    return found, wrong, max(0, len(given) - MOST)

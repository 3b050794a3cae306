"""Money is whole fen (1 yuan = 100 fen), never a float."""

import re

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.spelling import fold, says_no_number

LIMIT_FEN = 10**11 - 1
"""The largest amount of one line, ¥999,999,999.99: more is a slip, wherever it is typed."""
_GROUPED = r"\d{1,3}(?:[, ]\d{3})+|\d{1,4}(?:,\d{4})+|\d+"
"""Thousands or 万 apart; anything else between digits is a slip, and 12,99 is not 1,299."""
_AMOUNT = re.compile(
    rf"(?:人民币|rmb|cny|¥)?\s*(?P<whole>{_GROUPED})(?:\.(?P<part>\d{{1,6}}))?\s*(?P<ten>万)?\s*(?:[元圆][整正]?|块钱?|yuan|rmb|cny)?"
)


def parse_yuan(typed: str) -> int:
    """Fen from what somebody typed in yuan: '1,299', '¥18.00', '１８元', '1.2万'. Raises InvalidValue for anything else."""
    read = None if says_no_number(typed) or "\n" in typed.strip() else _AMOUNT.fullmatch(fold(typed))
    if read is None:
        raise InvalidValue(code="money")
    places = 6 if read["ten"] else 2
    part = read["part"] or ""
    if len(part) > places:
        raise InvalidValue(code="money")
    fen = int(re.sub("[, ]", "", read["whole"]) + part.ljust(places, "0"))
    if fen > LIMIT_FEN:
        raise InvalidValue(code="money_most")
    return fen


def plain_yuan(fen: int) -> str:
    """Fen as a form takes it back: 129900 → '1299.00'."""
    return f"{fen // 100}.{fen % 100:02d}"


def yuan(fen: int) -> str:
    """Fen as people read it: 129900 → '¥1,299.00'."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"

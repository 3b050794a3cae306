"""Money is whole fen (1 yuan = 100 fen), never a float."""

import re

from tingsu.kernel.errors import InvalidValue

LIMIT_FEN = 10**12
_YUAN = re.compile(r"^\d{1,10}(\.\d{1,2})?$")


def parse_yuan(typed: str) -> int:
    """Fen from what somebody typed in yuan: '1,299', '¥18.00', '36.5'. Raises InvalidValue."""
    plain = typed.strip().replace(",", "").replace("，", "").lstrip("¥￥").strip()
    if not _YUAN.match(plain):
        raise InvalidValue(code="money")
    yuan, _, fraction = plain.partition(".")
    return int(yuan) * 100 + int((fraction + "00")[:2])


def yuan(fen: int) -> str:
    """Fen as people read it: 129900 → '¥1,299.00'."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"

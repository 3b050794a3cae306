"""Numbers as telephone systems tell them: withheld, an extension of the house, a SIP address, or one that can be called back."""

import re
from dataclasses import dataclass

from tingsu.kernel.fingerprints import phone_key
from tingsu.kernel.spelling import fold, tidy

LIMIT = 80
WITHHELD = frozenset(
    {
        "",
        "anonymous",
        "unknown",
        "private",
        "restricted",
        "withheld",
        "unavailable",
        "none",
        "null",
        "-",
        "未知",
        "匿名",
        "隐藏",
        "无主叫",
    }
)
_SIP = re.compile(r"<?(?:sips?|tel):(?P<user>[^@;>\s]*)", re.IGNORECASE)
_EXTENSION = re.compile(r"\d{1,4}")


@dataclass(frozen=True)
class Caller:
    """A number as it is kept. `extension`: of our own house; `callable`: somebody outside can be reached under it."""

    number: str = ""
    extension: bool = False

    @property
    def withheld(self) -> bool:
        """Nothing was told."""
        return not self.number

    @property
    def callable(self) -> bool:
        """Can it be called back?"""
        return bool(self.number) and not self.extension and len(phone_key(self.number)) >= 5


def read_number(told: str) -> Caller:
    """What a telephone system says of the caller. Never refuses: a number that cannot be read is kept as it stands."""
    words = tidy(told)[:LIMIT]
    if found := _SIP.match(words):
        words = tidy(found["user"])
    if fold(words) in WITHHELD or set(words) <= set("0+ -"):
        return Caller()
    bare = re.sub(r"[\s-]", "", words)
    return Caller(words, extension=bool(_EXTENSION.fullmatch(bare)))

"""Amounts in the words of a solution against what its measures give: nobody is told of money that is not given (RM-05)."""

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from tingsu.complaints.models import Demand
from tingsu.kernel.errors import InvalidInput, InvalidValue, TingsuError
from tingsu.kernel.money import parse_yuan, yuan
from tingsu.kernel.spelling import fold

_SAID = re.compile(r"¥\s*\d[\d,]*(?:\.\d{1,2})?|\d[\d,]*(?:\.\d{1,2})?\s*(?:万\s*)?(?:元|块|yuan|rmb|cny)")

MOST_ADDED = 8


def amounts_in(text: str) -> set[int]:
    """The sums that a text names, in fen; what is no amount by our spelling is none."""
    found = set()
    for said in _SAID.findall(fold(text)):
        try:
            found.add(parse_yuan(said))
        except InvalidValue:
            continue
    return found


def _adds_up(said: set[int], granted: set[int]) -> bool:
    """Is what is given among the sums, or do some of them add up to it? More than a few are not tried."""
    few = sorted(said)[:MOST_ADDED]
    return any(sum(some) in granted for count in range(1, len(few) + 1) for some in combinations(few, count))


def refuse_other_amounts(rows: list[dict[str, Any]], demands: Iterable[Demand], **texts: str) -> None:
    """A text that still names what was asked for, and nothing of what the measures give, would promise the wrong sum.

    Raises InvalidInput. Both sums in one text are a comparison and stay, as do sums that nobody asked for, and parts that add up
    to what is given.
    """
    sums = [row["amount"] for row in rows if row["amount"]]
    granted = {*sums, sum(sums)}
    asked = {one.amount_fen for one in demands if one.amount_fen}
    wrong: dict[str, TingsuError] = {}
    for name, text in texts.items():
        said = amounts_in(text)
        if (beside := said & asked - granted) and not _adds_up(said, granted):
            words = {"said": yuan(max(beside)), "given": yuan(sum(sums))}
            wrong[name] = InvalidValue(
                _("This still says %(said)s, but the measures give %(given)s. Write what is given.") % words,
                code="other_amount",
            )
    if wrong:
        raise InvalidInput(wrong)

"""Reading what a bank or a platform says became of a batch: nothing is guessed, and what makes no sense is refused as a whole."""

import re
from collections.abc import Iterable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tingsu.kernel.errors import InvalidValue, TingsuError
from tingsu.kernel.money import parse_yuan
from tingsu.kernel.spelling import fold, tidy
from tingsu.pages.lists import rows_of_file
from tingsu.settlement.gateways import Outcome

HEADS: dict[str, tuple[str, ...]] = {
    "number": ("业务参考号", "商户流水号", "商家明细单号", "商户订单号", "指令编号", "order number"),
    "amount": ("金额", "付款金额", "转账金额", "交易金额", "amount"),
    "outcome": ("处理结果", "处理状态", "交易状态", "转账状态", "付款状态", "状态", "结果", "result", "status"),
    "reason": ("失败原因", "退回原因", "退票原因", "错误信息", "原因", "reason"),
    "reference": ("银行流水号", "交易流水号", "支付宝流水号", "微信明细单号", "回单编号", "reference"),
}
"""What the columns of result files are called, without what stands in brackets."""
NEEDED = ("number", "amount", "outcome")
WORDS: dict[bool | None, tuple[str, ...]] = {
    True: ("成功", "交易成功", "转账成功", "付款成功", "已付款", "已到账", "success", "paid"),
    False: (
        "失败",
        "交易失败",
        "转账失败",
        "付款失败",
        "退回",
        "已退回",
        "退票",
        "已退票",
        "fail",
        "failed",
        "refused",
    ),
    None: ("处理中", "待处理", "转账中", "银行处理中", "processing", "pending"),
}
SUMS = ("合计", "总计", "小计", "total")
HEAD_WITHIN = 10
MOST_TOLD = 10
REASON_LIMIT = 500
REFERENCE_LIMIT = 64
_BRACKETS = re.compile(r"[（(].*?[）)]")


class ResultRefused(TingsuError):
    """A result that is not taken over, in sentences that say which line and why."""

    code, status = "result_refused", 422

    def __init__(self, sentences: Iterable[str | Promise]) -> None:
        told = [str(one) for one in sentences]
        more = [_("… and %(count)s lines more.") % {"count": len(told) - MOST_TOLD}] if len(told) > MOST_TOLD else []
        self.sentences = [*told[:MOST_TOLD], *more]
        super().__init__(" ".join(self.sentences))


def outcomes_of(content: bytes) -> list[Outcome]:
    """One outcome for each order that the file names. Raises ListRefused, ResultRefused."""
    rows = rows_of_file(content)
    start, places = _head(rows)
    found: list[Outcome] = []
    problems: list[str] = []
    for line, row in _lines(rows, start):
        cells = {name: tidy(row[place]) if place < len(row) else "" for name, place in places.items()}
        try:
            found.append(_outcome(line, cells))
        except _Wrong as wrong:
            problems.append(_("Line %(line)s: %(sentence)s") % {"line": line, "sentence": wrong})
    seen: dict[str, int] = {}
    for one in found:
        if one.number in seen:
            words = _("Line %(line)s: the order %(number)s stands in line %(first)s already.")
            problems.append(words % {"line": one.line, "number": one.number, "first": seen[one.number]})
        seen.setdefault(one.number, one.line)
    if not found and not problems:
        problems.append(_("The file has heads and no line below them."))
    if problems:
        raise ResultRefused(problems)
    return found


class _Wrong(Exception):
    """What is wrong with one line."""


def _head(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """Where the heads stand, and which column is which: banks write lines of their own above. Raises ResultRefused."""
    for number, row in enumerate(rows[:HEAD_WITHIN]):
        names = [_BRACKETS.sub("", fold(cell)).strip() for cell in row]
        places = {what: names.index(head) for what, heads in HEADS.items() for head in reversed(heads) if head in names}
        if all(what in places for what in NEEDED):
            return number, places
    words = _(
        "No line names the columns for order number, amount and result, such as %(number)s, %(amount)s and %(outcome)s."
    )
    raise ResultRefused([words % {what: HEADS[what][0] for what in NEEDED}])


def _lines(rows: list[list[str]], start: int) -> Iterator[tuple[int, list[str]]]:
    """The lines below the heads, numbered as they stand in the list, without the sums that banks add at the end."""
    for number, row in enumerate(rows[start + 1 :], start + 2):
        if not row[0].startswith(SUMS):
            yield number, row


def _outcome(line: int, cells: dict[str, str]) -> Outcome:
    if not cells["number"]:
        raise _Wrong(_("it has no order number."))
    try:
        fen = parse_yuan(cells["amount"])
    except InvalidValue as error:
        raise _Wrong(_("“%(amount)s” is no amount in yuan.") % {"amount": cells["amount"][:40]}) from error
    said = fold(cells["outcome"])
    if said not in {word for words in WORDS.values() for word in words}:
        raise _Wrong(_("“%(words)s” says neither paid nor refused.") % {"words": cells["outcome"][:40]})
    paid = next(meant for meant, words in WORDS.items() if said in words)
    reason, reference = cells.get("reason", ""), cells.get("reference", "")
    if paid is False and not reason:
        raise _Wrong(_("it is refused, and not a word says why."))
    if len(reason) > REASON_LIMIT or len(reference) > REFERENCE_LIMIT:
        raise _Wrong(_("reason or reference is longer than any bank writes."))
    return Outcome(line=line, number=cells["number"], amount_fen=fen, paid=paid, reference=reference, reason=reason)

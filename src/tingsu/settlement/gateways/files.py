"""Batch payouts as files: a bank's batch transfer, Alipay's and WeChat's batch payout. Their heads are those banks and platforms take."""

import csv
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.money import plain_yuan
from tingsu.kernel.spelling import tidy
from tingsu.pages.export import BOM, harmless
from tingsu.process.steps import Label
from tingsu.settlement.gateways import Batch, Form, Gateway, NoAccount, Outcome
from tingsu.settlement.gateways.results import outcomes_of

Cell = str | int
"""A text, or an amount in fen."""
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""What a spreadsheet says of its making: always the same, so that the same orders are the same bytes."""
WIDTH = 26


@dataclass(frozen=True, kw_only=True)
class FileGateway:
    """One form of file. `account` is what an account looks like once blanks and hyphens are gone."""

    code: str
    name: Label
    account: re.Pattern[str]
    wrong_account: Label
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    """What stands below each head: place, number, account, payee, amount, words."""
    summary: tuple[tuple[str, str], ...] = ()
    """Heads and contents of the two lines above, where the platform asks for them: batch, day, total, count."""
    apart: re.Pattern[str] = field(default=re.compile(r"[\s-]+"))

    def checked_account(self, typed: str) -> str:
        account = self.apart.sub("", unicodedata.normalize("NFKC", tidy(typed)))
        if not self.account.fullmatch(account):
            raise NoAccount(self.wrong_account, code="account")
        return account

    def rows(self, batch: Batch) -> list[list[Cell]]:
        """Everything that stands in the file, cell by cell."""
        of_batch: dict[str, Cell] = {
            "batch": batch.number, "day": batch.day, "total": batch.total_fen, "count": str(len(batch.orders)),
        }  # fmt: skip
        rows: list[list[Cell]] = []
        if self.summary:
            rows += [[head for head, _what in self.summary], [of_batch[what] for _head, what in self.summary]]
        rows.append(list(self.heads))
        for place, one in enumerate(batch.orders, 1):
            of_order: dict[str, Cell] = {
                "place": str(place), "number": one.number, "account": one.account, "payee": one.payee,
                "amount": one.amount_fen, "words": one.words,
            }  # fmt: skip
            rows.append([of_order[what] for what in self.columns])
        return rows

    def file(self, batch: Batch, form: Form) -> bytes:
        rows = self.rows(batch)
        return _csv(rows) if form == "csv" else _xlsx(rows, batch.number)

    def read(self, content: bytes) -> list[Outcome]:
        return outcomes_of(content)


def sha256(content: bytes) -> str:
    """The hash by which a file is compared with what was released."""
    return hashlib.sha256(content).hexdigest()


def _csv(rows: list[list[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([plain_yuan(cell) if isinstance(cell, int) else harmless(cell) for cell in row] for row in rows)
    return f"{BOM}{out.getvalue()}".encode()


def _xlsx(rows: list[list[Cell]], title: str) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": MADE.replace(tzinfo=None)})
    sheet = book.add_worksheet()
    money, text = book.add_format({"num_format": "0.00"}), book.add_format({"num_format": "@"})
    sheet.set_column(0, max(map(len, rows)), WIDTH)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, place, cell / 100, money)
            else:
                sheet.write_string(number, place, cell, text)
    book.close()
    return out.getvalue()


BANK = FileGateway(
    code="bank",
    name=_("File for the bank (batch transfer)"),
    account=re.compile(r"[0-9]{8,32}"),
    wrong_account=_("A bank account is 8 to 32 digits."),
    heads=("序号", "业务参考号", "收款账号", "收款户名", "金额（元）", "用途"),
    columns=("place", "number", "account", "payee", "amount", "words"),
)
ALIPAY = FileGateway(
    code="alipay",
    name=_("File for Alipay (batch payout)"),
    account=re.compile(r"1[0-9]{10}|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"),
    wrong_account=_("An Alipay account is a mobile number of 11 digits or an e-mail address."),
    heads=("商户流水号", "收款方账号", "收款方姓名", "付款金额（元）", "付款理由"),
    columns=("number", "account", "payee", "amount", "words"),
    summary=(("批次号", "batch"), ("付款日期", "day"), ("总金额（元）", "total"), ("总笔数", "count")),
    apart=re.compile(r"\s+"),
)
WECHAT = FileGateway(
    code="wechat",
    name=_("File for WeChat Pay (batch payout)"),
    account=re.compile(r"[A-Za-z0-9_-]{10,64}"),
    wrong_account=_("For WeChat Pay, enter the payee's openid: 10 to 64 letters, digits, _ or -."),
    heads=("商家明细单号", "收款用户openid", "收款用户姓名", "转账金额（元）", "转账备注"),
    columns=("number", "account", "payee", "amount", "words"),
    summary=(("商家批次单号", "batch"), ("转账总金额（元）", "total"), ("转账总笔数", "count")),
    apart=re.compile(r"\s+"),
)
GATEWAYS: dict[str, Gateway] = {one.code: one for one in (BANK, ALIPAY, WECHAT)}

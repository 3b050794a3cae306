"""Files for banks and platforms, and what they say back: forms, accounts, amounts, nonsense (IG-07)."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from python_calamine import load_workbook

from tingsu.kernel.errors import TingsuError
from tingsu.settlement.gateways import Batch, NoAccount, Order, gateway, gateways, holds_card_data
from tingsu.settlement.gateways.files import sha256
from tingsu.settlement.gateways.results import ResultRefused, outcomes_of

pytestmark = pytest.mark.req("IG-07")
ORDERS = (
    Order(number="202603-XF-001-P1", payee="陈小满", account="6222020200112233445", amount_fen=1_299_05, words="投诉 202603-XF-001"),
    Order(number="202603-XF-002-P1", payee="=王一", account="0012345678", amount_fen=10, words="投诉 202603-XF-002"),
)  # fmt: skip
BATCH = Batch(number="FK-2026-001", day="20260302", orders=ORDERS)


def text(code: str) -> list[str]:
    known = gateway(code)
    assert known is not None
    content = known.file(BATCH, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    return content.decode("utf-8-sig").splitlines()


def test_a_bank_gets_account_name_amount_with_two_places_and_our_number() -> None:
    assert text("bank") == [
        "序号,业务参考号,收款账号,收款户名,金额（元）,用途",
        "1,202603-XF-001-P1,6222020200112233445,陈小满,1299.05,投诉 202603-XF-001",
        "2,202603-XF-002-P1,0012345678,'=王一,0.10,投诉 202603-XF-002",
    ]


def test_the_platforms_get_batch_sum_and_count_above() -> None:
    assert text("alipay")[:4] == [
        "批次号,付款日期,总金额（元）,总笔数", "FK-2026-001,20260302,1299.15,2",
        "商户流水号,收款方账号,收款方姓名,付款金额（元）,付款理由",
        "202603-XF-001-P1,6222020200112233445,陈小满,1299.05,投诉 202603-XF-001",
    ]  # fmt: skip
    assert text("wechat")[:3] == [
        "商家批次单号,转账总金额（元）,转账总笔数", "FK-2026-001,1299.15,2",
        "商家明细单号,收款用户openid,收款用户姓名,转账金额（元）,转账备注",
    ]  # fmt: skip


@pytest.mark.parametrize("code", sorted(gateways()))
def test_the_spreadsheet_holds_the_same_with_accounts_as_text_and_is_the_same_bytes_again(code: str) -> None:
    known = gateways()[code]
    content = known.file(BATCH, "xlsx")
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    flat = [cell for row in rows for cell in row]
    assert {"6222020200112233445", "0012345678", "=王一", 1299.05, 0.1} <= set(flat)
    assert sha256(known.file(BATCH, "xlsx")) == sha256(content)
    changed = Batch(number=BATCH.number, day=BATCH.day, orders=ORDERS[:1])
    assert sha256(known.file(changed, "csv")) != sha256(known.file(BATCH, "csv"))


@pytest.mark.parametrize(
    ("code", "typed", "kept"),
    [
        ("bank", "6222 0202 0011 2233 445", "6222020200112233445"), ("bank", "６２２２-0202-0011", "622202020011"), ("bank", "1234567", None),
        ("bank", "622202020011223344A", None), ("bank", "6" * 33, None), ("bank", "工商银行 6222020200", None), ("bank", "", None),
        ("alipay", "138 0000 2210", "13800002210"), ("alipay", "Chen.XM@example.com", "Chen.XM@example.com"), ("alipay", "1380000221", None),
        ("alipay", "chen@", None), ("alipay", "@example.com", None), ("alipay", "13800002210;13900002210", None),
        ("wechat", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"), ("wechat", "short", None), ("wechat", "微信号小满小满小满小满", None),
    ],
)  # fmt: skip
def test_an_account_is_kept_as_the_way_takes_it_or_refused(code: str, typed: str, kept: str | None) -> None:
    known = gateways()[code]
    if kept is None:
        with pytest.raises(NoAccount):
            known.checked_account(typed)
    else:
        assert known.checked_account(typed) == kept


def test_validity_and_security_code_of_a_card_are_seen_and_an_account_or_a_day_is_none_of_them() -> None:
    for typed in ("6222 0200 有效期12/28", "exp 1228", "07/2029", "CVV2 123", "安全码：123", "０7／29", "cvc"):
        assert holds_card_data(typed), typed
    for typed in (
        "6222 0202 0011 2233 445",
        "2026/07/29",
        "1507/29",
        "陈小满",
        "Experian Ltd",
        "工商银行杭州分行 0012345678",
        "chen.xm@example.com",
    ):
        assert not holds_card_data(typed), typed


def result(*rows: Sequence[object], heads: str = "业务参考号,金额（元）,处理结果,失败原因,银行流水号") -> bytes:
    return "\n".join([heads, *(",".join(map(str, row)) for row in rows)]).encode("gb18030")


def test_a_result_says_paid_refused_and_still_on_its_way() -> None:
    rows = [
        ("202603-XF-001-P1", "1,299.05".replace(",", ""), "成功", "", "ICBC0001"),
        ("202603-XF-002-P1", "¥0.10", "退票", "账号户名不符", ""), ("202603-XF-003-P1", "１８元", "处理中", "", ""),
        ("合计", "1317.15", "", "", ""),
    ]  # fmt: skip
    content = "某某银行批量转账回单\n日期,2026-03-02\n".encode("gb18030") + result(*rows)
    found = outcomes_of(content)
    assert [(one.number, one.amount_fen, one.paid) for one in found] == [
        ("202603-XF-001-P1", 1_299_05, True), ("202603-XF-002-P1", 10, False), ("202603-XF-003-P1", 18_00, None),
    ]  # fmt: skip
    assert (found[0].reference, found[1].reason) == ("ICBC0001", "账号户名不符")


def test_a_result_as_a_workbook_of_a_platform_reads_the_same() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([["商户流水号", "付款金额(元)", "状态"], ["202603-XF-001-P1", 1299.05, "已付款"]]):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    book.close()
    (one,) = outcomes_of(out.getvalue())
    assert (one.number, one.amount_fen, one.paid) == ("202603-XF-001-P1", 1_299_05, True)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\x01\x02", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"hello", "业务参考号,处理结果\n1,成功".encode(),
        result(), result(("P1", "-1", "成功")), result(("P1", "0.001", "成功")), result(("P1", "1e9", "成功")), result(("P1", "", "成功")),
        result(("P1", "一百", "成功")), result(("", "1.00", "成功")), result(("P1", "1.00", "")), result(("P1", "1.00", "大概成功")),
        result(("P1", "1.00", "失败")), result(("P1", "1.00", "失败", "x" * 501)), result(("P1", "1.00", "成功", "", "x" * 65)),
        result(("P1", "1.00", "成功"), ("P1", "1.00", "成功")), b"x" * (2 * 1024 * 1024 + 1), result(("P1", "1000000000000", "成功")),
    ],
)  # fmt: skip
def test_nonsense_is_refused_as_a_whole_with_a_sentence(content: bytes) -> None:
    with pytest.raises(TingsuError) as refused:
        outcomes_of(content)
    assert str(refused.value)
    assert refused.value.status == 422


def test_a_refusal_names_the_lines_and_no_more_than_ten_of_them() -> None:
    with pytest.raises(ResultRefused) as refused:
        outcomes_of(result(*((f"P{number}", "x", "成功") for number in range(14))))
    assert len(refused.value.sentences) == 11
    assert refused.value.sentences[0].startswith(("第 2 行", "Line 2"))
    assert "4" in refused.value.sentences[-1]

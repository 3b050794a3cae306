"""One case and everything that people type to find it: pasted, read aloud, copied from our own pages, on any keyboard."""

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.complaints.search import search
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.words import tsquery

SPELLINGS = {
    "number": (
        "202603-XF-001", "202603xf001", "2026 03 XF 1", "２０２６０３－ｘｆ－００１", "202603—XF—001", "xf1", "XF-001", "ｘｆ　１",
        "编号：202603-XF-001", "投诉202603-XF-001，请查", "No. 202603-XF-001", "#202603-XF-001",
        "https://tousu.example.com/desk/cases/202603-XF-001/", "202603-XF-001、202603-XF-001", "202603-XF-001\u200b",
    ),
    "phone": (
        "13800002210", "138 0000 2210", "138-0000-2210", "+8613800002210", "008613800002210", "１３８００００２２１０",
        "0571-88880000", "（0571）8888 0000", "57188880000", "0571-88880000转801", "电话13800002210",
    ),
    "tail": ("2210", "２２１０", "22-10", "尾号2210", "手机尾号：２２１０", "后四位是 2210", "138****2210", "138 **** 2210", "138＊＊＊＊2210",
             "Ending in 2210"),
    "name": ("陈小满", "陈 小满", "陈　小满", "陈小满\u200b"),
    "email": ("chen@example.com", "CHEN@Example.com", "ｃｈｅｎ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    "order": ("DD26110200317", "dd 2611 0200 317", "ＤＤ２６１１０２００３１７", "dd-26110200317"),
    "words": (
        "1299", "1,299", "1,299.00", "１，２９９．００", "¥1299", "￥1,299.00", "1299元", "1299 块", "人民币1299", "88.5元", "￥88.50",
        "空气炸锅", "炸锅", "空气炸锅 退款", "退款\u200b没到", "退", "ＡＦ－５０１", "af 501", "af",
    ),
}  # fmt: skip


@pytest.mark.django_db
def test_every_spelling_finds_the_one_case(cast: Cast) -> None:
    made = registered(
        cast,
        order_number="DD26110200317",
        phone="13800002210、0571-88880000",
        description="空气炸锅 AF-501 退款没到：¥1,299.00，另有运费 88.50 元",
    )
    with travel_to(MONDAY):
        registered(cast, problem_type="ip", name="李明", phone="13911113333", email="li@example.com", order_number="7", product="电饭煲",
                   description="电饭煲 299 元，运费 1 元，订单后面是 00")  # fmt: skip
        wrong = {}
        for by, spellings in SPELLINGS.items():
            for typed in spellings:
                found = search(cast.frontline.actor, typed)
                if (found.by, found.complaints) != (by, [made]):
                    wrong[typed] = (found.by, [one.number for one in found.complaints])
    assert wrong == {}
    assert Complaint.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["138²2210", "尾号①210", "A2210", "22105", "尾号22", "12,99", "129", "999999-XF-001", "\u200b", "（）"]
)
def test_what_is_no_spelling_of_it_finds_nothing_of_it(cast: Cast, typed: str) -> None:
    registered(cast, product="电饭煲", description="退款 88 元没到", order_number="")
    with travel_to(MONDAY):
        assert search(cast.frontline.actor, typed).complaints == []


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("￥1,299.00", "'1299':*"),
        ("1,299.50", "'1299':* & '5'"),
        ("1,2,3", "'1' & '2' & '3'"),
        ("12,99", "'12' & '99'"),
        ("1,299,000元", "'1299000':*"),
        ("3.00.1", "'3' & '00' & '1'"),
        ("退1,299.00元", "'退':* & '1299':* & '元':*"),
    ],
)
def test_an_amount_is_asked_for_as_one_number(typed: str, asked: str) -> None:
    assert tsquery(typed) == asked

"""How masked data looks, as tables (PS-06, RG-08)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingsu.privacy import masking

EXAMPLES = [
    ("name", "陈晓雨", "陈**"),
    ("name", "欧阳锋", "欧阳**"),
    ("name", "欧阳", "欧**"),
    ("name", "陈", "陈**"),
    ("name", "Maria Lopez", "M**"),
    ("name", "  ", ""),
    ("organisation", "深圳市某某商贸有限公司", "深圳**公司"),
    ("phone", "13800002210", "138 **** 2210"),
    ("phone", "138 0000 2210", "138 **** 2210"),
    ("phone", "0755-86551234", "**** 1234"),
    ("phone", "+852 5123 4567", "+85 **** 4567"),
    ("phone", "12315", "**** 15"),
    ("phone", "110", "****"),
    ("email", "chen.xy@example.com", "c***@e***.com"),
    ("email", "not an address", "***"),
    ("address", "广东省深圳市南山区某路 1 号", "广东省深圳市****"),
    ("address", "上海市浦东新区某路 2 号", "上海市****"),
    ("address", "12 Some Street", "****"),
    ("address", "深圳市", "****"),
    ("id_number", "440300199001011234", "4****************4"),
    ("order_number", "E20261121000012345", "****2345"),
    ("order_number", "123", "****"),
    ("postcode", "518000", "****"),
    ("anything else", "value", "****"),
]


@pytest.mark.req("PS-06", "RG-08")
@pytest.mark.parametrize(("field", "value", "masked"), EXAMPLES)
def test_a_field_is_masked_by_its_rule(field, value, masked) -> None:
    assert masking.mask(field, value) == masked


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请打 13800002210 找我", "请打 138 **** 2210 找我"),
        ("打+86 138-0000-2210也行", "打138 **** 2210也行"),
        ("座机0755-86551234", "座机**** 1234"),
        ("邮箱chen.xy@example.com。", "邮箱c***@e***.com。"),
        ("身份证440300199001011234", "身份证4****************4"),
        ("卡号 6222 0000 1111 2222 333", "卡号 ****2333"),
        ("请打１３８００００２２１０找我", "请打138 **** 2210找我"),
        ("电话 138\u00a00000\u20112210", "电话 138 **** 2210"),
        ("邮箱chen.xy＠example．com", "邮箱c***@e***.com"),
        ("订单 1299.00 元，三天了", "订单 1299.00 元，三天了"),
        ("第１２条，共３ 项", "第１２条，共３ 项"),
        ("2026-11-21 14:30 发生", "2026-11-21 14:30 发生"),
    ],
)
def test_numbers_of_people_inside_a_story_are_masked_and_the_story_stays(text, masked) -> None:
    assert masking.mask_text(text) == masked


@pytest.mark.req("PS-06")
@given(st.sampled_from(sorted(masking.MASKS)), st.text(min_size=7, max_size=40))
def test_no_mask_breaks_on_any_text(field, value) -> None:
    assert isinstance(masking.mask(field, value), str)


@pytest.mark.req("PS-06")
@given(st.integers(13_000_000_000, 19_999_999_999), st.text(alphabet="投诉退款 ，。abc", max_size=20))
def test_no_mobile_number_survives_in_a_text(number, around) -> None:
    assert str(number) not in masking.mask_text(f"{around}{number}{around}")


@pytest.mark.req("RG-08")
def test_the_queue_shows_surname_and_four_digits() -> None:
    assert masking.short_name("陈晓雨", "13800002210") == "陈** 2210"
    assert masking.short_name("", "13800002210") == "2210"
    assert masking.short_name("陈晓雨") == "陈**"
    assert masking.short_name("深圳市某某商贸有限公司", organisation=True) == "深圳**公司"

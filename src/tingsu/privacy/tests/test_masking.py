"""How masked data looks, as tables (PS-06, RG-08)."""

import unicodedata

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
    ("phone", "１３８ 0000 ２２１０", "138 **** 2210"),
    ("phone", "0755-86551234", "**** 1234"),
    ("phone", "+852 5123 4567", "+85 **** 4567"),
    ("phone", "12315", "**** 15"),
    ("phone", "13800002210、0571-88880000转801", "138 **** 2210 / **** 0000"),
    ("phone", "0571-88880000转801", "**** 0000"),
    ("phone", "13800002210 13900001111", "138 **** 2210 / 139 **** 1111"),
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
    # one sign less and one sign more than where a rule begins
    ("organisation", "小米公司", "小**"),
    ("organisation", "小米小公司", "小米**公司"),
    ("phone", "0755865123", "**** 5123"),
    ("phone", "075586512", "**** 12"),
    ("phone", "12345", "**** 45"),
    ("phone", "1234", "****"),
    ("id_number", "12345", "1***5"),
    ("id_number", "1234", "****"),
    ("order_number", "1234567", "****4567"),
    ("order_number", "123456", "****"),
]


@pytest.mark.parametrize(
    ("value", "tail"),
    [("13800002210", "2210"), ("138 0000 2210", "2210"), ("12345678", "5678"), ("1234567", ""), ("", "")],
)
def test_a_caller_is_recognised_by_four_digits_of_a_number_that_is_long_enough(value: str, tail: str) -> None:
    assert masking.phone_tail(value) == tail


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


SPELLINGS = """
13800002210 | １３８００００２２１０ | 138 0000 2210 | 138-0000-2210 | 138.0000.2210 | 138·0000·2210
(138)0000-2210 | （138）0000 2210
+8613800002210 | +86 138 0000 2210 | 0086 138-0000-2210 | (+86)13800002210 | 86-138-0000-2210
1 3 8 0 0 0 0 2 2 1 0 | 138_0000_2210
138/0000/2210 | 【138】00002210 | 138—0000—2210 | 138－0000－2210 | 一三八零零零零二二一零 | 幺三八〇〇〇〇二二幺〇
1\u200b3\u200b8\u200b0000\u200b2210
138\u20600000\ufeff2210 | ①③⑧⓪⓪⓪⓪②②①⓪ | ¹³⁸⁰⁰⁰⁰²²¹⁰ | ١٣٨٠٠٠٠٢٢١٠ | 𝟏𝟑𝟖𝟎𝟎𝟎𝟎𝟐𝟐𝟏𝟎
138 0 0 0 0 2 2 1 0 | 13-80-00-02-21-0 | 138**0000**2210
075586551234 | 0755-86551234 | (0755)86551234 | （0755） 8655-1234 | 0755 8655 1234
010-65121234 | 电话：86551234 | Tel 8655 1234 | +86 755 8655 1234
+852 5123 4567 | 0085251234567 | +1 (415) 555-2671 | +44 20 7946 0958
440300199001011234 | 44030019900101123X | 440300 19900101 1234 | 440300-19900101-123x
４４０３００１９９００１０１１２３４ | 4403 0019 9001 0112 34 | 440300900101123
6222 0000 1111 2222 333 | 6222021234567890123 | 4111111111111111 | 4111 1111 1111 1111
4111-1111-1111-1111 | 5500.0000.0000.0004 | 378282246310005
E12345678 | EA1234567 | e12345678 | 护照号：AB123456 | passport no. X1234567 | H12345678
A123456(7) | Ｅ１２３４５６７８
粤B12345 | 粤B·12345 | 粤 B 12345 | 京A88888 | 粤BD12345 | 粤b12345 | 粤Ｂ１２３４５
chen.xy@example.com | chen.xy＠example．com | chen.xy @ example.com | chen.xy(at)example.com
chen.xy[at]example[dot]com | CHEN.XY@EXAMPLE.COM | chen.xy@mail.example.com.cn
微信号：chenxy_2210 | 微信 chenxy2210 | 微信号是chenxy2210 | WeChat: chenxy2210 | wx：chenxy2210
vx chenxy2210 | 13800002210vx:chenxy2210 | wxid_ab12cd34ef | QQ：123456789 | qq号 123456789 | ＱＱ：123456789
138，0000，2210 | 138、0000、2210 | 138:0000:2210 | 138=0000=2210 | 138+0000+2210 | 138;0000;2210 | 138！0000！2210
138#0000#2210 | 138@0000@2210 | 138\\0000\\2210 | 138……0000……2210 | 138----0000----2210 | 138空0000空2210 | 138转0000转2210 | 138 转 0000 转 2210
138后面0000再2210 | 138点0000点2210 | 138，000，02210
013800002210 | I38 0000 2210 | l3800002210 | 138OOOO2210 | 1，3，8，0，0，0，0，2，2，1，0 | 🄂🄄🄉🄁🄁🄁🄁🄃🄃🄂🄁
幺三八 零零零零 二二一零 | 一三八，零零零零，二二一零
0755，86551234 | 0755转86551234 | 86-755-86551234 | 打8655 1234 | 回电86551234
440300,19900101,1234 | 440300，19900101，1234 | 440300 900101 123 | 身份证：44-0300:1990:0101:1234
6222，0212，3456，7890，123 | 62220212 34567890 123 | 4111、1111、1111、1111
C12345678 | 台胞证 12345678 | 回乡证：H1234567801 | 军官证 南字第1234567号 | EB.123.4567 | 护照 No. E 1 2 3 4 5 6 7 8
粤 B 1 2 3 4 5 | 粤B.1.2.3.4.5 | 粤Bー12345 | 粤B一二三四五 | 使014578 | WJ粤12345
chen.xy（at）example.com | chen.xy【at】example【dot】com | chen.xy[@]example.com | chen.xy AT example DOT com | chen.xy艾特example点com
chen.xy@163，com | chen.xy@qq com
微 信 chenxy2210 | V信chenxy2210 | 加v:chenxy2210 | 加我vx chenxy2210 | +V chenxy2210 | Telegram @chenxy2210 | TG：chenxy2210 | q q：123456789
微博@chenxy2210 | skype:chenxy2210 | line id chenxy2210 | q:123456789 | 飞书chenxy2210
502vx:chenxyab | 3号楼502qq:123456789 | 1vx：chenxy_ab | 3qq:123456789 | 手机2QQ号 chenxiaoman | 13800002210tg:chenxyab
"""
ADDRESSES = (
    "南山区科技园路1号创新大厦1203室", "科技园路 12 号", "广东省深圳市南山区科技园路1号", "翠竹苑3栋2单元502室", "人民大道1234弄5号602",
    "12 Baker Street", "Flat 3, 25 Nathan Road", "科技园路十二号", "科技园路十二号三栋五零二室", "翠竹苑三栋二单元五〇二", "翠竹里小区5-2-502",
    "李家村三组", "翠竹城12栋A502", "翠竹苑3#502", "创新大厦1203",
)  # fmt: skip
ORDINARY = (
    "订单 1299.00 元，三天了", "2026-11-21 14:30 发生", "2026年11月21日 10 点到 12 点", "型号 X200 Pro 坏了 3 次", "第12条第3款",
    "订单号 2026112100013", "退款 13,800 元", "编号 202611-XF-001", "请拨打客服电话 400-000-0000", "拨打12315", "满 200 减 30",
    "1,3,5,7,9,11,13,15", "等了 24 小时又等了 48 小时", "微信支付 500 元", "打了 3 次电话，等了 20 分钟", "2026-11-21 至 2026-11-25",
    "套餐有199、299、399三档", "退了 150 元、2000 元、3000 元", "2023、2024、2025、2026 四年", "5000，3000，4000，6000 四笔", "在小区三号门等",
    "全村三组人都来了", "look at this dot on the 3rd", "身份证复印件2026年11月交的", "驾照考试 2026-11-21", "3号楼电梯 2025 年坏过", "商城 300 元的券",
    "加微信没回", "the line is dead", "08:30、09:15、10:45、11:20", "1、打不开；2、没声音；3、发热；4、漏电；5、异响；6、裂；7、锈；8、松", "大厦2019年建成",
    "公寓1200元一个月", "订单号码 2026112100013", "code 7KD4M2P9R5VX. Process and", "code 7KD4M2P9R3QQ. Process and", "码 4TG: Process",
    "the 3rd of 5 parcels", "版本 1.2.3.4", "第一百二十三条", "一二三四五六，上山打老虎", "评分 4.5/5", "路上堵了 3 小时",
)  # fmt: skip


@pytest.mark.req("PS-06", "PS-11")
@pytest.mark.parametrize(
    "spelling", [one.strip() for line in SPELLINGS.strip().splitlines() for one in line.split(" | ")]
)
def test_no_spelling_of_a_number_or_account_gets_through(spelling) -> None:
    """Phones, landlines, numbers abroad, identity and bank cards, passports, plates, e-mail, chat accounts."""
    masked = masking.mask_text(f"我的{spelling}，请查收")
    assert spelling not in masked, masked
    assert masked.startswith("我的"), masked
    assert masked.endswith("，请查收")
    assert masking.mask_text(masked) == masked
    plain = [sign for sign in unicodedata.normalize("NFKC", spelling) if sign.isalnum() and sign.isascii()]
    left = [sign for sign in masked if sign.isalnum() and sign.isascii()]
    assert len(plain) < 4 or len(left) <= len(plain) - 3, "most of it is gone"
    assert masking.without_persons(f"甲{spelling}乙").replace(" ", "") in {
        "甲乙",
        "甲()乙",
        "甲【】乙",
        "甲（）乙",
    } or "甲" in masking.without_persons(f"甲{spelling}乙")


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("spelling", ["㈠㈢㈧㈤㈥㈦㈧㈡㈡㈠㈥", "➊➌➑➎➏➐➑➋➋➊➏", "13八 五六78 ②②10"])
def test_signs_that_are_no_digits_do_not_get_through_either(spelling) -> None:
    assert masking.mask_text(f"我的{spelling}，请查收") != f"我的{spelling}，请查收"


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_street_and_a_house_number_do_not_get_through(address) -> None:
    assert masking.mask_text(f"请寄到{address}，谢谢").count("****") == 1
    assert address[-5:] not in masking.mask_text(f"请寄到{address}，谢谢")


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("text", ORDINARY)
def test_the_story_stays_as_it_was_written(text) -> None:
    assert masking.mask_text(text) == text


SOMEBODY = {
    "kind": "person", "name": "陈晓雨", "phone": "5123 4567", "email": "chen@x.example", "address": "广东省深圳市南山区海棠小筑五幢", "postcode": "518057",
}  # fmt: skip
LATIN = {"kind": "person", "name": "Maria Lopez"}
FIRM = {"kind": "organisation", "name": "深圳市某某商贸有限公司", "phone": "0755-86551234"}


@pytest.mark.req("PS-06", "PS-11")
@pytest.mark.parametrize(
    ("person", "text", "masked"),
    [
        (SOMEBODY, "尊敬的陈晓雨女士：", "尊敬的陈**女士："),
        (SOMEBODY, "陈 晓 雨说", "陈**说"),
        (SOMEBODY, "陈·晓·雨说", "陈**说"),
        (SOMEBODY, "陈\u200b晓\u200b雨说", "陈**说"),
        (SOMEBODY, "晓雨说", "****说"),
        (SOMEBODY, "回拨 51234567", "回拨 **** 67"),
        (SOMEBODY, "回拨５１２３-４５６７", "回拨**** 67"),
        (SOMEBODY, "住在海棠小筑五幢", "住在海棠小筑五幢"),
        (SOMEBODY, "住在南山区海棠小筑五幢", "住在****"),
        (SOMEBODY, "邮编518057", "邮编****"),
        (SOMEBODY, "单号1518057", "单号1518057"),
        (SOMEBODY, "早晨下雨", "早晨下雨"),
        ({"kind": "person", "name": "欧阳金丝雀"}, "金丝雀先生说", "****先生说"),
        (LATIN, "Dear Maria Lopez,", "Dear M**,"),
        (LATIN, "MARIA  LOPEZ called", "M** called"),
        (LATIN, "maria.lopez called", "M** called"),
        (LATIN, "Ms Lopez called", "Ms L** called"),
        (LATIN, "the Marian way", "the Marian way"),
        (FIRM, "深圳市某某商贸有限公司来函", "深圳**公司来函"),
        (FIRM, "拨打 8655 1234", "拨打 **** 1234"),
    ],
)
def test_the_values_of_a_case_are_masked_where_they_stand_in_a_text(person, text, masked) -> None:
    assert masking.mask_text(text, masking.known_values([person])) == masked


@pytest.mark.req("PS-06")
@given(st.text(max_size=60))
def test_no_text_breaks_and_what_is_masked_stays_as_it_is(text) -> None:
    known = masking.known_values([SOMEBODY, LATIN, FIRM])
    assert isinstance(masking.mask_text(text, known), str)
    assert isinstance(masking.without_persons(text, known), str)


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


@pytest.mark.req("PS-06")
@pytest.mark.parametrize("said", ["13800002210", "138 0000 2210", "0571-88880000", "88880000", "1 3 9 0 0 0 0 1 1 1 1"])
def test_each_of_several_numbers_is_covered_in_the_texts_of_the_case(said: str) -> None:
    known = masking.known_values([{"kind": "person", "phone": "13800002210、0571-88880000转801；13900001111"}])
    covered = masking.mask_text(f"请打 {said} 找我", known)
    assert said not in covered
    assert masking.phone_tail("13800002210、0571-88880000转801") == "2210"

"""A name that a case knows, however it is written, and words that are spelt like one (PS-06)."""

import pytest

from tingsu.privacy import masking
from tingsu.privacy.writings import MOST, in_pinyin, readings

pytestmark = pytest.mark.req("PS-06")


def told(name: str, text: str, kind: str = "person") -> str:
    return masking.mask_text(text, masking.known_values([{"kind": kind, "name": name}]))


WRITTEN = [
    # the name in the record, the text, how it reads masked
    ("陈小满", "陳小滿女士来电", "陈**女士来电"),
    ("陳小滿", "陈小满女士来电", "陳**女士来电"),
    ("陈小满", "小滿说", "****说"),
    ("欧阳锋", "歐陽鋒说", "欧阳**说"),
    ("歐陽鋒", "欧阳锋说", "歐陽**说"),
    ("陈小满", "陳\u200b小 滿说", "陈**说"),
    ("陈小满", "Dear Chen Xiaoman,", "Dear C**,"),
    ("陈小满", "chenxiaoman来电", "C**来电"),
    ("陈小满", "CHEN XIAO MAN called", "C** called"),
    ("陈小满", "CHEN Xiaoman called", "C** called"),
    ("陈小满", "chen xiao man called", "C** called"),
    ("陈小满", "Chen-Xiao-Man, Chen.Xiaoman", "C**, C**"),
    ("陈小满", "c h e n x i a o m a n", "C**"),
    ("陈小满", "ＣＨＥＮ　Ｘｉａｏｍａｎ", "C**"),
    ("陈小满", "Chén Xiǎomǎn", "C**"),
    ("陈小满", "Xiaoman Chen", "X**"),
    ("陈小满", "CHEN, Xiaoman", "C**"),
    ("欧阳锋", "OUYANG, Feng", "O**"),
    ("陈小满", "Xiaoman said", "X** said"),
    ("陈小满", "账号chenxiaoman2210", "账号C**2210"),
    ("陳小滿", "Chen Xiaoman", "C**"),
    ("单雄信", "Shan Xiongxin", "S**"),
    ("单雄信", "Dan Xiongxin", "D**"),
    ("吕绿", "Lv Lv / LYU LYU / Lü Lü / lu lu", "L** / L** / L** / L**"),
    ("欧阳锋", "Ouyang Feng", "O**"),
    ("李娜", "li na说", "L**说"),
    ("李娜", "Lina called", "L** called"),
    ("李宁", "Li Ning, LI NING, LiNing, Ning Li", "L**, L**, L**, N**"),
    ("何满", "Mr He Man", "Mr H**"),
    ("马婷", "Ma Ting", "M**"),
]
STAYS = [
    ("李娜", "Liability: na, li; Lin; Dana liked it; a lina2; l\ni\nn\na; l ina"),
    ("李宁", "the lining of the coat, Lining"),
    ("何满", "he man, He man"),
    ("胡曼", "human error"),
    ("马婷", "mating"),
    ("池娜", "Made in China"),
    ("吴娥", "we, Wu, e"),
    ("李南", "line and lin an"),
    ("陈小满", "chenxiaomanyi, xchenxiaoman, xiaoman, Chen said, Xiao"),
    ("陈小满", "陈女士说小心，满意"),
    ("李娜", "cal i naive; Al in a row"),
    ("张伟", "zhangweiming"),
    ("Maria Lopez", "mario lopes"),
]


@pytest.mark.parametrize(("name", "text", "masked"), WRITTEN)
def test_a_name_is_masked_in_traditional_characters_and_in_pinyin(name: str, text: str, masked: str) -> None:
    assert told(name, text) == masked
    assert masking.without_persons(text, masking.known_values([{"kind": "person", "name": name}])) != text


@pytest.mark.parametrize(("name", "text"), STAYS)
def test_words_that_are_spelt_alike_stay(name: str, text: str) -> None:
    assert told(name, text) == text


def test_a_firm_is_masked_in_traditional_characters_and_not_read_as_a_name() -> None:
    assert told("深圳市华丽商贸有限公司", "深圳市華麗商貿有限公司来函", "organisation") == "深圳**公司来函"
    assert told("陈小满", "Chen Xiaoman", "organisation") == "Chen Xiaoman"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份證號碼：A1234567890", "身份證號碼：****"),
        ("電話 8655 1234", "電話 **** 34"),
        ("地址：科技園路1號創新大廈1203室", "地址：****"),
        ("護照：AB123456", "護照：****"),
        ("壹叄捌零零零零貳貳壹零", "138 **** 2210"),
        ("粵B12345", "****"),
        ("訂單三天了，請退款 1299.00 元", "訂單三天了，請退款 1299.00 元"),
    ],
)
def test_what_has_a_shape_is_found_in_traditional_characters_too(text: str, masked: str) -> None:
    assert masking.mask_text(text) == masked


def test_people_of_several_things_are_known_together_in_each_writing() -> None:
    one, two = (masking.known_values([{"kind": "person", "name": name}]) for name in ("陈小满", "王建国"))
    both = masking.together([one, two])
    assert masking.mask_text("Chen Xiaoman, WANG JIANGUO, 陳小滿", both) == "C**, W**, 陈**"
    assert masking.mask_known("Chen Xiaoman and 13800002210", both) == "C** and 13800002210"


def test_a_character_of_many_readings_makes_few_names() -> None:
    assert readings("吕") == ("lv", "lu", "lyu")
    assert readings("A") == ()
    assert len(list(in_pinyin("单", "解单"))) <= 3 * MOST
    assert list(in_pinyin("陈", "A")) == []


def test_pinyin_is_made_only_for_a_text_with_latin_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    known = masking.known_values([{"kind": "person", "name": "陈小满"}])
    monkeypatch.setattr(masking, "in_pinyin", lambda *name: made.append("".join(name)) or ())
    assert masking.mask_text("七天没有退款，型号 X200，13800002210", known) == "七天没有退款，型号 X200，138 **** 2210"
    assert made == []
    masking.mask_text("My phone", known)
    masking.mask_text("My App", known)
    assert made == ["陈小满"], "once for a case"

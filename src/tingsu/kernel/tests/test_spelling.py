"""What people type is made plain once: nothing that says something is lost, nothing invisible stays (docs/input.md)."""

import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingsu.kernel.errors import InvalidValue
from tingsu.kernel.fingerprints import KEYS, email_key, name_key, order_key, phone_key, plain_email, tail_key
from tingsu.kernel.ids import tidy_code
from tingsu.kernel.money import parse_yuan
from tingsu.kernel.spelling import fold, shows, tidy
from tingsu.kernel.telephones import plain_telephones, read_telephones

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            "\u200b\u200c\u200d\u202e\u2066\ufeff\ufe0f\u3000\xa0\u00ad１Ａ－é\u0301字𠮷👩🏳\U000e0067\U000e007f\r\n\t"
        ),
    )
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("退款\u200b没到", "退款没到"),
        ("\u202eexe.gpj\u202c 发票", "exe.gpj 发票"),
        ("\u2066a\u2069\x07b\x7f", "ab"),
        ("陈\u3000小满", "陈 小满"),
        ("a\r\nb", "a b"),
        ("ﬁ ① ㎡ １２９９", "ﬁ ① ㎡ １２９９"),
        ("e\u0301", "é"),
        ("𠮷野家 👩\u200d👧 ❤\ufe0f", "𠮷野家 👩\u200d👧 ❤\ufe0f"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("ok\U000e0067\U000e0062", "ok"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("﨑 豈", "﨑 豈"),
        ("\u200b\u2060\ufeff\u3164\u2800 \u0301", ""),
        ("\ue000", "\ue000"),
    ],
)
def test_of_a_text_only_what_nobody_sees_goes(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３８－００００－２２１０", "138-0000-2210"),
        ("（０５７１）８８８８—０００１ 转８０１（晚上打）", "(0571)8888-0001 转801（晚上打）"),
        ("＋８６　１３８、１３９００００２２１０，九点后打", "+86 138、13900002210，九点后打"),
        ("138一0000ー2210，一楼", "138-0000-2210，一楼"),
        ("٠١٢ｅｘｔ．３", "012ext.3"),
        ("138 0000 2210", "138 0000 2210"),
        ("①²", "①²"),
    ],
)
def test_a_telephone_is_kept_in_plain_signs_and_its_words_as_typed(typed: str, kept: str) -> None:
    assert plain_telephones(typed) == kept == plain_telephones(kept)


def test_paragraphs_keep_their_lines_and_indents() -> None:
    assert tidy("　第一段\r\n　　第二段\u2028三\x0b四  五 ", lines=True) == "第一段\n　　第二段\n三\n四  五"


@given(TEXTS)
def test_made_plain_again_it_is_the_same(text: str) -> None:
    for once in (tidy(text), tidy(text, lines=True), fold(text)):
        assert tidy(once, lines=True) == once
    assert tidy(tidy(text)) == tidy(text)
    assert fold(fold(text)) == fold(text) == fold(tidy(text))
    assert bool(tidy(text)) is shows(tidy(text))


@given(TEXTS)
def test_no_letter_and_no_digit_is_lost_or_swapped(text: str) -> None:
    def letters(of: str) -> str:
        return "".join(
            sign for sign in unicodedata.normalize("NFD", of) if unicodedata.category(sign)[0] in "LN" and shows(sign)
        )

    assert letters(tidy(text)) == letters(tidy(text, lines=True)) == letters(text)


@given(TEXTS)
def test_every_key_is_the_key_of_itself(text: str) -> None:
    for kind, key in KEYS.items():
        found = key(text)
        assert key(found) == found or kind in {"phone", "tail"}, kind
    if found := phone_key(text):
        assert found.isdigit()


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("138 0000 2210", ["13800002210"]),
        ("１３８－００００－２２１０", ["13800002210"]),
        ("+86 138-0000-2210", ["13800002210"]),
        ("0086 13800002210", ["13800002210"]),
        ("013800002210", ["13800002210"]),
        ("138\u200b00002210", ["13800002210"]),
        ("0571-8888 0000", ["57188880000"]),
        ("571 88880000", ["57188880000"]),
        ("（0571）88880000", ["57188880000"]),
        ("+86 (0)571-88880000", ["57188880000"]),
        ("86-571-88880000", ["57188880000"]),
        ("0571一88880000", ["57188880000"]),
        ("(0571)8888-0000转801", ["57188880000+801"]),
        ("0571-88880000-801", ["57188880000+801"]),
        ("021 68868888 分机：301", ["2168868888+301"]),
        ("88880000 ext. 12", ["88880000+12"]),
        ("0755-25000000（8001）", ["75525000000+8001"]),
        ("(0755)25000000", ["75525000000"]),
        ("0755-25000000转8001或8002", ["75525000000+8001", "75525000000+8002"]),
        ("0755-25000000转8001、13800002210", ["75525000000+8001", "13800002210"]),
        ("138_0000·2210", ["13800002210"]),
        ("010-88886666", ["1088886666"]),
        ("88880000", ["88880000"]),
        ("400-820-8820", ["4008208820"]),
        ("13800002210、13900001111", ["13800002210", "13900001111"]),
        ("13800002210 13900001111", ["13800002210", "13900001111"]),
        ("138 0000 2210 139 0000 1111", ["13800002210", "13900001111"]),
        ("手机13800002210 或 家里0571-88880000", ["13800002210", "57188880000"]),
        ("13800002210;138-0000-2210", ["13800002210"]),
        ("88886666/67", ["88886666", "88886667"]),
        ("13800002210（王女士，晚上9点后）", ["13800002210"]),
        ("+852 5123 4567", ["85251234567"]),
        ("00852 51234567", ["85251234567"]),
        ("+1 212 555 0123", ["12125550123"]),
    ],
)
def test_a_telephone_is_read_however_it_is_written(typed: str, numbers: list[str]) -> None:
    found = read_telephones(typed)
    assert [f"{one.digits}+{one.extension}".strip("+") for one in found] == numbers
    assert phone_key(typed) == numbers[0].partition("+")[0]
    assert tail_key(typed) == numbers[0].partition("+")[0][-4:]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1380000221", "mobile_digits"),
        ("138000022100", "mobile_digits"),
        ("+86 138 0000 221", "mobile_digits"),
        ("13800002210、1380000221", "mobile_digits"),
        ("00000000000", "no_contact"),
        ("1111111", "no_contact"),
        ("010-00000000", "no_contact"),
        ("+86 (0)21 0000 0000", "no_contact"),
        ("0755 0000000", "no_contact"),
        ("0000", "no_contact"),
        ("95311", "phone"),
        ("1234567", "phone"),
        ("12345678901", "phone"),
        ("²13800002210", "phone"),
        ("13800002210 571", "phone"),
        ("abc", "phone"),
        ("+999 1", "phone"),
        ("", "phone"),
        ("13800002210,13800002211,13800002212,13800002213,13800002214,13800002215", "phone"),
    ],
)
def test_what_reaches_nobody_is_refused_kindly(typed: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_telephones(typed)
    assert refused.value.code == code
    assert "%" not in str(refused.value)
    if code == "mobile_digits":
        assert str(refused.value.data["count"]) in str(refused.value)


def test_service_lines_are_numbers_of_those_complained_about_only() -> None:
    assert read_telephones("95311", least=3)[0].digits == "95311"
    with pytest.raises(InvalidValue):
        read_telephones("95", least=3)


@pytest.mark.parametrize(
    ("key", "spellings"),
    [
        (name_key, ["陈小满", "陈　小满", " 陈小满\u200b", "陈 小 满"]),
        (name_key, ["阿凡提·买买提", "阿凡提•买买提", "阿凡提・买买提", "阿凡提．买买提"]),
        (name_key, ["Mary-Ann Lee", "MARY ANN LEE", "Ｍａｒｙ Ann Lee"]),
        (name_key, ["José", "Jose\u0301"]),
        (order_key, ["DD 2026-1118", "dd20261118", "ＤＤ２０２６１１１８", "DD/2026.1118"]),
        (email_key, ["Chen@Example.com", "ｃｈｅｎ＠example．com", " chen@example.com\u200b"]),
        (tidy_code, ["AB2C DEF3 GH4J", "ab2cdef3gh4j", "ＡＢ２Ｃ－ＤＥＦ３－ＧＨ４Ｊ"]),
        (tail_key, ["2210", "２２１０", " 22 10 ", "尾号2210"]),
    ],
)
def test_spellings_of_one_thing_have_one_key(key: object, spellings: list[str]) -> None:
    assert len({key(one) for one in spellings}) == 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("key", "different"),
    [
        (name_key, ["陈小满", "陈小滿", "陈晓满"]),
        (name_key, ["José", "Jose"]),
        (name_key, ["𠮷野", "吉野"]),
        (phone_key, ["13800002210", "13800002211", "0571-88880000", "0572-88880000"]),
        (order_key, ["A1", "A2", "A11"]),
        (tail_key, ["2210", "221"]),
        (tail_key, ["2210", "²²10"]),
    ],
)
def test_different_things_keep_different_keys(key: object, different: list[str]) -> None:
    assert len({key(one) for one in different}) == len(different)  # type: ignore[operator]


def test_capitals_of_an_address_stay_where_it_is_written_to() -> None:
    assert plain_email(" Chen＠Example.com") == "Chen@Example.com"


@given(st.integers(0, 10**11 - 1))
def test_an_amount_is_read_back_from_every_way_of_writing_it(fen: int) -> None:
    plain = f"{fen // 100}.{fen % 100:02d}"
    grouped = f"{fen // 100:,}.{fen % 100:02d}"
    for typed in (plain, grouped, f"¥{grouped}", f"{plain}元", f"人民币 {grouped} 元", plain.translate(WIDE)):
        assert parse_yuan(typed) == fen


WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "0123456789.,"}


def test_an_unknown_kind_of_fingerprint_is_an_error() -> None:
    from tingsu.kernel.fingerprints import fingerprint

    with pytest.raises(KeyError):
        fingerprint(uuid.uuid4(), "shoe", "42")

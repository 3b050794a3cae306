"""Finding a case by whatever is known of it, in any spelling, by everything that was written about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from tests.cast import Cast
from tingsu.complaints.contacts import renew_party
from tingsu.complaints.erasing import persons
from tingsu.complaints.models import Complaint, OtherPhone, Party, SearchEntry
from tingsu.complaints.numbers import beginning, numbers_in, of_fragment, spelled
from tingsu.complaints.search import renew_words, search
from tingsu.intake.repeats import earlier_complaints
from tingsu.intake.tests.test_register_complaint import MONDAY, STORY, registered
from tingsu.kernel import words
from tingsu.kernel.clock import now, travel_to
from tingsu.triage.tests.cases import step


def found(cast: Cast, asked: str) -> list[Complaint]:
    with travel_to(MONDAY):
        return search(cast.frontline.actor, asked).complaints


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("202611-XF-001", "202611-XF-001"),
        ("202611xf1", "202611-XF-001"),
        ("2026 11 xf 001", "202611-XF-001"),
        ("２０２６１１—ＸＦ—００１", "202611-XF-001"),
        ("202611－XF－001", "202611-XF-001"),
        ("2026-11/XF.1", "202611-XF-001"),
        ("202611一XFー001", "202611-XF-001"),
        ("2O2611-XF-OO1", "202611-XF-001"),
        (" 202611-XF-001\u200b", "202611-XF-001"),
        ("202611-XF-12345", "202611-XF-12345"),
        ("编号：202611-XF-001。", "202611-XF-001"),
        ("【您的投诉编号是 202611xf1】", "202611-XF-001"),
        ("Complaint number: 202611-xf-1", "202611-XF-001"),
        ("张三 202611-XF-001", ""),
        ("202611-XF-001，202611-XF-002", ""),
        ("编号 12", ""),
        ("202611-QQ-001", ""),
        ("202611-XF-", ""),
        ("202611-XF-²", ""),
        ("x" * 61, ""),
    ],
)
def test_a_number_is_one_in_any_spelling(typed: str, number: str) -> None:
    assert spelled(typed) == number


def test_parts_of_numbers_and_numbers_in_a_text() -> None:
    assert [beginning(one) for one in ("202611", "202611 xf", "202611-XF-", "2026", "xf")] == [
        "202611", "202611-XF", "202611-XF-", "", "",
    ]  # fmt: skip
    assert numbers_in("重复：202603-xf-001、２０２６０２ ＺＣ １２。") == ("202603-XF-001", "202602-ZC-012")
    assert numbers_in("№202603-XF-001，请查；No.202603-XF-002，NO202603xf3") == tuple(
        f"202603-XF-00{n}" for n in (1, 2, 3)
    )
    assert numbers_in("DD1202603-XF-001 202603-XF-001A") == ()
    found = of_fragment("xf－234", MONDAY)
    assert (found[0], found[-1], len(found)) == ("202603-XF-234", "202403-XF-234", 25)
    assert of_fragment("退款 234", MONDAY) == []
    ends = ("XF一234", "xf ー 234", "「XF—234」。", "#xf_234", "0003-XF-O234")
    assert [of_fragment(one, MONDAY)[:1] for one in ends] == [["202603-XF-234"]] * 4 + [[]]
    assert of_fragment("3-XF-234", MONDAY) == ["202603-XF-234", "202503-XF-234", "202403-XF-234"]
    assert of_fragment("2511 xf 234", MONDAY) == ["202511-XF-234"]
    assert of_fragment("xf-oil", MONDAY) == [], "letters alone are a word"


@pytest.mark.parametrize("asked", ["202603xf1", "２０２６０３－ＸＦ－００１", "XF-1", "xf 001", "202603", "XF－001"])
def test_a_case_is_found_by_its_number_in_any_spelling(cast: Cast, asked: str) -> None:
    made = registered(cast)
    registered(cast, problem_type="ip") if asked != "202603" else None
    assert found(cast, asked) == [made]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("0571-88880000", "57188880000"),
        ("057188880000", "(0571) 8888 0000"),
        ("0571-88880000转801", "0571 88880000"),
        ("13800002210、0571-88880000", "13800002210"),
        ("13800002210、0571-88880000", "0571-88880000"),
        ("13800002210、0571-88880000", "0000"),
        ("+852 5123 4567", "00852 51234567"),
        ("0086 138 0000 2210", "１３８００００２２１０"),
    ],
)
def test_a_telephone_finds_whoever_gave_it_in_any_field_and_spelling(cast: Cast, given: str, asked: str) -> None:
    made = registered(cast, phone=given)
    registered(cast, phone="13911112222", email="", order_number="7")
    assert found(cast, asked) == [made]


@pytest.mark.parametrize(
    ("asked", "by"),
    [("2210", "tail"), (" 2210 ", "tail"), ("22-10", "tail"), ("２２１０", "tail"), ("A2210", "words"), ("尾号2210", "tail"), ("22105", "words"),
     ("13800002210", "phone"), ("chen@example.com", "email")],
)  # fmt: skip
def test_four_digits_alone_are_the_end_of_a_telephone_and_with_a_letter_they_are_not(
    cast: Cast, asked: str, by: str
) -> None:
    registered(cast, phone="13800002210", email="chen@example.com")
    assert search(cast.supervisor.actor, asked).by == by


@pytest.mark.req("PS-06")
@pytest.mark.parametrize(
    ("reader", "by"),
    [
        ("frontline", {"name", "phone", "tail", "email", "order"}), ("supervisor", {"name", "phone", "tail", "email", "order"}),
        ("qa", {"name", "phone", "tail", "email", "order"}), ("auditor", {"name", "phone", "tail", "email", "order"}),
        ("analyst", set()),
    ],
)  # fmt: skip
def test_nobody_asks_by_a_value_that_they_are_never_shown(cast: Cast, reader: str, by: set[str]) -> None:
    """Ten thousand ends of telephones are soon tried: else whoever counts cases without persons learns whose each is."""
    made = registered(cast, phone="13800002210", email="chen@example.com", name="陈小满", order_number="E-77120")
    asked = {
        "name": "陈小满",
        "phone": "138 0000 2210",
        "tail": "2210",
        "email": "chen@example.com",
        "order": "E-77120",
    }
    actor = getattr(cast, reader).actor
    found_by = {kind for kind, typed in asked.items() if search(actor, typed).complaints}
    assert found_by == by
    assert search(actor, made.number).complaints == [made]
    assert search(actor, "退款").complaints == [made]


def test_a_further_number_makes_a_repeat_and_goes_with_the_person(cast: Cast) -> None:
    first = registered(cast, phone="13911112222/0571-88880000", email="")
    second = registered(cast, phone="0571 8888 0000", email="", order_number="2")
    third = registered(cast, phone="13700003333、0571-88880000", email="", order_number="3")
    for later in (second, third):
        parties = list(Party.objects.filter(complaint=later))
        again = earlier_complaints(later, parties, list(OtherPhone.objects.filter(complaint=later)))
        assert first.pk in {one.id for one in again}
    persons(first.pk, now())
    assert not OtherPhone.objects.filter(complaint=first).exists()


@pytest.mark.parametrize("asked", ["陈小满", "陈　小满", "阿凡提·买买提", "阿凡提•买买提", "MARY-ANN lee"])
def test_a_name_finds_its_person_and_what_speaks_of_it(cast: Cast, asked: str) -> None:
    name = {"陈": "陈小满", "阿": "阿凡提·买买提", "M": "Mary Ann Lee"}[asked[0]]
    made = registered(cast, name=name)
    registered(cast, name="陈小满满", phone="13911112222")
    result = search(cast.frontline.actor, asked)
    assert (result.complaints, result.by) == ([made], "name")


def test_a_firms_name_finds_the_cases_against_it_and_the_texts_with_it(cast: Cast) -> None:
    against, told = registered(cast, respondent_name="速达"), registered(cast, description="速达的快递员不上楼")
    assert set(found(cast, "速达")) == {against, told}


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("买的空气炸锅", "锅"),
        ("买的空气炸锅坏了", "锅"),
        ("𠮷野家的𩸽鱼", "𠮷"),
        ("𠮷野家的𩸽鱼", "𠮷野"),
        ("送来的是📦空箱", "📦"),
        ("温度 38℃ 以上", "38℃"),
        ("型号ＡＢＣ－１２３", "abc 123"),
        ("型号abc123", "ＡＢＣ１２３"),
        ("ローソンで買った", "ローソン"),
        ("Straße gesperrt", "STRASSE"),
        ("заказ не пришёл", "ЗАКАЗ"),
        ("退\u200b款没到", "退款"),
        ("空气炸锅", "炸锅"),
    ],
)
def test_words_of_every_script_are_found(cast: Cast, text: str, asked: str) -> None:
    made = registered(cast, description=text, product="", summary="一件事")
    registered(
        cast, description="别的", product="", summary="另一件事", phone="13911112222", email="", order_number="7"
    )
    assert found(cast, asked) == [made]


def test_the_end_of_the_longest_text_is_found(cast: Cast) -> None:
    signs = "".join(chr(0x4E00 + place) for place in range(7900))
    made = registered(cast, description=f"{signs}最后一句话在这里")
    for asked in ("最后一句话在这里", signs[4000:4900]):
        assert found(cast, asked) == [made]
    assert len(words.index_words(*(chr(0x4E00 + place) + "字" for place in range(20_000)))) > 20_000


def test_what_is_written_later_is_found_by_its_words(cast: Cast) -> None:
    made, other = registered(cast), registered(cast, phone="13911112222", order_number="7")
    with travel_to(MONDAY + timedelta(hours=1)):
        step(cast.frontline, made, "note", note="对方称在奇瑞4S店检修过")
        step(cast.frontline, made, "add_facts", facts="补充：送货员叫李建国，电话 13900001111", files=[])
    for asked in ("奇瑞4S店", "送货员"):
        assert found(cast, asked) == [made], asked
    entry = SearchEntry.objects.get(pk=made.pk)
    assert "13900001111" not in str(entry.words), "numbers of persons stay out of the index (PS-06)"
    renew_words(Complaint.objects.get(pk=made.pk))
    assert found(cast, "奇瑞4S店") == [made]
    assert found(cast, "空气炸锅") == sorted([made, other], key=lambda one: (one.received_at, one.pk), reverse=True)


def test_words_and_fingerprints_of_an_older_version_are_renewed(cast: Cast, capsys: Any) -> None:
    made = registered(cast, phone="13800002210、0571-88880000")
    erased = registered(cast, phone="13911112222")
    Party.objects.update(phone_index=None, name_index=None)
    OtherPhone.objects.all().delete()
    SearchEntry.objects.filter(pk=made.pk).update(words="")
    assert found(cast, "陈小满") == []
    Party.objects.filter(complaint=erased).update(wrapped_key=None, erased_at=now())
    call_command("renew_search")
    for asked in ("陈小满", "13800002210", "0571-88880000", "没有到账"):
        assert made in found(cast, asked), asked
    assert found(cast, "13911112222") == []
    assert STORY["name"]


def test_a_further_number_that_was_corrected_finds_nobody_any_more(cast: Cast) -> None:
    first = registered(cast, phone="13911112222/0571-88880000", email="")
    party = Party.objects.get(complaint=first)
    (before,) = OtherPhone.objects.filter(party=party)
    party.seal("phone", "13911112222/0571-66660000")
    renew_party(party)
    (after,) = OtherPhone.objects.filter(party=party)
    assert after.phone_index != before.phone_index

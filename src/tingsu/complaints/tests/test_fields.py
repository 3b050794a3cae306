"""Each field of a complaint is declared once, and what is made from it agrees at every door (TR-22, PS-05)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import CharField, Model
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints import filters
from tingsu.complaints.categories import DETAILS
from tingsu.complaints.fields import CATALOGUE, INTAKE_FIELDS, LEDGER_FIELDS, PARTIES, CaseField, case_field, code_words
from tingsu.complaints.fields.matter import DEMAND_LINE
from tingsu.complaints.marks import marks_of, marks_that_differ
from tingsu.complaints.models import Complaint, ComplaintMark, Demand, Party
from tingsu.complaints.process import PROCESS
from tingsu.complaints.search import search
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.fingerprints import fingerprint, order_key
from tingsu.kernel.ledger import texts_of
from tingsu.kernel.models import Event
from tingsu.letters import actions as letters
from tingsu.letters import providers
from tingsu.letters.models import Letter
from tingsu.portal import wizard
from tingsu.privacy.fields import TABLE, NoPurpose, Rule, declare
from tingsu.process.registry import starting_values
from tingsu.triage.tests.cases import GRADE, step

ROW = {"organisation_id", "complaint", "id"}
OF_NAME: dict[str, type[Model]] = {"complaint": Complaint, "demand": Demand}
SPOKEN = {"complainant.country", "complainant.role"}
"""A country as somebody typed it; a role that gives each person a panel of their own."""
OF = {Complaint: {"complaint"}, Party: set(PARTIES), Demand: {"demand"}}


def columns(model: type) -> set[str]:
    return {field.attname if field.name != "complaint" else "complaint" for field in model._meta.concrete_fields}


@pytest.mark.parametrize("model", [Complaint, Party, Demand], ids=lambda model: model.__name__)
def test_every_column_is_in_the_catalogue_once(model: type) -> None:
    mine = [one for one in (*CATALOGUE, *DEMAND_LINE) if one.of in OF[model] and one.stored]
    stored = [one.stored for one in mine if one.of in {"complaint", "complainant", "demand"}]
    assert len(stored) == len(set(stored))
    assert {column for one in mine for column in one.columns} | ROW | {"organisation_id"} == columns(model) | ROW


@pytest.mark.parametrize("one", [*CATALOGUE, *DEMAND_LINE], ids=lambda one: f"{one.of}.{one.name}")
def test_nothing_is_stored_that_nobody_reads(one) -> None:
    assert one.shown or one.read or one.only, "say where it is shown, or what the machine needs it for"
    assert one.stored or one.kept_as


def test_a_short_plain_column_is_a_code_and_its_words_are_declared() -> None:
    """Else a page says `coach` where a person reads 服务教练."""
    bare = set()
    for one in CATALOGUE:
        column = OF_NAME.get(one.of, Party)._meta.get_field(one.stored) if one.stored else None
        short = isinstance(column, CharField) and (column.max_length or 99) <= 12
        if short and one.shown and not one.sealed and one.field.kind == "text" and not one.field.options:
            bare.add(f"{one.of}.{one.name}")
    assert bare == SPOKEN
    with translation.override("en"):
        assert str(code_words("required_level", "coach")) == "Service coach"


def test_no_closed_list_of_a_form_speaks_chinese_to_readers_of_english() -> None:
    asked = [one.field for one in (*CATALOGUE, *DEMAND_LINE)]
    asked += [one for step in PROCESS.values() for one in step.fields]
    asked += [one for field in asked for one in field.rows]
    with translation.override("en"):
        words = {str(words) for one in asked if isinstance(one.options, tuple) for _code, words in one.options}
    assert {"Guangdong", "Shaanxi", "Service coach"} <= words
    assert [one for one in words if re.search(r"[\u4e00-\u9fff]", one)] == ["简体中文"], (
        "a language is called by itself"
    )


@pytest.mark.req("PS-05")
@pytest.mark.parametrize("model", [Complaint, Party, Demand], ids=lambda model: model.__name__)
def test_a_sealed_column_is_declared_sealed_with_purpose_and_viewers(model: type) -> None:
    for one in (*CATALOGUE, *DEMAND_LINE):
        if one.of not in OF[model] or not one.stored:
            continue
        column = model._meta.get_field(one.stored)
        assert one.sealed == isinstance(column, SealedField), one.name
        assert one.only or not one.sealed or (one.of, one.stored) in TABLE, one.name
        for other in one.also:
            assert not isinstance(model._meta.get_field(other), SealedField)
    for field in Party._meta.concrete_fields:
        if not isinstance(field, BlindIndexField) and field.attname not in {"organisation_id", "id", "complaint_id"}:
            known = [one for one in CATALOGUE if one.of == "complainant" and field.attname in one.columns]
            assert known[0].personal or field.attname in {
                "role",
                "kind",
                "wrapped_key",
                "former",
                "reached_since",
                "erased_at",
            }, field.attname


@pytest.mark.req("PS-05")
def test_a_field_about_a_person_without_purpose_cannot_be_declared() -> None:
    rule = TABLE["complainant", "phone"]
    for bare in (Rule(rule.mask, "", rule.basis, rule.sights), Rule(rule.mask, rule.purpose, "", rule.sights)):
        with pytest.raises(NoPurpose):
            declare("complainant", "shoe_size", bare, "Shoe size")
    assert ("complainant", "shoe_size") not in TABLE
    declared = case_field("phone")
    for wrong in ({"personal": None}, {"ledger": True}):
        with pytest.raises(RuntimeError):
            replace(declared, **wrong)


@pytest.mark.req("PS-05")
def test_personal_fields_are_optional_at_every_door() -> None:
    assert {one.name for one in CATALOGUE if one.personal and one.field.required} == {"description"}


def test_the_ledger_list_names_columns_and_no_personal_one() -> None:
    assert set(LEDGER_FIELDS) <= columns(Complaint)
    assert not [one.name for one in CATALOGUE if one.ledger and (one.personal or one.sealed)]
    typed = {one.name for one in CATALOGUE if one.ledger and one.free and one.asked}
    assert typed == set(), "what people type in never stands in the ledger in the clear"
    assert {"state", "owner_id", "categories", "lead_unit_id", "expected_reply_at"} <= set(LEDGER_FIELDS)


def test_every_word_of_the_catalogue_is_there_in_chinese() -> None:
    with translation.override("zh-hans"):
        for one in (*CATALOGUE, *DEMAND_LINE):
            words = str(one.field.label)
            assert any("一" <= sign <= "鿿" for sign in words), (one.name, words)


SAID = {
    "object_type": "service", "scene": "store", "customer_type": "dealer", "group": "elderly", "format": "large_print",
    "language": "en", "reply_expected": "no", "province": "33", "channel": "regulator", "kind": "report",
    "product_type": "food",
}  # fmt: skip
MARKS = {"major": True, "crisis": True, "difficult": True, "supervised": True, "repeated": True, "withdrawn": True}


@pytest.mark.parametrize("name", [*SAID, "problem_type", "mode"])
def test_what_registration_said_is_filtered_by(cast: Cast, name: str) -> None:
    value = {**SAID, "problem_type": "ip", "mode": "letter"}[name]
    plain, marked = registered(cast), registered(cast, **{name: value})
    actor = cast.frontline.actor
    known, unknown = filters.read(actor, {name: value})
    assert (known, unknown) == ({name: value}, {})
    assert list(filters.narrowed(Complaint.objects.all(), known)) == [marked]
    usual = {"reply_expected": "yes"}.get(name) or str(getattr(plain, case_field(name).stored))
    if usual:
        found = filters.narrowed(Complaint.objects.all(), {name: usual})
        assert list(found) == [plain]


def test_categories_and_marks_are_filters_and_follow_what_steps_decide(cast: Cast) -> None:
    first, other = registered(cast), registered(cast)
    graded = step(cast.frontline, first, "assess_and_grade", **GRADE | {"categories": ["16", "5"], "difficult": True})

    def found(**asked: str) -> list[Complaint]:
        return list(filters.narrowed(Complaint.objects.all(), asked))

    assert found(categories="16") == found(categories="5") == found(difficult="yes") == [graded]
    assert found(categories="17") == found(crisis="yes") == []
    assert found(difficult="no") == [other]
    assert found(categories="16", object_type=graded.object_type or "service", difficult="no") == []
    step(cast.frontline, graded, "correct_record", categories=["17"], reason="听错")
    assert found(categories="16") == []
    assert found(categories="17") == [Complaint.objects.get(pk=first.pk)]
    assert not list(marks_that_differ())
    ComplaintMark.objects.filter(mark="categories:17").delete()
    assert len(list(marks_that_differ())) == 1


def test_a_sub_category_is_marked_as_its_category_too(organisation: object) -> None:
    assert marks_of(Complaint(categories=[{"no": 16, "sub": "16.1"}, {"no": 3, "delay": 2}])) == {
        "categories:16", "categories:16.1", "categories:3",
    }  # fmt: skip
    assert marks_of(Complaint(risk_marks=["opinion"], **MARKS)) == {
        "risk_marks:opinion", *(f"{name}:yes" for name in MARKS),
    }  # fmt: skip


def test_the_queue_filters_and_says_what_it_left_out(cast: Cast, sign_in: Callable[..., Client]) -> None:
    registered(cast)
    store = registered(cast, scene="store", group="minor")
    client = sign_in(cast.frontline)
    page = client.get(reverse("desk:queue"), {"scene": "store", "group": "minor", "grade": "golden"})
    html = page.content.decode()
    assert [row.number for group in page.context["groups"] for row in group["rows"]] == [store.number]
    assert "golden" in html
    assert page.context["dropped"]
    assert not client.get(reverse("desk:queue"), {"scene": "store"}).context["dropped"]


@pytest.mark.req("PS-06")
def test_nobody_filters_by_what_they_are_not_shown(cast: Cast) -> None:
    assert "group" in filters.filters_for(cast.frontline.actor)
    for person in (cast.dept, cast.analyst):
        mine = filters.filters_for(person.actor)
        assert "scene" in mine
        assert not {"group", "customer_type", "format"} & set(mine)
        assert filters.read(person.actor, {"group": "minor"}) == ({}, {"group": "minor"})


@pytest.mark.parametrize(
    "typed",
    [
        "DD 2026-1118 000123",
        "dd20261118000123",
        "ＤＤ２０２６１１１８０００１２３",
        " DD20261118000123\t",
        "DD2026/1118/000123",
    ],
)
def test_an_order_number_is_one_however_it_is_typed(cast: Cast, typed: str) -> None:
    made = registered(cast, order_number=typed)
    other = registered(cast, order_number="1")
    for asked in ("DD20261118000123", "dd 2026 1118 000123"):
        assert search(cast.frontline.actor, asked).complaints == [made]
    step(cast.frontline, other, "correct_record", order_number=typed, reason="来电更正")
    assert {one.pk for one in search(cast.frontline.actor, "dd2026-1118000123").complaints} == {made.pk, other.pk}
    assert search(cast.frontline.actor, "1").complaints == []


def test_signs_alone_are_no_order_number(cast: Cast) -> None:
    assert order_key(" -/— ") == ""
    assert fingerprint(cast.organisation_id, "order", " - ") is None


@pytest.mark.req("RC-03")
def test_a_correction_says_the_old_value_and_the_new_one(cast: Cast, sign_in: Callable[..., Client]) -> None:
    made = registered(cast, order_number="A1", product="空气炸锅", branch="滨江店", group="elderly")
    changed = step(
        cast.frontline, made, "correct_record", order_number="A2", product="电饭煲", branch="西湖店", group="minor",
        occurred_on="2026-02-20", reason="看错了",
    )  # fmt: skip
    assert (changed.text("order_number"), changed.product, changed.branch, changed.group) == (
        "A2",
        "电饭煲",
        "西湖店",
        "minor",
    )
    event = Event.objects.get(stream_id=made.pk, kind="complaint.record_corrected")
    assert set(event.data["corrected"]) == {"order_number", "product", "branch", "group"}, (
        "what stayed is no correction"
    )
    texts = texts_of([event])[event.pk]
    assert {name: texts[f"was.{name}"] for name in ("order_number", "branch", "group")} == {
        "order_number": "A1", "branch": "滨江店", "group": "elderly",
    }  # fmt: skip
    assert not {"minor", "elderly"} & set(str(event.data).split("'")), "a code about a person is sealed"
    client = sign_in(cast.frontline)
    html = client.get(reverse("desk:case", args=[made.number])).content.decode()
    for line in ("A1 → A2", "空气炸锅 → 电饭煲", "滨江店 → 西湖店", "看错了"):
        assert line in html, line
    assert search(cast.frontline.actor, "电饭煲").complaints == [changed]
    assert search(cast.frontline.actor, "空气炸锅").complaints == []


def test_the_correction_starts_from_the_record_with_its_sub_categories(cast: Cast) -> None:
    made = registered(cast, scene="store")
    made.categories = [{"no": 16, "sub": "16.1"}, {"no": 3, "delay": 4, "unit": "day"}]
    values = starting_values(PROCESS["correct_record"], cast.frontline.actor, made)
    assert values["categories"] == ["16.1", "3"]
    assert values["delivery_delay"] == "4"
    assert values["occurred_on"] == date(2026, 2, 20)
    assert (values["scene"], values["reply_expected"]) == ("store", "yes")
    assert "expected_reply_at" not in values or values["expected_reply_at"] > made.received_at
    blind = starting_values(PROCESS["correct_record"], cast.dept.actor, made)
    assert "group" not in blind


def test_a_correction_offers_what_the_catalogue_says() -> None:
    offered = {field.name for field in PROCESS["correct_record"].fields}
    assert {one.name for one in CATALOGUE if one.corrected} | {field.name for field in DETAILS} | {
        "reason",
        "cause",
    } == offered
    fields = PROCESS["correct_record"].fields
    assert [field.name for field in fields if field.required and not field.keeps] == ["reason"]
    anew = {"category_text", "other_text", "reason", "cause"}
    assert {field.name for field in fields if not field.keeps} == anew, "what else is left out stays as it is"


def test_programs_are_offered_the_whole_form() -> None:
    assert {one.name for one in CATALOGUE if one.api} == {field.name for field in INTAKE_FIELDS}


def test_the_format_asked_for_is_honoured_by_letters_and_told_to_whoever_sends_them(
    cast: Cast, sign_in: Callable[..., Client], settings: Any, mailoutbox: list[Any]
) -> None:
    settings.DEMO, settings.EMAIL_HOST = False, "localhost"
    plain, large, braille = (registered(cast, format=one) for one in ("standard", "large_print", "braille"))
    assert [one.format for one in (plain, large, braille)] == ["standard", "large_print", "braille"]
    client = sign_in(cast.supervisor)
    for complaint, drawn in ((plain, 0), (large, 1), (braille, 0)):
        letter = Letter.objects.get(stream_id=complaint.pk)
        message, _version = letters.compose(Letter.objects.select_related("stream").get(pk=letter.pk))
        assert message.large is bool(drawn)
        providers.send("email", message)
        [html] = [body for body, kind in mailoutbox[-1].alternatives if kind == "text/html"]
        assert complaint.number in html
        assert ("18pt" in html) is bool(drawn)
        page = client.get(reverse("desk:letter", args=[letter.pk])).content.decode()
        assert ("large-print" in page) is bool(drawn)
        case = client.get(reverse("desk:case", args=[complaint.number])).content.decode()
        words = code_words("format", complaint.format)
        assert (words in case) is (words in page) is (complaint is not plain)


@pytest.mark.req("IN-21")
def test_whoever_asked_for_no_reply_is_promised_none_and_handled_all_the_same(cast: Cast) -> None:
    asked, silent = registered(cast), registered(cast, reply_expected="no")
    kinds = [set(Promise.objects.filter(stream_id=one.pk).values_list("kind", flat=True)) for one in (asked, silent)]
    assert kinds[0] == kinds[1] >= {"first_reply", "handling_start"}, "the flag never prevents handling"
    assert (asked.reply_expected, silent.reply_expected) == (True, False)
    bodies = []
    for one in (asked, silent):
        letter = Letter.objects.select_related("stream").get(stream_id=one.pk)
        letter.language = "en"
        bodies.append(letters.compose(letter)[0].body)
    assert [("First reply" in body, "need no reply" in body) for body in bodies] == [(True, False), (False, True)]


@pytest.mark.parametrize("one", [one for one in CATALOGUE if one.asked], ids=lambda one: one.name)
def test_a_field_is_asked_for_by_the_doors_that_the_catalogue_names(
    one: CaseField, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    views = {view.name for part in _desk_parts().values() for view in part}
    assert (one.name in views) is bool(one.desk)
    asked = {*wizard.STORY, *wizard.CONTACT, *wizard.LISTS["story"], *wizard.LISTS["contact"]}
    other_words = {"reply_expected": "no_reply", "anonymous": "identity", "files": "description"}
    assert (other_words.get(one.name, one.name) in asked) is bool(one.portal)
    assert one.api


def _desk_parts() -> dict[str, Any]:
    from tingsu.desk.views.register import _parts
    from tingsu.process.controls import controls_of

    return _parts(controls_of(INTAKE_FIELDS))


def test_what_was_registered_is_shown_on_the_case(cast: Cast, sign_in: Callable[..., Client]) -> None:
    said = {
        "country": "de", "city": "汉堡", "customer_type": "retailer", "group": "elderly", "calming_steps": ["listen", "guide"],
        "expected_reply_at": (MONDAY + timedelta(days=2)).isoformat(), "expected_reply_reason": "用户出差",
        "contact_note": "晚上八点后", "honorific": "ms",
    }  # fmt: skip
    made = registered(cast, **said)
    page = sign_in(cast.frontline).get(reverse("desk:case", args=[made.number])).content.decode()
    for words in ("德国", "零售商", "老年人", "已倾听", "用户出差", "晚上八点后", "女士"):
        assert words in page, words
    bare = sign_in(cast.qa).get(reverse("desk:case", args=[made.number])).content.decode()
    assert "空气炸锅" in bare
    assert not [words for words in ("老年人", "零售商", "晚上八点后") if words in bare]

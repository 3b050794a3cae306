"""Reading what a step was given, value by value: what is taken, what is refused and in which words, and how it is kept."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import QueryDict

from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput, InvalidValue
from tingsu.kernel.money import LIMIT_FEN
from tingsu.process.steps import Field, Step
from tingsu.process.values import RowsInvalid, clean, fields_from_post, from_post, refuse_placeholders, split

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ID = uuid.UUID("0198a000-0000-7000-8000-000000000001")
YES_NO = (("yes", "Yes"), ("no", "No"))


def step_of(*fields: Field) -> Step:
    return Step(id="E00", name="try", label="Try", event="complaint.tried", sources=(), fields=fields)


def field(kind: str, **more: Any) -> Field:
    return Field(name="x", label="X", kind=kind, **more)  # type: ignore[arg-type]


def read(asked: Field, given: Any, zone: str = "Asia/Shanghai", at: datetime = NOON) -> Any:
    with travel_to(at):
        return clean(step_of(asked), {asked.name: given}, zone=zone)[asked.name]


def refusal(asked: Field, given: Any, zone: str = "Asia/Shanghai", at: datetime = NOON) -> str:
    with travel_to(at), pytest.raises(InvalidInput) as refused:
        clean(step_of(asked), {asked.name: given}, zone=zone)
    assert set(refused.value.fields) == {"x"}
    return refused.value.fields["x"].code


@pytest.mark.parametrize(
    ("asked", "given", "taken"),
    [
        (field("text"), "  词 \r\n 句 ", "词 句"),
        (field("longtext"), "  词 \r\n 句 ", "词 \n 句"),
        (field("text"), "\u202e词\u200b", "词"),
        (field("text"), "\u200b\u2060", ""),
        (field("number"), "１２", 12),
        (field("date"), "２０２６年３月５日", date(2026, 3, 5)),
        (field("date"), "2026/3/5", date(2026, 3, 5)),
        (field("text"), "x" * 200, "x" * 200),
        (field("longtext"), "x" * 5000, "x" * 5000),
        (field("text", limit=3), "abc", "abc"),
        (field("text"), " ", ""),
        (field("text"), None, ""),
        (field("longtext"), "", ""),
        (field("bool"), True, True),
        (field("bool"), False, False),
        (field("bool"), "yes", True),
        (field("bool"), "on", True),
        (field("bool"), "true", True),
        (field("bool"), "1", True),
        (field("bool"), "no", False),
        (field("bool"), "off", False),
        (field("bool"), "false", False),
        (field("bool"), "0", False),
        (field("bool"), None, None),
        (field("bool"), "", None),
        (field("choice", options=YES_NO), "no", "no"),
        (field("choice", options=YES_NO), True, "yes"),
        (field("choice", options=YES_NO), False, "no"),
        (field("choice", options=YES_NO), None, ""),
        (field("choices", options=YES_NO), ["no", "yes", "no"], ["no", "yes"]),
        (field("choices", options=YES_NO), [], []),
        (field("choices", options=YES_NO), None, []),
        (field("number"), 0, 0),
        (field("number"), "0", 0),
        (field("number"), " 12 ", 12),
        (field("number"), 10**9, 10**9),
        (field("number", limit=5), 5, 5),
        (field("number"), None, None),
        (field("money"), 129900, 129900),
        (field("money"), 0, 0),
        (field("money"), LIMIT_FEN, LIMIT_FEN),
        (field("money"), "36.5", 3650),
        (field("money"), "", None),
        (field("member"), ID, ID),
        (field("unit"), str(ID), ID),
        (field("party"), str(ID).upper(), ID),
        (field("member"), "", None),
        (field("files"), [str(ID)], [ID]),
        (field("files"), [], []),
        (field("files"), None, []),
        (field("rows", rows=(field("text"),)), [], []),
        (field("rows", rows=(field("text"),)), [{"x": "a"}, {}], [{"x": "a"}, {"x": ""}]),
    ],
)
def test_what_is_taken(asked: Field, given: Any, taken: Any) -> None:
    found = read(asked, given)
    assert found == taken
    assert type(found) is type(taken)


@pytest.mark.parametrize(
    ("asked", "given", "code"),
    [
        (field("text"), 5, "invalid"),
        (field("text"), ["a"], "invalid"),
        (field("text"), "a\x00b", "nul"),
        (field("text"), "\ud800", "nul"),
        (field("text"), "x" * 201, "too_long"),
        (field("longtext"), "x" * 5001, "too_long"),
        (field("text", limit=3), "abcd", "too_long"),
        (field("text", required=True), " ", "required"),
        (field("text", required=True), None, "required"),
        (field("choices", required=True), [], "required"),
        (field("bool", required=True), "", "required"),
        (field("bool"), "maybe", "choice"),
        (field("bool"), 2, "choice"),
        (field("bool"), {"a": 1}, "choice"),
        (field("choice", options=YES_NO), "maybe", "choice"),
        (field("choice", options=YES_NO), ["yes"], "choice"),
        (field("choice", options=(("a", "A"),)), True, "choice"),
        (field("choices", options=YES_NO), "yes", "choice"),
        (field("choices", options=YES_NO), ["yes", "maybe"], "choice"),
        (field("choices", options=YES_NO), ["yes"] * 201, "choice"),
        (field("number"), -1, "number"),
        (field("number"), 10**9 + 1, "number"),
        (field("number", limit=5), 6, "number"),
        (field("number"), True, "number"),
        (field("number"), "1.5", "number"),
        (field("number"), "-1", "number"),
        (field("number"), "²", "number"),
        (field("number"), "1" * 10, "number"),
        (field("number"), 1.5, "number"),
        (field("money"), -1, "money"),
        (field("money"), LIMIT_FEN + 1, "money_most"),
        (field("money"), True, "money"),
        (field("money"), 1.5, "money"),
        (field("money"), "1.234", "money"),
        (field("member"), "x", "member"),
        (field("unit"), "x", "unit"),
        (field("party"), 5, "choice"),
        (field("files"), str(ID), "choice"),
        (field("files"), [str(ID)] * 21, "choice"),
        (field("files", limit=1), [str(ID)] * 2, "choice"),
        (field("files"), ["x"], "choice"),
        (field("rows", rows=(field("text"),)), {"x": "a"}, "rows"),
        (field("rows", rows=(field("text"),)), ["a"], "rows"),
        (field("rows", rows=(field("text"),)), [{}] * 41, "rows"),
        (field("rows", rows=(field("text"),), limit=1), [{}] * 2, "rows"),
        (field("date"), "yesterday", "date"),
        (field("date"), "2026-02-30", "date"),
        (field("date"), "1899-12-31", "date"),
        (field("date"), "2201-01-01", "date"),
        (field("date"), 20260302, "date"),
        (field("datetime"), "noon", "datetime"),
        (field("datetime"), "2026-03-02 1:", "datetime"),
        (field("datetime"), "2026-03-02 ①:30", "datetime"),
        (field("datetime"), "2026-03-02 25:00", "datetime"),
        (field("datetime"), 5, "datetime"),
        (field("datetime"), "1900-12-31 10:00", "datetime"),
        (field("datetime"), "2200-01-01 10:00", "datetime"),
    ],
)
def test_what_is_refused(asked: Field, given: Any, code: str) -> None:
    assert refusal(asked, given) == code


@pytest.mark.parametrize(
    ("typed", "zone", "at"),
    [
        ("2026-03-05 14:30", "Asia/Shanghai", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
        ("2026-03-05T14:30", "Asia/Shanghai", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
        ("2026-03-05 14:30", "Europe/London", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
        ("2026-07-05 14:30", "Europe/London", datetime(2026, 7, 5, 13, 30, tzinfo=UTC)),
        ("2026-03-05T14:30:00+02:00", "Asia/Shanghai", datetime(2026, 3, 5, 12, 30, tzinfo=UTC)),
        ("2026-03-05T14:30:00Z", "Asia/Shanghai", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
        ("2026年3月5日 14：30", "Asia/Shanghai", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
        ("２０２６／３／５ 14时30分", "Asia/Shanghai", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
        ("2026-3-5 9点", "Asia/Shanghai", datetime(2026, 3, 5, 1, 0, tzinfo=UTC)),
        (" 2026-03-05 14:30 ", "Asia/Shanghai", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
    ],
)
def test_typed_times_are_times_of_the_organisation(typed: str, zone: str, at: datetime) -> None:
    found = read(field("datetime"), typed, zone)
    assert found == at
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("given", "past", "future"),
    [("2026-03-02 11:59:59", True, False), ("2026-03-02 12:00:00", True, False), ("2026-03-02 12:00:01", False, True)],
)
def test_an_instant_has_passed_until_now_and_comes_after_now(given: str, past: bool, future: bool) -> None:
    assert (
        (read(field("datetime", past=True), given) is not None)
        if past
        else refusal(field("datetime", past=True), given) == "in_future"
    )
    assert (
        (read(field("datetime", future=True), given) is not None)
        if future
        else refusal(field("datetime", future=True), given) == "in_past"
    )


@pytest.mark.parametrize(
    ("at", "given", "past", "future"),
    [
        (NOON, "2026-03-01", True, False), (NOON, "2026-03-02", True, True), (NOON, "2026-03-03", False, True),
        # Half past midnight in Shanghai is still the day before in UTC.
        (datetime(2026, 3, 2, 16, 30, tzinfo=UTC), "2026-03-03", True, True), (datetime(2026, 3, 2, 16, 30, tzinfo=UTC), "2026-03-02", True, False),
        (datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), "2026-03-03", False, True),
    ],
)  # fmt: skip
def test_today_is_the_organisations_day_and_neither_past_nor_future(
    at: datetime, given: str, past: bool, future: bool
) -> None:
    day = date.fromisoformat(given)
    assert (
        (read(field("date", past=True), given, at=at) == day)
        if past
        else refusal(field("date", past=True), given, at=at) == "in_future"
    )
    assert (
        (read(field("date", future=True), given, at=at) == day)
        if future
        else refusal(field("date", future=True), given, at=at) == "in_past"
    )
    assert read(field("date"), given, at=at) == day
    assert (read(field("date"), "1900-01-01"), read(field("date"), "2200-12-31")) == (
        date(1900, 1, 1),
        date(2200, 12, 31),
    )


CONDITIONAL = (
    Field(name="kind", label="Kind", kind="choice", options=(("new", "New"), ("old", "Old"))),
    Field(name="name", label="Name", when=("kind", "new"), required=True),
    Field(name="ticked", label="Ticked", kind="bool"),
    Field(name="why", label="Why", when=("ticked", "no"), required=True),
)


@pytest.mark.parametrize(
    ("raw", "missing"),
    [
        ({}, {"why"}), ({"ticked": True}, set()), ({"ticked": "no"}, {"why"}), ({"kind": "new", "ticked": True}, {"name"}),
        ({"kind": "old", "ticked": True}, set()), ({"kind": "new", "name": "甲", "why": "乙"}, set()), ({"kind": "wrong", "why": "乙"}, {"kind"}),
        ({"why": "乙", "other": 1}, {"other"}), ({"why": "乙", "": 1}, {""}),
    ],
)  # fmt: skip
def test_a_conditional_field_is_asked_for_and_kept_only_then(raw: dict, missing: set[str]) -> None:
    if missing:
        with pytest.raises(InvalidInput) as refused:
            clean(step_of(*CONDITIONAL), raw)
        assert set(refused.value.fields) == missing
    else:
        values = clean(step_of(*CONDITIONAL), raw)
        assert values["name"] == (raw.get("name", "") if raw.get("kind") == "new" else "")
        assert values["why"] == (raw.get("why", "") if not raw.get("ticked") else "")
    assert clean(step_of(*CONDITIONAL), {"kind": "old", "name": "甲", "ticked": True, "why": "乙"}) == {
        "kind": "old", "name": "", "ticked": True, "why": "",
    }  # fmt: skip


def test_unknown_names_are_repeated_shortly_and_printably() -> None:
    with pytest.raises(InvalidInput) as refused:
        clean(step_of(), {"x" * 100: 1, "a\x00b": 1})
    assert set(refused.value.fields) == {"x" * 60, "ab"}
    assert {error.code for error in refused.value.fields.values()} == {"unknown_field"}


TABLE = Field(
    name="lines", label="Lines", kind="rows", limit=3,
    rows=(Field(name="code", label="Code", required=True), Field(name="fen", label="Fen", kind="money"), Field(name="ok", label="Ok", kind="bool")),
)  # fmt: skip


def test_lines_of_a_table_name_their_refusals_by_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        clean(step_of(TABLE), {"lines": [{"code": "a"}, {"fen": "x"}, {"code": ""}]})
    error = refused.value.fields["lines"]
    assert isinstance(error, RowsInvalid)
    assert {index: set(fields) for index, fields in error.rows.items()} == {1: {"code", "fen"}, 2: {"code"}}
    assert error.body()["data"]["rows"]["1"]["fen"]["code"] == "money"
    assert set(error.body()["data"]["rows"]) == {"1", "2"}


def test_a_posted_table_drops_empty_lines_and_takes_one_too_many_to_say_so() -> None:
    post = QueryDict(mutable=True)
    post.update(
        {
            "lines-0-code": "a",
            "lines-1-ok": "",
            "lines-2-fen": "1.00",
            "lines-2-ok": "yes",
            "lines-3-code": "d",
            "lines-4-code": "e",
        }
    )
    assert from_post(step_of(TABLE), post)["lines"] == [
        {"code": "a", "fen": "", "ok": "no"}, {"code": "", "fen": "1.00", "ok": "yes"}, {"code": "d", "fen": "", "ok": "no"},
    ]  # fmt: skip
    long = QueryDict(mutable=True)
    long.update({f"rows-{number}-x": "a" for number in range(60)})
    assert (
        len(fields_from_post((Field(name="rows", label="R", kind="rows", rows=(field("text"),)),), long, "")["rows"])
        == 41
    )


def test_a_posted_form_gives_every_field_its_kind() -> None:
    post = QueryDict("many=a&many=b&one=c&one=d&yes=on")
    fields = (
        Field(name="many", label="M", kind="choices"), Field(name="one", label="O"), Field(name="yes", label="Y", kind="bool"),
        Field(name="off", label="F", kind="bool"), Field(name="must", label="R", kind="bool", required=True), Field(name="none", label="N"),
        Field(name="files", label="F", kind="files"),
    )  # fmt: skip
    assert fields_from_post(fields, post, "") == {
        "many": ["a", "b"], "one": "d", "yes": "on", "off": "no", "must": "", "none": "", "files": [],
    }  # fmt: skip
    assert fields_from_post((Field(name="one", label="O"),), QueryDict("p-one=x"), "p-") == {"one": "x"}


def test_codes_go_into_the_ledger_and_words_are_sealed_beside_it() -> None:
    fields = (
        Field(name="word", label="W"), Field(name="long", label="L", kind="longtext"), Field(name="no", label="N", kind="bool"),
        Field(name="zero", label="Z", kind="number"), Field(name="empty", label="E"), Field(name="gone", label="G", kind="money"),
        Field(name="lines", label="T", kind="rows", rows=(Field(name="code", label="C", kind="choice"), Field(name="text", label="T"))),
    )  # fmt: skip
    values = {
        "word": "甲", "long": "乙", "no": False, "zero": 0, "empty": "", "gone": None,
        "lines": [{"code": "a", "text": "丙"}, {"code": "", "text": ""}, {"code": "b", "text": "丁"}],
    }  # fmt: skip
    data, texts = split(step_of(*fields), values)
    assert data == {"no": False, "zero": 0, "lines": [{"code": "a"}, {}, {"code": "b"}]}
    assert texts == {"word": "甲", "long": "乙", "lines.0.text": "丙", "lines.2.text": "丁"}


@pytest.mark.parametrize(
    ("text", "empty"),
    [("退款已到账。", False), ("退款〔日期〕到账", True), ("退款〔日期到账", True), ("退款日期〕到账", True), ("调字〔2026〕31号", False), ("〔〕", True),
     ("调字〔2026〕31号，〔日期〕", True), ("〔20260〕", True), ("〔202〕", True), ("", False)],
)  # fmt: skip
def test_an_empty_place_of_a_ready_made_wording_is_found(text: str, empty: bool) -> None:
    if empty:
        with pytest.raises(InvalidInput) as refused:
            refuse_placeholders(words=text, other="无")
        assert {name: error.code for name, error in refused.value.fields.items()} == {"words": "placeholder"}
    else:
        refuse_placeholders(words=text, other="无")


def test_a_value_of_another_kind_than_any_is_a_defect() -> None:
    with pytest.raises((KeyError, InvalidValue)):
        clean(step_of(field("colour")), {"x": "red"})

"""Sums of money and places of refusals, as tables: no database, only numbers and names."""

from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.kernel.errors import InvalidInput
from tingsu.settlement import panels, queries, solutions
from tingsu.settlement.rulebooks import checks
from tingsu.settlement.steps import direct, outside

Row = SimpleNamespace


def item(amount: int | None, paid: int | None = None, *, state: str = "open", solution: int = 1) -> Any:
    return Row(amount_fen=amount, paid_fen=paid, state=state, solution_id=solution)


def offer(total: int, state: str = "sent", pk: int = 1) -> Any:
    return Row(total_fen=total, state=state, pk=pk)


@pytest.mark.req("OG-09")
@pytest.mark.parametrize(
    ("items", "offers", "besides", "owed"),
    [
        ([], [], None, 0),
        ([item(300_00)], [], None, 300_00),
        ([item(300_00, 250_00, state="done")], [], None, 250_00),
        ([item(300_00, 0, state="verified")], [], None, 0),
        ([item(None)], [], None, 0),
        ([item(300_00, state="failed")], [], None, 0),
        ([item(300_00, 20_00, state="failed")], [], None, 20_00),
        ([], [offer(100_00)], None, 100_00),
        ([], [offer(100_00, "approved")], None, 100_00),
        ([], [offer(1, state) for state in ("draft", "submitted", "returned", "refused", "replaced")], None, 0),
        ([], [offer(100_00, pk=1), offer(20_00, "approved", pk=2)], None, 120_00),
        ([item(300_00, solution=1), item(5_00, solution=2)], [offer(100_00, pk=3), offer(1, pk=4)], None, 405_01),
        ([item(300_00, solution=1), item(5_00, solution=2)], [offer(100_00, pk=3), offer(1, pk=4)], 3, 305_01),
        ([item(300_00, solution=1), item(5_00, solution=2)], [offer(100_00, pk=1), offer(1, pk=4)], 1, 5_01),
    ],
)
def test_what_a_case_owes_beside_one_version(
    monkeypatch: pytest.MonkeyPatch, items: list[Any], offers: list[Any], besides: int | None, owed: int
) -> None:
    def solutions(complaint: Any, *, state__in: tuple[str, ...]) -> list[Any]:
        return [one for one in offers if one.state in state__in]

    monkeypatch.setattr(queries.ExecutionItem, "of", lambda complaint, *, outside_case_id: items)
    monkeypatch.setattr(queries.Solution, "of", solutions)
    assert queries.committed_fen(Row(), besides=Row(pk=besides) if besides else None) == owed  # type: ignore[arg-type]


def cost(amount: int | None = None, minutes: int | None = None) -> Any:
    return Row(amount_fen=amount, minutes=minutes, covered=lambda name: "")


def recourse(amount: int, recovered: int | None = None, state: str = "open") -> Any:
    return Row(
        amount_fen=amount, recovered_fen=recovered, state=state, rule="carrier", rule_version=0, covered=lambda name: ""
    )


@pytest.mark.req("RM-13")
@pytest.mark.parametrize(
    ("paid", "costs", "recourses", "told"),
    [
        ([], [], [], None),
        ([None], [], [], None),
        ([300_00], [], [], ("¥300.00", "¥300.00", "", 0, [], [])),
        ([300_00, None, 20_00], [], [], ("¥320.00", "¥320.00", "", 0, [], [])),
        ([], [cost(50_00, 30), cost(None, 15)], [], ("¥50.00", "", "", 45, ["¥50.00", ""], [])),
        ([], [], [recourse(300_00)], ("¥0.00", "", "", 0, [], ["soon"])),
        ([300_00], [cost(10_00)], [recourse(300_00, 240_00, "recovered"), recourse(1, state="given_up")],
         ("¥70.00", "¥300.00", "¥240.00", 0, ["¥10.00"], ["done", "outline"])),
    ],
)  # fmt: skip
def test_what_a_complaint_cost(
    monkeypatch: pytest.MonkeyPatch, paid: list[int | None], costs: list[Any], recourses: list[Any], told: Any
) -> None:
    monkeypatch.setattr(panels.ExecutionItem, "of", lambda complaint: [Row(paid_fen=one) for one in paid])
    monkeypatch.setattr(panels.Cost, "of", lambda complaint: costs)
    monkeypatch.setattr(panels.Recourse, "of", lambda complaint: recourses)
    monkeypatch.setattr(panels.advance, "name_of", lambda rule, version: rule)
    shown = panels.costs_context(Row(), Row())  # type: ignore[arg-type]
    assert (shown is None) == (told is None)
    if shown is not None:
        amounts = [line["amount"] for line in shown["rows"]]
        tones = [line["tone"] for line in shown["recourses"]]
        assert (shown["note"], shown["paid"], shown["recovered"], shown["minutes"], amounts, tones) == told


def line(code: Any) -> dict[str, Any]:
    return {"code": code}


@pytest.mark.parametrize(
    ("entries", "places", "kept"),
    [
        ([line("a"), line("b-1"), line("7"), line("A12")], set(), 4),
        (None, {"lines"}, 0),
        ([], {"lines"}, 0),
        ("a", {"lines"}, 0),
        ([line("a")] * 301, {"lines"}, 0),
        ([line(f"n{number}") for number in range(300)], set(), 300),
        ([line("Aa")], {"lines.1.code"}, 1),
        ([line("a"), line(None), line("a"), line("b")], {"lines.2.code", "lines.3.code"}, 4),
        ([line("a"), "b"], {"lines.2.code"}, 1),
        ([line("x" * 40)], set(), 1),
        ([line("x" * 41)], {"lines.1.code"}, 1),
        ([line("-x")], {"lines.1.code"}, 1),
    ],
)
def test_a_refusal_names_its_line(entries: Any, places: set[str], kept: int) -> None:
    problems: checks.Problems = {}
    assert len(checks.entries_of({"lines": entries}, "lines", problems)) == kept
    assert set(problems) == places
    for sentence in problems.values():
        number = next(iter(places)).split(".")[1:2]
        assert not number or len(places) > 1 or number[0] in str(sentence)


@pytest.mark.parametrize(
    ("value", "required", "refused"),
    [
        ({"zh-Hans": "退款", "en": "Refund"}, True, False),
        ({"zh-Hans": "退款", "en": " "}, True, True),
        ({"zh-Hans": "退款"}, False, True),
        ({"en": "Refund"}, True, True),
        ({"zh-Hans": "退款", "en": 7}, True, True),
        ({"zh-Hans": "退款", "en": "x" * 400}, True, False),
        ({"zh-Hans": "退款", "en": "x" * 401}, True, True),
        ("Refund", False, True),
        ({}, True, True),
        ({}, False, False),
        (None, False, False),
    ],
)
def test_a_text_stands_in_both_languages_or_not_at_all(value: Any, required: bool, refused: bool) -> None:
    problems: checks.Problems = {}
    checks.both_languages({"name": value}, "name", "lines.1", problems, required=required)
    assert set(problems) == ({"lines.1.name"} if refused else set())


@pytest.mark.parametrize(
    ("link", "refused"),
    [
        ("", False),
        ("https://example.com/a", False),
        ("http://example.com", True),
        ("https://", True),
        ("https://[", True),
        ("https://a:99999/", True),
        ("javascript:1", True),
        (7, True),
    ],
)
def test_a_link_is_a_safe_address(link: Any, refused: bool) -> None:
    problems: checks.Problems = {}
    checks.link({"link": link}, "lines.1", problems)
    checks.link({}, "lines.2", problems)
    checks.one_of("a", ("a", "b"), "lines.3", problems)
    assert set(problems) == ({"lines.1.link"} if refused else set())
    checks.one_of("c", ("a", "b"), "lines.3", problems)
    assert "lines.3" in problems
    with pytest.raises(InvalidInput) as refusal:
        checks.refuse_if(problems)
    assert refusal.value.fields == problems
    checks.refuse_if({})


@pytest.mark.req("RM-04")
@pytest.mark.parametrize(
    ("amounts", "total"), [([], 0), ([None], 0), ([100_00], 100_00), ([100_00, None, 20_01], 120_01), ([5, 5], 10)]
)
def test_a_version_costs_all_of_its_measures_together(
    monkeypatch: pytest.MonkeyPatch, amounts: list[int | None], total: int
) -> None:
    made: list[dict[str, Any]] = []
    monkeypatch.setattr(solutions, "Solution", lambda **columns: made.append(columns))
    monkeypatch.setattr(solutions.queries, "latest_solution", lambda complaint: Row(version=3))
    for book in (solutions.bases, solutions.remedies):
        monkeypatch.setattr(book, "in_force", lambda: Row(version=1))
    case: Any = Row(complaint=None, actor=Row(id=None), at=None)
    solutions.new_version(case, remedy_required=True, rows=[{"amount": one} for one in amounts], basis_codes=[])
    assert (made[0]["total_fen"], made[0]["version"]) == (total, 4)


@pytest.mark.req("RM-09", "RM-10")
@pytest.mark.parametrize(
    ("roles", "fen", "used", "stops"),
    [
        ("frontline", 0, 1000, False), ("frontline", 1, 999, False), ("frontline", 1, 1000, True), ("frontline", 200, 800, False),
        ("frontline", 200, 801, True), ("frontline", 200, 1000, True), ("frontline", 201, 1000, False),
        ("frontline specialist", 200, 1000, False), ("specialist", 200, 1000, False),
    ],
)  # fmt: skip
def test_the_daily_limit_holds_up_to_what_one_case_may_get_at_once_and_that_included(
    monkeypatch: pytest.MonkeyPatch, roles: str, fen: int, used: int, stops: bool
) -> None:
    """Two hundred for one case, a thousand a day."""
    monkeypatch.setattr(direct, "quick_limits", lambda: (200, 1000))
    monkeypatch.setattr(direct, "paid_directly_today", lambda member, at: used)
    monkeypatch.setattr(direct.queries, "committed_fen", lambda complaint: 0)
    monkeypatch.setattr(direct, "one_by_one", lambda complaint, *more: None)
    monkeypatch.setattr(direct, "granted_elsewhere", lambda complaint: direct.Elsewhere())
    monkeypatch.setattr(direct.authority, "may_decide_alone", lambda *given, step: True)
    case: Any = Row(complaint=None, actor=Row(id=1, roles=set(roles.split())), at=None)
    found = direct.within_own_authority(case, Row(), {"remedies": [{"code": "47", "amount": fen}]})  # type: ignore[arg-type]
    assert [one.code for one in found] == ["daily_cap"] * stops


@pytest.mark.req("RM-03")
@pytest.mark.parametrize(
    ("extra", "amount", "text", "wrong"),
    [
        ("amount", None, "x", {"amount"}), ("amount", 0, "", {"amount"}), ("amount", 1, "", set()), ("text", None, "", {"text"}),
        ("text", None, "x", set()), ("text", 0, "", {"amount", "text"}), ("text", 1, "x", set()), ("", None, "", set()),
        ("", 0, "", {"amount"}), ("", 1, "", set()),
    ],
)  # fmt: skip
def test_which_measure_asks_for_an_amount_and_which_for_words(
    monkeypatch: pytest.MonkeyPatch, extra: str, amount: int | None, text: str, wrong: set[str]
) -> None:
    """The second line is looked at; of the first nothing is asked."""
    monkeypatch.setattr(solutions.remedies, "by_code", lambda: {"1": {"extra": ""}, "2": {"extra": extra}})
    rows = [{"code": "1", "amount": None, "text": ""}, {"code": "2", "amount": amount, "text": text}]
    if not wrong:
        solutions.check_remedies(rows, required=True)
        with pytest.raises(InvalidInput) as refused:
            solutions.check_remedies(rows, required=False)
        assert set(refused.value.fields) == {"remedy_required"}
        return solutions.check_remedies([], required=False)
    with pytest.raises(InvalidInput) as refused:
        solutions.check_remedies(rows, required=True)
    assert {place: set(line) for place, line in refused.value.fields["remedies"].rows.items()} == {1: wrong}  # type: ignore[attr-defined]
    return None


@pytest.mark.req("XR-04", "XR-05")
@pytest.mark.parametrize(
    ("way", "state", "agreement", "deadline", "wrong", "done"),
    [
        ("arbitration", "offered", "", 0, "", ""), ("arbitration", "filed", "", 0, "agreement", ""), ("arbitration", "ended", "", 0, "agreement", ""),
        ("arbitration", "filed", "2026-03-01", 0, "", "waits"), ("court", "filed", "", 9, "", "limit waits"), ("court", "offered", "", 9, "", "limit"),
        ("court", "ended", "", 9, "", ""), ("negotiation", "offered", "", 0, "way", ""),
    ],
)  # fmt: skip
def test_what_a_way_outside_needs_and_what_it_starts(
    monkeypatch: pytest.MonkeyPatch, way: str, state: str, agreement: str, deadline: int, wrong: str, done: str
) -> None:
    row = Row(
        seal_all=lambda **texts: None, save=lambda force_insert: None, pk=1, filed_by="", filed_on=None, hearing_at=None
    )
    monkeypatch.setattr(outside, "OutsideCase", lambda **columns: row)
    monkeypatch.setattr(outside.queries, "pending_outside_cases", lambda complaint: [])
    begun: list[str] = []
    case: Any = Row(
        complaint=None, at="now", fact=lambda *given: None, wait_on=lambda on: begun.append("waits"),
        start=lambda kind, due_at, subject_id: begun.append("limit"),
    )  # fmt: skip
    names = {"arbitration": outside.ways.ARBITRATION, "negotiation": outside.ways.NEGOTIATION}
    values = {"way": names.get(way, way), "state": state, "agreement": agreement, "deadline": deadline}
    values |= dict.fromkeys(("body", "reference", "note", "filed_by", "filed_on", "hearing_at"), "")
    if wrong:
        with pytest.raises(InvalidInput) as refused:
            outside.file_outside_case(case, values)
        assert set(refused.value.fields) == {wrong}
    else:
        outside.file_outside_case(case, values)
        assert (row.state, row.deadline, row.ended_at) == (state, deadline, "now" if state == "ended" else None)
    assert " ".join(begun) == done

"""Edges of settlement in tables: dates of measures, who decides anew, what is complete, who is told when, who still has to do something."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.complaints.case import case_of
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.ledger import lock_chain
from tingsu.letters.models import Notice
from tingsu.settlement import roles, solutions
from tingsu.settlement.items import open_items
from tingsu.settlement.models import ExecutionItem, Solution
from tingsu.settlement.steps import opinions, recourse
from tingsu.settlement.steps import solution as writing
from tingsu.settlement.tests.journey import handled

Row = SimpleNamespace
AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
"""In Beijing the third of March has begun."""
A, B = UUID(int=1), UUID(int=2)


@pytest.mark.req("FB-04", "RM-11")
def test_a_measure_is_due_as_many_days_after_the_agreement_as_was_offered(cast: Cast) -> None:
    complaint = handled(cast).offered().complaint
    solution, today = Solution.objects.get(), date(2026, 3, 3)
    solution.complaint = complaint
    for due, promised, day in (
        (3, None, 3),
        (0, None, 0),
        (-2, None, 0),
        (3, -5, 3),
        (-2, -5, 3),
        (-2, -2, 0),
        (-2, -1, 0),
    ):
        Notice.objects.all().delete()
        case = case_of(lock_chain(complaint.pk), cast.specialist2.actor, AT)
        duty = {"due_on": today + timedelta(days=due), "amount": None, "text": "致歉", "remedy": "52"}
        at = AT + timedelta(days=promised) if promised is not None else None
        with travel_to(AT):
            people = (cast.specialist2, cast.dept2)
            made = open_items(
                case, solution=solution, duties=[duty | {"executor": one.id} for one in people], promised_at=at
            )
        assert [one.due_on for one in made] == [today + timedelta(days=day)] * 2, (due, promised)
        limits = [one for one in case.promises if one.kind == "execution"]
        assert [one.due_at for one in limits] == [
            datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC) + timedelta(days=day)
        ] * 2
        told = Notice.objects.filter(kind="execution.asked").values_list("member_id", flat=True)
        assert list(told) == [cast.dept2.id], "nobody is told of what they just did"
    assert ExecutionItem.objects.filter(current=True).count() == 2, "what was opened before stands no more"


@pytest.mark.req("FB-04")
@pytest.mark.parametrize(
    ("state", "items", "still"),
    [
        ("executing", ["open"], True), ("executing", ["done"], True), ("executing", ["failed"], True), ("executing", ["verified"], False),
        ("executing", ["verified", "open"], True), ("executing", [], False), ("evaluating", ["open"], False),
    ],
)  # fmt: skip
def test_until_when_somebody_is_an_executor(
    monkeypatch: pytest.MonkeyPatch, state: str, items: list[str], still: bool
) -> None:
    rows = [Row(state=one) for one in items]
    monkeypatch.setattr(roles.ExecutionItem, "of", lambda complaint, *, current, executor_id: rows if current else [])
    actor: Any = Row(kind="member", id=A)
    assert roles.is_executor(actor, Row(state=state)) is still  # type: ignore[arg-type]
    assert roles.is_executor(Row(kind="token", id=A), Row(state=state)) is False  # type: ignore[arg-type]


@pytest.mark.req("OG-09", "RM-10")
@pytest.mark.parametrize(
    ("approvals", "total", "owed", "marks", "covers"),
    [
        ([], 100, 0, (), False),
        ([(1, 100, [])], 100, 0, (), True),
        ([(1, 100, [])], 101, 0, (), False),
        ([(1, 100, [])], 60, 41, (), False),
        ([(1, 100, ["major"])], 60, 40, ("major",), True),
        ([(1, 100, [])], 60, 40, ("major",), False),
        ([(1, 100, ["major", "crisis"])], 60, 0, ("crisis",), True),
        ([(1, 500, ["major"]), (2, 100, [])], 200, 0, (), False),
        ([(2, 500, []), (1, 100, [])], 200, 0, (), True),
    ],
)
def test_the_latest_approval_covers_its_total_and_its_marks(
    monkeypatch: pytest.MonkeyPatch, approvals: list[Any], total: int, owed: int, marks: Any, covers: bool
) -> None:
    rows = [
        Row(decided_at=AT + timedelta(days=day), asked_at=AT, committed_fen=fen, marks=on) for day, fen, on in approvals
    ]
    monkeypatch.setattr(solutions.Approval, "of", lambda complaint, **asked: rows)
    monkeypatch.setattr(solutions.queries, "committed_fen", lambda complaint, besides: owed)
    monkeypatch.setattr(solutions.authority, "marks_of", lambda complaint: marks)
    assert solutions.approval_covers(Row(complaint=None), Row(total_fen=total)) is covers  # type: ignore[arg-type]


@pytest.mark.req("RM-10")
@pytest.mark.parametrize(
    ("state", "covered", "may"),
    [(None, False, False), ("draft", True, True), ("draft", False, True), ("approved", False, True), ("approved", True, False),
     ("sent", False, True), ("sent", True, False), ("submitted", False, False), ("agreed", False, False)],
)  # fmt: skip
def test_which_version_can_be_submitted(
    monkeypatch: pytest.MonkeyPatch, state: str | None, covered: bool, may: bool
) -> None:
    row = Row(state=state)
    monkeypatch.setattr(solutions.queries, "solution_in", lambda complaint, *states: row if state in states else None)
    monkeypatch.setattr(solutions, "approval_covers", lambda case, solution: covered)
    assert (solutions.submittable(Row(complaint=None)) is row) is may  # type: ignore[arg-type]


@pytest.mark.req("T08")
@pytest.mark.parametrize(("left", "begins"), [(1, "stage"), (0, "now"), (-1, "now")])
def test_a_solution_written_anew_has_what_is_left_of_the_whole_limit(
    monkeypatch: pytest.MonkeyPatch, left: int, begins: str
) -> None:
    entered, started = AT - timedelta(days=3), []
    whole = Row(due_at=AT + timedelta(seconds=left))
    monkeypatch.setattr(solutions, "new_promise", lambda *given, at, **more: whole if at == entered else None)
    case: Any = Row(
        complaint=Row(entered_at=entered, owner_id=A),
        place=lambda: None,
        row=Row(pk=A),
        at=AT,
        policy_facts=dict,
        start=lambda kind, at: started.append(at),
    )
    solutions.write_anew(case)
    assert started == [entered if begins == "stage" else AT]


@pytest.mark.req("RM-03", "RM-05")
@pytest.mark.parametrize(
    ("decision", "reason", "refused"),
    [
        ("granted", "", False),
        ("partly", "", True),
        ("refused", "", True),
        ("partly", "书面致歉", False),
        ("refused", "无依据", False),
    ],
)
def test_what_is_not_granted_in_full_has_its_reason(decision: str, reason: str, refused: bool) -> None:
    rows = [
        {"demand": "1", "decision": "granted", "reasonable": True, "reason": ""},
        {"demand": "2", "decision": decision, "reasonable": True, "reason": reason},
    ]
    if not refused:
        return writing.check_answers(rows)
    with pytest.raises(InvalidInput) as refusal_of:
        writing.check_answers(rows)
    assert {place: set(line) for place, line in refusal_of.value.fields["answers"].rows.items()} == {1: {"reason"}}  # type: ignore[attr-defined]
    return None


@pytest.mark.req("RM-04", "RM-07")
@pytest.mark.parametrize(
    ("required", "remedies", "basis", "missing"),
    [
        (True, [], ["x"], {"no_remedy"}), (False, [], ["x"], set()), (True, [(A, AT)], ["x"], set()), (True, [(A, AT)], [], {"no_basis"}),
        (True, [(None, AT)], ["x"], {"no_executor"}), (True, [(A, None)], ["x"], {"no_executor"}),
        (True, [(A, AT), (None, None)], [], {"no_executor", "no_basis"}),
    ],
)  # fmt: skip
def test_what_a_solution_must_have_before_it_is_submitted(
    monkeypatch: pytest.MonkeyPatch, required: bool, remedies: list[Any], basis: list[str], missing: set[str]
) -> None:
    rows = [Row(executor_id=who, due_on=day) for who, day in remedies]
    monkeypatch.setattr(writing, "submittable", lambda case: Row(remedy_required=required, bases=basis))
    monkeypatch.setattr(writing.Remedy, "of", lambda complaint, *, solution: rows)
    unmet = writing.solution_complete(Row(complaint=Row(withdrawn=True)), Row(), None)  # type: ignore[arg-type]
    assert {one.code for one in unmet} == missing


@pytest.mark.req("RM-13")
def test_recourse_is_taken_once_for_each_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        Row(pk=A, paid_fen=100),
        Row(pk=B, paid_fen=200),
        Row(pk=UUID(int=3), paid_fen=None),
        Row(pk=UUID(int=4), paid_fen=0),
    ]
    monkeypatch.setattr(recourse.ExecutionItem, "of", lambda complaint: items)
    for claimed, left in ([], [A, B]), ([A], [B]), ([A, B], []):
        monkeypatch.setattr(
            recourse.Recourse, "of", lambda complaint, claimed=claimed: [Row(item_id=one) for one in claimed]
        )
        assert [one.pk for one in recourse.paid_items(None)] == left


@pytest.mark.req("P17")
@pytest.mark.parametrize(
    ("refusals", "earlier", "contacts", "seconds", "unmet"),
    [
        ([True], False, {}, 0, {"not_negotiated"}), ([True], True, {}, 0, set()), ([True], False, {"negotiation": 1}, 0, set()),
        ([False], False, {}, 0, set()), ([True, False], False, {}, 0, set()), ([True], False, {"opinion": 9}, 0, {"not_negotiated"}),
        ([], False, {"opinion": opinions.SILENCE_ATTEMPTS}, -1, {"period_runs"}),
        ([], False, {"opinion": opinions.SILENCE_ATTEMPTS}, 0, {"period_runs"}),
        ([], False, {"opinion": opinions.SILENCE_ATTEMPTS}, 1, set()),
        ([], False, {"opinion": opinions.SILENCE_ATTEMPTS - 1}, 1, {"attempts_missing"}),
        ([], True, {}, None, {"attempts_missing"}),
    ],
)  # fmt: skip
def test_when_no_agreement_may_be_recorded(
    monkeypatch: pytest.MonkeyPatch, refusals: list[bool], earlier: bool, contacts: dict[str, int], seconds: int | None, unmet: set[str]
) -> None:  # fmt: skip
    monkeypatch.setattr(opinions.queries, "solution_in", lambda complaint, state: Row(sent_at=AT))
    monkeypatch.setattr(opinions, "_refusals", lambda case: [Row(negotiable=one) for one in refusals])
    monkeypatch.setattr(opinions.Solution, "of", lambda complaint, *, state: [Row()] * earlier)
    monkeypatch.setattr(opinions.queries, "contacts_since", lambda complaint, since, what: contacts.get(what, 0))
    running = Row(due_at=AT) if seconds is not None else None
    case: Any = Row(complaint=None, at=AT + timedelta(seconds=seconds or 0), running=lambda kind: running)
    found = opinions.refused_after_negotiation_or_silent(case, Row(), None)  # type: ignore[arg-type]
    assert {one.code for one in found} == unmet

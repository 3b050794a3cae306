"""Solved in the call in which it is registered: one transaction, every condition of the long way, no high risk."""

from typing import Any

import pytest

from tests.cast import Cast, Person
from tingsu.complaints.models import Complaint
from tingsu.intake.actions import Registered, register_complaint
from tingsu.intake.at_once import wanted
from tingsu.intake.reading import read_intake
from tingsu.intake.tests.test_register_complaint import MONDAY, STORY
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed, TingsuError
from tingsu.kernel.models import Event, IdempotencyKey
from tingsu.letters.models import Letter
from tingsu.settlement.models import ExecutionItem, Solution
from tingsu.triage.models import Assessment
from tingsu.triage.tests.cases import PLAN, registered, reported, step

CALL = {**STORY, "record_confirmed": True, "demands": [{"kind": "refund", "amount": 99_00}]}
DONE = {"proof": "退款流水 0317"}


def at_once(who: Person, values: dict[str, Any] | None = None, *, key: str = "", **changes: Any) -> Registered:
    with travel_to(MONDAY):
        return register_complaint(
            actor=who.actor, intake=read_intake({**CALL, **changes}), key=key,
            then=wanted("solve_directly", DONE if values is None else values),
        )  # fmt: skip


def nothing_there() -> bool:
    return not any(model.objects.exists() for model in (Complaint, Solution, Assessment, Letter, IdempotencyKey))


@pytest.mark.req("AS-17", "TR-08", "AK-01")
def test_a_simple_refund_is_registered_acknowledged_graded_and_solved_in_one_transaction(cast: Cast) -> None:
    made = at_once(cast.frontline)
    row = Complaint.objects.get()
    assert (row.state, row.grade, row.urgency, row.verdict, row.outcome) == (
        "evaluating", "general", "normal", "founded", "accepted",
    )  # fmt: skip
    assert (made.complaint.state, made.complaint.number) == ("evaluating", row.number)
    assert row.acknowledged_at == row.record_confirmed_at == MONDAY
    kinds = list(
        Event.objects.filter(stream_id=row.pk, kind__startswith="complaint.")
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert kinds == [
        "complaint.registered", "complaint.acknowledged", "complaint.graded", "complaint.solved_directly",
    ]  # fmt: skip
    told = Event.objects.get(stream_id=row.pk, kind="complaint.acknowledged")
    assert told.body["values"]["means"] == "phone"
    item = ExecutionItem.objects.get()
    assert (item.remedy, item.amount_fen, item.paid_fen, item.done_by) == ("49", 99_00, 99_00, cast.frontline.id)
    assert Solution.objects.get().text("opinion").endswith("¥99.00")
    assert Letter.objects.filter(stream_id=row.pk, template="acknowledgement", state="queued").exists()


@pytest.mark.req("AS-17")
def test_what_is_typed_stands_before_what_the_record_says(cast: Cast) -> None:
    lines = [{"code": "47", "amount": 50_00, "text": "红包"}, {"code": "52", "amount": None, "text": ""}]
    at_once(cast.frontline, {**DONE, "remedies": lines, "solution": "补偿五十元并道歉", "accepted_by": "电话中同意"})
    assert [(one.remedy, one.amount_fen) for one in ExecutionItem.objects.order_by("position")] == [
        ("47", 50_00),
        ("52", None),
    ]
    assert Solution.objects.get().text("opinion") == "补偿五十元并道歉"


@pytest.mark.req("AS-17", "RG-13")
def test_the_same_call_sent_twice_is_solved_once(cast: Cast) -> None:
    first, second = at_once(cast.frontline, key="call-1"), at_once(cast.frontline, key="call-1")
    assert first.complaint.pk == second.complaint.pk
    assert second.again
    assert Solution.objects.count() == 1


@pytest.mark.req("OG-09", "RM-10", "TR-08", "IV-10")
@pytest.mark.parametrize(
    ("changes", "values", "codes"),
    [
        ({"demands": [{"kind": "refund", "amount": 9_000_00}]}, DONE, {"beyond_authority"}),
        ({"record_confirmed": False}, DONE, {"record_not_confirmed"}),
        ({"mode": "email"}, DONE, {"nobody_to_agree"}),
        ({"mode": "letter"}, DONE, {"nobody_to_agree"}),
        ({"description": "充电宝起火，老人烧伤送医抢救"}, DONE, {"unusual"}),
        ({"channel": "media", "mode": "phone"}, DONE, {"unusual"}),
    ],
    ids=["amount", "unconfirmed", "by mail", "by letter", "high risk", "media"],
)
def test_what_the_long_way_refuses_the_short_way_refuses_with_a_sentence_and_registers_nothing(
    cast: Cast, changes: dict[str, Any], values: dict[str, Any], codes: set[str]
) -> None:
    with pytest.raises(ConditionsUnmet) as refused:
        at_once(cast.frontline, values, **changes)
    assert {one.code for one in refused.value.unmet} == codes
    assert all(str(one) for one in refused.value.unmet)
    assert nothing_there()
    at_once(cast.frontline)


@pytest.mark.parametrize("values", [{}, {"proof": "　"}, {"proof": "有", "remedies": [{"code": "49", "amount": -1}]},
                                    {"proof": "有", "remedies": [{"code": "49", "amount": "1e9"}]}, {"proof": "有", "bases": ["none"]},
                                    {"proof": "有", "nonsense": "1"}])  # fmt: skip
def test_a_wrong_value_is_told_as_the_solutions_and_nothing_is_registered(cast: Cast, values: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        at_once(cast.frontline, values)
    assert refused.value.of == "solve_directly"
    assert nothing_there()


@pytest.mark.req("OG-02", "OG-03")
@pytest.mark.parametrize("person", ["supervisor", "qa", "mgmt_rep"])
def test_whoever_may_not_solve_directly_may_not_in_the_call_either(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        at_once(getattr(cast, person))
    assert nothing_there()


@pytest.mark.req("TR-04")
def test_a_category_that_asks_for_more_is_graded_by_hand(cast: Cast) -> None:
    with pytest.raises(TingsuError):
        at_once(cast.frontline, categories=["3"])
    assert nothing_there()


@pytest.mark.req("TR-16")
def test_while_a_script_is_in_force_for_the_product_the_short_way_is_closed(cast: Cast) -> None:
    complaint = reported(cast, registered(cast.frontline, phone="13900001111"))
    step(cast.specialist, complaint, "draft_pre_plan", **PLAN)
    to = {"unit": str(cast.units["investigation"].pk), "member": str(cast.specialist.id)}
    step(cast.supervisor, complaint, "adopt_pre_plan", **to)
    with pytest.raises(ConditionsUnmet) as refused:
        at_once(cast.frontline)
    assert [one.code for one in refused.value.unmet] == ["script_in_force"]
    assert at_once(cast.frontline, product="电水壶", description="退款七天没有到账。").complaint.state == "evaluating"


@pytest.mark.parametrize("name", ["close", "register", "", None, ["solve_directly"], {}])
def test_only_a_step_made_for_it_is_taken_along(name: Any) -> None:
    with pytest.raises(InvalidInput):
        wanted(name, {})

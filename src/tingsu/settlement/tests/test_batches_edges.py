"""What falls out of a batch, what stays in it, and which order goes first (RM-08, IG-07)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.settlement import batches
from tingsu.settlement.models import ExecutionItem, Payment, PaymentLine
from tingsu.settlement.tests.journey import Journey
from tingsu.settlement.tests.test_batches import booked, does, file_of, gathered, line_of, number_of, ordered, unmet

pytestmark = pytest.mark.req("RM-08", "IG-07")


def _items(journey: Journey, **change: object) -> None:
    ExecutionItem.objects.filter(complaint=journey.complaint).update(**change)


def _payments(journey: Journey, **change: object) -> None:
    Payment.objects.filter(complaint=journey.complaint).update(**change)


FALLS: dict[str, Callable[[Journey], object]] = {
    "a newer version of the solution": lambda one: _items(one, current=False),
    "done by hand": lambda one: _items(one, state="done"),
    "the application was returned": lambda one: _payments(one, state="returned"),
    "paid otherwise": lambda one: _payments(one, state="paid"),
    "the case is no longer carried out": lambda one: Complaint.objects.filter(pk=one.complaint.pk).update(state="evaluating"),
}  # fmt: skip


@pytest.mark.parametrize("how", FALLS)
def test_what_is_no_longer_to_be_paid_is_neither_gathered_nor_released(cast: Cast, how: str) -> None:
    journey = ordered(cast)
    assert list(batches.free_orders("bank")) == [Payment.objects.get(complaint=journey.complaint)]
    assert list(batches.free_orders("wallet")) == [], "other means have files of their own"
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        assert list(batches.free_orders("bank")) == [], "an order stands in one batch"
        FALLS[how](journey)
        assert unmet(cast.supervisor, batch, "release") == {"orders_gone"}
        does(cast.specialist, batch, "drop", order=str(line_of(journey).pk), reason="不再支付")
        assert list(batches.free_orders("bank")) == [], how


def test_an_order_of_another_amount_is_not_released(cast: Cast) -> None:
    journey = ordered(cast)
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        _payments(journey, amount_fen=1_500_01)
        assert unmet(cast.supervisor, batch, "release") == {"orders_gone"}
        _payments(journey, amount_fen=1_500_00)
        does(cast.supervisor, batch, "release")


def test_the_oldest_order_goes_first_and_a_full_batch_takes_no_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = ordered(cast), ordered(cast, 1), ordered(cast, 2)
    _payments(second, checked_at=first.at - timedelta(days=1))
    monkeypatch.setattr(batches, "MOST", 2)
    with travel_to(third.at):
        batch = gathered(cast.specialist)
        does(cast.specialist, batch, "gather")
    rows = PaymentLine.objects.filter(batch_id=batch.pk).order_by("position")
    assert list(rows.values_list("complaint_id", flat=True)) == [second.complaint.pk, first.complaint.pk]
    assert [one.complaint_id for one in batches.free_orders("bank")] == [third.complaint.pk]


def test_what_was_taken_out_stands_neither_in_the_file_nor_in_its_answer(cast: Cast) -> None:
    first, second = ordered(cast), ordered(cast, 1, 2_000_00)
    with travel_to(second.at):
        batch = gathered(cast.specialist)
        does(cast.specialist, batch, "drop", order=str(line_of(first).pk), reason="改由人工支付")
        batch.refresh_from_db()
        assert (batch.codes["orders"], batch.codes["total"]) == (1, 2_000_00)
        assert [one.complaint_id for one in batches.free_orders("bank")] == [first.complaint.pk]
        does(cast.supervisor, batch, "release")
        batch.refresh_from_db()
        told = batches.content(batch, "csv").decode("utf-8", "replace")
        assert (number_of(first) in told, number_of(second) in told) == (False, True)
        both = file_of(
            cast.specialist, f"{number_of(first)},1500.00,成功,,ICBC1", f"{number_of(second)},2000.00,成功,,ICBC2"
        )
        with pytest.raises(InvalidInput) as refused:
            does(cast.specialist, batch, "read", result=[both])
        assert number_of(first) in str(refused.value.body())
        assert line_of(second).state == "waiting", "all of a file or nothing"


def test_money_is_the_batchs_until_the_case_has_taken_the_answer_over(cast: Cast) -> None:
    journey = ordered(cast)
    payment = Payment.objects.get(complaint=journey.complaint)
    assert batches.batch_holding(journey.complaint) == ""
    with travel_to(journey.at):
        batch = gathered(cast.specialist)
        assert batches.batch_holding(journey.complaint) == batch.number
        does(cast.supervisor, batch, "release")
        does(
            cast.specialist,
            batch,
            "read",
            result=[file_of(cast.specialist, f"{number_of(journey)},1500.00,成功,,ICBC1")],
        )
        assert batches.batch_holding(journey.complaint, payment) == batch.number, "answered, not yet taken over"
        booked()
    assert batches.batch_holding(journey.complaint, payment) == ""

"""Two sums below a limit are one above it: money to the same person counts together (OG-09, RM-08, RM-10)."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint, ComplaintLink
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput
from tingsu.kernel.tenancy import acting_for
from tingsu.people.authority import limit_of
from tingsu.settlement import splitting
from tingsu.settlement.models import Approval, Payment, Solution
from tingsu.settlement.queries import open_approval
from tingsu.settlement.steps import direct as direct_step
from tingsu.settlement.tests.journey import MONDAY, Journey, handled, registered
from tingsu.settlement.tests.test_payments import executing

pytestmark = pytest.mark.req("RM-08", "OG-09", "RM-10")
SOLVED = {"solution": "补发", "bases": ["rule.compensation"], "accepted_by": "同意", "proof": "流水", "means": "wallet"}


def direct(cast: Cast, journey: Journey, fen: int) -> Journey:
    return journey.step(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": fen}], **SOLVED)


def test_two_quick_compensations_below_the_limit_are_one_above_it(cast: Cast) -> None:
    direct(cast, registered(cast), 150_00)
    second = registered(cast)
    refused = second.refusal(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": 50_01}], **SOLVED)
    assert refused == {"split"}
    direct(cast, second, 50_00)
    direct(cast, registered(cast, phone="13800004401"), 150_00)


def test_a_second_solution_for_the_same_person_goes_to_whoever_may_grant_both(cast: Cast) -> None:
    limit = limit_of(cast.specialist2.actor)
    assert limit is not None
    first = handled(cast).offered(amount=limit)
    second = handled(cast)
    second.step(second.owner, "draft_solution", **second.solution(amount=100))
    second.step(second.owner, "submit_solution")
    asked = open_approval(second.complaint)
    assert asked is not None
    assert (asked.related_fen, asked.related, asked.own_authority) == (limit, [first.complaint.number], False)
    lowest = cast.supervisor if cast.supervisor.actor.has_role(*asked.roles) else cast.mgmt_rep
    Approval.objects.filter(pk=asked.pk).update(related_fen=10**9, roles=["supervisor", "mgmt_rep", "top_mgmt"])
    assert second.refusal(cast.supervisor, "approve") == {"beyond_authority"}
    Approval.objects.filter(pk=asked.pk).update(related_fen=limit)
    second.step(lowest, "approve")
    other = handled(cast, phone="13800004401").offered(amount=limit)
    assert Approval.objects.get(complaint=other.complaint).related_fen == 0


@pytest.mark.parametrize(
    ("days", "order", "repeated", "counts"),
    [(0, False, False, True), (30, False, False, True), (31, False, False, False), (31, True, False, True), (31, False, True, True)],
)  # fmt: skip
def test_what_belongs_together(cast: Cast, days: int, order: bool, repeated: bool, counts: bool) -> None:
    number = {"order_number": "2603 0001 7788"} if order else {}
    first, second = registered(cast, **number), registered(cast, **number)
    Complaint.objects.filter(pk=second.complaint.pk).update(
        received_at=first.complaint.received_at + timedelta(days=days)
    )
    second.refresh()
    if repeated:
        ComplaintLink.objects.create(
            complaint=second.complaint, other=first.complaint, kind="repeated", confirmed_at=MONDAY
        )
    assert (first.complaint.pk in splitting.related(second.complaint)) is counts


def test_one_order_is_one_whoever_of_the_household_complains(cast: Cast) -> None:
    """Husband and wife, each with an own telephone, about the same parcel; and a stranger with another order."""
    first = registered(cast, order_number="2603-0001-7788")
    direct(cast, first, 150_00)
    second = registered(cast, order_number="26030001 7788", phone="13800004402")
    assert second.refusal(cast.frontline, "solve_directly", remedies=[{"code": "47", "amount": 50_01}], **SOLVED) == {
        "split"
    }
    assert splitting.related(second.complaint) == {first.complaint.pk: first.complaint.number}
    direct(cast, registered(cast, order_number="2603-0001-7789", phone="13800004403"), 150_00)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("RM-09")
def test_two_sums_granted_at_the_same_instant_see_each_other(
    cast: Cast, organisation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second waits for the first: for the same person, and for the daily limit of one colleague."""
    cases = [
        registered(cast),
        registered(cast),
        registered(cast, phone="13800004401"),
        registered(cast, phone="13800004402"),
    ]
    monkeypatch.setattr(direct_step, "quick_limits", lambda: (200_00, 400_00))
    for pair, refusal in ((cases[:2], "split"), (cases[2:], "daily_cap")):
        inside, check = threading.Barrier(2), direct_step.check_means

        def both_inside(case: Any, values: Any, inside: Any = inside, check: Any = check) -> None:
            """Each that has passed its conditions waits a moment for the other to pass them as well."""
            with contextlib.suppress(threading.BrokenBarrierError):
                inside.wait(0.5)
            check(case, values)

        monkeypatch.setattr(direct_step, "check_means", both_inside)

        def solve(journey: Journey) -> set[str]:
            try:
                with acting_for(organisation.pk), travel_to(journey.at):
                    remedies = [{"code": "47", "amount": 150_00}]
                    take_step(
                        actor=cast.frontline.actor, complaint_id=journey.complaint.pk, step="solve_directly",
                        values={"remedies": remedies, **SOLVED},
                    )  # fmt: skip
            except ConditionsUnmet as refused:
                return {one.code for one in refused.unmet}
            finally:
                connection.close()
            return {"done"}

        with ThreadPoolExecutor(2) as pool:
            assert sorted(map(sorted, pool.map(solve, pair))) == sorted([["done"], [refusal]])
        monkeypatch.setattr(direct_step, "check_means", check)


def test_whoever_submits_or_pays_waits_for_who_grants_to_the_same_person(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way by which money is granted takes the same turn, before it looks at what others granted."""
    journey = handled(cast)
    journey.step(journey.owner, "draft_solution", **journey.solution(amount=100_00))
    turns: list[str] = []
    monkeypatch.setattr(splitting, "take_turns", turns.append)
    journey.step(journey.owner, "submit_solution")
    submitted = set(turns)
    assert submitted, "two solutions that are submitted at the same instant see each other"
    journey.step(journey.owner, "send_solution").opinion().step(journey.owner, "agree")
    turns.clear()
    item = str(journey.complaint_items()[0].pk)
    journey.step(journey.owner, "finish_item", item=item, proof="回单", paid=100_00, means="original")
    assert set(turns) == submitted, "and so do two payments without an order"


def test_offers_that_bind_nobody_do_not_count(cast: Cast) -> None:
    first, second = handled(cast).offered(), handled(cast)
    assert splitting.granted_elsewhere(second.complaint) == splitting.Elsewhere(100_00, (first.complaint.number,))
    for state in ("refused", "replaced", "rejected", "returned", "draft", "submitted"):
        Solution.objects.filter(complaint=first.complaint).update(state=state)
        assert splitting.granted_elsewhere(second.complaint).fen == 0, state


def test_a_case_of_the_same_event_counts_however_long_ago(cast: Cast) -> None:
    first, second = registered(cast), registered(cast)
    Complaint.objects.filter(pk=first.complaint.pk).update(received_at=MONDAY - timedelta(days=200))
    assert splitting.related(second.complaint) == {}
    from tingsu.registers.actions import Link, Opening, open_entry
    from tingsu.registers.declaration import registers
    from tingsu.registers.tests.samples import values_for

    register = registers()["major_event"]
    links = tuple(Link(other_id=one.complaint.pk, kind="includes") for one in (first, second))
    values = values_for(register.opens.fields, cast.supervisor)
    open_entry(actor=cast.supervisor.actor, register=register, opening=Opening(values=values, links=links))
    assert set(splitting.related(second.complaint)) == {first.complaint.pk}


def test_small_payments_to_one_person_are_ordered_once_they_are_large_together(cast: Cast) -> None:
    first, item = executing(cast, 600_00)
    first.step(first.owner, "finish_item", item=item, proof="回单", paid=600_00, means="original")
    second, other = executing(cast, 400_00)
    values: dict[str, Any] = {"item": other, "proof": "回单", "paid": 400_00, "means": "original"}
    assert second.refusal(second.owner, "finish_item", **values) == {"not_ordered"}
    third, small = executing(cast, 399_99)
    third.step(third.owner, "finish_item", item=small, proof="回单", paid=399_99, means="original")
    stranger, free = executing(cast, 400_00, phone="13800004401")
    stranger.step(stranger.owner, "finish_item", item=free, proof="回单", paid=400_00, means="original")


@pytest.mark.parametrize(
    ("means", "amount", "code"),
    [
        ("", 20_00, "required"), ("bank", 20_00, "account_needed"), ("counter", 200_00, "not_ordered"), ("cheque", 20_00, "choice"),
        ("wallet", None, ""), ("wallet", 20_00, ""), ("counter", 199_99, ""), ("", None, ""),
    ],
)  # fmt: skip
def test_money_given_at_once_says_by_what_means(cast: Cast, means: str, amount: int | None, code: str) -> None:
    journey = registered(cast)
    line = {"code": "47", "amount": amount} if amount else {"code": "52"}
    values = {**SOLVED, "means": means, "remedies": [line]}
    if code:
        with pytest.raises(InvalidInput) as refused:
            journey.step(cast.frontline, "solve_directly", **values)
        assert refused.value.fields["means"].code == code
        assert not Payment.objects.exists()
    else:
        journey.step(cast.frontline, "solve_directly", **values)
        found = Payment.objects.values_list("means", "state", "amount_fen", "paid_by")
        assert list(found) == ([(means, "paid", amount, cast.frontline.id)] if amount else [])


def test_two_lines_of_one_direct_solution_are_one_sum(cast: Cast) -> None:
    journey = registered(cast)
    lines = [{"code": "47", "amount": 100_00}, {"code": "49", "amount": 100_00}]
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.frontline, "solve_directly", **{**SOLVED, "means": "counter", "remedies": lines})
    assert refused.value.fields["means"].code == "not_ordered"


@pytest.mark.parametrize("typed", ["-1", "0.001", "1e9", "10000000000000", "一百", "1,2,3", "￥"])
def test_an_amount_that_is_none_is_refused_beside_its_line(cast: Cast, typed: str) -> None:
    journey = registered(cast)
    with pytest.raises(InvalidInput) as refused:
        journey.step(cast.frontline, "solve_directly", **{**SOLVED, "remedies": [{"code": "47", "amount": typed}]})
    assert set(refused.value.fields) == {"remedies"}


def test_full_width_digits_are_an_amount(cast: Cast) -> None:
    journey = registered(cast)
    journey.step(cast.frontline, "solve_directly", **{**SOLVED, "remedies": [{"code": "47", "amount": "２０．５０元"}]})
    assert Payment.objects.get().amount_fen == 20_50

"""Quick compensation is checked afterwards by sample, by somebody else than who gave it (RM-09)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import LONG_AGO, Cast, Person
from tingsu.clocks.models import Promise
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotFound
from tingsu.kernel.rulebooks import publish
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry, EntryLink
from tingsu.settlement import quick_checks
from tingsu.settlement.models import Solution
from tingsu.settlement.tests.journey import registered
from tingsu.settlement.tests.test_who_decides import SOLVED

pytestmark = pytest.mark.req("RM-09")
NEXT_MONDAY = datetime(2026, 3, 8, 18, 0, tzinfo=UTC)
"""Two in the morning of Monday 9 March in Beijing."""


def given(cast: Cast, fen: int = 60_00) -> Any:
    journey = registered(cast, phone=f"138000{Solution.objects.count() + 10000}")
    remedies = [{"code": "47", "amount": fen}] if fen else []
    return journey.step(
        cast.frontline, "solve_directly", **SOLVED | {"means": "wallet" if fen else ""}, remedies=remedies
    )


def rules(cast: Cast, percent: int, least: int) -> None:
    with travel_to(LONG_AGO):
        body = {"percent": percent, "least": least}
        publish(actor=automation("test", cast.organisation_id), kind=quick_checks.KIND, body=body)


def does(by: Person, entry: Entry, name: str, **values: Any) -> Entry:
    take_step(actor=by.actor, entry=entry, register=registers()["quick_check"], step=name, values=values)
    return Entry.objects.get(pk=entry.pk)


@pytest.mark.parametrize(
    ("percent", "least", "drawn"),
    [(10, 1, 1), (10, 0, 1), (0, 0, 0), (0, 1, 1), (50, 1, 2), (51, 1, 3), (100, 0, 4), (0, 9, 4)],
)
def test_a_share_of_the_week_is_drawn_and_asking_twice_gives_the_same(
    cast: Cast, percent: int, least: int, drawn: int
) -> None:
    for _turn in range(4):
        given(cast)
    given(cast, 0)
    rules(cast, percent, least)
    first, again = ([one.pk for one in quick_checks.drawn(NEXT_MONDAY)] for _turn in range(2))
    assert first == again
    assert len(first) == drawn


def test_only_quick_money_of_the_last_whole_week_counts(cast: Cast) -> None:
    rules(cast, 100, 0)
    given(cast)
    begun = Solution.objects.get()
    for at, counts in (
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), False), (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 8, 15, 59, 59, tzinfo=UTC), True), (datetime(2026, 3, 8, 16, 0, tzinfo=UTC), False),
    ):  # fmt: skip
        Solution.objects.update(drafted_at=at)
        assert bool(quick_checks.drawn(NEXT_MONDAY)) is counts, at
    Solution.objects.update(drafted_at=begun.drafted_at)
    for change, counts in (
        ({"total_fen": 200_00}, True),
        ({"total_fen": 200_01}, False),
        ({"origin": "handling"}, False),
    ):
        Solution.objects.update(**{"total_fen": 60_00, "origin": "direct"} | change)
        assert bool(quick_checks.drawn(NEXT_MONDAY)) is counts, change


def test_an_entry_is_opened_once_and_somebody_else_says_whether_it_was_in_order(cast: Cast) -> None:
    first, second = given(cast), given(cast, 90_00)
    rules(cast, 100, 0)
    with travel_to(NEXT_MONDAY):
        opened = quick_checks.open_owed()
        assert quick_checks.open_owed() == []
    assert len(opened) == 2
    assert set(EntryLink.objects.values_list("other_id", flat=True)) == {first.complaint.pk, second.complaint.pk}
    mine = next(one for one in opened if one.codes["amount"] == 60_00)
    assert (mine.codes["member"], mine.state) == (str(cast.frontline.id), "open")
    limit = Promise.objects.get(stream_id=mine.pk, kind="quick_check")
    assert limit.due_at - NEXT_MONDAY > timedelta(days=11)
    Entry.objects.filter(pk=mine.pk).update(codes=mine.codes | {"member": str(cast.qa.id)})
    mine.refresh_from_db()
    with pytest.raises(ConditionsUnmet) as own:
        does(cast.qa, mine, "confirm", finding="无误")
    assert {one.code for one in own.value.unmet} == {"own_money"}
    with pytest.raises(NotFound):
        does(cast.frontline2, mine, "confirm", finding="无误")
    with pytest.raises(InvalidInput):
        does(cast.supervisor, mine, "confirm")
    assert does(cast.supervisor, mine, "confirm", finding="金额与凭证相符").state == "in_order"
    assert Promise.objects.get(pk=limit.pk).ending == "met"
    theirs = next(one for one in opened if one.pk != mine.pk)
    with pytest.raises(InvalidInput):
        does(cast.qa, theirs, "object", finding="凭证缺失")
    assert does(cast.qa, theirs, "object", finding="凭证缺失", follows="补交凭证").state == "objected"


@pytest.mark.parametrize(
    "body",
    [{"percent": 101, "least": 1}, {"percent": -1, "least": 1}, {"percent": 10}, {"percent": True, "least": 1}, {}],
)
def test_a_share_is_a_number_from_nothing_to_all(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        quick_checks.check(body)


def test_which_one_is_drawn_is_decided_by_lot_and_not_by_its_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [given(cast).complaint.pk for _turn in range(3)]
    rules(cast, 10, 1)
    places = {row.pk: cases.index(row.complaint_id) for row in Solution.objects.filter(origin="direct")}
    for wanted in range(3):
        monkeypatch.setattr(quick_checks, "_lot", lambda pk, wanted=wanted: b"0" if places[pk] == wanted else b"1")
        assert [one.complaint_id for one in quick_checks.drawn(NEXT_MONDAY)] == [cases[wanted]]

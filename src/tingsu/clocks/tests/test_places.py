"""Which units count for a member, the nearest first, and when a region is asked for at all (SL-02)."""

from types import SimpleNamespace as Row
from typing import Any
from uuid import UUID

import pytest

from tests.cast import Cast
from tingsu.clocks import places, queries
from tingsu.clocks.models import EscalationCall
from tingsu.people.directory import Directory
from tingsu.triage.tests.cases import registered, step

A, B = UUID(int=11), UUID(int=12)


@pytest.mark.req("SL-02")
def test_the_units_of_a_member_are_those_of_each_post_and_above_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    top, left, right, lost = (UUID(int=number) for number in range(1, 5))
    units: dict[UUID, Any] = {top: Row(parent_id=None), left: Row(parent_id=top), right: Row(parent_id=top)}
    posts = {A: [left, right, lost], B: [top]}
    held: Any = {who: tuple(Row(unit_id=unit) for unit in places_of) for who, places_of in posts.items()}
    known = Directory({}, units, (), held)
    monkeypatch.setattr("tingsu.people.directory.in_office", lambda post, at: True)
    monkeypatch.setattr(places, "directory", lambda: known)
    assert known.units_of(A) == [left, top, right, lost]
    assert (known.units_of(B), known.units_of(UUID(int=99)), known.units_of(None)) == ([top], [], [])
    units[top] = Row(parent_id=left)
    assert known.units_of(B) == [top, left], "units in a ring end"
    asked: list[Any] = []

    def applying(units: list[str], place: str) -> str:
        asked.append((units, place))
        return "GX"

    monkeypatch.setattr(places, "region_applying", applying)
    for there, told in ((False, ""), (True, "GX")):
        monkeypatch.setattr(places, "has_regions", lambda there=there: there)
        assert places.region_of(B, "450100") == told
    assert asked == [([str(top), str(left)], "450100")]


@pytest.mark.req("CA-57")
def test_an_escalation_waits_for_those_who_were_called_and_nobody_else(cast: Cast) -> None:
    case = step(cast.frontline, registered(cast.frontline), "escalate", reason="久拖")
    called = EscalationCall.objects.filter(stream_id=case.pk).values_list("member_id", flat=True)[0]
    assert [row.stream_id for row in queries.waiting_for(called)] == [case.pk]
    assert not queries.waiting_for(cast.dept2.id)

"""Edges of the case page and of what leaves it, in tables: which clocks, whom it waits for, who may still fetch a list."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from tests.cast import Cast
from tingsu.complaints import terms, waiting
from tingsu.desk import cases, exports, team
from tingsu.kernel.clock import travel_to

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ME = UUID(int=1)


def promise(kind: str, due: int, ending: str = "", ended: int | None = None) -> Any:
    ended_at = AT + ended * HOUR if ended is not None else None
    return SimpleNamespace(
        pk=UUID(int=7),
        kind=kind,
        due_at=AT + due * HOUR,
        ending=ending,
        ended_at=ended_at,
        is_open=not ending,
        subject_id=None,
    )


@pytest.mark.req("SL-18")
@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([("b", 2), ("a", 1)], "a b"), ([("b", 1), ("a", 1)], "a b"), ([("a", 1, "met", 0), ("b", 9)], "b a"),
        ([("a", 1, "cancelled", 0), ("b", 9)], "b"), ([("a", 1, "lapsed", 1), ("b", 1, "met", 1)], "b"),
        ([("a", 1, "met", 1), ("b", 1, "met", 3), ("c", 1, "met", 2)], "b c a"),
        ([("e", 5), ("d", 4), ("c", 3), ("b", 2), ("a", 1)], "a b c d"),
        ([("d", 1, "met", 1), ("c", 3), ("b", 2), ("a", 1)], "a b c d"),
        ([("e", 1, "met", 1), ("d", 1, "met", 2), ("c", 3), ("b", 2), ("a", 1)], "a b c d"), ([], ""),
    ],
)  # fmt: skip
def test_four_clocks_what_runs_by_its_end_and_then_what_was_kept_last(
    monkeypatch: pytest.MonkeyPatch, rows: list[tuple[Any, ...]], shown: str
) -> None:
    monkeypatch.setattr(cases, "subjects_of", lambda complaint, chosen: {})
    monkeypatch.setattr(cases, "timer_name", lambda kind: kind)
    found = cases.clocks_of(SimpleNamespace(), [promise(*row) for row in rows])  # type: ignore[arg-type]
    assert [one.name for one in found] == shown.split()


@pytest.mark.parametrize(
    ("is_open", "on", "told"),
    [(True, "us", False), (True, "complainant", True), (True, "department", True), (False, "complainant", False), (False, "us", False)],
)  # fmt: skip
def test_only_an_open_case_waits_for_somebody(is_open: bool, on: str, told: bool) -> None:
    with override("en"):
        words = cases.waiting_words(
            SimpleNamespace(is_open=is_open, waiting_on=on, get_waiting_on_display=lambda: terms.WaitingOn(on).label)  # type: ignore[arg-type]
        )
    assert words == (terms.WaitingOn(on).label if told else "")


@pytest.mark.req("OG-08")
@pytest.mark.parametrize(
    ("started", "due", "told"), [(None, None, None), (None, 5, (0, 5)), (2, 5, (2, 5)), (2, None, None)]
)
def test_the_next_limit_of_a_case_runs_from_where_it_began(
    started: int | None, due: int | None, told: tuple[int, int] | None
) -> None:
    def when(hours: int | None) -> datetime | None:
        return None if hours is None else AT + hours * HOUR

    found = waiting.due_of(
        SimpleNamespace(next_due_at=when(due), next_due_started_at=when(started), received_at=AT)  # type: ignore[arg-type]
    )
    assert (found and (found.started_at, found.due_at)) == (told and (when(told[0]), when(told[1])))


@pytest.mark.req("PS-06", "PS-09")
@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, True), ({"register": "contact"}, False), ({"state": "asked"}, False), ({"state": "withdrawn"}, False),
        ({"opened_by": UUID(int=2)}, False), ({"until": 0}, False), ({"until": 1}, True), ({"until": -1}, False), ({"until": None}, False),
        ({"roles": {"frontline"}}, False), ({"roles": {"frontline", "supervisor"}}, True), ({"roles": set()}, False),
    ],
)  # fmt: skip
def test_a_list_is_fetched_by_who_asked_while_it_is_approved_young_and_theirs_to_ask_for(
    change: dict[str, Any], may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"register": "export", "state": "approved", "opened_by": ME, "until": 1, "roles": {"supervisor"}} | change
    until = {} if given["until"] is None else {"until": (AT + given["until"] * timedelta(seconds=1)).isoformat()}
    entry: Any = SimpleNamespace(**given | {"codes": until}, number="DC-1", opened_at=AT)
    actor: Any = SimpleNamespace(id=ME, has_role=lambda *roles: bool(given["roles"] & set(roles)))
    monkeypatch.setattr(exports, "has_left_since", lambda member, since: False)
    with travel_to(AT):
        assert exports.may_fetch(actor, entry) is may
        assert bool(exports.offers(actor, entry)) is may


@pytest.mark.req("QC-06")
def test_there_are_more_people_exactly_while_there_are(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [one.member.pk for one in team.team_of(cast.supervisor.actor, AT).loads]
    for size, page, shown, more in (
        (len(everybody), 1, everybody, False), (len(everybody) - 1, 1, everybody[:-1], True), (len(everybody) - 1, 2, everybody[-1:], False),
        (len(everybody) + 1, 1, everybody, False), (2, 2, everybody[2:4], True),
    ):  # fmt: skip
        monkeypatch.setattr(team, "PEOPLE", size)
        found = team.team_of(cast.supervisor.actor, AT, page=page)
        assert ([one.member.pk for one in found.loads], found.more) == (shown, more), (size, page)

"""Edges of the archive in tables: who has to say what a file is opened for, how long that holds, and in which order files stand (RC-05)."""

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tingsu.desk import archive
from tingsu.desk.archive import Wanted
from tingsu.privacy.actions import PURPOSE_LIMIT

pytestmark = pytest.mark.req("RC-05")
Row = SimpleNamespace
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
A, B, C, D, E = (uuid.UUID(int=number) for number in range(1, 6))
ANY: Any = None


class Key:
    """A key that only reads under the words it sealed with."""

    def seal(self, words: str, context: str) -> bytes:
        return f"{context}|{words}".encode()

    def open(self, sealed: bytes, context: str) -> str:
        assert sealed.decode().startswith(f"{context}|")
        return sealed.decode().partition("|")[2]


def somebody(who: uuid.UUID = A, organisation: uuid.UUID = E, *roles: str) -> Any:
    return Row(
        id=who, organisation_id=organisation, unit_ids=(D,), has_role=lambda *asked: bool(set(asked) & set(roles))
    )


def case(pk: uuid.UUID = C, state: str = "archived", **more: Any) -> Any:
    stream = Row(wrapped_key=b"k", key=Key)
    return Row(**{"pk": pk, "state": state, "owner_id": B, "first_owner_id": B, "stream": stream} | more)


def nobodys(monkeypatch: pytest.MonkeyPatch, keeper: uuid.UUID | None = B, members: list[Any] | None = None) -> None:
    monkeypatch.setattr(archive.ArchivedFile, "of", lambda complaint: [Row(keeper_id=keeper)] if keeper else [])
    monkeypatch.setattr(archive, "rows_of", lambda model, complaint: members or [])


def test_who_takes_part_in_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    for more, keeper, members, part in (
        ({}, B, [], False), ({"owner_id": A}, B, [], True), ({"first_owner_id": A}, B, [], True), ({}, A, [], True), ({}, None, [], False),
        ({}, B, [Row(member_id=A, unit_id=None)], True), ({}, B, [Row(member_id=None, unit_id=D)], True), ({}, B, [Row(member_id=B, unit_id=C)], False),
    ):  # fmt: skip
        nobodys(monkeypatch, keeper, members)
        assert archive.takes_part(somebody(), case(**more)) is part, (more, keeper, members)


def test_what_a_file_is_opened_for_is_asked_once_and_holds_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Part first, then what was said for this one, then what was stated, then the role; None: it has to be asked."""
    clock = [AT]
    monkeypatch.setattr(archive, "now", lambda: clock[0])
    nobodys(monkeypatch)
    me, request = somebody(), Row(session={})
    code = archive.OFFERED[0]
    assert archive.opening(request, me, case(state="closed")) == ""
    assert archive.opening(request, me, case()) is None
    assert archive.opening(request, me, case(owner_id=A)) == archive.PART
    assert archive.opening(request, somebody(A, E, "auditor"), case()) == "checks"
    assert archive.opening(request, somebody(A, E, "supervisor", "auditor"), case()) == "leads"
    for typed, about, kept in (
        ("", None, False), ("x", case(), False), ("我要看看", None, False), ("leads", case(), False), (archive.PART, case(), False),
        ("看" * (PURPOSE_LIMIT + 1), case(), False), ("看" * PURPOSE_LIMIT, case(), True), ("王先生来电", case(), True), (f" {code} ", None, True),
    ):  # fmt: skip
        request.session.clear()
        assert archive.state_purpose(request, me, typed, about) is kept, typed
        assert bool(request.session) is kept
    assert archive.opening(request, me, case()) == archive.purpose_in_force(request, me) == code
    archive.state_purpose(request, me, "王先生来电", case())
    assert archive.opening(request, me, case()) == "王先生来电"
    assert archive.opening(request, me, case(pk=D)) == code, "words of one's own hold for the one case"
    assert archive.opening(request, somebody(A, D), case()) is None, "another organisation is asked anew"
    assert archive.opening(request, me, case(stream=Row(wrapped_key=None))) == "", "nothing of an erased case is read"
    for later, holds in ((archive.HOLDS - timedelta(seconds=1), True), (archive.HOLDS, False)):
        clock[0] = AT + later
        assert archive.purpose_in_force(request, me) == (code if holds else "")
    clock[0] = AT
    archive.state_purpose(request, me, code, case())
    assert archive.opening(request, me, case()) == code, "the code that was said last stands for what was typed before"
    assert archive.state_purpose(request, me, "王先生来电", case(stream=Row(wrapped_key=None))), (
        "about the erased nothing is written down"
    )
    assert archive.opening(request, me, case()) == ""
    request.session[archive.SESSION]["purpose"] = "leads"
    assert archive.purpose_in_force(request, me) == "", "nobody states a role"


def test_files_stand_by_closing_where_days_of_closing_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    rows = Row(select_related=lambda name: "rows")
    monkeypatch.setattr(archive, "ways_to", lambda actor, rows: [1])
    monkeypatch.setattr(archive, "_narrowed", lambda one, wanted: rows)
    monkeypatch.setattr(archive.pager, "page_of", lambda found, order, after, pieces: told.append(order))
    day = date(2026, 3, 2)
    for days, order in (
        ({}, archive.BY_RECEIPT), ({"since": day, "until": day}, archive.BY_RECEIPT), ({"closed_since": day}, archive.BY_CLOSING),
        ({"closed_until": day}, archive.BY_CLOSING),
    ):  # fmt: skip
        archive.found_for(ANY, Wanted(days=days))
        assert told.pop() == order


def test_a_file_that_two_ways_lead_to_stands_once_and_pages_of_open_cases_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = Row(received_at=AT, pk=A), Row(received_at=AT + timedelta(hours=1), pk=B)
    pages = {None: ([], "p2"), "p2": ([C], "p3"), "p3": ([A, B], "p4"), "p4": ([A], None)}
    looked: list[Any] = []

    def search(actor: Any, words: str, key: str | None) -> Any:
        looked.append(key)
        return Row(complaints=[Row(pk=one) for one in pages[key][0]], next_key=pages[key][1])

    class Filed(list[Any]):
        def values_list(self, *names: str, flat: bool) -> "Filed":
            return self

    monkeypatch.setattr(archive, "search", search)
    monkeypatch.setattr(archive.ArchivedFile, "objects", Row(filter=lambda **given: Filed()))
    monkeypatch.setattr(archive.Complaint, "objects", Row(filter=lambda pk__in: pk__in))
    monkeypatch.setattr(archive, "ways_to", lambda actor, ids: [ids, ids])
    monkeypatch.setattr(
        archive,
        "_narrowed",
        lambda ids, wanted: Row(select_related=lambda name: [one for one in (old, new) if one.pk in ids]),
    )
    page = archive.found_for(ANY, Wanted(words="退款"))
    assert (page.rows, page.following, page.later, looked) == ([new, old], "p4", False, [None, "p2", "p3"])
    page = archive.found_for(ANY, Wanted(words="退款", after="p4"))
    assert (page.rows, page.following, page.later) == ([old], "", True)


@pytest.mark.parametrize(
    ("typed", "known"),
    [("2026-03-02", True), ("1970-01-01", True), ("1969-12-31", False), ("9001-01-01", False), ("9000-12-31", True), ("2026-02-30", False), ("x", False)],
)  # fmt: skip
def test_a_day_that_nobody_means_is_left_out(monkeypatch: pytest.MonkeyPatch, typed: str, known: bool) -> None:
    monkeypatch.setattr(archive.filters, "read", lambda actor, query: ({}, ()))
    found = Wanted.read(ANY, {"since": typed, "state": "archived", "q": " 退款 "})
    assert (set(found.days), found.state, found.words) == ({"since"} if known else set(), "archived", "退款")
    assert Wanted.read(ANY, {"state": "handling"}).state == ""

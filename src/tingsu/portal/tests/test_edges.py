"""Edges of the public side in tables: which time binds us next, what was asked last, and a key of the session that nobody planted."""

import uuid
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from tingsu.kernel.errors import InvalidValue
from tingsu.portal import after, drafts, looks, story
from tingsu.portal.models import PortalDraft
from tingsu.settlement.tests.journey import registered

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def when(hours: int | None) -> datetime | None:
    return None if hours is None else AT + hours * HOUR


@pytest.mark.req("AK-04", "AK-08", "AS-07")
@pytest.mark.parametrize(
    ("promises", "standing", "told"),
    [
        ([], None, None), ([("first_reply", 2)], None, (2, False)), ([("first_reply", 3), ("promised_date", 2)], None, (2, False)),
        ([("first_reply", 0)], None, None), ([("first_reply", -1), ("progress_feedback", 4)], None, (4, False)),
        ([("solution", 2)], None, None), ([("first_reply", 2, False)], None, None), ([("first_reply", 2)], (1, None), (2, False)),
        ([], (1, None), (1, True)), ([("first_reply", -1)], (1, None), (1, True)), ([], (0, None), None), ([], (-1, None), None),
        ([], (None, None), None), ([], (1, -1), None),
    ],
)  # fmt: skip
def test_after_a_missed_time_the_next_limit_of_ours_binds_or_the_next_level_until_it_is_taken_up(
    monkeypatch: pytest.MonkeyPatch, promises: list[Any], standing: tuple[int | None, int | None] | None, told: tuple[int, bool] | None
) -> None:  # fmt: skip
    row = standing and SimpleNamespace(next_at=when(standing[0]), taken_at=when(standing[1]))
    monkeypatch.setattr(story, "standing_of", lambda pk: row)
    rows: Any = [
        SimpleNamespace(kind=kind, due_at=when(due), is_open=not more or more[0]) for kind, due, *more in promises
    ]
    found = story.new_time(SimpleNamespace(pk=1), rows, AT)  # type: ignore[arg-type]
    assert (found and (found.by, found.taken_up)) == (told and (when(told[0]), told[1]))


@pytest.mark.req("AK-04")
@pytest.mark.parametrize(
    ("is_open", "due", "told"), [(True, [3, 2], 2), (True, [-1], -1), (True, [], None), (False, [3, 2], None)]
)
def test_a_case_that_is_over_promises_no_reply(is_open: bool, due: list[int], told: int | None) -> None:
    rows: Any = [SimpleNamespace(kind="first_reply", due_at=when(one), is_open=True) for one in due]
    assert story.next_reply_at(SimpleNamespace(is_open=is_open), rows) == when(told)  # type: ignore[arg-type]


@pytest.mark.req("SZ 6(9)")
def test_requests_stand_the_newest_first_and_only_an_open_one_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {
        "kind": "review",
        "result": "",
        "answered_at": None,
        "follow_up": "",
        "reviewer_id": None,
        "answered_by": None,
    }
    rows = [
        SimpleNamespace(**usual, asked_at=when(hour), due_at=when(hour + 1), state=state, shown=lambda name: "")
        for hour, state in ((-5, "answered"), (-3, "answered"), (-2, "open"))
    ]
    monkeypatch.setattr(after, "requests_of", lambda complaint: rows)
    found = after.requests_for(SimpleNamespace(), AT)  # type: ignore[arg-type]
    assert [(one.asked_at, one.late) for one in found] == [(when(-2), True), (when(-3), False), (when(-5), False)]
    assert not after.requests_for(SimpleNamespace(), AT - HOUR)[0].late, "at its last instant it is in time"  # type: ignore[arg-type]


@pytest.mark.req("PS-03")
def test_a_key_of_a_session_that_was_there_before_opens_nothing(cast: Cast) -> None:
    journey, client = registered(cast), Client()
    client.post("/follow/", {"number": journey.complaint.number, "tail": "2210"})
    planted = client.session.session_key
    client.post("/follow/open/", {"number": journey.complaint.number, "code": journey.complaint.text("code")})
    assert planted
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert client.get("/case/").status_code == 200
    assert thief.get("/case/").status_code == 302


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a draft holds, without a row."""
    body: dict[str, Any] = {}
    monkeypatch.setattr(drafts, "_open_row", lambda draft: nullcontext(body))
    return body


@pytest.mark.req("IN-05")
def test_a_window_that_did_not_see_what_another_one_wrote_later_writes_nothing(kept: dict[str, Any]) -> None:
    draft: Any = SimpleNamespace()

    def write(words: str, seen: int, window: str) -> bool:
        return drafts.write(draft, "story", {"said": words}, drafts.Mark(seen=seen, window=window), step="story")

    for words, seen, window, written, says in (
        ("a", 0, "one", True, "a"),
        ("b", 0, "one", True, "b"),  # its own earlier words
        ("c", 1, "two", False, "b"),
        ("b", 1, "two", True, "b"),  # the same words are no loss
        ("d", 3, "one", True, "d"),
        ("e", 3, "two", False, "d"),
        ("f", 4, "two", True, "f"),
        ("g", 0, "", True, "g"),  # without a script
    ):
        assert write(words, seen, window) is written, words
        assert kept["story"]["said"] == says
    assert (kept["turns"], kept["step"]) == ({"story": {"turn": 6, "window": ""}}, "story")
    other = drafts.Mark(seen=0, window="two")
    assert drafts.write(draft, "contact", {"name": "x"}, other), "each form has turns of its own"


@pytest.mark.req("IN-06")
@pytest.mark.parametrize(("held", "noted", "back"), [(0, 2, 0), (1, 2, 1), (2, 2, 2), (3, 3, 2)])
def test_files_are_noted_while_there_is_room_and_the_rest_is_given_back(
    kept: dict[str, Any], held: int, noted: int, back: int
) -> None:
    kept["files"] = [{"id": f"h{number}"} for number in range(held)]
    more = [{"id": "n0"}, {"id": "n1"}]
    draft: Any = SimpleNamespace(state=PortalDraft.State.OPEN)
    left = drafts.add_files(draft, more, limit=2)
    assert (len(kept["files"]), left) == (noted, more[2 - back :])
    assert kept["files"][:held] == [{"id": f"h{number}"} for number in range(held)]


@pytest.mark.req("IN-06")
def test_of_a_draft_that_was_sent_every_file_is_given_back(kept: dict[str, Any]) -> None:
    sent: Any = SimpleNamespace(state=PortalDraft.State.SENT)
    assert drafts.add_files(sent, [{"id": "n0"}], limit=9) == [{"id": "n0"}]
    taken, other = uuid.uuid4(), uuid.uuid4()
    kept["files"] = [{"id": str(taken)}, {"id": str(other)}]
    drafts.drop_file(sent, taken)
    assert kept["files"] == [{"id": str(other)}]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("https://Shop.example.com/", "https://shop.example.com"), ("https://shop.example.com:443", "https://shop.example.com"),
        ("https://shop.example.com:8443", "https://shop.example.com:8443"), ("http://localhost:80", "http://localhost"),
        ("http://shop.example.com", None), ("ftp://localhost", None), ("ws://localhost", None), ("https://a@shop.example.com", None),
        ("https://shop.example.com/path", None), ("https://*.example.com", None),
    ],
)  # fmt: skip
def test_an_address_of_a_site_is_encrypted_or_this_machine(line: str, read: str | None) -> None:
    if read is None:
        with pytest.raises(InvalidValue):
            looks._origin(line)
    else:
        assert looks._origin(line) == read

"""Every way in which a complaint's row, promises or history can disagree is found and named."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.fields import LEDGER_FIELDS
from tingsu.complaints.models import Complaint
from tingsu.complaints.verify import (
    complaints_without_history,
    fold,
    open_without_next_date,
    rebuild_complaints,
)
from tingsu.kernel.ledger import plain
from tingsu.kernel.models import Event, Stream
from tingsu.triage.tests.cases import graded, registered

pytestmark = pytest.mark.req("invariant-2")
CASE, ORGANISATION = uuid.UUID(int=1), uuid.UUID(int=2)
AT = "2026-03-02T02:00:00.000000Z"
LATER = "2026-03-03T02:00:00.000000Z"


def events(*told: tuple[str, dict[str, Any]]) -> list[Event]:
    return [
        Event(organisation_id=ORGANISATION, seq=seq, kind=kind, data=data) for seq, (kind, data) in enumerate(told, 1)
    ]


def folded(*told: tuple[str, dict[str, Any]]) -> tuple[dict, dict, list[str]]:
    return fold(CASE, ORGANISATION, events(*told))


def started(promise: str = "p", **more: Any) -> tuple[str, dict[str, Any]]:
    operation = {"op": "start", "id": promise, "kind": "first_reply", "started_at": AT, "due_at": LATER, **more}
    return "complaint.registered", {"promises": [operation]}


def test_a_row_begins_blank_and_takes_every_set_in_order() -> None:
    row, promises, contradictions = folded(
        ("complaint.graded", {"set": {"state": ["registered", "routing"], "grade": ["", "general"]}}),
        ("complaint.passed_on", {"set": {"state": ["routing", "handling"]}}),
    )
    assert (row["state"], row["grade"], promises, contradictions) == ("handling", "general", {}, [])
    assert set(row) == set(LEDGER_FIELDS)


def test_a_set_from_another_value_or_of_another_field_is_a_contradiction() -> None:
    _row, _promises, contradictions = folded(
        ("complaint.graded", {"set": {"grade": ["high_risk", "general"]}}),
        ("complaint.passed_on", {"set": {"colour": ["", "red"]}}),
    )
    assert contradictions == [
        "event 1 changes grade from 'high_risk', but it was ''", "event 2 sets colour, which is no ledger field",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("then", "facts"),
    [
        ([], {}),
        (
            [("complaint.note_added", {"promises": [{"op": "met", "id": "p", "at": LATER}]})],
            {"ended_at": LATER, "ending": "met"},
        ),
        (
            [("complaint.note_added", {"promises": [{"op": "cancelled", "id": "p", "at": LATER}]})],
            {"ended_at": LATER, "ending": "cancelled"},
        ),
        (
            [
                (
                    "complaint.note_added",
                    {"promises": [{"op": "shorten", "id": "p", "started_at": [AT, LATER], "due_at": [LATER, AT]}]},
                )
            ],
            {"started_at": LATER, "due_at": AT},
        ),
        ([("promise.breached", {"promise": "p", "due_at": LATER})], {"breached_at": LATER}),
        ([("promise.lapsed", {"promise": "p", "due_at": LATER})], {"ended_at": LATER, "ending": "lapsed"}),
        ([("promise.recounted", {"promise": "p", "due_at": [LATER, AT]})], {"due_at": AT}),
        ([("promise.warned", {"promise": "p", "point": 50})], {}),
        ([("complaint.note_added", {"promises": [{"op": "met", "id": "another", "at": LATER}]})], {}),
        (
            [
                (
                    "complaint.note_added",
                    {
                        "promises": [
                            {"op": "shorten", "id": "another", "started_at": [AT, LATER], "due_at": [LATER, AT]}
                        ]
                    },
                )
            ],
            {},
        ),
    ],
)
def test_a_promise_is_told_from_its_start_to_its_end(then: list, facts: dict) -> None:
    _row, promises, contradictions = folded(started(), *then)
    blank = {
        "kind": "first_reply",
        "started_at": AT,
        "due_at": LATER,
        "ended_at": None,
        "ending": "",
        "breached_at": None,
    }
    assert promises == {"p": blank | facts}
    assert contradictions == []


@pytest.mark.parametrize("kind", ["promise.breached", "promise.lapsed", "promise.recounted"])
def test_an_event_about_a_promise_that_was_never_made_is_a_contradiction(kind: str) -> None:
    _row, _promises, contradictions = folded((kind, {"promise": "q", "due_at": [AT, LATER]}))
    assert contradictions == ["event 1 is about promise q, which was never made"]


def findings(complaint: Complaint) -> list[tuple[str, str]]:
    histories = {complaint.pk: list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))}
    return [(finding.table, finding.sentence) for finding in rebuild_complaints(histories)]


@pytest.mark.parametrize(
    "column",
    [
        "number",
        "state",
        "owner_id",
        "first_owner_id",
        "grade",
        "outcome",
        "closed_at",
        "escalation_level",
        "waiting_on",
        "dispose_on",
    ],
)
def test_each_ledger_column_is_compared(cast: Cast, column: str) -> None:
    complaint = graded(cast.frontline, registered(cast.frontline))
    assert findings(complaint) == []
    changed: dict[str, Any] = {
        "owner_id": cast.dept.id, "first_owner_id": cast.dept.id, "closed_at": datetime(2026, 3, 2, tzinfo=UTC), "escalation_level": 5,
        "dispose_on": "2029-01-01", "state": "handling", "waiting_on": "outside", "grade": "", "outcome": "exhausted", "number": "202601-XF-009",
    }  # fmt: skip
    Complaint.objects.filter(pk=complaint.pk).update(**{column: changed[column]})
    ((table, sentence),) = findings(complaint)
    assert table == "complaints_complaint"
    assert sentence.startswith(
        f"{column} is {plain(getattr(Complaint.objects.get(pk=complaint.pk), column))!r}, the ledger says"
    )


@pytest.mark.parametrize("column", ["kind", "started_at", "due_at", "ended_at", "ending", "breached_at"])
def test_each_fact_of_a_promise_is_compared(cast: Cast, column: str) -> None:
    complaint = registered(cast.frontline)
    promise = Promise.objects.get(stream_id=complaint.pk, kind="first_reply")
    other = {"kind": "answer", "ending": "met"}.get(column, datetime(2026, 3, 9, tzinfo=UTC))
    Promise.objects.filter(pk=promise.pk).update(**{column: other})
    ((table, sentence),) = findings(complaint)
    assert (table, f": {column} is " in sentence) == ("clocks_promise", True)


def test_a_promise_that_only_one_side_knows_is_named_with_that_side(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    promise = Promise.objects.get(stream_id=complaint.pk, kind="first_reply")
    promise.pk = uuid.uuid4()
    promise.save(force_insert=True)
    ((_table, sentence),) = findings(complaint)
    assert "only the table knows" in sentence
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clocks_promise WHERE stream_id = %s AND kind = 'first_reply'", [complaint.pk])
    ((_table, sentence),) = findings(complaint)
    assert "only the ledger knows" in sentence


def test_a_history_without_its_row_is_named(cast: Cast) -> None:
    complaint = registered(cast.frontline)
    gone = uuid.uuid4()
    history = list(Event.objects.filter(stream_id=complaint.pk).order_by("seq"))
    assert [(f.row, f.sentence) for f in rebuild_complaints({gone: history})] == [
        (str(gone), "the ledger tells of it, but the row is gone")
    ]


def test_a_row_without_its_history_and_an_open_one_without_a_date_are_named(cast: Cast) -> None:
    complaint, other = registered(cast.frontline), registered(cast.frontline)
    assert list(complaints_without_history()) == list(open_without_next_date()) == []
    Stream.objects.filter(pk=complaint.pk).update(kind="member")
    assert [finding.row for finding in complaints_without_history()] == [f"{complaint.number} ({complaint.pk})"]
    Complaint.objects.update(next_due_at=None)
    assert {finding.row for finding in open_without_next_date()} == {
        f"{one.number} ({one.pk})" for one in (complaint, other)
    }
    Complaint.objects.update(state="archived")
    assert list(open_without_next_date()) == []

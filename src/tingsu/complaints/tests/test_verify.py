"""The ledger rebuilds the case; any change behind its back is found and named."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.clocks.sweep import sweep_due
from tingsu.complaints.actions import take_step
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import MONDAY, registered
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event, EventText, Organisation, Seal, Stream
from tingsu.kernel.seals import seal_day
from tingsu.kernel.verify import Finding, Tally, verify_organisation


def findings() -> list[Finding]:
    with travel_to(MONDAY + timedelta(hours=30)):
        return list(verify_organisation(Tally()))


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    made = registered(cast)
    with travel_to(MONDAY + timedelta(minutes=30)):
        take_step(
            actor=cast.frontline.actor,
            complaint_id=made.pk,
            step="feed_back",
            values={"content": "我们在核实打款。", "means": "phone", "progress": "核实中"},
        )
    with travel_to(MONDAY + timedelta(hours=30)):
        while sweep_due().taken:
            pass
    made.refresh_from_db()
    return made


@pytest.mark.req("RC-06", "invariant-2")
def test_an_untouched_history_folds_back_into_its_rows(complaint: Complaint) -> None:
    assert findings() == []
    assert Promise.objects.filter(stream_id=complaint.pk, breached_at__isnull=False).exists()
    assert complaint.escalation_level > 1


@pytest.mark.req("invariant-2")
@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE complaints_complaint SET escalation_level = 6", "complaints_complaint"),
        ("UPDATE complaints_complaint SET state = 'closed'", "complaints_complaint"),
        ("UPDATE clocks_promise SET due_at = due_at + interval '1 day' WHERE kind = 'first_reply'", "clocks_promise"),
        ("UPDATE clocks_promise SET breached_at = NULL WHERE breached_at IS NOT NULL", "clocks_promise"),
        ("UPDATE kernel_stream SET last_seq = last_seq + 1", "kernel_stream"),
        ("UPDATE kernel_eventtext SET body = set_byte(body, 20, get_byte(body, 20) # 1)", "kernel_eventtext"),
    ],
)
def test_a_change_behind_the_ledger_is_named(complaint: Complaint, statement: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount
    assert {finding.table for finding in findings()} == {table}


@pytest.mark.req("RC-06", "invariant-2")
def test_a_cut_off_tail_shows_against_the_seal(complaint: Complaint, tmp_path: object, settings: object) -> None:
    settings.HOME = tmp_path
    assert seal_day(Organisation.objects.get(slug="test")) is not None
    sealed = Seal.objects.get()
    assert str(complaint.pk) in sealed.heads["streams"]
    assert (tmp_path / "seals" / "test.jsonl").read_text().count("\n") == 1
    stream = Stream.objects.get(pk=complaint.pk)
    sealed.heads["streams"][str(complaint.pk)][0] = stream.last_seq + 1
    assert findings() == []
    before = Event.objects.get(stream=stream, seq=stream.last_seq - 1)
    Stream.objects.filter(pk=stream.pk).update(last_seq=before.seq, last_hash=before.hash)
    assert "kernel_stream" in {finding.table for finding in findings()}


def test_erasing_a_text_leaves_the_ledger_whole(complaint: Complaint) -> None:
    EventText.objects.filter(stream_id=complaint.pk).update(body=None, salt=None)
    assert findings() == []

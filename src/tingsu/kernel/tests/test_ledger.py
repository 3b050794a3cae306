"""The ledger refuses change, chains what happened and keeps free text outside."""

import pytest
from django.db import DatabaseError, transaction

from tests.cast import Cast
from tingsu.kernel.clock import now
from tingsu.kernel.ledger import canonical, link, lock_chain, open_chain, plain, texts_of
from tingsu.kernel.models import Event, EventText, Stream


def history(cast: Cast) -> Stream:
    chain = open_chain("member")
    chain.record("unit.opened", actor=cast.supervisor.actor, at=now(), data={"role": "frontline"})
    chain.record(
        "complaint.note_added", actor=cast.supervisor.actor, at=now(), texts={"note": "张三的电话是 13800001234"}
    )
    chain.flush()
    return chain.stream


@pytest.mark.req("RC-06")
def test_events_are_numbered_and_chained(cast: Cast) -> None:
    stream = history(cast)
    first, second = Event.objects.filter(stream=stream).order_by("seq")
    assert [first.seq, second.seq] == [1, 2]
    assert bytes(first.hash) == link(b"", first)
    assert bytes(second.hash) == link(bytes(first.hash), second)
    assert bytes(Stream.objects.get(pk=stream.pk).last_hash) == bytes(second.hash)


@pytest.mark.req("RC-06")
def test_a_changed_event_no_longer_fits_its_hash(cast: Cast) -> None:
    stream = history(cast)
    event = Event.objects.get(stream=stream, seq=1)
    event.data["role"] = "supervisor"
    assert link(b"", event) != bytes(event.hash)


@pytest.mark.req("RC-06")
@pytest.mark.parametrize("statement", ["UPDATE kernel_event SET kind = 'x'", "DELETE FROM kernel_event"])
def test_the_application_cannot_change_the_ledger(cast: Cast, statement: str) -> None:
    from django.db import connection

    history(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_free_text_stands_outside_the_ledger_and_goes_with_its_key(cast: Cast) -> None:
    stream = history(cast)
    event = Event.objects.get(stream=stream, seq=2)
    assert "张三" not in canonical(event).decode()
    assert texts_of([event])[event.pk] == {"note": "张三的电话是 13800001234"}
    EventText.objects.filter(pk=event.pk).update(body=None, salt=None)
    assert texts_of([event]) == {}
    assert bytes(Stream.objects.get(pk=stream.pk).last_hash) == bytes(event.hash)


@pytest.mark.req("RC-06")
@pytest.mark.parametrize("value", [1.5, {"a": object()}, "nul\x00"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        plain(value)


def test_a_locked_chain_goes_on_where_it_ended(cast: Cast) -> None:
    stream = history(cast)
    with transaction.atomic():
        chain = lock_chain(stream.pk, "member")
        chain.record("unit.closed", actor=cast.supervisor.actor, at=now())
        chain.flush()
    assert Event.objects.get(stream=stream, seq=3).kind == "unit.closed"

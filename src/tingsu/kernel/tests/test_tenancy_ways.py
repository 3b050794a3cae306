"""How the organisation travels to the database: with the session or with each transaction, and the same is true of both.

In real transactions, because what survives a savepoint of a test does not survive the end of a transaction.
"""

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tingsu.kernel.clock import now
from tingsu.kernel.ids import new_id
from tingsu.kernel.ledger import lock_chain
from tingsu.kernel.models import IdempotencyKey, Organisation, Stream
from tingsu.kernel.rows import asked, writing
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Member

pytestmark = [pytest.mark.req("invariant-5"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["session", "transaction"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    connection.close()
    monkeypatch.setattr(settings, "TENANCY", request.param)
    yield request.param
    connection.close()
    monkeypatch.undo()


def told() -> str:
    """What the driver's own connection knows outside any transaction of ours."""
    found = connection.connection.execute("SELECT current_setting('tingsu.organisation', true)").fetchone()
    return found[0] or ""


def organisations() -> tuple[uuid.UUID, uuid.UUID]:
    first, second = Organisation.objects.order_by("created_at")
    return first.pk, second.pk


def test_the_session_knows_it_only_where_it_travels_with_the_session(way: str) -> None:
    first, _second = organisations()
    with acting_for(first):
        assert Member.objects.exists()
        assert told() == (str(first) if way == "session" else "")
        with transaction.atomic():
            assert Member.objects.exists()
            assert told() == str(first)
        assert told() == (str(first) if way == "session" else "")
    assert told() == ""


def test_reads_outside_a_transaction_find_the_rows_of_their_organisation(way: str) -> None:
    first, second = organisations()
    found = {}
    for organisation_id in (first, second):
        with acting_for(organisation_id):
            by_query = {(row.pk, row.organisation_id) for row in Member.objects.all()}
            streamed = {(row.pk, row.organisation_id) for row in Member.objects.iterator(chunk_size=2)}
            prepared = {(row.pk, row.organisation_id) for row in asked(Member, "true").all()}
            with writing():
                waiting = asked(Member, "true"), asked(Stream, "kind = %s", "member")
            together = {(row.pk, row.organisation_id) for row in waiting[0].all()}
            with connection.cursor() as cursor:
                cursor.execute("SELECT id, organisation_id FROM people_member")
                by_hand = set(cursor.fetchall())
            assert by_query == streamed == prepared == together == by_hand
            assert {row.pk for row in waiting[1].all()} == {pk for pk, _organisation in by_query}
            assert {owner for _pk, owner in by_query} == {organisation_id}
            found[organisation_id] = by_query
    assert not found[first] & found[second]


def test_a_write_outside_a_transaction_is_kept(way: str) -> None:
    first, second = organisations()
    with acting_for(first):
        row = IdempotencyKey.objects.create(scope="here", key="one", fingerprint=b"1", created_at=now())
        connection.close()
        assert IdempotencyKey.objects.get().pk == row.pk
    with acting_for(second):
        assert IdempotencyKey.objects.update(status=200) == 0
        assert IdempotencyKey.objects.all().delete() == (0, {})
    with acting_for(first):
        row.status = 201
        row.save(update_fields=["status"])
        row.refresh_from_db()
        assert row.status == 201
        assert row.delete() == (1, {"kernel.IdempotencyKey": 1})
        assert not IdempotencyKey.objects.exists()


def test_a_pipeline_is_told_before_its_first_statement(way: str) -> None:
    first, second = organisations()
    id = new_id()
    with acting_for(first):
        with transaction.atomic(durable=True), writing() as rows:
            rows.add([Stream(id=id, organisation_id=first, kind="member")])
        with transaction.atomic(durable=True):
            chain = lock_chain(id)
            assert chain.stream.pk == id
        with pytest.raises(DatabaseError) as refused, transaction.atomic(durable=True), writing() as rows:
            rows.add([Stream(id=new_id(), organisation_id=second, kind="member")])
        assert "row-level security" in str(refused.value)


def test_a_rollback_does_not_bring_an_older_organisation_back(way: str) -> None:
    first, second = Organisation.objects.order_by("created_at")
    with acting_for(first.pk):
        assert Member.objects.exists()
    with acting_for(second.pk):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Member.objects.exists()
            raise ZeroDivisionError
        assert set(Member.objects.values_list("organisation_id", flat=True)) == {second.pk}
    assert not Member.objects.exists()


def test_a_reconnect_keeps_the_organisation(way: str) -> None:
    first = Organisation.objects.order_by("created_at").first()
    with acting_for(first.pk):
        assert Member.objects.exists()
        connection.close()
        assert Member.objects.exists()
    connection.close()
    assert not Member.objects.exists()


def test_a_connection_that_died_between_two_requests_is_replaced_unseen(way: str) -> None:
    first = Organisation.objects.order_by("created_at").first()
    with acting_for(first.pk):
        assert Member.objects.exists()
    backend = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    with acting_for(first.pk):
        assert set(Member.objects.values_list("organisation_id", flat=True)) == {first.pk}
    assert connection.connection.info.backend_pid != backend

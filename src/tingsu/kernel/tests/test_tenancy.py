"""No organisation sees another: read from the catalogue, and tried (invariant 5)."""

import os
import uuid

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.cast import Cast
from tingsu.kernel import tables
from tingsu.kernel.models import Organisation, Stream
from tingsu.kernel.tenancy import NoOrganisation, TenantModel, acting_for, current_organisation_id
from tingsu.people.models import Member, Post, Unit

pytestmark = pytest.mark.req("invariant-5")


def rows(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_table_is_a_tenants_or_on_the_global_list() -> None:
    for table, secured, forced in rows(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    ):
        if table in tables.GLOBAL_TABLES:
            continue
        columns = {name for (name,) in rows("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass", table)}
        assert "organisation_id" in columns, table
        assert secured, table
        assert forced, table
        policies = {name for (name,) in rows("SELECT policyname FROM pg_policies WHERE tablename = %s", table)}
        assert {"tenant", "owner"} <= policies, table


@pytest.mark.django_db
def test_references_between_tenant_tables_are_composite() -> None:
    tenant = {model._meta.db_table for model in tables.tenant_models()}
    for table, target, columns in rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, conkey FROM pg_constraint WHERE contype = 'f'"
    ):
        if table in tenant:
            assert len(columns) == 2, f"{table} → {target} ignores the organisation"
    found = {
        (table, target)
        for table, target in rows(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        )
    }
    for model in tables.tenant_models():
        for field in tables.references(model):
            assert (model._meta.db_table, field.related_model._meta.db_table) in found


@pytest.mark.django_db
def test_every_unique_key_of_a_tenant_table_starts_with_the_organisation() -> None:
    tenant = {model._meta.db_table for model in tables.tenant_models()}
    for table, index, primary, first in rows(
        "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, i.indisprimary, a.attname FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisunique"
    ):
        if table in tenant and not primary:
            assert first == "organisation_id", index


@pytest.mark.django_db
def test_views_definers_and_rights_are_on_their_lists() -> None:
    assert (
        rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('m', 'v')") == []
    )
    definers = {
        name
        for (name,) in rows("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    }
    assert definers == set(tables.DEFINER_FUNCTIONS)
    (user, bypass, superuser), *_rest = rows(
        "SELECT current_user, rolbypassrls, rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    assert (user, bypass, superuser) == ("tingsu_app", False, False)
    assert rows("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'tingsu_app'") == [(0,)]


@pytest.mark.django_db
def test_append_only_tables_take_no_change() -> None:
    for model in tables.tenant_models():
        rights = {right for (right,) in rows(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = 'tingsu_app' AND table_name = %s",
            model._meta.db_table,
        )}  # fmt: skip
        expected = {"SELECT", "INSERT"} if model.append_only else {"SELECT", "INSERT", "UPDATE", "DELETE"}
        assert rights == expected, model


@pytest.mark.django_db
def test_without_an_organisation_every_query_returns_nothing() -> None:
    for model in apps.get_models():
        if issubclass(model, TenantModel) and model._meta.managed:
            assert not model._default_manager.exists(), model
    with pytest.raises(NoOrganisation):
        current_organisation_id()


def test_the_other_organisation_has_its_own_rows(cast: Cast, other_organisation: Organisation) -> None:
    mine = set(Member.objects.values_list("pk", flat=True))
    with acting_for(other_organisation.pk):
        theirs = set(Member.objects.values_list("pk", flat=True))
    assert mine
    assert theirs
    assert not mine & theirs


def test_nobody_can_point_at_anothers_row(cast: Cast, other_organisation: Organisation) -> None:
    with acting_for(other_organisation.pk):
        foreign_unit = Unit.objects.first()
    member = Member.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(member=member, unit=foreign_unit, role="frontline", since=member.posts.first().since)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nobody_can_write_into_another_organisation(cast: Cast, other_organisation: Organisation) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Stream(organisation_id=other_organisation.pk, kind="member").save(force_insert=True)


def test_an_organisation_is_entered_outside_transactions_only(
    organisation: Organisation, other_organisation: Organisation
) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), acting_for(other_organisation.pk):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_rollback_does_not_bring_an_older_organisation_back() -> None:
    first, second = Organisation.objects.order_by("created_at")
    with acting_for(first.pk):
        assert Member.objects.exists()
    with acting_for(second.pk):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Member.objects.exists()
            raise ZeroDivisionError
        assert set(Member.objects.values_list("organisation_id", flat=True)) == {second.pk}
    assert not Member.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reconnect_keeps_the_organisation() -> None:
    first = Organisation.objects.order_by("created_at").first()
    with acting_for(first.pk):
        assert Member.objects.exists()
        connection.close()
        assert Member.objects.exists()
    connection.close()
    assert not Member.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_two_requests_is_replaced_unseen() -> None:
    first = Organisation.objects.order_by("created_at").first()
    with acting_for(first.pk):
        assert Member.objects.exists()
    backend = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["TINGSU_APP_DSN"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    with acting_for(first.pk):
        assert set(Member.objects.values_list("organisation_id", flat=True)) == {first.pk}
    assert connection.connection.info.backend_pid != backend


def test_an_id_guessed_is_an_id_not_found(cast: Cast, other_organisation: Organisation) -> None:
    with acting_for(other_organisation.pk):
        theirs = Member.objects.first().pk
    assert not Member.objects.filter(pk=theirs).exists()
    assert not Member.objects.filter(pk=uuid.uuid4()).exists()

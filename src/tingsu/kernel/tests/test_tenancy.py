"""No organisation sees another: read from the catalogue, and tried (invariant 5)."""

import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.cast import Cast
from tingsu.kernel import emptying, tables
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
def test_the_key_of_a_tenant_table_is_the_organisation_and_the_id() -> None:
    keys = dict(
        rows(
            "SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place) FROM pg_constraint c "
            "CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (number, place) "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number WHERE c.contype = 'p' GROUP BY 1"
        )
    )
    for model in tables.tenant_models():
        assert keys[model._meta.db_table] == ["organisation_id", "id"], model


@pytest.mark.django_db
def test_policies_compare_one_column_without_a_sub_select() -> None:
    condition = "(organisation_id = (NULLIF(current_setting('tingsu.organisation'::text, true), ''::text))::uuid)"
    found = {
        table: (using, check, roles)
        for table, using, check, roles in rows(
            "SELECT tablename::text, qual, with_check, roles::text[] FROM pg_policies WHERE policyname = 'tenant'"
        )
    }
    assert set(found) == {model._meta.db_table for model in tables.tenant_models()}
    assert set(map(str, found.values())) == {str((condition, condition, ["tingsu_app"]))}
    others = rows(
        "SELECT policyname::text, cmd, qual, with_check, roles::text[] FROM pg_policies WHERE policyname <> 'tenant' "
        "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1"
    )
    assert others == [
        ("owner", "ALL", "true", "true", ["tingsu_owner"]),
        ("search", "SELECT", "true", None, ["tingsu_search"]),
    ]


@pytest.mark.django_db
def test_references_between_tenant_tables_are_composite() -> None:
    tenant = {model._meta.db_table for model in tables.tenant_models()}
    for table, target, first, points_at, deferred in rows(
        "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, a.attname, "
        "array(SELECT b.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place) "
        "JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.number ORDER BY k.place), c.condeferred "
        "FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f'"
    ):
        assert (table in tenant) == (target in tenant), f"{table} → {target} leaves its organisation"
        if table in tenant:
            assert (first, points_at) == ("organisation_id", ["organisation_id", "id"]), f"{table} → {target}"
            assert deferred, f"{table} → {target} is checked at once"
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
    seen = set()
    for table, index, first in rows(
        "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indisunique"
    ):
        if table in tenant:
            assert first == "organisation_id", index
            seen.add(table)
    assert seen == tenant


@pytest.mark.django_db
def test_views_definers_and_rights_are_on_their_lists() -> None:
    assert (
        rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('m', 'v')") == []
    )
    definers = {
        name
        for (name,) in rows("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    }
    assert set(tables.DEFINER_FUNCTIONS) == {"tingsu_find_words", "tingsu_find_entries"}
    assert definers == {*tables.DEFINER_FUNCTIONS, emptying.NAME}
    for name, owner, everybody, application in rows(
        "SELECT proname, pg_get_userbyid(proowner), has_function_privilege('public', oid, 'EXECUTE'), "
        "has_function_privilege('tingsu_app', oid, 'EXECUTE') FROM pg_proc "
        "WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    ):
        assert owner == ("tingsu_owner" if name == emptying.NAME else "tingsu_search"), name
        assert (everybody, application) == (False, True), f"{name} is not the application's alone"
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


GLOBAL = """
table                            read  add  change  delete
django_migrations                x     .    .       .
django_content_type              x     .    .       .
django_session                   x     .    .       .
auth_permission                  x     .    .       .
auth_group                       x     .    .       .
auth_group_permissions           x     .    .       .
people_account_groups            x     .    .       .
people_account_user_permissions  x     .    .       .
people_account                   x     x    x       .
people_membership                x     x    .       .
people_opensession               x     x    x       x
account_emailaddress             x     x    x       x
account_emailconfirmation        x     .    .       x
mfa_authenticator                x     x    x       x
kernel_installation              x     x    x       .
kernel_organisation              x     x    x       .
setup_link                       x     x    x       x
ops_safekeeping                  x     x    .       .
ops_jobdeath                     x     x    x       x
procrastinate_jobs               x     x    x       x
procrastinate_periodic_defers    x     x    x       x
procrastinate_workers            x     x    x       x
procrastinate_events             x     x    .       .
"""
"""Tables without an organisation, and what the role of web and worker may do with them."""


@pytest.mark.django_db
def test_tables_without_an_organisation_are_written_only_where_needed() -> None:
    head, *lines = [line.split() for line in GLOBAL.strip().splitlines()]
    rights = dict(zip(head[1:], ("SELECT", "INSERT", "UPDATE", "DELETE"), strict=True))
    wanted = {
        line[0]: {rights[one] for one, sign in zip(head[1:], line[1:], strict=True) if sign == "x"} for line in lines
    }
    there = {
        table
        for (table,) in rows(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    } - {model._meta.db_table for model in tables.tenant_models()}
    assert there - {"procrastinate_version"} == set(wanted)
    for table, rights_there in wanted.items():
        found = {
            (who, right)
            for who, right in rows(
                "SELECT grantee::text, privilege_type::text FROM information_schema.role_table_grants "
                "WHERE table_name = %s AND table_schema = 'public' AND grantee <> 'tingsu_owner'",
                table,
            )
        }
        assert found == {("tingsu_app", right) for right in rights_there}, table


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("INSERT INTO auth_group (name) VALUES ('all powers')", False),
        ("DELETE FROM django_migrations", False),
        ("UPDATE people_membership SET member_id = gen_random_uuid()", False),
        ("DELETE FROM people_account", False),
        ("DELETE FROM kernel_organisation", False),
        ("UPDATE ops_safekeeping SET done = true", False),
        ("UPDATE people_account SET language = language", True),
        ("DELETE FROM people_opensession", True),
    ],
)
def test_what_the_application_may_write_outside_organisations(statement: str, allowed: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if allowed:
            cursor.execute(statement)
        else:
            with pytest.raises(DatabaseError, match="permission denied"):
                cursor.execute(statement)
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_without_an_organisation_every_query_returns_nothing() -> None:
    for model in apps.get_models():
        if issubclass(model, TenantModel) and model._meta.managed:
            assert not model._default_manager.exists(), model
            assert rows(f'SELECT count(*) FROM "{model._meta.db_table}"') == [(0,)], model  # noqa: S608 our own
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


def test_an_id_guessed_is_an_id_not_found(cast: Cast, other_organisation: Organisation) -> None:
    with acting_for(other_organisation.pk):
        theirs = Member.objects.first().pk
    assert not Member.objects.filter(pk=theirs).exists()
    assert not Member.objects.filter(pk=uuid.uuid4()).exists()

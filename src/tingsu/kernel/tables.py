"""What the database itself enforces about tenancy: policies, grants, composite references, append-only tables.

Run as the owner after every migration; it reads Django's models, so no table can be forgotten. A table that is neither
a tenant table nor on the short global list stops the migration.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from tingsu.kernel import emptying
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel

_READ, _ADD, _KEEP, _ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"
GLOBAL_RIGHTS: dict[str, str] = {
    # of Django: written by migrations, as the owner
    "django_migrations": _READ,
    "django_content_type": _READ,
    "auth_permission": _READ,
    "auth_group": _READ,
    "auth_group_permissions": _READ,
    "auth_user": _READ,
    "auth_user_groups": _READ,
    "auth_user_user_permissions": _READ,
    "people_account_groups": _READ,
    "people_account_user_permissions": _READ,
    # sessions lie in people_opensession
    "django_session": _READ,
    # signing in, before the organisation is known; an account or membership is closed, never deleted
    "people_account": _KEEP,
    "people_membership": _ADD,
    "people_opensession": _ALL,
    "account_emailaddress": _ALL,
    # nothing is confirmed by e-mail here; Django looks for rows to delete with an address
    "account_emailconfirmation": "SELECT, DELETE",
    "mfa_authenticator": _ALL,
    # the installation and its firms
    "kernel_installation": _KEEP,
    "kernel_organisation": _KEEP,
    "setup_link": _ALL,
    # the log of backups grows and never changes
    "ops_safekeeping": _ADD,
    "ops_jobdeath": _ALL,
    # of procrastinate; its triggers write as whoever works on a job
    "procrastinate_jobs": _ALL,
    "procrastinate_periodic_defers": _ALL,
    "procrastinate_workers": _ALL,
    "procrastinate_events": _ADD,
    "procrastinate_version": _READ,
    # of the benchmarks
    "bench_limit": _READ,
}
"""Tables without an organisation, which row-level security cannot guard, and what the application's role may do with each.
Nobody else but their owner may do anything.
"""
GLOBAL_TABLES = frozenset(GLOBAL_RIGHTS)
DEFINER_FUNCTIONS: dict[str, str] = {}
"""SECURITY DEFINER functions of the search, by name, with their SQL; each is reviewed and named in the catalogue test. The
one other such function empties practice copies (`kernel.emptying`)."""

TENANT_CONDITION = "organisation_id = nullif(current_setting('tingsu.organisation', true), '')::uuid"
"""No sub-select: an engine that shares the tables out over several machines takes policies without one only."""


def definer_function(name: str, sql: str) -> None:
    """Declare a search function that runs as `tingsu_search` (row-level security would switch its index off)."""
    DEFINER_FUNCTIONS[name] = sql


def tenant_models() -> list[type[TenantModel]]:
    return [m for m in apps.get_models() if issubclass(m, TenantModel) and m._meta.managed and not m._meta.proxy]


def references(model: type[TenantModel]) -> Iterator[TenantForeignKey]:
    for field in model._meta.local_fields:
        if isinstance(field, TenantForeignKey):
            yield field
        elif isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel):
            raise RuntimeError(f"{model.__name__}.{field.name} must be a TenantForeignKey")


WRITTEN_ONCE = """
CREATE OR REPLACE FUNCTION tingsu_written_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'what table % says of a row that came in stays as it was', TG_TABLE_NAME;
END $$
"""


def ensure_tenancy() -> None:
    """Bring policies, grants, composite references, triggers and search functions up to date. Idempotent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
        cursor.execute("GRANT USAGE ON SCHEMA public TO tingsu_app, tingsu_search")
        _check_every_table_is_known(cursor)
        for model in tenant_models():
            _policies(cursor, model, owner)
            _primary_key(cursor, model)
        for model in tenant_models():
            for field in references(model):
                _composite_reference(cursor, model, field)
        for table in sorted(GLOBAL_TABLES & set(_tables(cursor))):
            cursor.execute(f'REVOKE ALL ON "{table}" FROM tingsu_app')
            cursor.execute(f'GRANT {GLOBAL_RIGHTS[table]} ON "{table}" TO tingsu_app')
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tingsu_app")
        cursor.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO tingsu_app")
        _definer_functions(cursor, owner)
        emptying.ensure(cursor, [model._meta.db_table for model in tenant_models()])


def _tables(cursor: Any) -> list[str]:
    cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    return [row[0] for row in cursor.fetchall()]


def _check_every_table_is_known(cursor: Any) -> None:
    known = GLOBAL_TABLES | {model._meta.db_table for model in tenant_models()}
    if strangers := sorted(set(_tables(cursor)) - known):
        raise RuntimeError(f"Tables neither of an organisation nor on the global list: {', '.join(strangers)}")


def _policies(cursor: Any, model: type[TenantModel], owner: str) -> None:
    table = model._meta.db_table
    cursor.execute("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
    if not cursor.fetchone()[0]:
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [table])
    present = {row[0] for row in cursor.fetchall()}
    tenant = f"""tenant ON "{table}" TO tingsu_app USING ({TENANT_CONDITION}) WITH CHECK ({TENANT_CONDITION})"""
    cursor.execute(f"ALTER POLICY {tenant}" if "tenant" in present else f"CREATE POLICY {tenant}")
    if "owner" not in present:
        cursor.execute(f'CREATE POLICY owner ON "{table}" TO "{owner}" USING (true) WITH CHECK (true)')
    if "search" not in present:
        cursor.execute(f'CREATE POLICY search ON "{table}" FOR SELECT TO tingsu_search USING (true)')
    rights = "SELECT, INSERT" if model.append_only else "SELECT, INSERT, UPDATE, DELETE"
    cursor.execute(f'REVOKE ALL ON "{table}" FROM tingsu_app')
    cursor.execute(f'GRANT {rights} ON "{table}" TO tingsu_app')
    if model.append_only:
        cursor.execute(emptying.APPEND_ONLY)
        cursor.execute(
            f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION tingsu_append_only()"
        )
    if columns := [one.column for one in model._meta.concrete_fields if one.name in model.written_once]:
        changed = " OR ".join(
            f'(OLD."{one}" IS NOT NULL AND OLD."{one}" IS DISTINCT FROM NEW."{one}")' for one in columns
        )
        cursor.execute(WRITTEN_ONCE)
        cursor.execute(
            f'CREATE OR REPLACE TRIGGER written_once BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({changed}) '
            "EXECUTE FUNCTION tingsu_written_once()"
        )


def _primary_key(cursor: Any, model: type[TenantModel]) -> None:
    """Put the key `(organisation_id, id)` in the place of the one that Django made on `id` alone."""
    table = model._meta.db_table
    cursor.execute(
        "SELECT c.conname, array_agg(a.attname::text ORDER BY k.place) FROM pg_constraint c "
        "CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (number, place) "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number "
        "WHERE c.conrelid = %s::regclass AND c.contype = 'p' GROUP BY c.conname",
        [table],
    )
    name, columns = cursor.fetchone()
    if columns != ["organisation_id", "id"]:
        cursor.execute(
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}", ADD CONSTRAINT "{name}" PRIMARY KEY (organisation_id, id)'
        )


def _composite_reference(cursor: Any, model: type[TenantModel], field: TenantForeignKey) -> None:
    table, target = model._meta.db_table, field.related_model._meta.db_table
    if not issubclass(field.related_model, TenantModel):
        raise RuntimeError(f"{model.__name__}.{field.name} points at a global table; use a plain ForeignKey")
    name = f"{table}_{field.column}_tenant"[:63]
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass", [name, table])
    if cursor.fetchone() is None:
        cursor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (organisation_id, "{field.column}") '
            f'REFERENCES "{target}" (organisation_id, id) DEFERRABLE INITIALLY DEFERRED'
        )


def _definer_functions(cursor: Any, owner: str) -> None:
    cursor.execute("GRANT CREATE ON SCHEMA public TO tingsu_search")
    for name, sql in DEFINER_FUNCTIONS.items():
        for model in tenant_models():
            if f'"{model._meta.db_table}"' in sql or f" {model._meta.db_table} " in sql:
                cursor.execute(f'GRANT SELECT ON "{model._meta.db_table}" TO tingsu_search')
        cursor.execute("SELECT pg_get_userbyid(proowner), oid::regprocedure FROM pg_proc WHERE proname = %s", [name])
        if (found := cursor.fetchone()) and found[0] != owner:
            cursor.execute(f"DROP FUNCTION {found[1]}")
        cursor.execute(sql)
        cursor.execute("SELECT oid::regprocedure FROM pg_proc WHERE proname = %s", [name])
        signature = cursor.fetchone()[0]
        cursor.execute(f"ALTER FUNCTION {signature} OWNER TO tingsu_search")
        cursor.execute("SET ROLE tingsu_search")
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO tingsu_app")
        cursor.execute("RESET ROLE")
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM tingsu_search")

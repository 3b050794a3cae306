"""The database engine of the settings: Django's own, but for what our primary keys change, for indexes that an
interruption left half built, and for whole rows (`compiler.py`).

In the database a tenant table's key is `(organisation_id, id)`, while its model knows only `id`. Django would group by
that column alone and rely on the server to know that the others follow from it; here they do not.
"""

from typing import Any

from django.db import models
from django.db.backends.postgresql import base, features, operations, schema

HALF_BUILT = (
    "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relname = %s AND pg_table_is_visible(pg_class.oid) AND NOT indisvalid"
)


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: type[models.Model]) -> bool:
        from tingsu.kernel.tenancy import TenantModel  # made while the engine is looked up

        return not issubclass(model, TenantModel) and super().allows_group_by_selected_pks_on_model(model)


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """An index that is built beside the work of others is in no transaction: whoever is killed leaves a part of a migration.

    The next try takes away what was half built and passes over what was finished, so that tables can always be brought on.
    """

    sql_create_index_concurrently = schema.DatabaseSchemaEditor.sql_create_index_concurrently.replace(
        "CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS", 1
    )

    def add_index(self, model: type[models.Model], index: models.Index, concurrently: bool = False) -> None:
        if concurrently and not self.collect_sql:
            with self.connection.cursor() as cursor:
                cursor.execute(HALF_BUILT, [index.name])
                left = cursor.fetchone()
            if left is not None:
                self.execute(self.sql_delete_index_concurrently % {"name": self.quote_name(index.name)})
        super().add_index(model, index, concurrently=concurrently)


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "tingsu.kernel.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    SchemaEditorClass: Any = DatabaseSchemaEditor

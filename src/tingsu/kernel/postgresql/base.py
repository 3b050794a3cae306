"""The database engine of the settings: Django's own, but for what our primary keys change.

In the database a tenant table's key is `(organisation_id, id)`, while its model knows only `id`. Django would group by
that column alone and rely on the server to know that the others follow from it; here they do not.
"""

from django.db import models
from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    def allows_group_by_selected_pks_on_model(self, model: type[models.Model]) -> bool:
        from tingsu.kernel.tenancy import TenantModel  # made while the engine is looked up

        return not issubclass(model, TenantModel) and super().allows_group_by_selected_pks_on_model(model)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

"""An index that finds people by the fingerprint of their name; built without stopping the work of others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0006_other_phones"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="party",
            index=models.Index(
                condition=models.Q(("name_index__isnull", False)),
                fields=["organisation_id", "name_index"],
                name="complaints_party_name",
            ),
        ),
    ]

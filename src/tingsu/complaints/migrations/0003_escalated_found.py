"""An index that finds the newest escalated complaints; built without stopping the work of others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0002_newest_by_value"),
        ("kernel", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("escalation_level__gt", 1)),
                fields=["organisation_id", "-received_at", "-id"],
                name="complaints_escalated",
            ),
        ),
    ]
